"""Shows long work: a bar on a terminal, plain lines elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

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
        self._bar = _bar(console)
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


class StageProgress:
    """Shows work in stages, some with a count: bars on a terminal, a line now and then elsewhere.

    Args:
        console: Where to write.
        every: How many steps lie between two lines where there is no bar.
    """

    def __init__(self, console: Console, every: int = 10_000) -> None:
        self._console = console
        self._every = every
        self._bar = _bar(console)
        self._stage = ""
        self._task = TaskID(-1)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._end_stage()
        self._bar.stop()

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far a stage is; with a total of 0, only that it has begun. The stage before it has ended."""
        if self._console.is_terminal:
            if stage != self._stage:
                self._end_stage()
                self._stage, self._task = stage, self._bar.add_task(stage, total=total or None)
            self._bar.update(self._task, completed=done)
        elif not total or done == total or done % self._every == 0:
            count = f": {done:,} of {total:,}" if total else ""
            self._console.print(f"{stage}{count}", markup=False, highlight=False)

    def _end_stage(self) -> None:
        """Fill the bar of a stage that had no count."""
        for task in self._bar.tasks:
            if task.total is None:
                self._bar.update(task.id, total=1, completed=1)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def line(assessment: Assessment) -> str:
    """One submission in one line, safe to print."""
    mark = f"{assessment.points:g}/{assessment.max_points:g}" if assessment.publishable else "no mark"
    return f"{printable(assessment.student)}  {mark}  {assessment.outcome}"


def printable(text: str, longest: int = 60) -> str:
    """Text without control characters, cut to a length that fits a line."""
    safe = "".join(character if character.isprintable() else "�" for character in text)
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}…"
