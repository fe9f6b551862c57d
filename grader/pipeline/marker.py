"""Marks the students of one exercise: the one place where marks are saved and pages are brought up to date.

`grade`, `regrade`, `rerun` and `decide` all end here: marks are committed to the gradebook first, and only then are the
pages drawn that no longer show what counts. No page is drawn inside a transaction.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self

from grader.errors import InputError
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.model.adjustment import Adjustment
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.model.record import Outcome, Record
from grader.pipeline.changed_marks import ChangedMarks
from grader.pipeline.class_pages import publish_class
from grader.pipeline.marking import Marking, now, version_of
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedSubmission
from grader.pipeline.student_pages import StudentPages


class Marker(AbstractContextManager["Marker"]):
    """Assesses the attempts of one exercise, saves marks, and publishes pages.

    Make it before threads start: its processes are forked.

    Args:
        material: The exercise.
        results: The results folder.
        book: The gradebook of the exercise.
        dry_run: Whether marks are only computed. If so, no pseudonym is drawn, and no secret of the course is made.
        at_once: Number of processes, each of which assesses one attempt or draws one page at a time.
        stays: Whether its processes stay after a `with` block, for the next one; then call `close` at the end.
        notifies: Whether a person changes marks, so that students whose published mark changes are notified.
    """

    def __init__(
        self,
        material: Material,
        results: Results,
        book: Gradebook,
        *,
        dry_run: bool = False,
        at_once: int = 1,
        stays: bool = False,
        notifies: bool = False,
    ) -> None:
        self._material, self._results, self._book = material, results, book
        self._marking = Marking(material, results, keeps=not dry_run)
        self._process = MarkingProcess(material, results, self._marking, at_once)
        self._pages = StudentPages(results, book, self._marking, self._process)
        self._version: int | None = None
        self._stays = stays
        slug = material.exercise.slug
        self._changed = ChangedMarks(material.settings, slug, results, book) if notifies and not dry_run else None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        if not self._stays:
            self._open.enter_context(self._process)
        self._open.enter_context(self._marking.of_a_class())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def close(self) -> None:
        """End the processes of a marker that stays."""
        self._process.close()

    def mark(self, attempts: Sequence[Attempt], decisions: Sequence[Adjustment]) -> Mark:
        """The mark of a student that counts; nothing is saved. See `Marking.mark`."""
        return self._marking.mark(attempts, decisions)

    def is_current(self, attempt: Attempt, parsed: ParsedSubmission) -> bool:
        """Whether an attempt has marks that would come out the same now."""
        return bool(attempt.fingerprint) and attempt.fingerprint == self._marking.fingerprint(parsed, attempt)

    def is_shown(self, mark: Mark, pages: Mapping[str, str]) -> bool:
        """Whether the student's page shows a mark already; `pages` has the digest of each page."""
        return self._pages.show(mark, pages)

    def assess_again(self, attempts: Sequence[Attempt]) -> dict[int, Attempt]:
        """Assess attempts from their stored records.

        Returns:
            Number of an attempt -> the attempt with its new marks. An attempt is missing if its notebook is missing,
            or a record that fits the exercise.
        """
        return {attempt.id: attempt for attempt in self._process.assess_all(attempts) if attempt is not None}

    def assess_and_save(self, attempt: Attempt, record: Record, *, redraw: bool = False) -> Mark:
        """Assess an attempt, save its marks, and draw the student's page; returns the mark that counts.

        Args:
            attempt: The attempt, whose notebook is stored.
            record: Its record, which is stored already unless the run failed or the notebook could not be read.
            redraw: See `save`.

        Raises:
            InputError: What was just stored is gone.
        """
        is_stored = bool(record.key) and record.outcome is not Outcome.SANDBOX_FAILED
        assessed = self._process.assess(attempt, None if is_stored else record)
        if assessed is None:
            raise InputError(f"{self._results.folder}: a file that was just stored is missing. Run the command again.")
        (mark,) = self._save([attempt.student], [assessed], record, redraw)
        self._pages.draw([attempt.student], {} if is_stored else {attempt.id: record})
        return mark

    def save(self, students: Sequence[str], attempts: Sequence[Attempt] = (), *, redraw: bool = False) -> list[Mark]:
        """Save marks, and draw the pages that no longer show what counts.

        Args:
            students: Students whose mark that counts is computed again. Each has an attempt that has been assessed.
            attempts: Attempts of these students with new marks; none if only people decided anew.
            redraw: Whether the pages are drawn even if the marks on them are the same.

        Returns:
            The mark that counts of each of the students.
        """
        marks = self._save(students, attempts, None, redraw)
        self._pages.draw(students)
        return marks

    def publish(self) -> list[Mark]:
        """Draw the pages that are missing, compare the class, and write its pages and tables; returns all marks.

        Before that, students are notified whose published mark has changed, if a person changes marks.
        """
        if self._changed is not None:
            self._changed.notify(self._book.marks())
        self._pages.draw_missing()
        return publish_class(self._material, self._book, self._results, self._marking)

    def _save(
        self, students: Sequence[str], attempts: Sequence[Attempt], record: Record | None, redraw: bool
    ) -> list[Mark]:
        if self._version is None:
            self._version = version_of(self._material, self._book)
        return self._book.save(
            self._version, students, attempts, self._marking.mark, now(), record=record, redraw=redraw
        )
