"""Grading: run what has not run yet, mark it, and write the pages; what is done stays done."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.cohort import guessed_owners
from grader.errors import InputError
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.intake.folders import collect
from grader.model.assessment import Assessment
from grader.model.job import Job
from grader.model.record import Outcome, Record
from grader.model.standing import Assessed, Standing, Try
from grader.model.submission import Submission
from grader.pipeline import naming
from grader.pipeline.class_pages import settle_class
from grader.pipeline.marking import Marking, guessed_names, now, version_of, wanted
from grader.pipeline.marking_process import MarkingProcess
from grader.pipeline.material import Material
from grader.pipeline.reading import Reading, read, with_inputs
from grader.pipeline.student_pages import StudentPages
from grader.storage.records import RecordStore

Progress = Callable[[Assessment], None]
Plan = Callable[[Iterable[tuple[str, ...]]], None]


def take_in(material: Material, path: Path, note: Callable[[str], None] = lambda _: None) -> list[Submission]:
    """Take in what students handed in, and tell of names that were guessed; see `grader.intake.folders.collect`."""
    exercise = material.exercise
    own = [file.name for file in exercise.files]
    found = collect(path, exercise.slug, exercise.hand_in, own, material.settings.zone, note)
    for line in guessed_owners.told(guessed_names(found), exercise.slug):
        note(line)
    return found


def grade(
    material: Material,
    submissions: Sequence[Submission],
    results: Results,
    executor: Executor,
    progress: Progress,
    plan: Plan | None = None,
) -> list[Standing]:
    """Keep what was handed in, run what has no record yet, mark it, and write all pages and tables.

    What is done stays done: a record and the mark are on disk before progress moves, and a second call
    after an interruption runs only the rest. `progress` is told of each student who is done; `plan`,
    before anything runs, whose notebooks will run and in which order.

    Returns:
        The marks that count of those who handed in, in the order of the submissions.
    """
    marking = Marking(material, results)
    with MarkingProcess(material, results, marking) as process, marking.of_a_class():
        grading = Grading(material, results, progress, marking, process)
        submissions = grading.as_known(submissions)
        try:
            tries = grading.take_in(submissions)
            jobs = list(grading.still_to_run(tries))
            if plan and jobs:
                plan(grading.students_of(job) for job in jobs)
            for record in executor.run(with_inputs(material, job) for job in jobs) if jobs else ():
                grading.finish(record)
        finally:
            grading.end()
    return grading.standings(dict.fromkeys(each.student for each in submissions))


def ungraded(standings: Iterable[Standing]) -> list[Standing]:
    """Those that could not be graded, no notebook or a fault of ours, unless a person has settled them."""
    found = [(item, item.assessment) for item in standings]
    return [item for item, each in found if not (each.excused or (each.readable and each.publishable))]


class Grading:
    """One call of `grade` or `rerun`: what has been read, what waits for a run, and what is done."""

    def __init__(
        self, material: Material, results: Results, progress: Progress, marking: Marking, process: MarkingProcess
    ) -> None:
        self._material, self._results, self._progress = material, results, progress
        self._book = results.open(material.settings, material.exercise.slug, begins=True)
        self._store = RecordStore(results.records)
        self._marking, self._process = marking, process
        self._version = version_of(material, self._book)
        self._tries: dict[str, list[Try]] = {}
        self._decisions = self._book.adjustments()
        self._pages = self._book.pages()
        self._student_pages = StudentPages(results, self._book, marking, process)
        self._class: list[Standing] = []
        self._left: Counter[str] = Counter()
        self._readings: dict[str, Reading] = {}
        self._waiting: dict[str, list[Try]] = {}

    def as_known(self, submissions: Sequence[Submission]) -> list[Submission]:
        """The submissions under the names by which the gradebook knows their students."""
        return naming.as_known(submissions, self._book.tries())

    def take_in(self, submissions: Sequence[Submission]) -> list[Try]:
        """Keep what was handed in; returns the tries that the marks of these students are chosen from."""
        at = now()
        taken = []
        for submission in submissions:
            reading = read(self._material, submission)
            files = self._results.keep_files(submission)
            each = reading.taken(self._results.keep_notebook(submission.content), files)
            self._readings[each.digest + each.submission.student] = _with_files(reading, each.submission)
            taken.append(each)
        if taken:
            self._results.settle()
            self._book.take_in(self._book.begin("grade", at), taken, at)
        self._tries = self._book.tries()
        rule = self._material.settings.tries
        students = dict.fromkeys(each.student for each in submissions)
        found = [each for student in students for each in wanted(self._tries[student], rule) if self._is_here(each)]
        self._left = Counter(each.student for each in found)
        return found

    def still_to_run(self, tries: Iterable[Try]) -> Iterable[Job]:
        """Mark what can be marked at once; gives the jobs of the others, equal ones once."""
        for each in tries:
            reading = self._reading(each)
            if each.assessed and each.assessed.fingerprint == self._marking.fingerprint(reading, each):
                self._keep_or_settle(each)
            elif reading.problem is not None:
                self._mark(each, reading.problem)
            elif (record := self._store.get(reading.job.key)) is not None:
                self._mark(each, record)
            elif reading.job.key in self._waiting:
                self._waiting[reading.job.key].append(each)
            else:
                self._waiting[reading.job.key] = [each]
                yield reading.job

    def to_run_again(self, students: Collection[str]) -> tuple[list[Job], list[str]]:
        """Have the runs of some students repeated, and with them those of others who handed in the same.

        Returns:
            The jobs, and the students whose run cannot be repeated: their notebook could not be read or is not here, or
            the exercise has changed.
        """
        self._tries = self._book.tries()
        rule = self._material.settings.tries
        found = [each for tries in self._tries.values() for each in wanted(tries, rule)]
        keys = {each.record for each in found if each.student in students}
        left_out = []
        for each in found:
            if each.record in keys and (each.record or each.student in students):
                if each.record and self._is_here(each) and self._reading(each).record == each.record:
                    self._waiting.setdefault(each.record, []).append(each)
                    self._left[each.student] += 1
                else:
                    left_out.append(each.student)
        return [self._reading(theirs[0]).job for theirs in self._waiting.values()], left_out

    def finish_again(self, record: Record) -> list[str]:
        """Keep the record of a run that was repeated, and mark all whose it is.

        Returns:
            Whose run failed through a fault of ours; they keep their marks and the record before.
        """
        if record.outcome is not Outcome.SANDBOX_FAILED:
            self._store.replace(record, now())
            for each in self._waiting[record.key]:
                self._book.note_pages({each.student: ""})  # it shows the run
                self._mark(each, record)
            return []
        for each in self._waiting[record.key]:
            self._tell(self._marking.standing(self._tries[each.student], self._decisions.get(each.student, ())))
        return [each.student for each in self._waiting[record.key]]

    def students_of(self, job: Job) -> tuple[str, ...]:
        """Who handed in what a job runs."""
        return tuple(each.student for each in self._waiting[job.key])

    def finish(self, record: Record) -> None:
        """Keep a record, and mark all whose it is."""
        if record.outcome is not Outcome.SANDBOX_FAILED:
            self._store.put(record)
        for each in self._waiting[record.key]:
            self._mark(each, record)

    def end(self) -> None:
        """Write the pages that are missing, and those about the class, as far as it is done."""
        self._student_pages.draw_missing()
        self._class = settle_class(self._material, self._book, self._results, self._marking)

    def standings(self, students: Iterable[str]) -> list[Standing]:
        """The marks that count of these students, in their order."""
        found = {each.entry.student: each for each in self._class}
        return [found[student] for student in students if student in found]

    def _is_here(self, each: Try) -> bool:
        """Whether its notebook is at hand; one that was taken in on another machine may not be, and keeps its marks."""
        return each.taken.digest + each.student in self._readings or self._results.has_notebook(each.taken.notebook)

    def _reading(self, each: Try) -> Reading:
        """A try as it was read; one of an earlier call is read from where it is kept."""
        name = each.taken.digest + each.student
        if name not in self._readings:
            content = self._results.notebook(each.taken.notebook) or b""
            self._readings[name] = read(self._material, replace(each.submission, content=content))
        return self._readings[name]

    def _mark(self, each: Try, record: Record) -> None:
        assessed = self._process.assess(each, None if self._is_kept(record) else record)
        if assessed is None:
            raise InputError(f"{self._results.folder}: what was just kept there is gone; run the command again.")
        self._settle(each, [(each, assessed)], record)

    def _is_kept(self, record: Record) -> bool:
        return bool(record.key) and record.outcome is not Outcome.SANDBOX_FAILED

    def _keep_or_settle(self, each: Try) -> None:
        """Leave a student alone of whom nothing has changed."""
        standing = self._marking.standing(self._tries[each.student], self._decisions.get(each.student, ()))
        if self._is_written(standing):
            self._tell(standing)
        else:
            self._settle(each, [], None)

    def _settle(self, each: Try, assessed: list[tuple[Try, Assessed]], record: Record | None) -> None:
        """Keep marks and what counts after them, and write the page where it changed."""
        marks = [(each.student, assessed)]
        (standing,) = self._book.settle(self._version, marks, self._marking.standing, now(), record)
        own = {each.id: record} if record and not self._is_kept(record) else {}
        self._pages |= self._student_pages.draw([each.student], own)
        self._tell(standing)

    def _tell(self, standing: Standing) -> None:
        """Say that a student is done, once the last of the tries is that the mark is chosen from."""
        self._left[standing.entry.student] -= 1
        if not self._left[standing.entry.student]:
            self._progress(standing.assessment)

    def _is_written(self, standing: Standing) -> bool:
        entry = standing.entry
        return standing.page == self._pages.get(entry.student) and self._results.has_page(entry.folder)


def _with_files(reading: Reading, submission: Submission) -> Reading:
    """The same, with the student's files read from where the results are kept."""
    return replace(reading, submission=submission, job=replace(reading.job, handed_in=submission.files))
