"""Every fixed sentence that depends on a result, and how numbers are written.

A teacher who wants another tone changes it here and in `templates/`.
"""

from collections.abc import Iterable

from grader.model.assessment import Verdict
from grader.model.exercise import Limits
from grader.model.record import Isolation, Outcome

VERDICTS = {
    Verdict.PASSED: "Right",
    Verdict.PARTIAL: "Partly right",
    Verdict.FAILED: "Not right yet",
    Verdict.NOT_ATTEMPTED: "Not answered",
    Verdict.BLOCKED: "Could not be checked",
    Verdict.NEEDS_HUMAN: "A person will look at it",
    Verdict.CHECK_ERROR: "Our check broke",
}

NOT_HERE = "Not marked here"

OUTCOMES = {
    Outcome.COMPLETED: "Ran to the end",
    Outcome.TIMED_OUT: "Ran out of time",
    Outcome.OUT_OF_MEMORY: "Ran out of memory",
    Outcome.OUTPUT_LIMIT: "Printed too much",
    Outcome.CRASHED: "Python stopped",
    Outcome.INVALID_NOTEBOOK: "Not a notebook",
    Outcome.SANDBOX_FAILED: "Our sandbox failed",
}

STATUSES = {
    "marked": "Marked",
    "waiting": "Waits for a person",
    "stopped": "Did not run to its end",
    "unreadable": "Not a notebook",
    "unsettled": "No mark yet",
    "excused": "Excused",
    "flagged": "Something to look at",
    "weak": "Reduced isolation",
}
"""Where a submission stands, and what else the list of the class can be narrowed by."""

ISOLATIONS = {
    Isolation.SANDBOX: "Full sandbox",
    Isolation.DEGRADED: "Reduced isolation",
    Isolation.NONE: "No isolation",
}

WEAK_ISOLATION = {
    Isolation.DEGRADED: "Part of the protection was missing on the machine that ran this notebook. "
    "Marks are worked out in the same way.",
    Isolation.NONE: "This notebook ran without any protection around it. Marks are worked out in the same way; "
    "only notebooks from a trusted source should be run like this.",
}

UNSETTLED = (
    "The mark is not settled yet",
    "Something on our side went wrong while we checked this notebook, so no mark is given here. "
    "It will be checked again; you need not do anything.",
)

PSEUDONYM = (
    "Only you and the staff know that. Whoever shares your place differs from you by no more than luck can explain."
)

_ENDINGS = {
    Outcome.TIMED_OUT: (
        "Your notebook ran out of time",
        "All cells together may take {time}. The run was stopped there, and what your notebook had left behind by then "
        "was marked. The usual causes are a loop that never ends and more epochs than the task needs.",
    ),
    Outcome.OUT_OF_MEMORY: (
        "Your notebook needed more memory than it may use",
        "The limit is {memory}. The usual causes are a layer with far more weights than planned, and several copies of "
        "the whole data set. What was answered before that was marked where it could be saved.",
    ),
    Outcome.OUTPUT_LIMIT: (
        "Your notebook printed more than it may",
        "The limit is {output} of text and pictures. Look for a print inside a loop. "
        "What was answered before that was marked.",
    ),
    Outcome.CRASHED: (
        "Python itself stopped while your notebook ran",
        "This is not an exception in one cell: the whole process ended. Restart the kernel, run all cells from "
        "the top, and see where it stops. What was answered before that was marked where it could be saved.",
    ),
    Outcome.INVALID_NOTEBOOK: (
        "The file could not be read as a notebook",
        "So nothing could be run or marked. Open it in Jupyter, save it again, and hand in the .ipynb file.",
    ),
    Outcome.SANDBOX_FAILED: (
        "Something on our side went wrong",
        "Your notebook is not the reason. It has not been marked and will be run again; you need not do anything.",
    ),
}

_LATE_CELL = (
    "A cell of your notebook took too long",
    "One cell may take {cell_time}; it was stopped there, and the cells after it ran all the same. "
    "The usual causes are a loop that never ends and more epochs than the task needs.",
)


def ending(outcome: Outcome, limits: Limits, all_ran: bool = False) -> tuple[str, str] | None:
    """Explain a run that did not come to its end.

    Args:
        outcome: How the run ended.
        limits: What it could use, named in the text.
        all_ran: Whether every cell had its turn; then it was one of them that took too long.

    Returns:
        A title and a text, or None for a run that completed.
    """
    if outcome not in _ENDINGS:
        return None
    title, text = _LATE_CELL if outcome is Outcome.TIMED_OUT and all_ran else _ENDINGS[outcome]
    return title, text.format(
        time=duration(limits.notebook_seconds),
        cell_time=duration(limits.cell_seconds),
        memory=mebibytes(limits.memory_mb),
        output=kibibytes(limits.output_kb),
    )


def number(value: float) -> str:
    """Write points or a percentage: at most two decimals, none that are zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Write a share from 0 to 1 as a percentage with at most one decimal; only all of it is 100 %."""
    rounded = round(100 * share, 1)
    return f"{number(min(rounded, 99.9) if share < 1 else rounded)} %"


def points(value: float) -> str:
    """Write points with their unit: `1 point`, `2.5 points`."""
    return f"{number(value)} {'point' if value == 1 else 'points'}"


def counted(amount: int, one: str, many: str) -> str:
    """Write an amount with its noun: `1 cell`, `2 cells`."""
    return f"{amount:,} {one if amount == 1 else many}"


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
