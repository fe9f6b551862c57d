"""Marks and draws in a process of its own, away from the process that keeps the clocks of running notebooks."""

from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from grader.assess import engine
from grader.course.variants import personal
from grader.execute.records import RecordStore
from grader.gradebook.results import Results
from grader.model.record import Outcome, Record
from grader.model.standing import Assessed, Standing, Try
from grader.pipeline.limited_process import LimitedProcess, LostError
from grader.pipeline.marking import Detail, Marking, Run
from grader.pipeline.material import Material
from grader.pipeline.reading import fits, read

SECONDS = 10
"""Processor time to mark one submission or to draw its page; a usual one takes a hundredth of a second."""

_TRIES = 2  # what earlier submissions left in the process is not the fault of this one


class MarkingProcess(AbstractContextManager["MarkingProcess"]):
    """Marks the students of one exercise, each within limits of time and memory.

    Make it before threads start: it forks.

    Args:
        material: The exercise.
        results: Where notebooks and records lie, and where pages go.
        marking: What marks and draws.
    """

    def __init__(self, material: Material, results: Results, marking: Marking) -> None:
        self._material, self._results, self._marking = material, results, marking
        self._records = RecordStore(results.records)
        self._last: tuple[Try, Run] | None = None
        self._process = LimitedProcess({"assess": self._assess, "write": self._write})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.close()

    def assess(self, entry: Try, record: Record | None = None) -> Assessed | None:
        """The marks of a try, as the grader gives them.

        Args:
            entry: The try; its notebook is kept.
            record: Its record where that is not kept.

        Returns:
            The marks; None where the notebook or a record that fits the exercise is not here. A submission that takes
            too much time or memory gets no mark, and a person has to look at it: that costs nobody else anything.
        """
        try:
            marked: Assessed | None = self._call("assess", entry, record)
        except LostError as error:
            exercise = personal(self._material.exercise, self._material.key_of(entry.student).given)
            lost = record or Record(entry.record, Outcome.COMPLETED)
            return Assessed(engine.broken(entry.student, exercise, lost, error), "", "")
        return marked

    def write(self, standing: Standing, record: Record | None = None) -> bool:
        """Write a student's page and marks.

        A page that takes too much time or memory is replaced by one without pictures and notebook, and where that is
        not enough by one with the marks alone; both say so.

        Args:
            standing: The mark that counts.
            record: The record of its try where that is not kept.

        Returns:
            Whether there was a record to draw the page from; without one, the page stays as it is.
        """
        name = self._marking.pseudonym(standing.entry.student)
        for detail in Detail:
            try:
                written: bool = self._call("write", standing, record, name, detail)
            except LostError:
                continue
            return written
        raise LostError("not even the marks alone could be written")

    def _call(self, task: str, *arguments: Any) -> Any:
        for _ in range(_TRIES - 1):
            try:
                return self._process.call(task, *arguments, seconds=SECONDS)
            except LostError:
                continue
        return self._process.call(task, *arguments, seconds=SECONDS)

    # What follows runs in the other process.

    def _assess(self, entry: Try, record: Record | None) -> Assessed | None:
        with self._marking.of_a_class():
            run = self._run(entry, record)
            return None if run is None else self._marking.assess(run.reading, run.record, entry)

    def _write(self, standing: Standing, record: Record | None, name: str, detail: Detail) -> bool:
        with self._marking.of_a_class():
            run = self._run(standing.entry, record)
            if run is not None:
                self._marking.write(standing, run, name, detail)
            return run is not None

    def _run(self, entry: Try, record: Record | None) -> Run | None:
        """A try with its record: the one that was asked about last is at hand, since its page follows its marks."""
        if self._last and self._last[0].id == entry.id and record is None:
            return self._last[1]
        content = self._results.notebook(entry.taken.notebook)
        if content is None:
            return None
        reading = read(self._material, replace(entry.submission, content=content))
        found = record or reading.problem or self._records.get(reading.job.key)
        if found is None:
            kept = self._records.get(entry.record)
            found = kept if kept and fits(reading.job, kept) else None
        if found is None:
            return None
        self._last = entry, Run(reading, found)
        return self._last[1]
