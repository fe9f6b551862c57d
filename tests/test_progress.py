"""What is shown while a class is graded."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.record import Isolation, Outcome
from grader.progress import GradingProgress


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def marked(student: str, outcome: Outcome = Outcome.COMPLETED, verdict: Verdict = Verdict.PASSED) -> Assessment:
    return Assessment(
        student=student,
        exercise="lenet5",
        record=student,
        outcome=outcome,
        isolation=Isolation.SANDBOX,
        findings=(Finding(question="a", verdict=verdict, points=1.5, max_points=2.0),),
    )


def terminal(width: int = 80) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=width, height=30)


def shown(progress: GradingProgress, width: int = 80) -> list[str]:
    """The view, line by line."""
    console = Console(file=io.StringIO(), width=width)
    console.print(progress.view())
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def started(total: int, workers: int, clock: Clock, width: int = 80) -> GradingProgress:
    progress = GradingProgress(terminal(width), "lenet5", total, workers, clock)
    progress.plan((f"s{number}",) for number in range(total))
    return progress


def test_the_view_says_done_running_waiting_rate_and_time_left() -> None:
    clock = Clock()
    progress = started(40, 2, clock)
    assert "0 of 40 done  0:00" in shown(progress)[0]
    assert shown(progress)[1] == "  2 running · 38 waiting"
    for number in range(10):
        clock.now += 6
        progress.done(marked(f"s{number}"))
    assert "10 of 40 done  1:00" in shown(progress)[0]
    assert shown(progress)[1] == "  2 running · 28 waiting · 10 a minute · about 3 min left"


def test_it_names_who_runs_and_for_how_long() -> None:
    clock = Clock()
    progress = started(4, 2, clock)
    clock.now += 10
    progress.done(marked("s1"))
    clock.now += 4
    assert shown(progress)[2] == "  now: s0 14 s, s2 4 s"


def test_no_time_is_promised_for_last_ones_that_take_longer_than_most() -> None:
    clock = Clock()
    progress = started(4, 2, clock)
    clock.now += 4
    progress.done(marked("s1"))
    progress.done(marked("s2"))
    assert shown(progress)[1] == "  2 running · 0 waiting · 30 a minute · about 4 s left"
    clock.now += 60
    assert shown(progress)[1] == "  2 running · 0 waiting · 1.9 a minute · about 65 s left"
    progress.done(marked("s3"))
    clock.now += 60
    assert shown(progress)[1] == "  1 running · 0 waiting · 1.5 a minute"


def test_many_workers_are_named_in_one_line() -> None:
    progress = started(64, 32, Clock())
    assert shown(progress)[2] == "  now: s0 0 s, s1 0 s, s2 0 s and 29 more"


def test_what_is_read_from_records_is_done_and_neither_runs_nor_counts_for_the_rate() -> None:
    clock = Clock()
    progress = GradingProgress(terminal(), "lenet5", 5, 2, clock)
    for student in ("a", "b", "c"):
        clock.now += 100
        progress.done(marked(student))
    assert len(shown(progress)) == 1
    progress.plan([("d",), ("e",)])
    clock.now += 30
    progress.done(marked("d"))
    assert "4 of 5 done" in shown(progress)[0]
    assert shown(progress)[1] == "  1 running · 0 waiting · 2.0 a minute · about 30 s left"


def test_equal_notebooks_are_one_run() -> None:
    clock = Clock()
    progress = GradingProgress(terminal(), "lenet5", 3, 1, clock)
    progress.plan([("ada", "bo"), ("cy",)])
    assert shown(progress)[1] == "  1 running · 1 waiting"
    clock.now += 60
    progress.done(marked("ada"))
    progress.done(marked("bo"))
    assert "2 of 3 done" in shown(progress)[0]
    assert shown(progress)[1] == "  1 running · 0 waiting · 1.0 a minute · about 60 s left"


def test_slow_work_is_told_by_the_hour() -> None:
    clock = Clock()
    progress = started(100, 1, clock)
    clock.now += 300
    progress.done(marked("s0"))
    assert shown(progress)[1] == "  1 running · 98 waiting · 12 an hour · about 8 h 15 min left"


def test_the_last_failures_are_named_with_their_number() -> None:
    progress = started(20, 2, Clock())
    for number in range(7):
        progress.done(marked(f"s{number}", Outcome.TIMED_OUT))
    progress.done(marked("s7", verdict=Verdict.CHECK_ERROR))
    progress.done(marked("s8"))
    lines = shown(progress)
    assert lines[3] == "  8 could not be graded fully, the last 5:"
    assert [line.split() for line in lines[4:]] == [
        *(["timed_out", "1.5/2", f"s{number}"] for number in (3, 4, 5, 6)),
        ["check_error", "no", "mark", "s7"],
    ]


def test_when_all_is_done_only_the_bar_and_the_failures_stay() -> None:
    console = terminal()
    with GradingProgress(console, "lenet5", 2, 2, Clock()) as progress:
        progress.plan([("ada",), ("bo",)])
        progress.done(marked("ada"))
        progress.done(marked("bo", Outcome.CRASHED))
    lines = shown(progress)
    assert "2 of 2 done" in lines[0]
    assert lines[1:] == ["  1 could not be graded fully:", "    crashed             1.5/2  bo"]


def test_what_was_stopped_says_how_many_are_not_done() -> None:
    progress = started(5, 2, Clock())
    with progress:
        progress.done(marked("s0"))
    assert shown(progress)[1:] == ["  4 not done"]


def test_the_terminal_gets_the_last_state_and_its_cursor_back() -> None:
    console = terminal()
    with GradingProgress(console, "lenet5", 1) as progress:
        progress.done(marked("ada"))
    assert isinstance(console.file, io.StringIO)
    written = console.file.getvalue()
    assert "1 of 1 done" in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).splitlines()[-1]
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")


def test_elsewhere_each_submission_is_a_line() -> None:
    console = Console(file=io.StringIO(), width=40)
    with GradingProgress(console, "lenet5", 2) as progress:
        progress.plan([("ada",), ("bo",)])
        progress.done(marked("ada"))
        progress.done(marked("b" * 100, Outcome.TIMED_OUT))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "[1/2] ada  1.5/2  completed",
        f"[2/2] {'b' * 59}…  1.5/2  timed_out",
    ]


def test_an_empty_class_has_a_full_bar() -> None:
    with GradingProgress(terminal(), "lenet5", 0) as progress:
        assert "0 of 0 done" in shown(progress)[0]


HOSTILE = ["[bold]x[/bold] [/]", "\x1b[2J\x1b[31mred", "two\nlines", "\u202egnp.exe", "\x9b31m", "山" * 200, "a\tb\x07"]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@given(name=st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=()), max_size=80)))
def test_any_name_is_text_in_its_line(width: int, name: str) -> None:
    progress = GradingProgress(terminal(width), name, 3, 2, Clock())
    progress.plan([(name,), ("other",)])
    progress.done(marked(name + "1", Outcome.CRASHED))
    console = Console(file=io.StringIO(), width=width)
    console.print(progress.view())
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().split("\n")
    assert len(lines) == 6
    assert max(cell_len(line) for line in lines) <= width
    assert all(line.isprintable() for line in lines)


def test_names_in_brackets_are_shown_as_they_are() -> None:
    progress = GradingProgress(terminal(), "[red]lenet5", 3, 2, Clock())
    progress.plan([("[bold]ada[/bold]",)])
    lines = shown(progress)
    assert lines[0].startswith("[red]lenet5 ")
    assert "[bold]ada[/bold] 0 s" in lines[2]
