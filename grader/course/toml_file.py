"""Reads the TOML files of a course."""

import re
import tomllib
from pathlib import Path
from typing import Any

from grader.errors import SpecificationError


def read_toml(path: Path, place: str) -> dict[str, Any]:
    """Read a TOML file.

    Args:
        path: The file.
        place: How messages name it.

    Raises:
        SpecificationError: It cannot be read, is not UTF-8 or is not TOML; the message gives the line.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))  # some editors save a byte order mark
    except OSError as error:
        raise SpecificationError(f"{place}: cannot be read ({error.strerror}). Create it.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SpecificationError(f"{place}: line {line}: is not UTF-8. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecificationError(f"{place}: {_with_line(str(error))}. Correct it to valid TOML.") from error


def _with_line(message: str) -> str:
    """Put the line in front: `Invalid value (at line 3, column 9)` -> `line 3: invalid value`."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|(end of document))\)", message, re.DOTALL)
    if match is None:
        return message
    fact = match[1][:1].lower() + match[1][1:]
    return f"line {match[2]}: {fact}" if match[2] else f"end of the file: {fact}"
