"""Marking again from records, after a change of points, key or wording; nothing is given that could run anything."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from grader.execute.oversight import allowed
from grader.gradebook.results import Results
from grader.gradebook.rows import batches
from grader.gradebook.store import Gradebook
from grader.marks.changes import Change, change
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.pipeline.groups import Groups, share
from grader.pipeline.marker import Marker
from grader.pipeline.material import Material

_AT_ONCE = 20  # few, because other graders wait while these marks are stored or these pages are drawn
_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Regraded:
    """The result of a regrade.

    Attributes:
        marks: The new marks of all students.
        changes: What changed, and for whom.
        outdated: The students whose record no longer fits the exercise (its data or limits changed), or is not here:
            they keep their last mark and must be graded again.
        reworded: The students who keep their mark, but whose report says something else, in order.
    """

    marks: list[Mark]
    changes: list[Change]
    outdated: list[str]
    reworded: list[str]


def regrade(material: Material, results: Results, dry_run: bool = False) -> Regraded:
    """Mark stored records again; executes nothing, because it is given nothing that could.

    Args:
        material: The exercise, as it is now.
        results: What `grade` left.
        dry_run: Whether only to say what would change.

    Raises:
        InputError: Nothing of the exercise has been graded.
    """
    book = results.existing(material.settings, material.exercise.slug)
    before = {mark.student: mark for mark in book.marks()}
    assessed_before = book.assessed()
    if not before and not any(_to_assess(book, assessed_before)):
        raise results.nothing(material.exercise.slug)
    after: list[Mark] = []
    outdated: list[str] = []
    if not dry_run:
        share(material, book, results, Groups(material, book))
    with Marker(material, results, book, dry_run=dry_run, at_once=_processes(), notifies=True) as marker:
        decisions = book.bearing()
        for batch in batches(_to_assess(book, assessed_before), _AT_ONCE):
            assessed = marker.assess_again([attempt for _, attempts in batch for attempt in attempts])
            outdated += [student for student, attempts in batch if any(old.id not in assessed for old in attempts)]
            with_marks = assessed_before.union(assessed)
            students = [student for student, attempts in batch if any(old.id in with_marks for old in attempts)]
            if dry_run:
                stored = book.attempts(*students)
                after += [
                    marker.mark([assessed.get(old.id, old) for old in stored[student]], decisions.get(student, ()))
                    for student in students
                ]
            else:
                marker.save(students, list(assessed.values()), redraw=True)
        if not dry_run:
            after = marker.publish()
    changes = [_change(before.get(mark.student), mark) for mark in after]
    if not dry_run:
        still_here = {mark.student for mark in after}
        changes += [_left(mark) for mark in before.values() if mark.student not in still_here]
    changed = [one for one in changes if one]
    with_changes = {one.student for one in changed}
    unchanged = [mark for mark in after if mark.student in before and mark.student not in with_changes]
    reworded = [mark.student for mark in unchanged if _reported(mark) != _reported(before[mark.student])]
    return Regraded(after, changed, outdated, reworded)


def _to_assess(book: Gradebook, assessed_before: Collection[int]) -> Iterator[tuple[str, list[Attempt]]]:
    """The students with attempts that have been assessed, each with these attempts, without their marks."""
    for student, attempts in book.collected().items():
        # An attempt that a new member of a group has just got can be marked from the record of the group.
        if again := [one for one in attempts if one.id in assessed_before or one.submission.submitter]:
            yield student, again


def _processes() -> int:
    """How many students are marked at once: one for each processor, up to what one reader of the gradebook can feed."""
    return min(len(allowed(0)) or 1, _MOST_PROCESSES)


def _left(before: Mark) -> Change:
    """The change for a student who has left a group, and has no other submission."""
    points = before.assessment.points if before.assessment.has_mark else None
    return Change(before.student, points, None, ("the submission belongs to a group that the student has left",))


def _reported(mark: Mark) -> Assessment:
    """What the student's report says; flags are for staff alone."""
    return replace(mark.assessment, flags=())


def _change(before: Mark | None, after: Mark) -> Change | None:
    return change(after.student, before.assessment if before else None, after.assessment)
