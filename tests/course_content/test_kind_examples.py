"""The example course of the kinds of questions: it is valid, asks each of them, and its cases get their marks."""

import pytest

from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.execute.local import LocalExecutor
from grader.listing import course_problems, listing
from grader.pipeline.case_grading import check_marks
from tests.conftest import ROOT

EXAMPLE = Course(ROOT / "examples" / "kinds")
NEW = {
    *("string", "interval", "structure", "table", "dataset", "printed", "usage", "layers"),
    *("markdown", "code", "image", "text"),
}


def test_the_example_course_has_no_problem() -> None:
    assert course_problems(EXAMPLE) == ()
    assert {status.slug: status.problems for status in listing(EXAMPLE)} == {
        "every-kind": (),
        "modules": (),
        "two-notebooks": (),
    }


def test_each_kind_has_an_example_question() -> None:
    questions = read_exercise(EXAMPLE, "every-kind").questions
    assert {question.kind for question in questions} == NEW
    assert any(question.criteria for question in questions)


@pytest.mark.slow
@pytest.mark.parametrize("slug", EXAMPLE.slugs())
def test_the_cases_of_the_examples_get_their_marks(slug: str, sandbox: LocalExecutor) -> None:
    checked = check_marks(EXAMPLE, slug, sandbox)
    assert checked.solution.problems == ()
    assert checked.cases >= 4
    assert checked.differences == ()
