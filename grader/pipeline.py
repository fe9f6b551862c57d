"""What the grader does, each as a short story: load, grade, regrade, check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from grader import catalogues
from grader.assess import calls, engine, flags, form, heldout, same_weights, statistics
from grader.assess.copies import Copies
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.pseudonyms import Pseudonyms
from grader.course.release import common_given, read_solution, release, release_class, student_notebook
from grader.course.specification import read_exercise
from grader.course.translation import told
from grader.course.variants import Released, course_secret, personal, without_numbers
from grader.errors import InputError, SpecificationError
from grader.execute.environment import environment
from grader.execute.executor import Executor
from grader.execute.records import RecordStore
from grader.gradebook.results import Entry, Results
from grader.intake import notebooks
from grader.intake.alterations import alterations
from grader.intake.folders import collect, handed_in_with
from grader.intake.names import folder_name
from grader.model.assessment import Assessment, Flag, Verdict
from grader.model.exercise import Exercise
from grader.model.job import Job, Probe
from grader.model.key import AnswerKey
from grader.model.language import ENGLISH, Language, retold, speaking
from grader.model.record import Outcome, Record, Resources
from grader.model.statistics import ExerciseStatistics
from grader.model.submission import HandedIn, Submission
from grader.report.class_place import with_class
from grader.report.leaderboard import render_leaderboard, result_of
from grader.report.overview import OverviewRow, render_overview
from grader.report.statistics import statistics_csv
from grader.report.student import render_student
from grader.report.tables import assessment_json, grades_csv

Progress = Callable[[Assessment], None]
Plan = Callable[[Iterable[tuple[str, ...]]], None]


@dataclass(frozen=True, slots=True)
class Material:
    """All that grading an exercise needs.

    Attributes:
        exercise: What is asked.
        key: The key of the common numbers.
        keys: The keys of all students.
        given_out: Which student was given which numbers.
        heldout: Question id -> held-out data.
        released: The notebook that students were given.
        copies: Question id -> what finds its held-out data in a file; empty where no files are handed in.
        secret: Of the course, for pseudonyms; empty where there are none.
        language: What reports and the overview are told in.
    """

    exercise: Exercise
    key: AnswerKey
    keys: Keys
    given_out: Released
    heldout: dict[str, heldout.HeldOutData]
    released: notebooks.Notebook
    copies: dict[str, Copies]
    secret: bytes
    language: Language = ENGLISH

    def key_of(self, student: str) -> AnswerKey:
        """The key for the numbers that this student was given."""
        return self.keys.key(self.given_out.variant(student).seed) if self.keys.has_variants else self.key


@dataclass(frozen=True, slots=True)
class Graded:
    """One submission with its marks, what its run used, and what of it is compared with others."""

    entry: Entry
    assessment: Assessment
    used: Resources
    work: same_weights.Work | None = None


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


def load(course: Course, slug: str, language: str = catalogues.SOURCE) -> Material:
    """Read an exercise, its key and its held-out data.

    Args:
        course: The course that it belongs to.
        slug: Name of its folder.
        language: What its reports are to be told in: `en`, `de`, ...

    Raises:
        InputError: If there is no such exercise, or no such language.
        SpecificationError: If something in it is not valid; one line for each problem.
    """
    exercise = read_exercise(course, slug)
    keys = Keys(course, exercise)
    key = keys.key()
    if problems := engine.validate(exercise, key):
        raise SpecificationError("\n".join(problems))
    altered = {question.id for question in exercise.questions if question.options.get("altered")}
    data = {question: heldout.load(held, question in altered) for question, held in key.heldout.items()}
    if problems := [f"{question}: {problem}" for question, each in data.items() if (problem := each.problem())]:
        raise SpecificationError("\n".join(f"exercises/{slug}/exercise.toml: question {line}" for line in problems))
    released = student_notebook(read_solution(course, slug), slug, common_given(key))
    copies = {question: Copies(each.inputs) for question, each in data.items() if exercise.hand_in.files}
    named = exercise.leaderboard is not None and exercise.leaderboard.pseudonyms
    secret = course_secret(course, make=True) if named else b""
    given_out = Released(course, slug)
    spoken = catalogues.language(language, (course.exercises / "locale", course.solutions / "locale"))
    with speaking(spoken):
        exercise = told(exercise)
    return Material(exercise, key, keys, given_out, data, notebooks.parse(released), copies, secret, spoken)


def take_in(material: Material, path: Path) -> list[Submission]:
    """Take in what students handed in; see `grader.intake.folders.collect`."""
    exercise = material.exercise
    return collect(path, exercise.slug, exercise.hand_in, [file.name for file in exercise.files])


def grade(
    material: Material,
    submissions: Iterable[Submission],
    results: Results,
    executor: Executor,
    progress: Progress,
    plan: Plan | None = None,
) -> list[Graded]:
    """Run what has no record yet, assess everything, and write all pages and tables.

    What is done stays done: a record is on disk before its submission is assessed, and a second call
    after an interruption runs only the rest. `progress` is told of each submission that is done; `plan`,
    before anything runs, whose notebooks will run and in which order.

    Returns:
        One entry for each submission, in the order of the submissions.
    """
    store, names = RecordStore(results.records), _pseudonyms(material, results)
    done: dict[str, Graded] = {}
    waiting: dict[str, list[_Reading]] = {}
    jobs: list[Job] = []
    entries: list[Entry] = []

    def finish(reading: _Reading, record: Record) -> None:
        with speaking(material.language):
            done[reading.entry.folder] = _assess_and_write(material, reading, record, results, names)
        progress(done[reading.entry.folder].assessment)

    try:
        for submission in submissions:
            reading, problem = _read(material, submission)
            reading = _kept(reading, results)
            entries.append(reading.entry)
            if problem is not None:
                finish(reading, problem)
            elif (record := store.get(reading.job.key)) is not None:
                finish(reading, record)
            elif reading.job.key in waiting:
                waiting[reading.job.key].append(reading)
            else:
                waiting[reading.job.key] = [reading]
                jobs.append(reading.job)
        if plan and jobs:
            plan(tuple(each.entry.submission.student for each in waiting[job.key]) for job in jobs)
        for record in executor.run(_with_inputs(material, job) for job in jobs) if jobs else ():
            if record.outcome is not Outcome.SANDBOX_FAILED:
                store.put(record)
            for reading in waiting[record.key]:
                finish(reading, record)
    finally:
        with speaking(material.language):
            graded = _compared([done[entry.folder] for entry in entries if entry.folder in done], results)
            _write_class(material, graded, results, names)
    return graded


def regrade(material: Material, results: Results) -> tuple[list[Graded], list[Change], list[str]]:
    """Assess stored records again; executes nothing, because it is given nothing that could.

    Returns:
        The new marks; what changed; and the students whose record no longer fits the exercise
        (its data or limits changed): they keep their last mark and have to be graded again.
    """
    store, names = RecordStore(results.records), _pseudonyms(material, results)
    graded: list[Graded] = []
    changes: list[Change] = []
    outdated: list[str] = []
    for entry in results.entries(material.exercise.slug):
        last = results.read_assessment(entry.folder)
        reading, problem = _read(material, entry.submission)
        record = problem or store.get(entry.record)
        if record is None or not (problem or _fits(reading.job, record)):
            outdated.append(entry.submission.student)
            graded += [Graded(entry, last, record.resources if record else Resources())] if last else []
            continue
        with speaking(material.language):
            result = _assess_and_write(material, replace(reading, entry=entry), record, results, names)
        graded.append(result)
        before = last.points if last else None
        if before != result.assessment.points:
            changes.append(Change(entry.submission.student, before, result.assessment.points))
    if graded:
        with speaking(material.language):
            graded = _compared(graded, results)
            _write_class(material, graded, results, names)
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


def _kept(reading: _Reading, results: Results) -> _Reading:
    """The same, with the student's files read from where the results are kept."""
    entry = results.keep(reading.entry)
    return replace(reading, entry=entry, job=replace(reading.job, handed_in=entry.submission.files))


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
        reading = _Reading(Entry(submission, folder, ""), notebooks.Notebook(()), key, _job(material, key, (), ()))
        return reading, Record("", Outcome.INVALID_NOTEBOOK, remarks=(str(error),))
    job = _job(material, key, notebook.code, submission.files)
    return _Reading(Entry(submission, folder, job.key), notebook, key, job), None


