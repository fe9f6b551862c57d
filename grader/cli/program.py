"""The program: finds a command, and turns what it raises into messages and exit statuses."""

import errno
import gc
import sys
import traceback
from pathlib import Path

from rich.markup import escape

from grader.cli.commands import app
from grader.cli.shared import (
    INTERRUPTED,
    OUR_FAULT,
    WRONG_USE,
    at_end,
    messages,
)
from grader.errors import GraderError, SandboxError
from grader.text.printable import printable

_ROOM = "free some space, or name a folder on another disk"
_ALLOWED = "change the permissions, or name another folder"
_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _ALLOWED,
    errno.EPERM: _ALLOWED,
    errno.EROFS: _ALLOWED,
    errno.EEXIST: "name a folder, not a file",
    errno.ENOTDIR: "name a folder, not a file",
    errno.EISDIR: "the path must be a file; move the folder away",
    errno.ENAMETOOLONG: "name a shorter one",
}


def main() -> None:
    """Run the command line, and turn our exceptions into messages and exit statuses."""
    # Values of a class hold no circles, so the garbage collector finds nothing among them, and need not search often.
    # With Python's own 700, reading 8,000 marks takes 2.2 times as long as without a collector; with this, 1.4 times.
    gc.set_threshold(20_000, 20, 20)
    try:
        with at_end:
            app()
    except GraderError as error:
        messages.print(escape(str(error)), soft_wrap=True)
        sys.exit(WRONG_USE)
    except SandboxError as error:
        messages.print(f"Error in the grader itself: {escape(str(error))}", soft_wrap=True)
        sys.exit(OUR_FAULT)
    except OSError as error:
        sys.exit(_tell_of_system(error))
    except SystemExit as end:
        # The library ends a command that was interrupted by itself, and says nothing.
        if end.code == INTERRUPTED:
            messages.print("Stopped. Finished work is kept, and the same command continues from there.")
        raise
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        sys.exit(_tell_of_fault(error))


def _tell_of_system(error: OSError) -> int:
    """Print what the operating system refused; returns the exit status."""
    remedy = _REMEDIES.get(error.errno or 0)
    fact = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    messages.print(escape(printable(f"{fact}; {remedy}." if remedy else fact, 500)), soft_wrap=True)
    return WRONG_USE if remedy else OUR_FAULT


def _tell_of_fault(error: Exception) -> int:
    """Print what went wrong in the grader, and where; returns the exit status."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    fact = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
    messages.print(escape(printable(f"Error in the grader itself: {fact}.", 500)), soft_wrap=True)
    messages.print("For details, run `export PYTHONDEVMODE=1` and then the same command again.")
    return OUR_FAULT
