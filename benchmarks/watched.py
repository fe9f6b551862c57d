"""Runs `grader` with the words given, and says at its end how often it tried to start a process.

Usage: watched.py FILE WORDS...; the number goes to FILE. Python tells of each way in which it starts one. The process
in which the grader itself marks and draws does not count: it is a copy of the grader and runs nothing else.
"""

import atexit
import sys
from pathlib import Path

_STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system", "os.spawn")
_MARKING = "grader.pipeline.limited_process"
_seen: list[str] = []


def _watch(event: str, _: object) -> None:
    if event in _STARTS and sys._getframe(1).f_globals.get("__name__") != _MARKING:
        _seen.append(event)


def _tell(path: Path) -> None:
    path.write_text(str(len(_seen)))


if __name__ == "__main__":
    from grader.cli import main

    atexit.register(_tell, Path(sys.argv.pop(1)))
    sys.addaudithook(_watch)
    main()
