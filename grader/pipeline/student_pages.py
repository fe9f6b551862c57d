"""The pages of students, which are drawn after their marks are stored.

If a mark changes a page, the same transaction deletes the page's digest from the gradebook. The digest is stored again
only after the page has been drawn. The gradebook is therefore not locked while pages are drawn, and if a process dies
in between, the next command finds the missing digest and draws the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grader.gradebook.results import Results
from grader.gradebook.rows import batches
from grader.gradebook.store import Gradebook
from grader.gradebook.texts import text_of
from grader.model.mark import Mark
from grader.model.record import Record
from grader.pipeline.marking import Detail, Marking
from grader.pipeline.marking_process import MarkingProcess

_AT_ONCE = 20  # few, because other graders wait while these pages are drawn


class StudentPages:
    """Draws the pages of the students of one exercise.

    Args:
        results: The results folder, in which the pages are stored.
        book: The gradebook with the marks that the pages show.
        marking: Computes the mark that counts.
        process: The process that draws the pages.
    """

    def __init__(self, results: Results, book: Gradebook, marking: Marking, process: MarkingProcess) -> None:
        self._results, self._book, self._marking, self._process = results, book, marking, process

    def draw(self, students: Iterable[str], records: Mapping[int, Record] | None = None) -> None:
        """Draw the pages of some students that do not show yet what counts now.

        Only one grader draws at a time, and it reads the marks again first. The page that is drawn last therefore
        shows the marks that were stored last, whichever grader stored them.

        Args:
            students: Names of students. Students without a mark have no page.
            records: Number of an attempt -> its record, if the record is not stored.
        """
        for names in batches(list(students), _AT_ONCE):
            with self._results.alone():
                self._draw(names, records or {})

    def draw_missing(self) -> None:
        """Draw the pages whose marks an earlier command stored without drawing them."""
        missing = [name for name, page in self._book.pages().items() if not page]
        attempts = self._book.collected(*missing) if missing else {}
        here = self._results.has_notebook
        self.draw(name for name in missing if any(here(attempt.notebook) for attempt in attempts[name]))

    def show(self, mark: Mark, pages: Mapping[str, str]) -> bool:
        """Whether the page of a student shows a mark already.

        Args:
            mark: The mark that counts.
            pages: Student -> digest of what the page shows.
        """
        return pages.get(mark.student) == mark.page and self._results.has_page(mark.attempt.folder)

    def _draw(self, names: Sequence[str], records: Mapping[int, Record]) -> None:
        since = self._book.last_changes(*names)  # before all else: what is kept from now on, the page may not show
        pages = {name: page for name, page in self._book.pages(*names).items() if name in since}
        attempts, decisions = self._book.attempts(*names), self._book.bearing(*names)
        marks = [self._marking.mark(attempts[name], decisions.get(name, ())) for name in pages]
        outdated = [mark for mark in marks if not self.show(mark, pages)]
        drawn = self._process.write_all(outdated, records)
        stored = self._book.marks_of([mark.student for mark in outdated]) if outdated else {}
        # Somebody may have decided after the mark was stored. The page then shows more than the stored mark, and its
        # digest would make the next command believe that this mark is the one that counts.
        digests = {
            mark.student: mark.page if detail and _are_equal(mark, stored[mark.student]) else ""
            for mark, detail in zip(outdated, drawn, strict=True)
        }
        if digests:
            self._book.note_pages(digests, since)
        self._results.remarks += [
            f"{mark.student}: the report shows only {detail.value}, because drawing the rest failed, or needed too "
            f"much time or memory."
            for mark, detail in zip(outdated, drawn, strict=True)
            if detail not in (Detail.FULL, None)
        ]


def _are_equal(mark: Mark, stored: Mark) -> bool:
    """Whether a mark is the stored one. Flags do not count: the comparison of a class adds them later."""
    texts = [text_of(replace(one.assessment, flags=())) for one in (mark, stored)]
    return mark.attempt.id == stored.attempt.id and texts[0] == texts[1]
