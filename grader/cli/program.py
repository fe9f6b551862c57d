"""The program: finds a command, and turns what it raises into messages and exit statuses."""

import errno
import gc
import io
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from rich.markup import escape
from typer.exceptions import TyperException

from grader.cli.commands import ONLY_POSIX, app
from grader.cli.shared import (
    DONE,
    INTERRUPTED,
    OUR_FAULT,
    WRONG_USE,
    Failure,
    at_end,
    begin,
    messages,
    print_json,
    prints_json,
)
from grader.errors import GraderError, PortalFaultError, SandboxError
from grader.text.printable import printable

_STOPPED = "Stopped. Finished work is kept, and the same command continues from there."
_ROOM = "Free some space, or name a folder on another disk"
_ALLOWED = "Change the permissions, or name another folder"
_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _ALLOWED,
    errno.EPERM: _ALLOWED,
    errno.EROFS: _ALLOWED,
    errno.EEXIST: "Name a folder, not a file",
    errno.ENOTDIR: "Name a folder, not a file",
    errno.EISDIR: "The path must be a file. Move the folder away",
    errno.ENAMETOOLONG: "Name a shorter one",
}


def main() -> None:
    """Run the command line, and turn our exceptions into messages and exit statuses."""
    # Values of a class hold no circles, so the garbage collector finds nothing among them, and need not search often.
    # With Python's own 700, reading 8,000 marks takes 2.2 times as long as without a collector; with this, 1.4 times.
    gc.set_threshold(20_000, 20, 20)
    _replace_what_a_console_cannot_show()
    begin()
    try:
        with at_end:
            # If the library handled errors itself, it would print them as text.
            status = app(standalone_mode=not _asks_for_json())
    except TyperException as error:
        _fail(error.exit_code, error.format_message())
    except GraderError as error:
        _fail(WRONG_USE, str(error))
    except ModuleNotFoundError as error:
        _fail(*_of_package(error))
    except SandboxError as error:
        _fail(OUR_FAULT, f"Error in the grader itself: {error}")
    except PortalFaultError as error:
        _fail(OUR_FAULT, str(error))
    except OSError as error:
        _fail(*_of_system(error))
    except SystemExit as end:
        # The library ends a command that was interrupted by itself, and says nothing.
        if end.code == INTERRUPTED:
            _fail(INTERRUPTED, _STOPPED)
        raise
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        _fail(OUR_FAULT, *_of_fault(error))
    if status == INTERRUPTED:
        _fail(INTERRUPTED, _STOPPED)
    if prints_json():
        print_json()
    sys.exit(status or DONE)


def _replace_what_a_console_cannot_show() -> None:
    """Print `?` for signs that the encoding of the console lacks; many consoles of Windows know only 256 signs."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _asks_for_json() -> bool:
    """Whether `--json` is on the command line, even if the other words are wrong."""
    words = sys.argv[1:]
    return "--json" in (words[: words.index("--")] if "--" in words else words)


def _fail(status: int, *lines: str) -> NoReturn:
    """Print why the command failed, as JSON if the user asked for that, and end."""
    if _asks_for_json():
        print_json(Failure(status=status, message="\n".join(lines)))
    else:
        for line in lines:
            messages.print(escape(line), soft_wrap=True)
    sys.exit(status)


def _of_system(error: OSError) -> tuple[int, str]:
    """The exit status, and what the operating system refused."""
    remedy = _REMEDIES.get(error.errno or 0)
    fact = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return WRONG_USE if remedy else OUR_FAULT, printable(f"{fact}. {remedy}." if remedy else fact, 500)


def _of_package(error: ModuleNotFoundError) -> tuple[int, *tuple[str, ...]]:
    """The exit status, and how to install what a command needs and the packages of students lack."""
    name = (error.name or "").partition(".")[0]
    if name == "grader":
        return OUR_FAULT, *_of_fault(error)
    if name in sys.stdlib_module_names:  # Windows lacks some modules
        return WRONG_USE, ONLY_POSIX
    remedy = 'To install all packages for staff: pip install "convgrader[staff]"'
    return WRONG_USE, printable(f"This command needs the package {name}, which is not installed. {remedy}", 300)


def _of_fault(error: Exception) -> tuple[str, str]:
    """What went wrong in the grader, where, and how to learn more."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    fact = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
    remedy = "For details, run `export PYTHONDEVMODE=1` and then the same command again."
    return printable(f"Error in the grader itself: {fact}.", 500), remedy
