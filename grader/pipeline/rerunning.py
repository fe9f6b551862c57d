"""Running again: for a run that somebody doubts. The record before is kept, and what changed is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.errors import InputError
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.marks.changes import Change, change
from grader.model.record import Outcome
from grader.model.standing import Standing
from grader.pipeline.grading import Grading, Plan, Progress
from grader.pipeline.marking import Marking
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material
from grader.pipeline.naming import meant, nobody
from grader.pipeline.reading import with_inputs


@dataclass(frozen=True, slots=True)
class Rerun:
    """What running again gave.

    Attributes:
        standings: The marks that count now, of all whose notebooks ran again.
        changes: What changed, and for whom.
        failed: Student -> why the run failed through a fault of ours; they keep the marks and the run that they had.
        left_out: The students whose run cannot be repeated: the notebook could not be read or is not here, or the
            exercise has changed since.
    """

    standings: list[Standing]
    changes: list[Change]
    failed: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def rerun(
    material: Material,
    results: Results,
    executor: Executor,
    students: Sequence[str],
    progress: Progress,
    plan: Plan,
) -> Rerun:
    """Run the notebooks of some students again, or of all, and mark what came of it.

    Args:
        material: The exercise, as it is now.
        results: What `grade` left.
        executor: Runs them.
        students: Whose; none: all. Who handed in the same as one of them is marked again, too.
        progress: Is told of each student who is done.
        plan: Is told, before anything runs, whose notebooks will run and in which order.

    Raises:
        InputError: Nothing of the exercise has been graded, or nobody of a name has handed anything in.
    """
    book = results.existing(material.settings, material.exercise.slug)
    before = {each.entry.student: each for each in book.standings()}
    if not before:
        raise results.nothing(material.exercise.slug)
    chosen = [_meant(name, before) for name in students] or list(before)
    marking = Marking(material, results)
    failed: dict[str, str] = {}
    with MarkingProcess(material, results, marking) as process, marking.of_a_class():
        grading = Grading(material, results, progress, marking, process)
        ran: dict[str, None] = {}
        try:
            jobs, left_out = grading.to_run_again(chosen)
            ran = dict.fromkeys(student for job in jobs for student in grading.students_of(job))
            plan(grading.students_of(job) for job in jobs)
            for record in executor.run(with_inputs(material, job) for job in jobs) if jobs else ():
                why = record.remarks[0] if record.remarks else str(Outcome.SANDBOX_FAILED)
                failed |= dict.fromkeys(grading.finish_again(record), why)
        finally:
            grading.end()
    after = grading.standings(ran)
    changes = [
        found
        for each in after
        if (found := change(each.entry.student, before[each.entry.student].assessment, each.assessment))
    ]
    return Rerun(after, changes, failed, left_out)


def _meant(student: str, known: dict[str, Standing]) -> str:
    name = meant(student, known)
    if name is None:
        raise InputError(nobody(student, known))
    return name
