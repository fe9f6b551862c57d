"""The pages of a graded class show the four parts that help to understand.

These are questions about one's own work, what to practise, feedback that fits the moment, and repeated misconceptions.
Everything but the run of the notebooks is real.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.mark import Mark
from grader.model.record import Answer, AnswerState, CellRun, Outcome, Record
from grader.model.submission import Submission
from grader.pipeline.class_pages import of_students
from grader.pipeline.course_page import GradedExercise, write_course
from grader.pipeline.demo_answers import answer_own_work
from grader.pipeline.student_reports import StudentReport, draw_report, in_turn, report_of_mark
from grader.storage.answer_data import as_answer
from tests.conftest import notebook
from tests.fakes import Fake, ignore
from tests.own_work import generated
from tests.report.page_reader import PageReader

SLUG = "lenet5"
STUDENTS = ("biases-forgotten", "full-marks")  # two cases: `expected.toml` says whether they understand their work
WITHOUT_BIAS = ("conv1_params", "conv2_params", "dense1_params", "total_params")
FUTURE = datetime(2999, 5, 1, tzinfo=UTC)


class WithModel(Fake):
    """Pretends to run notebooks that made the mistake of the key in some answers and built a model."""

    def __init__(self, material: pipeline.Material) -> None:
        super().__init__()
        questions = {question.id: question for question in material.exercise.questions}
        self._answers = {
            questions[name].answer: as_answer(
                next(slip.value for slip in material.key.slips[name] if "bias" in str(slip.reason))
            )
            for name in WITHOUT_BIAS
        }

    @property
    def notebook(self) -> bytes:
        """The notebook of a student with these answers."""
        return notebook("\n".join(f"{name} = {value}" for name, value in self._answers.items()))

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            answers = {name: Answer(AnswerState.MISSING) for name in job.names}
            answers |= {name: Answer(AnswerState.VALUE, value, "int") for name, value in self._answers.items()}
            yield Record(
                key=job.key,
                outcome=Outcome.COMPLETED,
                cells=tuple(CellRun((), 1) for _ in job.cells),
                answers=answers,
                models={"model": generated.table(1)},
                histories={"history": generated.history(1)},
                environment=job.environment,
            )


@dataclass(frozen=True, slots=True)
class GradedClass:
    """A class of two, whose questions about their own work have been answered."""

    material: pipeline.Material
    results: Results
    marks: list[Mark]
    course_page: str

    def report(self, student: str) -> str:
        return text((self.results.folder / student / "report.html").read_text())

    def before_the_deadline(self, student: str) -> str:
        """The report that the student reads in the portal before the deadline."""
        settings = self.material.settings
        draw_report(self.material, self.results, student)
        book = self.results.open(settings, SLUG)
        attempts = in_turn(book.attempts(student)[student])
        shown: StudentReport = report_of_mark(book.marks(student)[0], attempts, settings, is_settled=False)
        page = shown.read(self.results)
        assert page is not None
        return text(page.decode())


def text(page: str) -> str:
    return " ".join(unescape(PageReader(page).text).split())


@pytest.fixture(scope="module")
def graded(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GradedClass]:
    folder = tmp_path_factory.mktemp("class")
    loaded = pipeline.load(course, SLUG)
    material = replace(loaded, settings=replace(loaded.settings, deadlines={SLUG: FUTURE}))
    results = Results(folder / SLUG)
    executor = WithModel(material)
    submissions = [
        Submission(student=name, exercise=SLUG, origin=f"{name}.ipynb", content=executor.notebook) for name in STUDENTS
    ]
    marks = pipeline.grade(material, submissions, results, executor, ignore)
    answer_own_work(course, material, results)
    exercises = [
        GradedExercise(
            material.exercise, marks, attempts=of_students(material.exercise, marks, {}), concepts=material.concepts
        )
    ]
    page = write_course(exercises, folder, material.language)
    yield GradedClass(material, results, marks, text(page.read_text()))
    results.database.close()


def test_a_report_shows_the_answered_questions_about_own_work(graded: GradedClass) -> None:
    for student in STUDENTS:
        assert "Questions about your own work" in graded.report(student)
        assert "You answered" in graded.report(student)


def test_a_report_begins_with_the_repeated_mistake_and_says_what_to_practise(graded: GradedClass) -> None:
    top, _, rest = graded.report(STUDENTS[0]).partition("Question by question")
    assert "Where you lost points The biases are missing. 3 points" in top
    assert "Redo questions" in top
    assert "Practise with new numbers: Parameters of a" in top
    assert "Right method, but your earlier answer was different" in rest


def test_before_the_deadline_the_report_has_reasons_and_the_date_but_no_expected_value(graded: GradedClass) -> None:
    before, after = graded.before_the_deadline(STUDENTS[0]), graded.report(STUDENTS[0])
    right = f"{graded.material.key.answers['total_params']:,}"
    assert right in after
    assert right not in before
    assert "The biases are missing." in before
    assert "You can submit again until 2999-05-01, 00:00 (UTC). Your latest submission counts." in before
    assert "Expected" not in before


def test_the_dashboard_shows_own_work_misconceptions_and_concepts(graded: GradedClass) -> None:
    page = text(graded.results.overview.read_text())
    assert "Questions about own work" in page
    assert "What to teach again" in page
    assert "What to practise" in page
    assert "Parameters of a convolution" in page


def test_the_page_of_the_course_shows_misconceptions_and_concepts(graded: GradedClass) -> None:
    assert "Biases left out (2 students)" in graded.course_page
    assert "What to teach again" in graded.course_page
    assert "What to practise" in graded.course_page


def test_the_pages_of_a_course_without_concepts_speak_of_no_practice(graded: GradedClass, tmp_path: Path) -> None:
    material = replace(graded.material, concepts={})
    results = Results(tmp_path / SLUG)
    executor = WithModel(material)
    submission = Submission(student="ada", exercise=SLUG, origin="ada.ipynb", content=executor.notebook)
    pipeline.grade(material, [submission], results, executor, ignore)
    report = text((results.folder / "ada" / "report.html").read_text())
    assert "Where you lost points" in report
    assert "Practise with new numbers" not in report
    assert "What to practise" not in text(results.overview.read_text())
    results.database.close()
