"""Runs `grader` with the words given, and says at its end how often it tried to start a process.

Usage: watched.py FILE WORDS...; the number goes to FILE. Python tells of each way in which it starts one; what a
library in C started would have been waited for, so processes that were waited for count, too.
"""

import atexit
import resource
import sys
from pathlib import Path

_STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system", "os.spawn")
_seen: list[str] = []


def _watch(event: str, _: object) -> None:
    if event in _STARTS:
        _seen.append(event)


def _tell(path: Path) -> None:
    waited = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0
    path.write_text(str(len(_seen) + waited))


if __name__ == "__main__":
    from grader.cli import main

    atexit.register(_tell, Path(sys.argv.pop(1)))
    sys.addaudithook(_watch)
    main()