def _job(material: Material, key: AnswerKey, cells: tuple[str, ...], files: tuple[HandedIn, ...]) -> Job:
    """The job of a notebook; held-out inputs are put in when it is about to run."""
    exercise, limits = material.exercise, material.exercise.limits
    job = Job(cells, (), (), exercise.files, limits, exercise.seed, environment(), files)
    probes: list[Probe] = []
    names: list[str] = []
    for question in exercise.questions:
        if question.id in material.heldout:
            probes += material.heldout[question.id].probes(question, job.work)
        elif question.id in key.calls:
            probes += calls.probes(question, key.calls[question.id])
        elif question.id not in key.not_here:
            names.append(question.answer)
    return replace(job, names=tuple(names), probes=tuple(probes))


def _with_inputs(material: Material, job: Job) -> Job:
    """The job with the held-out inputs that its probes name, made only when it is about to run."""
    inputs = {digest: data for held in material.heldout.values() for digest, data in held.arguments(job.work).items()}
    probes = tuple(
        replace(probe, arguments=(inputs[probe.digest],)) if probe.digest in inputs else probe for probe in job.probes
    )
    return replace(job, probes=probes)


def _pseudonyms(material: Material, results: Results) -> Pseudonyms | None:
    """The names of a leaderboard; None where it has none, or has those of the students."""
    return Pseudonyms(material.secret, results.pseudonyms()) if material.secret else None


