"""Marking again from records, after a change of points, key or wording; nothing is given that could run anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.assess.changes import Change, change
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook, batches
from grader.model.adjustment import Adjustment
from grader.model.standing import Assessed, Standing, Try
from grader.pipeline.class_pages import settle_class
from grader.pipeline.marking import Marking, now, version_of
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material

_AT_ONCE = 20  # few, since nobody else writes while their pages are drawn


@dataclass(frozen=True, slots=True)
class Regraded:
    """What marking again gave.

    Attributes:
        standings: The new marks of all students.
        changes: What changed, and for whom.
        outdated: The students whose record no longer fits the exercise (its data or limits changed), or is not here:
            they keep their last mark and have to be graded again.
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
    with MarkingProcess(material, results, marking) as process, marking.of_a_class():
        again = _Again(material, book, marking, process)
        for batch in batches(book.tries().items(), _AT_ONCE):
            marked = [found for student, tries in batch if (found := again.mark(student, tries)).tries]
            outdated += [found.student for found in marked if found.outdated]
            after += [again.standing(found) for found in marked] if dry_run else again.keep(marked)
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

    def __init__(self, material: Material, book: Gradebook, marking: Marking, process: MarkingProcess) -> None:
        self._material, self._book = material, book
        self._decisions = book.adjustments()
        self._marking, self._process = marking, process

    def mark(self, student: str, tries: Sequence[Try]) -> _MarkedAgain:
        """Mark the tries of a student that have been marked before."""
        before = [each for each in tries if each.assessed]
        again = [(each, self._process.assess(each)) for each in before]
        marked = [(each, assessed) for each, assessed in again if assessed]
        new = {each.id: assessed for each, assessed in marked}
        now = tuple(replace(each, assessed=new.get(each.id, each.assessed)) for each in before)
        return _MarkedAgain(student, now, tuple(marked), len(marked) < len(before))

    def standing(self, marked: _MarkedAgain) -> Standing:
        """The mark that would count; nothing is kept."""
        return self._marking.standing(marked.tries, self._decisions.get(marked.student, ()))

    def keep(self, marked: Sequence[_MarkedAgain]) -> list[Standing]:
        """Write the pages of some students, and keep their marks."""
        known = {entry.id for each in marked for entry, _ in each.marked}

        def stand(tries: Sequence[Try], decisions: Sequence[Adjustment]) -> Standing:
            standing = self._marking.standing(tries, decisions)
            if standing.entry.id in known and self._process.write(standing):
                return standing
            return replace(standing, page="")  # its page stays as it is, until there is a record to draw it from

        version = version_of(self._material, self._book)
        return self._book.settle(version, [(each.student, each.marked) for each in marked], stand, now())


def _change(before: Standing | None, after: Standing) -> Change | None:
    return change(after.entry.student, before.assessment if before else None, after.assessment)
