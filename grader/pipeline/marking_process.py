"""Marks and draws in a separate process, away from the process that keeps the clocks of running notebooks."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from grader.assess import engine
from grader.course.variants import personal
from grader.gradebook.results import Results
from grader.gradebook.texts import assessment_of, text_of
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.model.record import Outcome, Record
from grader.pipeline.limited_process import LimitedProcess, LostError
from grader.pipeline.marking import Detail, Marking
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedSubmission, fits, parse
from grader.storage.records import RecordStore

SECONDS = 10
"""Seconds of processor time to mark one submission or to draw its page. Most take a hundredth of a second."""

_AT_HAND = 20
_TRIES = 2  # what earlier submissions left in the process is not the fault of this one

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class _Marks:
    """The automatic marks of an attempt on their way from the other process.

    Attributes:
        body: The assessment as the gradebook stores it. A pickle of it takes longer to read than this text.
        fingerprint: See `Attempt`.
        work: See `Attempt`.
    """

    body: str
    fingerprint: str
    work: str


class MarkingProcess(AbstractContextManager["MarkingProcess"]):
    """Marks the students of one exercise, each within limits of time and memory.

    Make it before threads start: it forks.

    Args:
        material: The exercise.
        results: The folder with notebooks and records, in which the pages are stored.
        marking: Marks and draws.
        at_once: Number of processes, each of which marks or draws one student at a time.
    """

    def __init__(self, material: Material, results: Results, marking: Marking, at_once: int = 1) -> None:
        self._material, self._results, self._marking = material, results, marking
        self._records = RecordStore(results.records)
        self._runs: dict[int, tuple[ParsedSubmission, Record]] = {}
        tasks: dict[str, Callable[..., Any]] = {"assess": self._assess, "write": self._write}
        self._processes = [LimitedProcess(tasks) for _ in range(at_once)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.close()

    def assess(self, attempt: Attempt, record: Record | None = None) -> Attempt | None:
        """Assess an attempt.

        Args:
            attempt: The attempt, whose notebook is stored.
            record: Its record, if the record is not stored.

        Returns:
            The attempt with its automatic marks; None if the notebook is missing, or a record that fits the exercise.
            A submission that takes too much time or memory gets no mark and needs manual grading. This does not
            affect other submissions.
        """
        try:
            marks: _Marks | None = self._call(attempt, "assess", replace(attempt, assessment=None), record)
        except LostError as error:
            exercise = personal(
                self._material.exercise, self._material.key_of(attempt.submission.owner_of_numbers).numbers
            )
            lost = record or Record(key=attempt.record_key, outcome=Outcome.COMPLETED)
            broken = engine.failed_assessment(attempt.student, exercise, lost, error)
            return replace(attempt, assessment=broken, fingerprint="", work="")
        if marks is None:
            return None
        return replace(attempt, assessment=assessment_of(marks.body), fingerprint=marks.fingerprint, work=marks.work)

    def assess_all(self, attempts: Sequence[Attempt]) -> list[Attempt | None]:
        """`assess` for several, in their order."""
        return self._several([(attempt, partial(self.assess, attempt)) for attempt in attempts])

    def write_all(self, marks: Sequence[Mark], records: Mapping[int, Record]) -> list[Detail | None]:
        """`write` for several, in their order.

        Args:
            marks: The marks that count.
            records: Number of an attempt -> its record, if the record is not stored.
        """
        return self._several(
            [(mark.attempt, partial(self.write, mark, records.get(mark.attempt.id))) for mark in marks]
        )

    def write(self, mark: Mark, record: Record | None = None) -> Detail | None:
        """Write a student's page and marks.

        A page that takes too much time or memory is replaced by one without pictures and notebook. If that is not
        enough, it is replaced by one with the marks only. Both say so. If even that fails, the page stays as it is, a
        remark tells staff, and the next command tries again: the marks are stored, and other students do not wait.

        Args:
            mark: The mark that counts.
            record: The record of its attempt, if the record is not stored.

        Returns:
            How much the page shows; None where there was no record to draw it from, and the page stays as it is.
        """
        name = self._marking.pseudonym(mark.student)
        sent = replace(mark, attempt=replace(mark.attempt, assessment=None))  # the page shows the mark that counts
        reason: LostError | None = None
        for detail in Detail:
            try:
                drawn: Detail | None = self._call(mark.attempt, "write", sent, record, name, detail)
            except LostError as error:
                reason = error
                continue
            return drawn
        self._results.remarks.append(
            f"{mark.student}: the report could not be written. The marks are stored. Run the command again to write "
            f"the report. Reason: {reason}."
        )
        return None

    def _call(self, attempt: Attempt, task: str, *arguments: Any) -> Any:
        process = self._processes[self._place(attempt)]
        for _ in range(_TRIES - 1):
            try:
                return process.call(task, *arguments, seconds=SECONDS)
            except LostError:
                continue
        return process.call(task, *arguments, seconds=SECONDS)

    def _place(self, attempt: Attempt) -> int:
        """The process for a student's work: always the same one, which still has the run after marking it.

        It is chosen by name: the numbers of the attempts that count may all be even if everyone has two attempts.
        """
        return zlib.crc32(attempt.student.encode("utf-8", "surrogatepass")) % len(self._processes)

    def _several(self, calls: Sequence[tuple[Attempt, Callable[[], Done]]]) -> list[Done]:
        """Make one call for each student. Calls to different processes run at the same time."""
        done: dict[int, Done] = {}

        def of_one(place: int) -> None:
            for number, (attempt, call) in enumerate(calls):
                if self._place(attempt) == place:
                    done[number] = call()

        places = range(len(self._processes))
        with ThreadPoolExecutor(len(places)) as pool:
            for ended in [pool.submit(copy_context().run, of_one, place) for place in places]:
                ended.result()
        return [done[number] for number in range(len(calls))]

    # What follows runs in the other process.

    def _assess(self, attempt: Attempt, record: Record | None) -> _Marks | None:
        with self._marking.of_a_class():
            run = self._run(attempt, record)
            if run is None:
                return None
            self._runs[attempt.id] = run  # its page is drawn next
            if len(self._runs) > _AT_HAND:
                del self._runs[next(iter(self._runs))]
            assessed = self._marking.assess(*run, attempt)
            assert assessed.assessment is not None, "`Marking.assess` always gives marks"
            return _Marks(text_of(assessed.assessment), assessed.fingerprint, assessed.work)

    def _write(self, mark: Mark, record: Record | None, name: str, detail: Detail) -> Detail | None:
        with self._marking.of_a_class():
            run = self._run(mark.attempt, record)
            return None if run is None else self._marking.write(mark, *run, name, detail)

    def _run(self, attempt: Attempt, record: Record | None) -> tuple[ParsedSubmission, Record] | None:
        """The parsed submission of an attempt and its record. The latest ones are kept in memory."""
        if record is None and (run := self._runs.pop(attempt.id, None)):
            return run
        content = self._results.notebook(attempt.notebook)
        if content is None:
            return None
        parsed = parse(self._material, replace(attempt.submission, content=content))
        record = record or parsed.problem or self._records.get(parsed.job.key)
        if record is None:
            earlier = self._records.get(attempt.record_key)
            record = earlier if earlier and fits(parsed.job, earlier) else None
        return None if record is None else (parsed, record)
