"""What the grader does, each as a short story: load, grade, regrade, check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assess import calls, engine, form, heldout
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.release import common_given, read_solution, release, release_class, student_notebook
from grader.course.specification import read_exercise
from grader.course.variants import Released, personal, without_numbers
from grader.errors import InputError, SpecificationError
from grader.execute.environment import environment
from grader.execute.executor import Executor
from grader.execute.records import RecordStore
from grader.gradebook.results import Entry, Results
from grader.intake import notebooks
from grader.intake.alterations import alterations
from grader.intake.names import folder_name
from grader.model.assessment import Assessment, Verdict
from grader.model.exercise import Exercise
from grader.model.job import Job, Probe
from grader.model.key import AnswerKey
from grader.model.record import Outcome, Record
from grader.model.submission import Submission
from grader.report.overview import OverviewRow, render_overview
from grader.report.student import render_student
from grader.report.tables import assessment_json, grades_csv

Progress = Callable[[Assessment], None]


@dataclass(frozen=True, slots=True)
class Material:
    """All that grading an exercise needs; `key` is that of the common numbers."""

    exercise: Exercise
    key: AnswerKey
    keys: Keys
    given_out: Released
    heldout: dict[str, heldout.HeldOutData]
    released: notebooks.Notebook

    def key_of(self, student: str) -> AnswerKey:
        """The key for the numbers that this student was given."""
        return self.keys.key(self.given_out.variant(student).seed) if self.keys.has_variants else self.key


@dataclass(frozen=True, slots=True)
class Graded:
    """One submission with its marks and how long it ran."""

    entry: Entry
    assessment: Assessment
    seconds: float


@dataclass(frozen=True, slots=True)
class Change:
    """What a regrade changed for one student."""

    student: str
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """A submission that has been read, with the job that it asks for."""

    entry: Entry
    notebook: notebooks.Notebook
    key: AnswerKey
    job: Job


def load(course: Course, slug: str) -> Material:
    """Read an exercise, its key and its held-out data.

    Raises:
        InputError: If there is no such exercise.
        SpecificationError: If something in it is not valid; one line for each problem.
    """
    exercise = read_exercise(course, slug)
    keys = Keys(course, exercise)
    key = keys.key()
    if problems := engine.validate(exercise, key):
        raise SpecificationError("\n".join(problems))
    data = {question: heldout.load(held) for question, held in key.heldout.items()}
    released = student_notebook(read_solution(course, slug), slug, common_given(key))
    return Material(exercise, key, keys, Released(course, slug), data, notebooks.parse(released))


def grade(
    material: Material, submissions: Iterable[Submission], results: Results, executor: Executor, progress: Progress
) -> list[Graded]:
    """Run what has no record yet, assess everything, and write all pages and tables.

    What is done stays done: a record is on disk before its submission is assessed, and a second call
    after an interruption runs only the rest.

    Returns:
        One entry for each submission, in the order of the submissions.
    """
    store = RecordStore(results.records)
    done: dict[str, Graded] = {}
    waiting: dict[str, list[_Reading]] = {}
    jobs: list[Job] = []
    entries: list[Entry] = []

    def finish(reading: _Reading, record: Record) -> None:
        done[reading.entry.folder] = _assess_and_write(material, reading, record, results)
        progress(done[reading.entry.folder].assessment)

    try:
        for submission in submissions:
            reading, problem = _read(material, submission)
            entries.append(reading.entry)
            results.keep(reading.entry)
            if problem is not None:
                finish(reading, problem)
            elif (record := store.get(reading.job.key)) is not None:
                finish(reading, record)
            elif reading.job.key in waiting:
                waiting[reading.job.key].append(reading)
            else:
                waiting[reading.job.key] = [reading]
                jobs.append(reading.job)
        for record in executor.run(_with_inputs(material, job) for job in jobs) if jobs else ():
            if record.outcome is not Outcome.SANDBOX_FAILED:
                store.put(record)
            for reading in waiting[record.key]:
                finish(reading, record)
    finally:
        graded = [done[entry.folder] for entry in entries if entry.folder in done]
        _write_class(material, graded, results)
    return graded


def regrade(material: Material, results: Results) -> tuple[list[Graded], list[Change], list[str]]:
    """Assess stored records again; executes nothing, because it is given nothing that could.

    Returns:
        The new marks; what changed; and the students whose record no longer fits the exercise
        (its data or limits changed): they keep their last mark and have to be graded again.
    """
    store = RecordStore(results.records)
    graded: list[Graded] = []
    changes: list[Change] = []
    outdated: list[str] = []
    for entry in results.entries(material.exercise.slug):
        last = results.read_assessment(entry.folder)
        reading, problem = _read(material, entry.submission)
        record = problem or store.get(entry.record)
        if record is None or not (problem or _fits(reading.job, record)):
            outdated.append(entry.submission.student)
            graded += [Graded(entry, last, 0.0)] if last else []
            continue
        result = _assess_and_write(material, replace(reading, entry=entry), record, results)
        graded.append(result)
        before = last.points if last else None
        if before != result.assessment.points:
            changes.append(Change(entry.submission.student, before, result.assessment.points))
    if graded:
        _write_class(material, graded, results)
    return graded, changes, outdated


def hand_out(course: Course, slug: str, roster: Path | None, out: Path) -> list[Path]:
    """Write what students get: one notebook for all, or one for each student of a roster.

    Returns:
        The files written.
    """
    exercise = read_exercise(course, slug)
    if roster is None:
        return release(course, exercise, out)
    return release_class(course, exercise, roster, out, folder_name)


def _fits(job: Job, record: Record) -> bool:
    """Whether a record is of this job, on whatever versions it ran."""
    return replace(job, environment=record.environment).key == record.key


def _read(material: Material, submission: Submission) -> tuple[_Reading, Record | None]:
    """Read a submission; where that is impossible, the record says why."""
    key = material.key_of(submission.student)
    folder = folder_name(submission.student)
    try:
        if submission.problem:
            raise notebooks.InvalidNotebookError(submission.problem)
        notebook = notebooks.parse(submission.content)
    except notebooks.InvalidNotebookError as error:
        reading = _Reading(Entry(submission, folder, ""), notebooks.Notebook(()), key, _job(material, key, ()))
        return reading, Record("", Outcome.INVALID_NOTEBOOK, remarks=(str(error),))
    job = _job(material, key, notebook.code)
    return _Reading(Entry(submission, folder, job.key), notebook, key, job), None


def _job(material: Material, key: AnswerKey, cells: tuple[str, ...]) -> Job:
    """The job of a notebook; held-out inputs are put in when it is about to run."""
    exercise = material.exercise
    probes: list[Probe] = []
    names: list[str] = []
    for question in exercise.questions:
        if question.id in material.heldout:
            digest = material.heldout[question.id].order_digest(cells)
            probes.append(Probe(question.answer, question.answer, (), digest))
        elif question.id in key.calls:
            probes += calls.probes(question, key.calls[question.id])
        elif question.id not in key.not_here:
            names.append(question.answer)
    return Job(cells, tuple(names), tuple(probes), exercise.files, exercise.limits, exercise.seed, environment())


def _with_inputs(material: Material, job: Job) -> Job:
    """The job with the held-out inputs that its probes name, made only when it is about to run."""
    data = {held.order_digest(job.cells): held for held in material.heldout.values()}
    probes = tuple(
        replace(probe, arguments=(data[probe.digest].shuffled_inputs(data[probe.digest].order(job.cells)),))
        if probe.digest in data
        else probe
        for probe in job.probes
    )
    return replace(job, probes=probes)


def _assess_and_write(material: Material, reading: _Reading, record: Record, results: Results) -> Graded:
    submission = reading.entry.submission
    labels = {question: data.labels[data.order(reading.job.cells)] for question, data in material.heldout.items()}
    exercise = personal(material.exercise, reading.key.given)
    assessment = engine.assess(submission.student, exercise, reading.key, record, labels, cells=reading.job.cells)
    made_for_other = material.given_out.remark(submission.student, reading.job.cells)
    remarks = (
        *([made_for_other] if made_for_other else []),
        *submission.remarks,
        *reading.notebook.remarks,
        *alterations(reading.notebook, material.released),
        *assessment.remarks,
    )
    assessment = replace(assessment, remarks=remarks)
    shown = tuple((cell.kind, cell.source) for cell in reading.notebook.cells)
    page = render_student(exercise, shown, assessment, record)
    results.write_student(reading.entry.folder, page, assessment_json(assessment))
    return Graded(reading.entry, assessment, record.resources.wall_seconds)


def overview_rows(graded: Iterable[Graded]) -> list[OverviewRow]:
    """One row of the overview for each submission."""
    return [
        OverviewRow(
            student=item.assessment.student,
            link=f"{item.entry.folder}/report.html",
            points=item.assessment.points,
            max_points=item.assessment.max_points,
            percent=item.assessment.percent,
            outcome=item.assessment.outcome,
            isolation=item.assessment.isolation,
            findings=item.assessment.findings,
            seconds=item.seconds,
            remarks=item.assessment.remarks,
            origin=item.entry.submission.origin,
        )
        for item in graded
    ]


def _write_class(material: Material, graded: list[Graded], results: Results) -> None:
    page = render_overview(material.exercise, overview_rows(graded))
    results.write_class(page, grades_csv(material.exercise, [item.assessment for item in graded]))


@dataclass(frozen=True, slots=True)
class Checked:
    """What a student may know before handing in.

    Attributes:
        exercise: Title of the exercise.
        errors: Cells that stopped with an error, as (number of the code cell, error).
        problems: Question title -> what is wrong with the form of its answer; empty if nothing is.
        remarks: What else a student has to know, for example that a limit was reached.
    """

    exercise: str
    errors: tuple[tuple[int, str], ...]
    problems: dict[str, str]
    remarks: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether it can be handed in as it is."""
        return not (self.errors or any(self.problems.values()) or self.remarks)


