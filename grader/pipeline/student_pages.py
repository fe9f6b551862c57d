"""The pages of students: drawn after their marks are kept, by whoever comes next if need be.

A mark that changes a page says so in the gradebook, in the same transaction: from then on it is known of no page what
it shows. Only once the page has been drawn it is noted what is on it. So no page is drawn while the gradebook is held,
and where a process dies in between, the next command finds what is missing.
"""

from collections.abc import Iterable, Mapping, Sequence

from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook, batches
from grader.model.record import Record
from grader.model.standing import Standing
from grader.pipeline.marking import Marking
from grader.pipeline.marking_process import MarkingProcess

_AT_ONCE = 20  # few, since nobody else draws meanwhile


class StudentPages:
    """Draws the pages of the students of one exercise.

    Args:
        results: Where they go.
        book: The marks that they show.
        marking: Makes the mark that counts.
        process: Draws.
    """

    def __init__(self, results: Results, book: Gradebook, marking: Marking, process: MarkingProcess) -> None:
        self._results, self._book, self._marking, self._process = results, book, marking, process

    def draw(self, students: Iterable[str], records: Mapping[int, Record] | None = None) -> dict[str, str]:
        """Draw the pages of some students, where they do not show yet what counts now.

        Nobody else draws meanwhile, and what is drawn is read again before it: so the page that is drawn last shows
        the marks that were kept last, whoever kept them.

        Args:
            students: Whose; those without a mark have no page.
            records: Number of a try -> its record, where that is not kept.

        Returns:
            Student -> digest of what the page shows now; empty where there is no record to draw it from.
        """
        shown: dict[str, str] = {}
        for names in batches(list(students), _AT_ONCE):
            with self._results.alone():
                shown |= self._drawn(names, records or {})
        return shown

    def draw_missing(self) -> None:
        """Draw what an earlier command kept marks for and did not come to draw."""
        missing = [name for name, page in self._book.pages().items() if not page]
        tries = self._book.tries(*missing) if missing else {}
        here = self._results.has_notebook
        self.draw(name for name in missing if any(here(each.taken.notebook) for each in tries[name]))

    def _drawn(self, names: Sequence[str], records: Mapping[int, Record]) -> dict[str, str]:
        tries, decisions, shown = self._book.tries(*names), self._book.adjustments(*names), self._book.pages(*names)
        standings = [self._marking.standing(tries[name], decisions.get(name, ())) for name in shown]
        old = [each for each in standings if not self._is_shown(each, shown)]
        written = self._process.write_all(old, records)
        drawn = {each.entry.student: each.page if done else "" for each, done in zip(old, written, strict=True)}
        if drawn:
            self._book.note_pages(drawn)
        return shown | drawn

    def _is_shown(self, standing: Standing, shown: Mapping[str, str]) -> bool:
        return shown[standing.entry.student] == standing.page and self._results.has_page(standing.entry.folder)
