"""Messages between the grader and the sandbox: a JSON head and any number of byte strings.

Frame: 4 bytes length of the head (big endian), the head, then the bodies. The head lists the length
of each body, so that a reader can refuse what is too large before it reads it.
"""

import math
import socket
import struct
from collections.abc import Callable
from json import dumps, loads
from typing import Any, NoReturn

HEAD_LIMIT = 16 * 2**20
_LENGTH = struct.Struct(">I")

# Bound here, so that a notebook that replaces them harms itself only.
_send_all, _receive_some = socket.socket.sendall, socket.socket.recv


class WireError(Exception):
    """The other side closed the connection or sent something that is no message."""


def send(connection: socket.socket, head: dict[str, Any], bodies: tuple[bytes, ...] = ()) -> None:
    """Send one message; the head must be JSON without NaN and infinities."""
    _send_all(connection, packed(head, bodies))


def packed(head: dict[str, Any], bodies: tuple[bytes, ...] = ()) -> bytes:
    """Pack one message into bytes; the head must be JSON without NaN and infinities."""
    text = dumps({**head, "bodies": [len(body) for body in bodies]}, allow_nan=False).encode()
    return _LENGTH.pack(len(text)) + text + b"".join(bodies)


def parse_head(text: bytes) -> dict[str, Any]:
    """Parse the head of a message that may come from hostile code.

    Raises:
        WireError: If it is no JSON object, has NaN, infinities or numbers beyond them (`1e999`), or
            is nested too deep.
    """
    try:
        head = loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise WireError(f"message is not valid JSON: {error}") from error
    if not isinstance(head, dict):
        raise WireError("message is not a JSON object")
    return head


def receive(
    read: Callable[[int], bytes], body_limit: int, weigh: Callable[[bytes], None] | None = None
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Receive one message.

    Args:
        read: Gives exactly the number of bytes asked for, or raises.
        body_limit: The most bytes that all bodies may have together.
        weigh: Is called with the text of the head before it is parsed; may raise.

    Returns:
        The head, and the bodies that it lists.

    Raises:
        WireError: If the message is larger than allowed, or is not a message.
    """
    (length,) = _LENGTH.unpack(read(_LENGTH.size))
    if length > HEAD_LIMIT:
        raise WireError(f"message head of {length} bytes is larger than {HEAD_LIMIT}")
    text = read(length)
    if weigh:
        weigh(text)
    head = parse_head(text)
    sizes = head.pop("bodies", [])
    if not (isinstance(sizes, list) and all(type(size) is int and size >= 0 for size in sizes)):
        raise WireError("lengths of the bodies are not valid")
    if sum(sizes) > body_limit:
        raise WireError(f"message bodies of {sum(sizes)} bytes are larger than {body_limit}")
    return head, tuple(read(size) for size in sizes)


def reader(
    connection: socket.socket, receive_some: Callable[[socket.socket, int], bytes] = _receive_some
) -> Callable[[int], bytes]:
    """Make a `read` for `receive`.

    Args:
        connection: The socket.
        receive_some: Receives at most so many bytes; if it is not given, it waits for as long as it takes.

    Example:
        head, bodies = receive(reader(connection), body_limit=0)
    """

    def read(size: int) -> bytes:
        chunks: list[bytes] = []
        while size:
            chunk = receive_some(connection, min(size, 2**20))
            if not chunk:
                raise WireError("connection closed")
            chunks.append(chunk)
            size -= len(chunk)
        return b"".join(chunks)

    return read


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
