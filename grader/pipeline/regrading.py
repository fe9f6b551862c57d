"""Marking again from records, after a change of points, key or wording; nothing is given that could run anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.execute.oversight import allowed
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook, batches
from grader.marks.changes import Change, change
from grader.model.standing import Assessed, Standing, Try
from grader.pipeline.class_pages import settle_class
from grader.pipeline.marking import Marking, now, version_of
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material
from grader.pipeline.student_pages import StudentPages

_AT_ONCE = 20  # few, because other graders wait while these marks are stored or these pages are drawn
_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Regraded:
    """The result of a regrade.

    Attributes:
        standings: The new marks of all students.
        changes: What changed, and for whom.
        outdated: The students whose record no longer fits the exercise (its data or limits changed), or is not here:
            they keep their last mark and must be graded again.
    """

    standings: list[Standing]
    changes: list[Change]
    outdated: list[str]


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
    before = {each.entry.student: each for each in book.standings()}
    if not before:
        raise results.nothing(material.exercise.slug)
    marking = Marking(material, results, keeps=not dry_run)
    after: list[Standing] = []
    outdated: list[str] = []
    with MarkingProcess(material, results, marking, at_once=_processes()) as process, marking.of_a_class():
        again = _Again(material, book, marking, process, StudentPages(results, book, marking, process))
        for batch in batches(book.tries().items(), _AT_ONCE):
            marked = again.mark(batch)
            outdated += [found.student for found in marked if found.outdated]
            if dry_run:
                after += map(again.standing, marked)
            else:
                again.keep(marked)
        if not dry_run:
            after = settle_class(material, book, results, marking)
    changes = [_change(before.get(each.entry.student), each) for each in after]
    return Regraded(after, [found for found in changes if found], outdated)


@dataclass(frozen=True, slots=True)
class _MarkedAgain:
    """A student whose tries were marked again.

    Attributes:
        student: Who.
        tries: All of them, with their new marks.
        marked: The new marks.
        outdated: Whether a record no longer fits, or is not here.
    """

    student: str
    tries: tuple[Try, ...]
    marked: tuple[tuple[Try, Assessed], ...]
    outdated: bool


class _Again:
    """One call of `regrade`."""

    def __init__(
        self, material: Material, book: Gradebook, marking: Marking, process: MarkingProcess, pages: StudentPages
    ) -> None:
        self._material, self._book = material, book
        self._decisions = book.adjustments()
        self._marking, self._process, self._pages = marking, process, pages

    def mark(self, students: Sequence[tuple[str, Sequence[Try]]]) -> list[_MarkedAgain]:
        """Mark the tries of some students that have been marked before; those without any are left out."""
        before = {name: [each for each in tries if each.assessed] for name, tries in students}
        tries = [each for of_student in before.values() for each in of_student]
        found = self._process.assess_all(tries)
        new = {each.id: assessed for each, assessed in zip(tries, found, strict=True) if assessed}
        return [
            _MarkedAgain(
                name,
                tuple(replace(each, assessed=new.get(each.id, each.assessed)) for each in earlier),
                tuple((each, new[each.id]) for each in earlier if each.id in new),
                any(each.id not in new for each in earlier),
            )
            for name, earlier in before.items()
            if earlier
        ]

    def standing(self, marked: _MarkedAgain) -> Standing:
        """The mark that would count; nothing is kept."""
        return self._marking.standing(marked.tries, self._decisions.get(marked.student, ()))

    def keep(self, marked: Sequence[_MarkedAgain]) -> None:
        """Keep the marks of some students, and write their pages anew, whatever they show."""
        names = [each.student for each in marked]
        version = version_of(self._material, self._book)
        self._book.settle(version, [(each.student, each.marked) for each in marked], self._marking.standing, now())
        self._book.note_pages(dict.fromkeys(names, ""))
        self._pages.draw(names)


def _processes() -> int:
    """How many students are marked at once: one for each processor, up to what one reader of the gradebook can feed."""
    return min(len(allowed(0)) or 1, _MOST_PROCESSES)


def _change(before: Standing | None, after: Standing) -> Change | None:
    return change(after.entry.student, before.assessment if before else None, after.assessment)
