"""Fixed sentences that depend on a result, and the formats of numbers.

A teacher who wants another tone changes it in the catalogue of the language, see `grader/locale/`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Limits
from grader.model.record import CELL_TIMEOUT, NOTEBOOK_TIMEOUT, CellRun, Isolation, Outcome
from grader.text import proportions
from grader.text.language import marked, numeral, say
from grader.text.values import decimal

Key = TypeVar("Key")


class Phrases(Mapping[Key, str]):
    """Phrases of the source code by their subject; looking one up translates it into the current language."""

    def __init__(self, texts: Mapping[Key, str]) -> None:
        self._texts = texts

    def __getitem__(self, key: Key) -> str:
        return say(self._texts[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


VERDICTS = Phrases(
    {
        Verdict.PASSED: marked("Right"),
        Verdict.PARTIAL: marked("Partly right"),
        Verdict.FAILED: marked("Not right yet"),
        Verdict.NOT_ATTEMPTED: marked("Not answered"),
        Verdict.BLOCKED: marked("Could not be checked"),
        Verdict.NEEDS_HUMAN: marked("An instructor will look at it"),
        Verdict.CHECK_ERROR: marked("Our check failed"),
    }
)

RIGHT_METHOD = marked("Right method")
"""The verdict on an answer that earns its points only because it follows from an earlier answer."""
FOLLOWS_FROM_OTHER = marked("Right method, but your earlier answer was different")
"""The same in full, for the student."""

NOT_HERE = marked("Not marked here")
EXCUSED_QUESTION = marked("Excused")

OUTCOMES = Phrases(
    {
        Outcome.COMPLETED: marked("Finished"),
        Outcome.TIMED_OUT: marked("Ran out of time"),
        Outcome.OUT_OF_MEMORY: marked("Ran out of memory"),
        Outcome.OUTPUT_LIMIT: marked("Printed too much"),
        Outcome.CRASHED: marked("Python stopped"),
        Outcome.INVALID_NOTEBOOK: marked("Not a notebook"),
        Outcome.SANDBOX_FAILED: marked("Our sandbox failed"),
    }
)

STATUSES = Phrases(
    {
        "marked": marked("Marked"),
        "waiting": marked("Needs manual grading"),
        "stopped": marked("Did not finish"),
        "unreadable": marked("Not a notebook"),
        "unsettled": marked("No mark yet"),
        "excused": marked("Excused"),
        "flagged": marked("Something to look at"),
        "weak": marked("Reduced isolation"),
    }
)
"""Where a submission stands, and what else the list of the class can be narrowed by."""

ISOLATIONS = Phrases(
    {
        Isolation.SANDBOX: marked("Full sandbox"),
        Isolation.DEGRADED: marked("Reduced isolation"),
        Isolation.NONE: marked("No isolation"),
    }
)

WEAK_ISOLATION = Phrases(
    {
        Isolation.DEGRADED: marked(
            "Part of the protection was missing on the machine that ran this notebook. Marks are "
            "computed in the same way."
        ),
        Isolation.NONE: marked(
            "This notebook ran without any protection around it. Marks are computed in the same way, "
            "but only notebooks from a trusted source should be run like this."
        ),
    }
)

UNSETTLED = (
    marked("The mark is not final yet"),
    marked(
        "Something went wrong on our side while we checked this notebook, so there is no mark "
        "yet. It will be checked again. You do not need to do anything."
    ),
)

UNRUN = (
    marked("Your notebook could not be run"),
    marked(
        "The run ended before the first cell. An instructor will look at it, and you do not need "
        "to do anything until then. Possible reasons are a very long notebook, very many files, "
        "or unusual file names."
    ),
)

PSEUDONYM = marked(
    "Only you and the staff know this name. Others may share your rank: the difference "
    "between them and you may be due to chance."
)

_ENDINGS = {
    Outcome.TIMED_OUT: (
        marked("Your notebook ran out of time"),
        marked(
            "All cells together may take {time}. Time lost because our machine is busy does not "
            "count. The run was stopped at this limit, and the values that your notebook had "
            "computed by then were marked. Common causes are a loop that never ends and more epochs "
            "than the task needs."
        ),
    ),
    Outcome.OUT_OF_MEMORY: (
        marked("Your notebook needed more memory than allowed"),
        marked(
            "The limit is {memory}. Common causes are a layer with far more weights than planned, "
            "and several copies of the whole data set. Earlier answers were marked if they could be "
            "saved."
        ),
    ),
    Outcome.OUTPUT_LIMIT: (
        marked("Your notebook printed more than allowed"),
        marked(
            "The limit is {output} of text and pictures. Look for a print inside a loop. Earlier answers were marked."
        ),
    ),
    Outcome.CRASHED: (
        marked("Python itself stopped while your notebook ran"),
        marked(
            "This is not an exception in one cell: the whole process ended. Restart the kernel, run "
            "all cells from the top, and see where it stops. Earlier answers were marked if they "
            "could be saved."
        ),
    ),
    Outcome.INVALID_NOTEBOOK: (
        marked("The file could not be read as a notebook"),
        marked(
            "This file could therefore not be run or marked. Open it in Jupyter, save it again, and "
            "submit the .ipynb file."
        ),
    ),
    Outcome.SANDBOX_FAILED: (
        marked("Something went wrong on our side"),
        marked(
            "Your notebook is not the reason. It has not been marked and will be run again. You do "
            "not need to do anything."
        ),
    ),
}

_LATE_CELL = (
    marked("A cell of your notebook took too long"),
    marked(
        "One cell may take {cell_time}. Time lost because our machine is busy does not count. "
        "The cell was stopped at this limit, and the cells after it still ran. Common causes are "
        "a loop that never ends and more epochs than the task needs."
    ),
)

_KILLED_CELL = (
    marked("A cell of your notebook took too long"),
    marked(
        "One cell may take {cell_time}. Time lost because our machine is busy does not count. "
        "This cell could not be interrupted, so the run was stopped there, and the values that "
        "your notebook had computed by then were marked. Common causes are a single call that "
        "takes very long, and a loop that catches every exception."
    ),
)


def ending(outcome: Outcome, limits: Limits, cells: Sequence[CellRun] = ()) -> tuple[str, str] | None:
    """Explain a run that did not come to its end.

    Args:
        outcome: How the run ended.
        limits: The limits of the run, which the text names.
        cells: How its cells ran; they tell whether the limit of one cell or that of all cells was reached.

    Returns:
        A title and a text, or None for a run that completed.
    """
    if outcome not in _ENDINGS:
        return None
    title, text = _time_limit(cells) if outcome is Outcome.TIMED_OUT else _ENDINGS[outcome]
    return say(title), say(
        text,
        time=duration(limits.notebook_seconds),
        cell_time=duration(limits.cell_seconds),
        memory=mebibytes(limits.memory_mb),
        output=kibibytes(limits.output_kb),
    )


def _time_limit(cells: Sequence[CellRun]) -> tuple[str, str]:
    """The title and text for the limit on time that ended the run: the one that the last such error names."""
    names = [cell.error.name for cell in cells if cell.error]
    timeouts = [name for name in names if name in (CELL_TIMEOUT, NOTEBOOK_TIMEOUT)]
    if not timeouts or timeouts[-1] == NOTEBOOK_TIMEOUT:
        return _ENDINGS[Outcome.TIMED_OUT]
    # If cells after the late one did not run, it could not be interrupted, and the run was stopped with it.
    return _LATE_CELL if all(cell.execution_count is not None for cell in cells) else _KILLED_CELL


def verdict(finding: Finding) -> str:
    """Write the verdict of a finding, also that an answer is correct only for the student's own earlier answer."""
    return say(RIGHT_METHOD) if finding.is_consequential else VERDICTS[finding.verdict]