def check(course: Course, path: Path, slug: str | None, executor: Executor) -> Checked:
    """Run a notebook and look at the form of its answers; needs no solution and marks nothing.

    Raises:
        InputError: If the file cannot be read, is no notebook, or is of no exercise that is known.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; name the notebook that you want to check.")
    try:
        notebook = notebooks.parse(path.read_bytes())
    except notebooks.InvalidNotebookError as error:
        raise InputError(f"{path}: {error}") from error
    exercise = without_numbers(read_exercise(course, slug or _exercise_of(course, notebook, path)))
    names = tuple(question.answer for question in exercise.questions)
    job = Job(notebook.code, names, (), exercise.files, exercise.limits, exercise.seed, environment())
    (record,) = executor.run([job])
    errors = [(number, run.error) for number, run in enumerate(record.cells, 1)]
    return Checked(
        exercise.title,
        tuple((number, f"{error.name}: {error.message}") for number, error in errors if error),
        {question.title: form.problem(question, record) for question in exercise.questions},
        record.remarks,
    )


def _exercise_of(course: Course, notebook: notebooks.Notebook, path: Path) -> str:
    """The exercise whose notebook shares the most cells with this one."""
    ids = {cell.id for cell in notebook.cells if cell.id}
    shared = {
        slug: len(ids & {cell.id for cell in notebooks.parse(given.read_bytes()).cells})
        for slug in course.slugs()
        if (given := course.exercises / slug / "notebook.ipynb").is_file()
    }
    best = max(shared, key=lambda slug: shared[slug], default="")
    if not shared.get(best):
        raise InputError(f"{path}: it cannot be told which exercise this is; name it with --exercise.")
    return best


def ungraded(graded: Iterable[Graded]) -> list[Graded]:
    """The submissions that could not be graded: no notebook, or a fault of ours."""
    return [
        item
        for item in graded
        if item.assessment.outcome in (Outcome.INVALID_NOTEBOOK, Outcome.SANDBOX_FAILED)
        or any(finding.verdict is Verdict.CHECK_ERROR for finding in item.assessment.findings)
    ]
