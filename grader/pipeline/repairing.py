"""Repairs: one replacement of a line in all notebooks of a class that have it. Only those notebooks run again."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from grader.course.layout import Course
from grader.course.repairs import add_repair, undo_repair
from grader.errors import InputError
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.marks.changes import Change, change
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.model.repair import Repair
from grader.model.submission import Submission
from grader.pipeline.grading import grade
from grader.pipeline.inbox import Inbox
from grader.pipeline.marking import now
from grader.pipeline.material import Material, load
from grader.pipeline.running import Watch

Start = Callable[[int], AbstractContextManager[tuple[Executor, Watch]]]
"""Starts what runs notebooks and a view of the progress, from the number of students."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """The result of a repair.

    Attributes:
        students: The students whose notebooks it concerns, in the order of their names.
        changes: What changed, and for whom.
    """

    students: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CommonLine:
    """A line at which notebooks stop, the error, and the students."""

    line: str
    error: str
    students: tuple[str, ...]


def change_repairs(
    course: Course, material: Material, results: Results, change_to_make: Repair | int, start: Start
) -> Repaired:
    """Make a repair, or undo the one of a number; see `repair` and `undo`."""
    if isinstance(change_to_make, int):
        return undo(course, material, results, change_to_make, start)
    return repair(course, material, results, change_to_make, start)


def repair(course: Course, material: Material, results: Results, new: Repair, start: Start) -> Repaired:
    """Replace a line in all notebooks of a class that have it, and grade them again.

    Nothing is stored if no notebook has the line. The notebooks themselves stay as they are.
    If an earlier call stored the repair and was interrupted, the same call again grades the remaining notebooks.

    Raises:
        InputError: No notebook has the line, another repair replaces it, or nothing of the exercise has been graded.
    """
    if interrupted := [known for known in material.repairs if _is_same(known, new)]:
        without = replace(material, repairs=tuple(known for known in material.repairs if known not in interrupted))
        return _grade_again(material, results, _affected(without, material, results), start)
    with_it = replace(material, repairs=(*material.repairs, new))
    affected = _affected(material, with_it, results)
    if not affected:
        raise InputError(f"--line: no notebook has the line {new.line!r}. Copy it from the dashboard as it is.")
    add_repair(course, material.exercise.slug, new)
    return _grade_again(load(course, material.exercise.slug), results, affected, start)


def undo(course: Course, material: Material, results: Results, number: int, start: Start) -> Repaired:
    """Undo a repair, and grade the notebooks as they were submitted; their records are still stored.

    If an earlier call was interrupted, the same call again grades the remaining notebooks.

    Raises:
        InputError: There is no such repair, or no submission of the exercise has been graded.
    """
    slug = material.exercise.slug
    results.existing(material.settings, slug)
    known = material.repairs[number - 1] if 1 <= number <= len(material.repairs) else None
    if known is not None and known.undone is not None:
        in_force = tuple(replace(item, undone=None) if item is known else item for item in material.repairs)
        affected = _affected(replace(material, repairs=in_force), material, results)
        return _grade_again(material, results, affected, start)
    undo_repair(course, slug, number, now())
    without = load(course, slug)
    return _grade_again(without, results, _affected(material, without, results), start)


def common_lines(material: Material, results: Results) -> list[CommonLine]:
    """The lines at which notebooks of a class stop, those of the most students first.

    Raises:
        InputError: Nothing of the exercise has been graded.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for mark in _marks(material, results):
        if stop := mark.assessment.stopped_at:
            groups.setdefault((stop.line, stop.error), []).append(mark.student)
    lines = [CommonLine(*key, tuple(students)) for key, students in groups.items()]
    return sorted(lines, key=lambda line: -len(line.students))


def _is_same(known: Repair, new: Repair) -> bool:
    """Whether a repair that is in force makes the replacement of another one."""
    return known.undone is None and (known.line, known.replacement) == (new.line, new.replacement)


def _affected(before: Material, after: Material, results: Results) -> dict[str, list[Attempt]]:
    """Student -> the attempts that run differently with other repairs, and whose notebooks are here."""
    book = results.existing(before.settings, before.exercise.slug)
    old, new = Inbox(before, results), Inbox(after, results)
    affected: dict[str, list[Attempt]] = {}
    for student, attempts in sorted(book.collected().items()):
        changed = [
            attempt
            for attempt in attempts
            if new.has(attempt) and new.parsed(attempt).record_key != old.parsed(attempt).record_key
        ]
        if changed:
            affected[student] = changed
    return affected


def _grade_again(
    material: Material, results: Results, affected: Mapping[str, Sequence[Attempt]], start: Start
) -> Repaired:
    before = {mark.student: mark for mark in _marks(material, results)}
    submissions = [_submission(attempt, results) for attempts in affected.values() for attempt in attempts]
    after: list[Mark] = []
    if submissions:
        with start(len(affected)) as (executor, watch):
            after = grade(material, submissions, results, executor, watch.done, watch.plan)
    changes = (_change(before.get(mark.student), mark) for mark in after)
    return Repaired(tuple(affected), tuple(changed for changed in changes if changed))


def _submission(attempt: Attempt, results: Results) -> Submission:
    return replace(attempt.submission, content=results.notebook(attempt.notebook) or b"")


def _marks(material: Material, results: Results) -> list[Mark]:
    return results.existing(material.settings, material.exercise.slug).marks()


def _change(before: Mark | None, after: Mark) -> Change | None:
    """What changed for a student. That the run is another one is no change: each repair makes another one."""
    earlier = replace(before.assessment, record=after.assessment.record) if before else None
    return change(after.student, earlier, after.assessment)
