"""Questions about students' own work: drawn from stored records, written as notebooks, and marked; nothing runs."""

import hashlib
import hmac
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.course.layout import Course
from grader.course.variants import course_secret
from grader.errors import InputError
from grader.gradebook.own_work import OwnWorkBook
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.gradebook.texts import text_of
from grader.intake import notebooks
from grader.intake.folders import collect
from grader.model.mark import Mark
from grader.model.own_work import AskedQuestions, OwnWorkResult, OwnWorkRules
from grader.model.record import Record
from grader.model.submission import Submission
from grader.own_work.drawing import draw
from grader.own_work.marking import mark
from grader.own_work.notebook import WrittenAnswers, notebook_of, read_answers
from grader.own_work.works import work_of
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import CourseExercise, load, load_exercise
from grader.pipeline.naming import as_known, under_present_names
from grader.storage import atomic
from grader.storage.records import RecordStore
from grader.text.language import speaking

_CODE_DIGITS = 12
_TAG, _STYLE = re.compile(r"<[^>]*>"), re.compile(r"<style.*?</style>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedClass:
    """What came of asking a class.

    Attributes:
        question_sets: The questions of each student, also those of earlier calls about the same attempts.
        without: Students about whose work no question can be asked.
    """

    question_sets: tuple[AskedQuestions, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredClass:
    """What came of marking the answers of a class.

    Attributes:
        results: The results that were stored, by student.
        problems: A line for each notebook that does not count.
    """

    results: tuple[OwnWorkResult, ...]
    problems: tuple[str, ...]


def ask(course: Course, slug: str, results: Results, *students: str) -> AskedClass:
    """Draw questions for each student about the attempt that counts, and store them; an attempt is asked about once.

    Commands and the portal ask with this call, and store answers with `answer`.

    Args:
        course: The course.
        slug: The exercise.
        results: Its results folder.
        *students: Names of the students to ask; none: all.

    Raises:
        InputError: The exercise asks no such questions, or nothing of it has been graded.
    """
    known = load_exercise(course, slug)
    rules, book = _rules(known), results.existing(known.settings, slug)
    secret = course_secret(course, make=True)
    stored = OwnWorkBook(book.database, book.place)
    earlier = {(one.question_set.student, one.question_set.record): one.question_set for one in stored.all()}
    drawn_sets = {frozenset(question.id for question in question_set.questions) for question_set in earlier.values()}
    question_sets, new, without = [], [], []
    for one in book.marks(*students):
        record = RecordStore(results.records).get(one.attempt.record_key)
        question_set = earlier.get((one.student, one.attempt.record_key))
        if question_set is None and record is not None:
            with speaking(known.language):  # what the report says is compared with answers in its language
                question_set = _drawn(one, record, rules, _seed(secret, slug, one), results, drawn_sets)
            if question_set is not None:
                new.append(question_set)
                drawn_sets.add(frozenset(question.id for question in question_set.questions))
        if question_set is None:
            without.append(one.student)
        else:
            question_sets.append(question_set)
    stored.ask(new)
    # Another grader may have drawn for the same attempt meanwhile; then the questions that were stored first count.
    of_code = {one.question_set.code: one.question_set for one in stored.all(*students)} if new else {}
    question_sets = [of_code.get(one.code, one) for one in question_sets]
    return AskedClass(question_sets=tuple(question_sets), without=tuple(without))


def release_own_work(
    course: Course, slug: str, results: Results, out: Path, note: Callable[[str], None] = lambda _: None
) -> list[Path]:
    """Write a notebook with questions about their own work for each student who has a mark.

    Args:
        course: The course.
        slug: The exercise.
        results: Its results folder.
        out: The folder in which a folder for the exercise is created.
        note: Is told who gets no questions.

    Returns:
        The notebooks, `out/SLUG/STUDENT/SLUG-own-work.ipynb`. Students who have answered get none.

    Raises:
        InputError: The exercise asks no such questions, or nothing of it has been graded.
    """
    known, asked_class = load_exercise(course, slug), ask(course, slug, results)
    book = results.existing(known.settings, slug)
    folders = {one.student: one.attempt.folder for one in book.marks()}
    answered = {one.question_set.code for one in OwnWorkBook(book.database, book.place).all() if one.is_answered}
    written = []
    with speaking(known.language):
        for question_set in asked_class.question_sets:
            if question_set.code not in answered:
                path = out / slug / folders[question_set.student] / f"{_name(slug)}.ipynb"
                atomic.write(path, notebook_of(question_set, known.exercise.title), lasting=False)
                written.append(path)
    for student in asked_class.without:
        note(no_questions(student))
    return written


def no_questions(student: str) -> str:
    """What to say of a student about whose work no question can be asked."""
    return f"{student}: gets no questions, because the record has no model or training that can be asked about."


def written_answers(content: bytes) -> WrittenAnswers:
    """Read the answers from a notebook, which is parsed and never run.

    Raises:
        InvalidNotebookError: The notebook cannot be read.
    """
    return read_answers(notebooks.parse(content).code)


def answer(
    book: Gradebook, question_set: AskedQuestions, written: WrittenAnswers, at: datetime | None
) -> tuple[OwnWorkResult, bool]:
    """Mark the answers of a student, and store the result unless the student has answered before.

    Args:
        book: The gradebook of the exercise.
        question_set: The questions that the notebook names.
        written: What the student wrote.
        at: When the answers were submitted, with a time zone; None if that is not known.

    Returns:
        The result of these answers, and whether it was stored.
    """
    findings = mark(question_set, written.answers)
    result = OwnWorkResult(question_set=question_set, findings=findings, answered_at=at)
    return result, OwnWorkBook(book.database, book.place).answer(result)


def mark_own_work(
    course: Course, slug: str, submissions: Path, results: Results, note: Callable[[str], None] = lambda _: None
) -> AnsweredClass:
    """Mark the answers of a class, and store them. Marks of the exercise stay as they are.

    Args:
        course: The course.
        slug: The exercise.
        submissions: A folder or an archive of notebooks, or one notebook, as for `grade`.
        results: The results folder of the exercise.
        note: Is told about files that are not submissions.

    Returns:
        The results that were stored, and why other notebooks do not count.

    Raises:
        InputError: The exercise asks no such questions, or there is no notebook, or nothing has been graded.
    """
    material = load(course, slug)
    _rules(material)
    book = results.existing(material.settings, slug)
    collected = collect(submissions, _name(slug), zone=material.settings.zone, note=note)
    collected = as_known(under_present_names(collected, book), book.collected())
    before = {one.question_set.code: one for one in OwnWorkBook(book.database, book.place).all()}
    folders = {one.student: one.attempt.folder for one in book.marks()}
    marked, problems = [], []
    for submission in _latest(collected):
        try:
            written = written_answers(submission.content)
            earlier = _questions_of(submission.student, written, before, folders)
        except InputError as error:
            problems.append(f"{submission.student}: {error}")
            continue
        with speaking(material.language):  # an answer may be a text of that language
            result, is_first = answer(book, earlier.question_set, written, submission.submitted_at)
        if is_first:
            marked.append(result)
        elif result.findings != earlier.findings:
            problems.append(f"{submission.student}: has answered these questions before. The first answers count.")
    with Marker(material, results, book) as marker:
        marker.publish()  # pages show the answers now, and the dashboard whom to talk with
    return AnsweredClass(results=tuple(marked), problems=tuple(problems))


def _name(slug: str) -> str:
    """Name of the notebooks with questions; of several notebooks of a student, one with this name counts."""
    return f"{slug}-own-work"


def _rules(known: CourseExercise) -> OwnWorkRules:
    slug = known.exercise.slug
    if known.exercise.own_work is None:
        raise InputError(
            f"exercises/{slug}/exercise.toml: asks no questions about students' own work. Add a table [own_work]."
        )
    return known.exercise.own_work


def _seed(secret: bytes, slug: str, one: Mark) -> str:
    """Names a student and an attempt; nobody can compute it without the secret of the course."""
    identity = f"own-work\0{slug}\0{one.student}\0{one.attempt.record_key}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, identity, hashlib.sha256).hexdigest()


def _drawn(
    one: Mark, record: Record, rules: OwnWorkRules, seed: str, results: Results, drawn_sets: set[frozenset[str]]
) -> AskedQuestions | None:
    """The questions about an attempt; None if its work allows none."""
    work = work_of(record, _cells(results, one), rules.confusion_matrix)
    questions = draw(work, rules, seed, _text_of_report(one, record, results), drawn_sets)
    if not questions:
        return None
    return AskedQuestions(
        student=one.student,
        record=one.attempt.record_key,
        code=hashlib.sha256(seed.encode()).hexdigest()[:_CODE_DIGITS],
        questions=questions,
        points=rules.points,
        minutes=rules.minutes,
        asked_at=now(),
    )


def _cells(results: Results, one: Mark) -> Sequence[str]:
    """The code cells of the submitted notebook; none if it is on another machine."""
    content = results.notebook(one.attempt.notebook)
    try:
        return notebooks.parse(content).code if content else ()
    except notebooks.InvalidNotebookError:
        return ()


def _text_of_report(one: Mark, record: Record, results: Results) -> str:
    """What a student can read in the report: the text of the page, and what a later page could show of the record."""
    page = (results.report(one.attempt.folder) or b"").decode("utf-8", "replace")
    page_text = " ".join(html.unescape(_TAG.sub(" ", _STYLE.sub("", page))).split())
    tables = [str(layer.parameters) for table in record.models.values() for layer in table.layers]
    totals = [str(table.parameters) for table in record.models.values()]
    return " ".join((page_text, text_of(one.assessment), *tables, *totals))


def _latest(collected: Sequence[Submission]) -> Iterator[Submission]:
    """The last submission of each student; they are sorted by student, first to last."""
    yield from {submission.student: submission for submission in collected}.values()


def _questions_of(
    student: str, written: WrittenAnswers, before: Mapping[str, OwnWorkResult], folders: Mapping[str, str]
) -> OwnWorkResult:
    """The questions that a notebook names, as they are stored.

    Raises:
        InputError: The notebook does not count.
    """
    earlier = before.get(written.code)
    if earlier is None:
        raise InputError("the notebook contains no questions of this exercise. Ask the student for the right notebook.")
    owner = earlier.question_set.student
    if student not in (owner, folders.get(owner)):  # a released folder may be filled in
        raise InputError(
            "the notebook has the questions of another student, so it is not marked. Talk with both students."
        )
    if not any(written.answers.values()):  # it must not count as the first answers
        raise InputError("the notebook contains no answers yet.")
    return earlier
