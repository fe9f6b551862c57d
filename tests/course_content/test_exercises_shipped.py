"""The two exercises as they are shipped: keys, slips, points, notebooks."""

import contextlib
import io
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.assess import engine
from grader.course.answer_key import read_key
from grader.course.layout import Course
from grader.course.release import common_numbers, is_stale, read_solution, with_numbers
from grader.course.specification import read_exercise
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.storage.answer_data import as_answer

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
SLUGS = ("conv-arithmetic", "keras-cnn")


@cache
def shipped(slug: str) -> tuple[Exercise, AnswerKey]:
    exercise = read_exercise(COURSE, slug)
    return exercise, read_key(COURSE, exercise)


def notebook_code(notebook: bytes) -> list[str]:
    cells = json.loads(notebook)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run_plainly(cells: list[str]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in cells:
            exec(source, names)
    return names


@pytest.mark.parametrize("slug", SLUGS)
def test_options_answers_and_slips_fit_their_questions(slug: str) -> None:
    assert engine.validate(*shipped(slug)) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_committed_student_notebook_is_what_the_solution_gives(slug: str) -> None:
    assert not is_stale(COURSE, slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_wrong_answer_has_one_explanation(slug: str) -> None:
    _, key = shipped(slug)
    for question, slips in key.slips.items():
        values = [json.dumps(as_answer(slip.value)) for slip in slips]
        assert len(values) == len(set(values)), question


@pytest.mark.parametrize("slug", SLUGS)
def test_each_number_and_shape_has_at_least_three_slips(slug: str) -> None:
    exercise, key = shipped(slug)
    for question in exercise.questions:
        if question.kind in ("number", "array"):
            assert len(key.slips.get(question.id, ())) >= 3, question.id


@pytest.mark.parametrize("slug", SLUGS)
def test_each_question_names_its_slide_and_gives_a_hint(slug: str) -> None:
    exercise, _ = shipped(slug)
    assert [question.id for question in exercise.questions if not (question.source.slide and question.hint)] == []


def test_points_of_keras_cnn_are_the_ones_that_its_notebook_promises() -> None:
    exercise, _ = shipped("keras-cnn")
    points = {question.id: question.points for question in exercise.questions}
    sizes = sum(value for name, value in points.items() if name.endswith(("_shape", "_params")))
    parts = (points["x_mean"] + points["x_std"], points["model"], sizes, points["accuracy"])
    title = "".join(json.loads((exercise.folder / "notebook.ipynb").read_bytes())["cells"][0]["source"])
    assert exercise.max_points == 25
    assert [row.split("|")[3].strip() for row in title.splitlines() if row[:3] in ("| 1", "| 2", "| 3", "| 4")] == [
        f"{part:g}" for part in parts
    ]


def test_conv_arithmetic_asks_as_many_questions_as_its_notebook_says() -> None:
    exercise, _ = shipped("conv-arithmetic")
    title = "".join(json.loads((exercise.folder / "notebook.ipynb").read_bytes())["cells"][0]["source"])
    assert f"{len(exercise.questions)} short questions" in title
    assert {question.source.lecture for question in exercise.questions} == {
        "alzahrani-deep-learning-cnn",
        "boracchi-cnn-2020",
        "cnn-using-keras-notes",
        "marques-intro-cnn-tf-keras",
        "sick-cas-dl-week4",
    }


def test_the_solution_of_conv_arithmetic_gives_the_answers_of_the_key() -> None:
    exercise, key = shipped("conv-arithmetic")
    solution = with_numbers(read_solution(COURSE, "conv-arithmetic"), "conv-arithmetic", common_numbers(key))
    found = run_plainly(notebook_code(solution))
    for question in exercise.questions:
        expected = as_answer(key.answers[question.id])
        exact = not isinstance(expected, float)
        assert as_answer(found[question.answer]) == (expected if exact else pytest.approx(expected)), question.id


def test_the_blank_notebook_of_conv_arithmetic_leaves_every_answer_blank() -> None:
    exercise, _ = shipped("conv-arithmetic")
    found = run_plainly(notebook_code((exercise.folder / "notebook.ipynb").read_bytes()))
    assert all(found[question.answer] is ... for question in exercise.questions)


def test_full_points_lie_well_below_the_worst_of_ten_seeds() -> None:
    exercise, _ = shipped("keras-cnn")
    thresholds = next(q.options["thresholds"] for q in exercise.questions if q.id == "accuracy")
    measured = json.loads(COURSE.facts.read_bytes())["sick_mnist_cnn"]["accuracy"]
    standard_error = (measured["min"] * (1 - measured["min"]) / 2000) ** 0.5
    assert len(set(measured["seeds"])) >= 10
    assert min(measured["values"]) == measured["min"]
    assert thresholds[-1]["accuracy"] < measured["min"] - 2 * standard_error
    assert thresholds[0]["accuracy"] > 0.25, "guessing must earn nothing"


def test_the_parameter_count_of_the_key_is_the_one_of_the_reference_model() -> None:
    _, key = shipped("keras-cnn")
    assert key.references["sick_mnist_cnn"].parameters == key.answers["total_params"] == 600_810


def test_importing_the_reference_models_imports_no_keras() -> None:
    code = "import sys, reference_models; print(sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
