"""Marks for other programs: gather what was graded, find whose it is, and write it in any of ten forms."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path

from grader.assess.kinds import needs_of_kinds
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.student_names import StudentNames
from grader.course.variants import ReleasedVariants, course_secret, personal, without_numbers
from grader.errors import InputError
from grader.gradebook.exports import (
    canvas,
    feedback,
    gradescope,
    moodle,
    moodle_worksheet,
    nbgrader,
    notebooks,
    plain,
    research,
)
from grader.gradebook.exports.gradescope import Visibility
from grader.gradebook.exports.mark import ExportedMark, ExportFile, each_student, excuses, unmarked
from grader.gradebook.exports.moodle import Identifier
from grader.gradebook.matching import match
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.intake.instructor_files import content_of
from grader.intake.roster import claimed_student, source_of
from grader.marks.attempts import in_order
from grader.marks.overrides import is_excused
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.model.submission import Platform, Source
from grader.pipeline.feedback_pages import FeedbackPages, feedback_pages, still_open
from grader.pipeline.language import language_of
from grader.pipeline.owners import find_people, joined, listed_students, named_apart, settle_excuses, with_members
from grader.storage import atomic
from grader.text.language import speaking

__all__ = ["ExportRequest", "Format", "Identifier", "Visibility", "Written", "export"]

_MOST_BYTES = 200_000_000


class Format(StrEnum):
    """What the marks are written for."""

    CSV = "csv"
    CSV_FINDINGS = "csv-findings"
    PARQUET = "parquet"
    PARQUET_FINDINGS = "parquet-findings"
    RESEARCH = "research"
    CANVAS = "canvas"
    MOODLE = "moodle"
    MOODLE_WORKSHEET = "moodle-worksheet"
    GRADESCOPE = "gradescope"
    NBGRADER = "nbgrader"
    FEEDBACK = "feedback"
    FEEDBACK_NOTEBOOKS = "feedback-notebooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """An export as a command line asks for it; an option that was not given is None.

    Attributes:
        forms: One or more; each option holds for those of them that take it.
        file: Where the only form goes; a folder for Gradescope.
        source: The instructor's own file, of which a copy is filled.
        roster: The students of the course.
        people: The students whom the portal knows; they count where there is no roster.
        column: The assignment in Canvas.
        scale: Whether points are brought to those that the source names.
        identifier: What Moodle finds a student by.
        visibility: When students see results in Gradescope.
    """

    forms: tuple[Format, ...]
    file: Path | None = None
    source: Path | None = None
    roster: Path | None = None
    people: tuple[Student, ...] = ()
    column: str | None = None
    scale: bool | None = None
    identifier: Identifier | None = None
    visibility: Visibility | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written in one form.

    Attributes:
        form: The form.
        paths: The files, or the folder of many.
        count: How many marks are in it; for feedback, how many pages.
        problems: Who is not in it, or has no mark, and why; one line each.
        remarks: What else there is to know; one line each.
    """

    form: Format
    paths: tuple[Path, ...]
    count: int
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)  # without slots, so that a table that two forms have is made once
class _Class:
    """What is exported.

    Attributes:
        exercise: What was asked.
        marks: One for each submission that was graded.
        absent: The students who handed nothing in: those of the roster, and who is excused.
        excused: Those of them who are excused.
        problems: Whose mark is lacking, or who is not on the roster; one line each.
        remarks: Whose mark goes to all members of a group; one line each.
        research: The table for research; empty if it is not asked for.
        pages: The pages of students as they may be handed out now; None if no form has pages.
    """

    exercise: Exercise
    marks: tuple[ExportedMark, ...]
    absent: tuple[Student, ...]
    excused: tuple[Student, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    research: plain.Columns = field(default_factory=dict)
    pages: FeedbackPages | None = None

    @cached_property
    def people(self) -> Sequence[ExportedMark]:
        """A mark for each student: that of a group once for each member."""
        return each_student(self.marks)

    @cached_property
    def students(self) -> plain.Columns:
        """A row for each student."""
        return plain.students(self.exercise, self.people, self.absent)

    @cached_property
    def findings(self) -> plain.Columns:
        """A row for each question of each student."""
        return plain.findings(self.exercise, self.people)


_TAKES = {
    "--from": ("source", (Format.CANVAS, Format.MOODLE_WORKSHEET)),
    "--column": ("column", (Format.CANVAS,)),
    "--scale": ("scale", (Format.CANVAS, Format.MOODLE_WORKSHEET)),
    "--identifier": ("identifier", (Format.MOODLE,)),
    "--visibility": ("visibility", (Format.GRADESCOPE,)),
}
_NAMES = {
    Format.CSV: "marks.csv",
    Format.CSV_FINDINGS: "findings.csv",
    Format.PARQUET: "marks.parquet",
    Format.PARQUET_FINDINGS: "findings.parquet",
    Format.GRADESCOPE: "gradescope",
    Format.FEEDBACK: "feedback.zip",
    Format.FEEDBACK_NOTEBOOKS: "feedback-notebooks.zip",
}
"""What is not called `FORM.csv`."""
WITH_TITLES = (Format.MOODLE, Format.MOODLE_WORKSHEET, Format.GRADESCOPE, Format.FEEDBACK_NOTEBOOKS)
_WITH_REASONS = (Format.MOODLE, Format.GRADESCOPE)
_EARLY = "Students can still gain points, and this file contains expected values. Publish it later."
WITH_PAGES = (Format.FEEDBACK, Format.FEEDBACK_NOTEBOOKS, Format.MOODLE_WORKSHEET)
_NEEDS = {
    Format.CANVAS: "the gradebook that Canvas exports",
    Format.MOODLE_WORKSHEET: "the offline grading worksheet that Moodle exports",
}


def export(course: Course, slug: str, results: Results, request: ExportRequest) -> Iterator[Written]:
    """Write the marks of a class for other programs; reads once what `grade` left, and runs nothing.

    Yields:
        What was written in each form, as soon as it is there: first the one that a file of others may stop, then in
        the order of the request.

    Raises:
        InputError: There is no such exercise or nothing was graded; a file cannot be used; an option does not go
            with the forms; or a file would be overwritten that is not ours.
    """
    _check(request)
    exercise = read_exercise(course, slug)
    usual = results.folder / "exports"
    targets = {form: _target(request, usual / f"{slug}-{_NAMES.get(form, f'{form}.csv')}") for form in request.forms}
    graded = _gather(course, without_numbers(exercise), results, request)
    if Format.RESEARCH in request.forms:
        graded = replace(graded, research=_for_research(course, graded.exercise, results))
    if set(WITH_PAGES) & set(request.forms):
        graded = replace(graded, pages=feedback_pages(course, slug, results))
    titled = graded
    if set(WITH_TITLES) & set(request.forms):
        titled = replace(graded, marks=tuple(_with_titles(course, exercise, graded.marks)))
    settings = read_settings(course)
    language = language_of(course, settings)
    book, pending = results.open(settings, slug), tuple(_pending(graded.people))
    for form in sorted(targets, key=lambda form: form not in _NEEDS):
        with speaking(language):  # what findings say, which students read on their platform
            written = _write(titled if form in WITH_TITLES else graded, results, request, form, targets[form])
        book.note_export(form, ", ".join(map(str, written.paths)), written.count, datetime.now(UTC))
        problems = tuple(dict.fromkeys((*graded.problems, *written.problems)))
        excused = () if form is Format.CANVAS else tuple(_without_work(graded.excused))  # Canvas' tell what each gets
        early = (_EARLY,) if form in _WITH_REASONS and still_open(course, slug, results) else ()
        yield replace(
            written, problems=problems, remarks=(*early, *graded.remarks, *pending, *excused, *written.remarks)
        )


def _check(request: ExportRequest) -> None:
    """Whether the forms go together, and the options with them."""
    all_forms = " ".join(f"--to {form}" for form in request.forms)
    for option, (name, forms) in _TAKES.items():
        if getattr(request, name) is not None and not set(forms) & set(request.forms):
            fitting = " and ".join(f"--to {form}" for form in forms)
            raise InputError(f"{option}: does not apply to {all_forms}. It is for {fitting}.")
    if set(_NEEDS) <= set(request.forms):
        both = " and ".join(f"--to {form}" for form in _NEEDS)
        raise InputError(f"{both}: each needs a separate file with --from. Export one after the other.")
    if request.file is not None and len(set(request.forms)) > 1:
        raise InputError(
            f"--out: is for a single format, not for {all_forms}. Leave it out, or export one after the other."
        )


def _target(request: ExportRequest, usual: Path) -> Path:
    """Where it goes: the usual place, which is ours, or one where nothing is yet."""
    target = request.file or usual
    for option, path in (("--from", request.source), ("--roster", request.roster)):
        if path is not None and path.exists() and target.exists() and target.samefile(path):
            raise InputError(
                f"{target}: is the file that you gave with {option}, which must not change. Name another with --out."
            )
    if request.file is not None and request.file.exists():
        raise InputError(f"{request.file}: already exists. Name another with --out, or remove it.")
    return target


def _gather(course: Course, exercise: Exercise, results: Results, request: ExportRequest) -> _Class:
    """The marks of all who were graded, each with its student."""
    book = results.existing(read_settings(course), exercise.slug)
    graded, ungraded = book.marks(), book.taken_without_mark()
    if not graded and not ungraded:
        raise results.nothing(exercise.slug)
    problems = [
        f"{student}: was collected but not graded. Run `grader grade {exercise.slug}` again." for student in ungraded
    ]
    known = book.identities()
    sources = _newest([mark.attempt for mark in graded], book)
    who = find_people(
        [_identified(claimed_student(mark.attempt.submission), known.get(mark.student)) for mark in graded],
        [source.members for source in sources],
        *listed_students(request.roster, request.people),
    )
    marks = [
        ExportedMark(
            assessment=mark.assessment,
            student=student,
            folder=mark.attempt.folder,
            origin=mark.attempt.submission.origin,
            submitted_at=mark.attempt.submission.submitted_at,
            seconds=mark.attempt.used.wall_seconds if mark.attempt.used else None,
            listed_id=row.id if row else "",
            numbers_of=mark.attempt.submission.owner_of_numbers,
            source=source,
            notebook=mark.attempt.notebook,
        )
        for mark, student, row, source in zip(graded, who.students, who.rows, sources, strict=True)
    ]
    marks = [with_members(mark, members) for mark, members in zip(marks, who.members, strict=True)]
    excused = _excused(book, {mark.student for mark in graded}.union(ungraded), who.left)
    marks, excused, twice = settle_excuses(marks, excused)
    absent = (*who.left, *(student for student in excused if student not in who.left))
    named, absent = named_apart(marks, absent)
    return _Class(
        exercise=exercise,
        marks=named,
        absent=absent,
        excused=tuple(excused),
        problems=(*problems, *who.problems, *twice),
        remarks=who.remarks,
    )


def _for_research(course: Course, exercise: Exercise, results: Results) -> plain.Columns:
    names, attempts = StudentNames(course), results.existing(read_settings(course), exercise.slug).attempts()
    assessments = {
        names.first(student): [one.assessment for one in in_order(tries, AttemptPolicy.FIRST) if one.assessment]
        for student, tries in attempts.items()
    }
    return research.answers(exercise, assessments, course_secret(course, make=True))


def _excused(book: Gradebook, handed_in: Collection[str], listed: Sequence[Student]) -> list[Student]:
    """The students who are excused and handed nothing in, as a list of the class has them where they are on it."""
    names = [name for name, decisions in book.adjustments().items() if name not in handed_in and is_excused(decisions)]
    known = book.identities()
    students = [known.get(name, Student(id=name, name=name)) for name in names]
    rows = match(students, listed).pairs
    return [listed[rows[position]] if position in rows else student for position, student in enumerate(students)]


def _with_titles(course: Course, exercise: Exercise, marks: Sequence[ExportedMark]) -> Iterator[ExportedMark]:
    """The marks, with the students' own numbers in the titles where there are some."""
    named = {question.id: question.title for question in without_numbers(exercise).questions}
    if all(named[question.id] == question.title for question in exercise.questions):
        yield from marks
        return
    keys, given_out = Keys(course, exercise, needs_of_kinds()), ReleasedVariants(course, exercise.slug)
    titles: dict[str, dict[str, str]] = {}
    for mark in marks:
        seed = given_out.variant(mark.numbers_of or mark.assessment.student).seed
        if seed not in titles:
            of_student = personal(exercise, keys.key(seed).numbers)
            titles[seed] = {question.id: question.title for question in of_student.questions}
        yield replace(mark, titles=titles[seed])


def _newest(graded: Sequence[Attempt], book: Gradebook) -> list[Source]:
    """What the platform says of each submission; Canvas takes pages for the newest only, so there it says of that."""
    sources = [source_of(attempt.submission) for attempt in graded]
    if all(source.platform is not Platform.CANVAS for source in sources):
        return sources
    attempts = book.collected()
    newest: list[Source] = []
    for attempt, source in zip(graded, sources, strict=True):
        last = source_of(attempts.get(attempt.student, [attempt])[-1].submission)
        newest.append(last if source.platform is last.platform is Platform.CANVAS else source)
    return newest


def _identified(claim: Student, known: Student | None) -> Student:
    """What a submission and an earlier roster say of one student, together."""
    return claim if known is None else joined(claim, known)


def _without_work(students: Sequence[Student]) -> Iterator[str]:
    """Who need not hand in."""
    for student in students:
        yield f"{student.shown}: is excused, and did not submit."


def _pending(marks: Sequence[ExportedMark]) -> Iterator[str]:
    """Whose mark is not complete."""
    for mark in marks:
        waiting = mark.assessment.waiting
        if waiting and not mark.no_mark:
            questions = "a question needs" if waiting == 1 else f"{waiting} questions need"
            yield f"{mark.student.shown}: {questions} manual grading. Until then, there are no points."


def _source(request: ExportRequest, form: Format) -> tuple[bytes, str]:
    """The instructor's file, and its name for messages."""
    path = request.source
    if path is None:
        raise InputError(f"--to {form}: needs --from FILE, {_NEEDS[form]}.")
    return content_of(path, "table of marks", _MOST_BYTES, "Name the file that the platform exports"), str(path)


def _write(graded: _Class, results: Results, request: ExportRequest, form: Format, target: Path) -> Written:
    """Write it in one of the forms that are asked for."""
    match form:
        case Format.GRADESCOPE:
            return _write_gradescope(graded, target, request.visibility or Visibility.AFTER_PUBLISHED)
        case Format.FEEDBACK:
            return _write_feedback(graded, target)
        case Format.FEEDBACK_NOTEBOOKS:
            return _write_notebooks(graded, results, target)
        case Format.MOODLE_WORKSHEET:
            return _write_worksheet(graded, request, target)
    file = _content(graded, request, form)
    atomic.write(target, file.content)
    return Written(form=form, paths=(target,), count=file.count, problems=file.problems, remarks=file.remarks)


def _content(graded: _Class, request: ExportRequest, form: Format) -> ExportFile:
    """The content of a form that is one file."""
    exercise, marks = graded.exercise, graded.people
    match form:
        case Format.CANVAS:
            content, place = _source(request, form)
            column, scale = request.column or "", bool(request.scale)
            return canvas.fill(content, place, exercise, graded.marks, column, scale, graded.excused)
        case Format.MOODLE:
            return moodle.grade_import(exercise, marks, request.identifier or Identifier.EMAIL)
        case Format.NBGRADER:
            return nbgrader.grades(exercise, marks, graded.absent)
        case Format.PARQUET:
            return plain.as_parquet(graded.students, marks)
        case Format.PARQUET_FINDINGS:
            return plain.as_parquet(graded.findings, marks)
        case Format.CSV_FINDINGS:
            return plain.as_csv(graded.findings, marks)
        case Format.RESEARCH:
            return replace(plain.as_csv(graded.research, ()), count=_students(graded.research))
    return plain.as_csv(graded.students, marks)


def _students(table: plain.Columns) -> int:
    return len(set(table["pseudonym"]))


def _write_worksheet(graded: _Class, request: ExportRequest, target: Path) -> Written:
    """The worksheet, and the archive of feedback beside it."""
    content, place = _source(request, Format.MOODLE_WORKSHEET)
    archive = target.with_name(f"{target.stem}-feedback.zip")
    if request.file is not None and archive.exists():
        raise InputError(f"{archive}: already exists. Name another with --out, or remove it.")
    worksheet = moodle_worksheet.fill(content, place, graded.exercise, graded.marks, bool(request.scale))
    folders, placeless = moodle_worksheet.folders(content, place, graded.marks)
    pages = feedback.places([mark for mark in graded.marks if mark.folder in folders], folders)
    _pack(pages, graded, archive)
    atomic.write(target, worksheet.content)
    problems, remarks = (*worksheet.problems, *placeless), (*worksheet.remarks, *pages.remarks)
    return Written(
        form=Format.MOODLE_WORKSHEET, paths=(target, archive), count=worksheet.count, problems=problems, remarks=remarks
    )


def _write_feedback(graded: _Class, target: Path) -> Written:
    pages = feedback.places(graded.marks)
    _pack(pages, graded, target)
    return Written(
        form=Format.FEEDBACK, paths=(target,), count=len(pages.paths), problems=pages.problems, remarks=pages.remarks
    )


def _write_notebooks(graded: _Class, results: Results, target: Path) -> Written:
    """The archive of feedback with each student's own notebook and comments beside the page."""
    pages = feedback.places(graded.marks)
    files: dict[str, Callable[[], bytes]] = {}
    problems: list[str] = []
    for mark in graded.marks:
        if (page := pages.paths.get(mark.folder)) is None or page in files:
            continue
        notebook, text = notebooks.beside(page)
        content = results.notebook(mark.notebook) or b""
        files[page] = partial(_page, graded, mark.folder)
        if notebooks.is_of(content, mark.notebook):
            files[notebook] = partial(_notebook, results, mark.notebook)
        else:
            problems.append(
                f"{mark.student.shown}: the stored notebook is missing or damaged, so the archive contains only "
                f"the page."
            )
        if comments := notebooks.comments(graded.exercise, mark):
            files[text] = partial(comments.encode, "utf-8", "backslashreplace")
    with atomic.writing(target) as stream:
        feedback.pack(stream, ((path, files[path]()) for path in sorted(files)))
    return Written(
        form=Format.FEEDBACK_NOTEBOOKS,
        paths=(target,),
        count=len(pages.paths),
        problems=(*pages.problems, *problems),
        remarks=pages.remarks,
    )


def _notebook(results: Results, digest: str) -> bytes:
    return results.notebook(digest) or b""


def _page(graded: _Class, folder: str) -> bytes:
    assert graded.pages is not None  # every form with pages is in `WITH_PAGES`
    return graded.pages.read(folder)


def _pack(pages: feedback.Places, graded: _Class, target: Path) -> None:
    ordered = sorted(pages.paths.items(), key=lambda item: item[1])
    contents = ((path, _page(graded, folder)) for folder, path in ordered)
    with atomic.writing(target) as stream:
        feedback.pack(stream, contents)


def _write_gradescope(graded: _Class, target: Path, visibility: Visibility) -> Written:
    """One `results.json` for each submission, in a folder of its own."""
    for mark in graded.marks:
        data = gradescope.results(graded.exercise, mark, visibility)
        atomic.write(target / mark.folder / gradescope.FILE, gradescope.as_json(data), lasting=False)
    count = sum(not mark.no_mark for mark in graded.marks)
    return Written(
        form=Format.GRADESCOPE,
        paths=(target,),
        count=count,
        problems=unmarked(graded.marks),
        remarks=excuses(graded.marks),
    )
