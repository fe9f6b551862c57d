"""Shows long work: a bar on a terminal, plain lines elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from grader.model.assessment import Assessment
from grader.model.record import Outcome


class GradingProgress:
    """Counts submissions as they are done.

    Args:
        console: Where to write; a bar is drawn only if it is a terminal.
        title: What is being graded.
        total: How many submissions there are.
    """

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console = console
        self._title = title
        self._total = total
        self._done = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(title, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def done(self, assessment: Assessment) -> None:
        """Count one submission, and name it if it did not end well or if there is no bar."""
        self._done += 1
        self._bar.advance(self._task)
        ended_well = assessment.outcome is Outcome.COMPLETED
        if not self._console.is_terminal or not ended_well:
            count = f"[{self._done}/{self._total}]"
            self._console.print(f"{count} {line(assessment)}", markup=False, highlight=False, soft_wrap=True)


def line(assessment: Assessment) -> str:
    """One submission in one line, safe to print."""
    mark = f"{assessment.points:g}/{assessment.max_points:g}" if assessment.publishable else "no mark"
    return f"{printable(assessment.student)}  {mark}  {assessment.outcome}"


def printable(text: str, longest: int = 60) -> str:
    """Text without control characters, cut to a length that fits a line."""
    safe = "".join(character if character.isprintable() else "�" for character in text)
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}…"
