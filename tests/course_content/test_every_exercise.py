"""What holds for every exercise: the solution gets everything, the blank nothing, whatever the numbers."""

import json
from functools import cache
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.release import common_numbers, is_stale, read_solution, student_notebook, with_numbers
from grader.course.specification import read_exercise
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.model.assessment import Assessment, Verdict
from grader.model.submission import Submission
from tests.conftest import ROOT, case_notebooks
from tests.course_content.students import SEEDS

COURSE = Course(ROOT)
SLUGS = COURSE.slugs()
TRAINED = ("dense-mnist", "feature-maps", "lenet5", "mnist-keras", "parcels", "preprocessing-and-regularisation")
"""Training takes longest in these, and the numbers of a student change nothing about it."""
SOLVED_ONLY_HERE = ("cifar10", "hand-convolution")
"""The best student of their demo class does not train, or works otherwise than the solution."""
IN_MAKE_SLOW = [slug for slug in SLUGS if slug not in SOLVED_ONLY_HERE]
"""Their solution with the common numbers is a case of the demo class. tests/test_demo.py runs it; `make slow`, too."""
ONE_STEP = """
import keras

fit = keras.Model.fit
brief = {"epochs": 1, "steps_per_epoch": 1, "validation_data": None, "validation_split": 0.0}
keras.Model.fit = lambda self, *data, **options: fit(self, *data, **{**options, **brief})
"""
"""A cell of code after which training is one step."""


@cache
def keys(slug: str) -> Keys:
    return Keys(COURSE, read_exercise(COURSE, slug))


@pytest.mark.parametrize("slug", SLUGS)
def test_an_exercise_asks_six_to_thirty_questions_with_a_slide_each(slug: str) -> None:
    exercise = read_exercise(COURSE, slug)
    assert 6 <= len(exercise.questions) <= 30
    assert all(question.source.lecture and question.source.slide for question in exercise.questions)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_has_a_next_step_for_whoever_does_not_get_it(slug: str) -> None:
    assert [question.id for question in read_exercise(COURSE, slug).questions if not question.hint] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_committed_notebook_is_the_generated_one(slug: str) -> None:
    assert not is_stale(COURSE, slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_committed_notebook_assigns_no_answer(slug: str) -> None:
    notebook = json.loads((COURSE.exercises / slug / "notebook.ipynb").read_bytes())
    source = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    for question in read_exercise(COURSE, slug).questions:
        if question.kind in ("number", "array", "choice"):
            lines = [line for line in source.splitlines() if line.replace(" ", "").startswith(f"{question.answer}=")]
            assert all("..." in line for line in lines), lines


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if keys(slug).has_variants])
def test_students_get_numbers_whose_slips_are_all_wrong(slug: str) -> None:
    drawn = [keys(slug).key(seed) for seed in SEEDS]
    assert len({json.dumps(key.numbers, sort_keys=True) for key in drawn}) > max(4, len(SEEDS) // 25)
    for key in drawn:
        for question, slips in key.slips.items():
            assert all(slip.value != key.answers[question] for slip in slips)
            assert all(slip.reason and slip.remedy for slip in slips)


def code(notebook: bytes) -> list[str]:
    """The cells of code of a notebook."""
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]


def with_common_numbers(slug: str) -> tuple[bytes, bytes]:
    """The solution and the notebook that is given out, with the numbers of whoever is on no roster."""
    solution, common = read_solution(COURSE, slug), common_numbers(keys(slug).key())
    return with_numbers(solution, slug, common), student_notebook(solution, slug, common)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_blank_of_the_demo_class_is_the_notebook_that_is_given_out(slug: str) -> None:
    assert code(case_notebooks(slug)["blank"]) == code(with_common_numbers(slug)[1])


@pytest.mark.parametrize("slug", IN_MAKE_SLOW)
def test_the_best_of_the_demo_class_is_the_solution(slug: str) -> None:
    lines = [line for cell in code(with_common_numbers(slug)[0]) for line in cell.split("\n")]
    in_the_demo = [line for cell in code(case_notebooks(slug)["full-marks"]) for line in cell.split("\n")]
    assert in_the_demo
    assert set(in_the_demo) <= set(lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    "slug", [pytest.param(slug, marks=[pytest.mark.long] * (slug in IN_MAKE_SLOW)) for slug in SLUGS]
)
def test_the_solution_gets_everything_and_the_blank_nothing_for_any_numbers(
    slug: str, sandbox: LocalExecutor, tmp_path: Path
) -> None:
    graded = grade(pipeline.load(COURSE, slug), tmp_path, sandbox, *with_common_numbers(slug))
    assert graded[0].percent == 100, [finding for finding in graded[0].findings if finding.verdict != "passed"]
    assert graded[1].points == 0
    assert {finding.verdict for finding in graded[1].findings} <= {Verdict.NOT_ATTEMPTED, Verdict.NEEDS_HUMAN}


@pytest.fixture
def personal(slug: str, monkeypatch: pytest.MonkeyPatch) -> tuple[pipeline.Material, bytes]:
    """An exercise whose key is that of one student for everybody, and its solution with the numbers of this student."""
    material = pipeline.load(COURSE, slug)
    key = material.keys.key("a student's seed")
    monkeypatch.setattr(type(material), "key_of", lambda *_: key)
    return material, with_numbers(read_solution(COURSE, slug), slug, {**key.numbers, "variant": "0" * 8})


@pytest.mark.slow
@pytest.mark.parametrize(
    "slug",
    [pytest.param(slug, marks=[pytest.mark.long] * (slug in TRAINED)) for slug in SLUGS if keys(slug).has_variants],
)
def test_the_solution_gets_everything_with_the_numbers_of_a_student(
    personal: tuple[pipeline.Material, bytes], sandbox: LocalExecutor, tmp_path: Path
) -> None:
    (assessment,) = grade(personal[0], tmp_path, sandbox, personal[1])
    assert assessment.percent == 100, [finding for finding in assessment.findings if finding.verdict != "passed"]


@pytest.mark.slow
@pytest.mark.parametrize("slug", [slug for slug in TRAINED if keys(slug).has_variants])
def test_the_solution_gets_everything_but_a_trained_model_with_the_numbers_of_a_student(
    personal: tuple[pipeline.Material, bytes], sandbox: LocalExecutor, tmp_path: Path
) -> None:
    """With one step of training. What the training leads to is the same with the common numbers, in the demo class."""
    cells = json.loads(personal[1])
    cells["cells"].insert(0, {"cell_type": "code", "metadata": {}, "outputs": [], "source": ONE_STEP})
    (assessment,) = grade(personal[0], tmp_path, sandbox, json.dumps(cells).encode())
    lost = [
        finding for finding in assessment.findings if finding.verdict != "passed" and finding.question != "accuracy"
    ]
    assert len(assessment.findings) == len(personal[0].exercise.questions)
    assert lost == []


def grade(material: pipeline.Material, folder: Path, sandbox: LocalExecutor, *notebooks: bytes) -> list[Assessment]:
    submissions = [
        Submission(student=f"student-{number}", exercise=material.exercise.slug, origin="x.ipynb", content=content)
        for number, content in enumerate(notebooks)
    ]
    graded = pipeline.grade(material, submissions, Results(folder), sandbox, lambda _: None)
    return [item.assessment for item in graded]
