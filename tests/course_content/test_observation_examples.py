"""The example course of docs/observations.md: it is valid, and its cases get the marks that they must get."""

import re
from pathlib import Path

import pytest

from grader.assess.kinds import KINDS as KINDS_OF_QUESTIONS
from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.execute.local import LocalExecutor
from grader.listing import course_problems, listing
from grader.model.assessment import Verdict
from grader.pipeline.case_grading import check_marks
from tests.conftest import ROOT

EXAMPLE = Course(ROOT / "examples" / "observations")
KINDS = Course(ROOT / "examples" / "kinds")
SUBJECTS = (
    *("a class", "a callback", "a custom layer", "a custom loss", "returns a model", "changes its argument"),
    *("raises an exception", "returns a tuple", "returns text", "returns a DataFrame", "returns a `tf.data.Dataset`"),
    *("| a DataFrame", "| a Series", "| a dict", "| a list of strings", "| a `tf.data.Dataset`"),
    *(
        "exact text",
        "text with a pattern",
        "a range",
        "accuracy that a training run reached",
        "epochs that a training run needed",
    ),
    *("a loss that falls", "any architecture within a parameter budget", "layers that must or must not be present"),
    *("labels of a plot", "curves of a plot", "printed text", "run time compared with a reference"),
    *("files that were written", "whether a function is used", "code that a person grades by several criteria"),
    *(
        "text that a person grades by several criteria",
        "a Markdown cell",
        "a picture that a student drew or photographed",
    ),
    *("several notebooks", "several modules", "as an expression", "in a fresh process"),
)


def test_the_example_course_has_no_problem() -> None:
    assert course_problems(EXAMPLE) == ()
    assert {status.slug: status.problems for status in listing(EXAMPLE)} == {"classes": (), "training": ()}


def rows() -> list[tuple[str, str, tuple[str, ...]]]:
    """The lines of the table of examples: subject, exercise, questions."""
    page = (ROOT / "docs" / "observations.md").read_text(encoding="utf-8")
    table = page.partition("## Examples")[2].partition("\n## ")[0]
    cells = [line.split(" | ") for line in table.splitlines() if line.startswith("| ") and " | `" in line]
    return [
        (subject.strip("| "), slug.strip("`"), tuple(re.findall(r"`(\w+)`", ids))) for subject, slug, ids, _ in cells
    ]


ROWS = rows()
COURSES = {slug: course for course in (EXAMPLE, KINDS) for slug in course.slugs()}
BELIEVED = {("classes", "layer_weights")}
"""A lie about these is believed, as the page says."""
UNHARMED = {("two-notebooks", "weights"), ("two-notebooks", "height")}
"""Questions of a hostile notebook that it answers before it attacks."""


def test_the_table_of_examples_has_every_subject_and_every_question() -> None:
    subjects = "".join(f"| {subject} " for subject, *_ in ROWS)
    for subject in SUBJECTS:
        assert subject in subjects, subject
    in_table = {(slug, question) for _, slug, questions in ROWS for question in questions}
    asked = {
        (slug, question.id)
        for slug, course in COURSES.items()
        for question in read_exercise(course, slug).questions
        if (slug, question.id) != ("every-kind", "style")  # `modules` has the same with a rubric
    }
    assert in_table == asked


@pytest.mark.parametrize(("subject", "slug", "questions"), ROWS, ids=[subject for subject, *_ in ROWS])
def test_each_subject_has_a_full_mark_and_a_hostile_notebook_that_does_not_get_it(
    subject: str, slug: str, questions: tuple[str, ...]
) -> None:
    """The slow tests run these cases."""
    exercise = read_exercise(COURSES[slug], slug)
    asked = {question.id: question for question in exercise.questions}
    cases = {case.name: case for case in read_cases(COURSES[slug], exercise)}
    for question in questions:
        by_hand = KINDS_OF_QUESTIONS[asked[question].kind].by_hand
        assert cases["full-marks"].points[question].low == (0 if by_hand else asked[question].points)
        if by_hand:
            assert cases["full-marks"].verdicts[question] is Verdict.NEEDS_HUMAN
        lost = cases["hostile"].points[question].high < asked[question].points
        assert lost or (slug, question) in BELIEVED | UNHARMED
        if "several criteria" in subject:
            assert len(asked[question].criteria) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("slug", EXAMPLE.slugs())
def test_the_cases_of_the_examples_get_their_marks(slug: str, sandbox: LocalExecutor) -> None:
    checked = check_marks(EXAMPLE, slug, sandbox)
    assert checked.solution.problems == ()
    assert checked.cases == 4
    assert checked.differences == ()


def test_no_file_of_the_staff_is_beside_what_students_get() -> None:
    public = {path.name for path in Path(EXAMPLE.exercises).rglob("*") if path.is_file()}
    assert public == {"course.toml", "exercise.toml", "notebook.ipynb", "points.npz"}
