"""Whose fault it is that a run ended before it began: found out by running a notebook that is known to be good.

A run that never begins tells nothing of the reason. So before a sandbox or a machine is blamed, a short notebook
runs in the same place: beside the same files of the exercise and within the same limits, and, where it fails, with
neither. What the first of them can do, the submission could have done, too.

A failed import tells nothing of the reason, either: the package may be broken on this machine. So a notebook that
imports all packages of the environment runs in the same place before the submission is blamed.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.preparation import UNPREPARED
from grader.model.record import UNRUN, CellRun, Isolation, Outcome, ProbeState, Record
from grader.text.messages import Text, english, message

_CELL, _NAME, _VALUE = "known_good = 42", "known_good", 42
_IMPORTS = "import keras, matplotlib.pyplot, numpy, pandas, tensorflow"
_FAILED_IMPORTS = ("ImportError", "ModuleNotFoundError")
_SECONDS = 60.0  # for a trial: a place that is merely slow must not look broken


class Blame(StrEnum):
    """Who is to blame for a run that did not begin."""

    SUBMISSION = "submission"
    EXERCISE = "exercise"
    PLACE = "place"


UNFIT_LIMITS = message(
    "Even a one-line notebook does not run with the limits, files and start-up code of this exercise. Check "
    "`memory_mb`, `disk_mb` and `processes` in its exercise.toml, and `[environment]` in course.toml."
)


def trials(job: Job) -> Iterator[tuple[Blame, Job]]:
    """Give known-good jobs to run in the place where a job could not be run, and who is to blame if they can be.

    Run them one after the other until one comes out well. If none does, the place is to blame.

    Args:
        job: The job that could not be run.

    Returns:
        (who is to blame if this one runs, the known-good job), the most similar job first.

    Example:
        for to_blame, trial in trials(job):
            if is_good(run(trial)):
                return to_blame
        return Blame.PLACE
    """
    limits = replace(job.limits, cell_seconds=_SECONDS, notebook_seconds=_SECONDS)
    good = Job(
        cells=(_CELL,),
        names=(_NAME,),
        probes=(),
        files=job.files,
        limits=limits,
        seed=job.seed,
        environment=job.environment,
        preparation=job.preparation,
    )
    yield Blame.SUBMISSION, good
    yield Blame.EXERCISE, replace(good, files=(), limits=Limits(), preparation=UNPREPARED)


def failed_import(record: Record) -> Text:
    """Find the first error that says that a package cannot be imported, in a cell or in a call; empty if none does.

    It does not say whose fault that is: see `import_trial`.
    """
    in_cells = [cell.error.exception_text for cell in record.cells if cell.error and cell.error.name in _FAILED_IMPORTS]
    calls = [result.message for result in record.probes.values() if result.state is ProbeState.RAISED]
    in_calls = [text for text in calls if english(text).partition(":")[0] in _FAILED_IMPORTS]
    return next(iter(in_cells + in_calls), "")


def import_trial(job: Job) -> Job:
    """Make a known-good job that imports the packages of the environment, to run where a job could not import one."""
    limits = Limits(cell_seconds=_SECONDS, notebook_seconds=_SECONDS)
    return Job(
        cells=(f"{_imports(job)}\n{_CELL}",),
        names=(_NAME,),
        probes=(),
        files=(),
        limits=limits,
        seed=job.seed,
        environment=job.environment,
    )


def _imports(job: Job) -> str:
    return ", ".join([_IMPORTS, *(name for name, _ in job.preparation.packages)])


def is_good(record: Record) -> bool:
    """Whether a run of a known-good job came out as it has to."""
    answer = record.answers.get(_NAME)
    return record.outcome is Outcome.COMPLETED and answer is not None and answer.value == _VALUE


def unrun(job: Job, problem: Text, isolation: Isolation) -> Record:
    """Make the record of a job that cannot be run although known-good ones can: it needs manual grading.

    Args:
        job: The job.
        problem: What happened last, for staff.
        isolation: The isolation of the place where it was tried.
    """
    remark = message(
        (
            "Each run of this notebook ended before its first cell, although another notebook ran on "
            "the same machine: {problem}"
        ),
        problem=problem,
    )
    return without_run(job, Outcome.CRASHED, isolation, remark, UNRUN)


def without_run(job: Job, outcome: Outcome, isolation: Isolation, *remarks: Text) -> Record:
    """Make the record of a job of which no cell is known to have run.

    Args:
        job: The job.
        outcome: How it ended.
        isolation: The isolation of the place where it was tried.
        *remarks: Facts that a reader has to know.
    """
    return Record(
        key=job.key,
        outcome=outcome,
        cells=tuple(CellRun() for _ in job.cells),
        isolation=isolation,
        environment=job.environment,
        remarks=remarks,
    )