def number(value: float) -> str:
    """Write points or a percentage: at most two decimals, none that are zero."""
    return numeral(decimal(value))


def of_points(value: float) -> str:
    """Write the full points: `of 1 point`, `of 2.5 points`."""
    text = number(value)
    return say("of {points} point", points=text) if value == 1 else say("of {points} points", points=text)


def amount(value: int) -> str:
    """Write how many: `1,024`."""
    return numeral(f"{value:,}")


def points(value: float) -> str:
    """Write points with their unit: `1 point`, `2.5 points`."""
    return say("{points} point", points=number(value)) if value == 1 else say("{points} points", points=number(value))


def tenth(index: int, amount: int) -> str:
    """Write a column of a histogram whose columns are tenths: `10 to 20 %: 3`."""
    return say("{low} to {high} %: {amount}", low=10 * index, high=10 * index + 10, amount=amount)


def tenths(counts: Iterable[int]) -> str:
    """Write the columns of such a histogram that are not empty, with commas between them."""
    return ", ".join(tenth(index, amount) for index, amount in enumerate(counts) if amount)


def times(sizes: Iterable[int]) -> str:
    """Write sizes along the axes: `3 × 3`."""
    return " × ".join(str(size) for size in sizes)


def duration(seconds: float) -> str:
    """Write a time: `0.4 s`, `12 s`, `3 min 20 s`."""
    if seconds < 10:
        return f"{number(round(seconds, 1))} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")


def mebibytes(amount: float) -> str:
    """Write an amount given in MiB."""
    return f"{number(amount / 1024)} GiB" if amount >= 1024 else f"{round(amount)} MiB"


def kibibytes(amount: float) -> str:
    """Write an amount given in KiB."""
    return mebibytes(amount / 1024) if amount >= 1024 else f"{round(amount)} KiB"


def percent(share: float) -> str:
    """Write a share from 0 to 1 as a percentage in the current language; see `grader.text.proportions.percent`."""
    return str(proportions.percent(share))
