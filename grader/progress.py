"""Shows long work: a live view or bars on a terminal, plain lines elsewhere."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from grader.model.assessment import Assessment, Verdict
from grader.model.record import Outcome
from grader.text.printable import printable
from grader.text.values import first_few

_FAILURES = 5
_NAMED = 3
_WIDEST = 100


@dataclass(slots=True, eq=False)
class _Run:
    """One notebook to run, and all who handed it in."""

    students: tuple[str, ...]
    begun: float | None = None


class GradingProgress:
    """Shows a class being graded: a live view on a terminal, a line for each submission elsewhere.

    Args:
        console: Where to write; the view is drawn only if it is a terminal.
        title: What is being graded.
        total: How many submissions there are.
        workers: How many notebooks run at once.
        clock: Gives seconds; only differences count.
    """

    def __init__(
        self,
        console: Console,
        title: str,
        total: int,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console, self._title, self._total, self._workers = console, title, total, workers
        self._clock = clock
        self._begun = self._planned = clock()
        self._done = self._ran = self._failed = 0
        self._runs: list[_Run] = []
        self._run_of: dict[str, _Run] = {}
        self._failures: deque[tuple[str, str, str]] = deque(maxlen=_FAILURES)
        self._ended = False
        self._lock = threading.Lock()
        self._live = Live(
            get_renderable=self.view, console=console, refresh_per_second=4, auto_refresh=console.is_terminal
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        if self._console.is_terminal:
            self._live.stop()

    def plan(self, runs: Iterable[tuple[str, ...]]) -> None:
        """Say which notebooks will run, in this order: for each, the students who handed it in."""
        with self._lock:
            self._runs = [_Run(students) for students in runs]
            self._run_of = {student: run for run in self._runs for student in run.students}
            self._total = max(self._total, len(self._run_of))
            self._planned = self._clock()
            self._begin()

    def done(self, assessment: Assessment) -> None:
        """Count one submission, and name it if it did not end well or if there is no view."""
        with self._lock:
            self._done += 1
            run = self._run_of.get(assessment.student)
            if run in self._runs:
                self._runs.remove(run)
                self._ran += 1
                self._begin()
            if assessment.outcome is not Outcome.COMPLETED or not assessment.publishable:
                self._failed += 1
                what = Verdict.CHECK_ERROR if assessment.outcome is Outcome.COMPLETED else assessment.outcome
                self._failures.append((printable(assessment.student), _mark(assessment), what))
        if not self._console.is_terminal:
            count = f"[{self._done}/{self._total}]"
            self._console.print(f"{count} {line(assessment)}", markup=False, highlight=False, soft_wrap=True)

    def view(self) -> RenderableType:
        """What a terminal shows: how far it is, what runs, how long it will take, and what failed last."""
        with self._lock:
            width = min(self._console.width, _WIDEST)
            return Group(self._bar(width), *self._state(width), *self._trouble(width))

    def _begin(self) -> None:
        """Note the time of those that run now: workers take notebooks in their order."""
        for run in self._runs[: self._workers]:
            run.begun = self._clock() if run.begun is None else run.begun

    def _bar(self, width: int) -> RenderableType:
        row = Table.grid(
            Column(no_wrap=True, overflow="ellipsis"), Column(ratio=1), Column(no_wrap=True), padding=(0, 2)
        )
        row.width = width
        bar = ProgressBar(total=max(1, self._total), completed=self._done if self._total else 1)
        count = f"{self._done:,} of {self._total:,} done  {_clock_time(self._clock() - self._begun)}"
        row.add_row(Text(printable(self._title, width // 3), "bold"), bar, count)
        return row

    def _state(self, width: int) -> Iterable[RenderableType]:
        """How many run and wait, how fast it goes, and who runs."""
        if self._ended and self._done < self._total:
            yield Text(f"  {self._total - self._done:,} not done")
        if self._ended or not self._runs:
            return
        now = self._clock()
        running = self._runs[: self._workers]
        parts = [f"{len(running):,} running", f"{len(self._runs) - len(running):,} waiting"]
        if self._ran and now > self._planned:
            seconds_per_run = (now - self._planned) / self._ran
            parts.append(_rate(seconds_per_run))
            is_usual = now - (running[0].begun or now) <= seconds_per_run * self._workers
            # If the last ones take longer than most, there is no telling when they end.
            if is_usual or len(self._runs) > len(running):
                parts.append(f"about {_roughly(seconds_per_run * len(self._runs))} left")
        yield _one_line(" · ".join(parts), width)
        names = [f"{printable(run.students[0], 24)} {_roughly(now - (run.begun or now))}" for run in running[:_NAMED]]
        yield _one_line(f"now: {first_few(names, _NAMED, len(running))}", width, "dim")

    def _trouble(self, width: int) -> Iterable[RenderableType]:
        """The last of those that did not end well."""
        if not self._failed:
            return
        last = f", the last {_FAILURES}:" if self._failed > _FAILURES else ":"
        yield _one_line(f"{self._failed:,} could not be graded fully{last}", width, "yellow")
        for student, mark, outcome in self._failures:
            yield _one_line(f"  {outcome:<16}  {mark:>7}  {student}", width)


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
    return f"{printable(assessment.student)}  {_mark(assessment)}  {assessment.outcome}"


def _mark(assessment: Assessment) -> str:
    return f"{assessment.points:g}/{assessment.max_points:g}" if assessment.has_mark else "no mark"


def _one_line(text: str, width: int, style: str = "") -> RenderableType:
    return Constrain(Text(f"  {text}", style, no_wrap=True, overflow="ellipsis"), width)


def _rate(seconds: float) -> str:
    """How many are done in a minute, or in an hour where that is less than one, from the time of one."""
    per_minute = 60 / seconds
    if per_minute < 1:
        return f"{60 * per_minute:.0f} an hour"
    return f"{per_minute:.0f} a minute" if per_minute >= 10 else f"{per_minute:.1f} a minute"


def _roughly(seconds: float) -> str:
    """A time that is not known better than this: `8 s`, `45 s`, `3 min`, `1 h 20 min`."""
    if seconds < 20:
        return f"{math.ceil(seconds)} s"
    if seconds < 90:
        return f"{5 * math.ceil(seconds / 5)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _clock_time(seconds: float) -> str:
    """Time gone by: `0:07`, `1:02:30`."""
    minutes, seconds_left = divmod(int(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours}:{minutes_left:02d}:{seconds_left:02d}" if hours else f"{minutes}:{seconds_left:02d}"