def _assess_and_write(
    material: Material, reading: _Reading, record: Record, results: Results, names: Pseudonyms | None
) -> Graded:
    submission = reading.entry.submission
    seen = {question: data.shown(reading.job.work) for question, data in material.heldout.items()}
    exercise = personal(material.exercise, reading.key.given)
    assessment = engine.assess(submission.student, exercise, reading.key, record, seen, cells=reading.job.cells)
    made_for_other = material.given_out.remark(submission.student, reading.job.cells)
    remarks = (
        *map(retold, [made_for_other] if made_for_other else []),
        *map(retold, submission.remarks),
        *map(retold, reading.notebook.remarks),
        *map(retold, alterations(reading.notebook, material.released)),
        *assessment.remarks,
    )
    raised = (*assessment.flags, *flags.copied_numbers(made_for_other), *_copies(material, submission))
    assessment = replace(assessment, remarks=remarks, flags=raised)
    shown = tuple((cell.kind, cell.source) for cell in reading.notebook.cells)
    page = render_student(exercise, shown, assessment, record, names.of(submission.student) if names else "")
    results.write_student(reading.entry.folder, page, assessment_json(assessment))
    work = same_weights.work(submission.student, reading.job.cells, submission.files, record)
    return Graded(reading.entry, assessment, record.resources, work)


def _copies(material: Material, submission: Submission) -> list[Flag]:
    """A flag for each file that holds held-out data."""
    return [
        flags.held_out_copies(file.name, number)
        for copies in material.copies.values()
        for file in submission.files
        if (number := copies.count(file.content))
    ]


def _compared(graded: list[Graded], results: Results) -> list[Graded]:
    """Flag weights and files that occur in more than one submission."""
    found = same_weights.compared([item.work for item in graded if item.work])
    return [_flagged(item, found.get(item.assessment.student, ()), results) if item.work else item for item in graded]


def _flagged(item: Graded, found: tuple[Flag, ...], results: Results) -> Graded:
    if not found:
        return item
    assessment = replace(item.assessment, flags=(*item.assessment.flags, *found))
    results.write_assessment(item.entry.folder, assessment_json(assessment))
    return replace(item, assessment=assessment)


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
            seconds=item.used.wall_seconds,
            remarks=item.assessment.remarks,
            origin=item.entry.submission.origin,
            flags=item.assessment.flags,
        )
        for item in graded
    ]


def _write_class(material: Material, graded: list[Graded], results: Results, names: Pseudonyms | None) -> None:
    exercise, board = material.exercise, material.exercise.leaderboard
    if names:
        results.keep_pseudonyms(names.given)
    if board:
        students = [(item.assessment, item.assessment.student) for item in graded]
        found = [result_of(board, each, names.of(student) if names else student) for each, student in students]
        ranked = [result for result in found if result]
        results.write_leaderboard(render_leaderboard(exercise, board, ranked, len(found) - len(ranked)))
    assessments = [item.assessment for item in graded]
    used = {item.assessment.record: item.used for item in graded}
    counted = statistics.of_class(without_numbers(exercise), assessments, used)
    page = render_overview(exercise, overview_rows(graded), results.leaderboard.name if board else "", counted)
    results.write_class(page, grades_csv(exercise, assessments), statistics_csv(counted))
    if exercise.show_class:
        _show_class(graded, results)


def _show_class(graded: list[Graded], results: Results) -> None:
    """Put the spread of the class into the pages, which were written before it was known."""
    valid = [item for item in graded if item.assessment.outcome is not Outcome.INVALID_NOTEBOOK]
    percents = [item.assessment.percent for item in valid if item.assessment.publishable]
    for item in valid:
        results.rewrite_report(item.entry.folder, partial(with_class, percents=percents, own=item.assessment.percent))


def class_statistics(
    course: Course, slug: str, results: Results, language: str = catalogues.SOURCE
) -> ExerciseStatistics:
    """What the marks in a results folder say about the exercise; reads them and the records, changes nothing.

    Args:
        course: The course that the exercise belongs to.
        slug: Name of its folder.
        results: Of a class.
        language: What its reports were told in.

    Raises:
        InputError: If there is no such exercise or language, or nothing of it has been graded into the folder.
    """
    exercise = without_numbers(read_exercise(course, slug))
    store, assessments = RecordStore(results.records), results.assessments(slug)
    used = {each.record: resources for each in assessments if (resources := store.resources(each.record))}
    with speaking(catalogues.language(language)):
        return statistics.of_class(exercise, assessments, used)


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
    with_it = handed_in_with(path, exercise.hand_in, [file.name for file in exercise.files])
    job = replace(job, handed_in=with_it.files)
    (record,) = executor.run([job])
    errors = [(number, run.error) for number, run in enumerate(record.cells, 1)]
    return Checked(
        exercise.title,
        tuple((number, f"{error.name}: {error.message}") for number, error in errors if error),
        {question.title: form.problem(question, record) for question in exercise.questions},
        (*with_it.remarks, *record.remarks),
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
