"""A small SMTP server on this machine: keeps the e-mails that it gets, or refuses them."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What the server does and has.

    Attributes:
        port: Where it listens.
        refused: Code of the answer to an address that it refuses; 0 to accept all.
        letters: (address, e-mail) of all that it accepted.
    """

    port: int = 0
    refused: int = 0
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server until the block ends."""
    state = MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.test ready")
            address = ""
            while line := self.rfile.readline():
                verb = line.split()[0].upper().decode() if line.strip() else ""
                if verb in ("EHLO", "HELO", "MAIL", "RSET", "NOOP"):
                    self._say("250 ok")
                elif verb == "RCPT":
                    address = line.decode().partition("<")[2].partition(">")[0]
                    self._say(f"{state.refused} no" if state.refused else "250 ok")
                elif verb == "DATA":
                    self._say("354 go on")
                    content = b""
                    while (part := self.rfile.readline()) not in (b".\r\n", b""):
                        content += part
                    letter = message_from_bytes(content, policy=policy.default)
                    assert isinstance(letter, EmailMessage)
                    state.letters.append((address, letter))
                    self._say("250 taken")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("502 unknown")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Session) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
