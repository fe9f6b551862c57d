"""Marks and draws in a separate process, away from the process that keeps the clocks of running notebooks."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from grader.assess import engine
from grader.course.variants import personal
from grader.gradebook.results import Results
from grader.model.record import Outcome, Record
from grader.model.standing import Assessed, Standing, Try
from grader.pipeline.limited_process import LimitedProcess, LostError
from grader.pipeline.marking import Detail, Marking, Run
from grader.pipeline.material import Material
from grader.pipeline.reading import fits, read
from grader.storage.records import RecordStore

SECONDS = 10
"""Seconds of processor time to mark one submission or to draw its page. Most take a hundredth of a second."""

_AT_HAND = 20
_TRIES = 2  # what earlier submissions left in the process is not the fault of this one

Done = TypeVar("Done")


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
        self._runs: dict[int, Run] = {}
        tasks: dict[str, Callable[..., Any]] = {"assess": self._assess, "write": self._write}
        self._processes = [LimitedProcess(tasks) for _ in range(at_once)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.close()

    def assess(self, entry: Try, record: Record | None = None) -> Assessed | None:
        """The automatic marks of a try.

        Args:
            entry: The try, whose notebook is stored.
            record: Its record, if the record is not stored.

        Returns:
            The marks; None if the notebook or a record that fits the exercise is missing. A submission that takes too
            much time or memory gets no mark and needs manual grading. This does not affect other submissions.
        """
        try:
            marked: Assessed | None = self._call(entry, "assess", entry, record)
        except LostError as error:
            exercise = personal(self._material.exercise, self._material.key_of(entry.student).given)
            lost = record or Record(entry.record, Outcome.COMPLETED)
            return Assessed(engine.broken(entry.student, exercise, lost, error), "", "")
        return marked

    def assess_all(self, tries: Sequence[Try]) -> list[Assessed | None]:
        """`assess` for several, in their order."""
        return self._several([(each, partial(self.assess, each)) for each in tries])

    def write_all(self, standings: Sequence[Standing], records: Mapping[int, Record]) -> list[bool]:
        """`write` for several, in their order.

        Args:
            standings: The marks that count.
            records: Number of a try -> its record, if the record is not stored.
        """
        return self._several(
            [(each.entry, partial(self.write, each, records.get(each.entry.id))) for each in standings]
        )

    def write(self, standing: Standing, record: Record | None = None) -> bool:
        """Write a student's page and marks.

        A page that takes too much time or memory is replaced by one without pictures and notebook. If that is not
        enough, it is replaced by one with the marks only. Both say so.

        Args:
            standing: The mark that counts.
            record: The record of its try, if the record is not stored.

        Returns:
            Whether there was a record to draw the page from; without one, the page stays as it is.
        """
        name = self._marking.pseudonym(standing.entry.student)
        for detail in Detail:
            try:
                written: bool = self._call(standing.entry, "write", standing, record, name, detail)
            except LostError:
                continue
            return written
        raise LostError("not even the marks alone could be written")

    def _call(self, entry: Try, task: str, *arguments: Any) -> Any:
        process = self._processes[self._place(entry)]
        for _ in range(_TRIES - 1):
            try:
                return process.call(task, *arguments, seconds=SECONDS)
            except LostError:
                continue
        return process.call(task, *arguments, seconds=SECONDS)

    def _place(self, entry: Try) -> int:
        """The process for a student's work: always the same one, which still has the run after marking it.

        It is chosen by name, because the numbers of the tries that count may all be even if everyone has two tries.
        """
        return zlib.crc32(entry.student.encode("utf-8", "surrogatepass")) % len(self._processes)

    def _several(self, calls: Sequence[tuple[Try, Callable[[], Done]]]) -> list[Done]:
        """Make one call for each student. Calls to different processes run at the same time."""
        done: dict[int, Done] = {}

        def of_one(place: int) -> None:
            for number, (entry, call) in enumerate(calls):
                if self._place(entry) == place:
                    done[number] = call()

        places = range(len(self._processes))
        with ThreadPoolExecutor(len(places)) as pool:
            for ended in [pool.submit(copy_context().run, of_one, place) for place in places]:
                ended.result()
        return [done[number] for number in range(len(calls))]

    # What follows runs in the other process.

    def _assess(self, entry: Try, record: Record | None) -> Assessed | None:
        with self._marking.of_a_class():
            run = self._run(entry, record)
            if run is None:
                return None
            self._at_hand(entry, run)
            return self._marking.assess(run.reading, run.record, entry)

    def _write(self, standing: Standing, record: Record | None, name: str, detail: Detail) -> bool:
        with self._marking.of_a_class():
            run = self._run(standing.entry, record)
            if run is not None:
                self._marking.write(standing, run, name, detail)
            return run is not None

    def _run(self, entry: Try, record: Record | None) -> Run | None:
        """A try with its record. The latest ones are kept in memory, because their pages are drawn next."""
        if record is None and (run := self._runs.pop(entry.id, None)):
            return run
        content = self._results.notebook(entry.taken.notebook)
        if content is None:
            return None
        reading = read(self._material, replace(entry.submission, content=content))
        found = record or reading.problem or self._records.get(reading.job.key)
        if found is None:
            kept = self._records.get(entry.record)
            found = kept if kept and fits(reading.job, kept) else None
        return None if found is None else Run(reading, found)

    def _at_hand(self, entry: Try, run: Run) -> None:
        self._runs[entry.id] = run
        if len(self._runs) > _AT_HAND:
            del self._runs[next(iter(self._runs))]
