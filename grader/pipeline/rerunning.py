"""Running again: for a run that somebody doubts. The record before is kept, and what changed is told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.errors import InputError
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.marks.attempts import may_count
from grader.marks.changes import Change, change
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.model.record import Outcome
from grader.pipeline.inbox import Inbox
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import Material
from grader.pipeline.naming import known_name, unknown_student
from grader.pipeline.running import Countdown, Plan, Progress, run
from grader.storage.records import RecordStore


@dataclass(frozen=True, slots=True)
class Rerun:
    """What running again gave.

    Attributes:
        marks: The marks that count now, of all whose notebooks ran again.
        changes: What changed, and for whom.
        failed: Student -> why the run failed through a fault of ours; they keep the marks and the run that they had.
        left_out: The students whose run cannot be repeated: the notebook could not be read or is not here, or the
            exercise has changed since.
    """

    marks: list[Mark]
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
    book, records = results.existing(material.settings, material.exercise.slug), RecordStore(results.records)
    before = {mark.student: mark for mark in book.marks()}
    if not before:
        raise results.nothing(material.exercise.slug)
    doubted = [_known_student(name, before) for name in students] or list(before)
    inbox = Inbox(material, results)
    failed: dict[str, str] = {}
    with Marker(material, results, book, notifies=True) as marker:
        attempts, decisions = book.attempts(), book.bearing()
        may_be_run = [attempt for theirs in attempts.values() for attempt in may_count(theirs, material.settings.tries)]
        pending, left_out = _to_run_again(may_be_run, doubted, inbox)
        waiting = [attempt for of_job in pending.values() for attempt in of_job]
        countdown = Countdown(progress, waiting)
        try:
            for record, of_job in run(executor, material, inbox, pending, plan):
                if record.outcome is Outcome.SANDBOX_FAILED:  # a fault of ours: the record and the marks stay
                    why = str(record.remarks[0] if record.remarks else Outcome.SANDBOX_FAILED)
                    for attempt in of_job:
                        failed[attempt.student] = why
                        countdown.done(marker.mark(attempts[attempt.student], decisions.get(attempt.student, ())))
                else:
                    records.replace(record, now())
                    for attempt in of_job:
                        countdown.done(marker.assess_and_save(attempt, record, redraw=True))
        finally:  # also after an interruption: what is done is published
            of_student = {mark.student: mark for mark in marker.publish()}
    ran = dict.fromkeys(attempt.student for attempt in waiting)
    after = [of_student[student] for student in ran if student in of_student]
    return Rerun(after, _changes(before, after), failed, left_out)


def _to_run_again(
    attempts: Iterable[Attempt], students: Collection[str], inbox: Inbox
) -> tuple[dict[str, list[Attempt]], list[str]]:
    """The runs of some students, which others who submitted the same share.

    Returns:
        Key of the job -> the attempts that it runs; and the students whose run cannot be repeated: the notebook could
        not be read or is not here, or the exercise has changed.
    """
    attempts = list(attempts)
    keys = {attempt.record_key for attempt in attempts if attempt.student in students}
    pending: dict[str, list[Attempt]] = {}
    left_out = []
    for attempt in attempts:
        key = attempt.record_key
        if key in keys and (key or attempt.student in students):
            if key and inbox.has(attempt) and inbox.parsed(attempt).record_key == key:
                pending.setdefault(key, []).append(attempt)
            else:
                left_out.append(attempt.student)
    return pending, left_out


def _changes(before: Mapping[str, Mark], after: Iterable[Mark]) -> list[Change]:
    changes = []
    for mark in after:
        earlier = before.get(mark.student)
        changes.append(change(mark.student, earlier.assessment if earlier else None, mark.assessment))
    return [changed for changed in changes if changed]


def _known_student(student: str, known: Mapping[str, Mark]) -> str:
    name = known_name(student, known)
    if name is None:
        raise InputError(unknown_student(student, known))
    return name
