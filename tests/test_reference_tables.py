"""`grader facts`: a course's own models, and those of its solutions, become references."""

import json
import shutil

import pytest

from grader.course.layout import Course
from grader.errors import InputError, SpecificationError
from grader.execute.local import LocalExecutor
from grader.listing import listing
from grader.pipeline.case_grading import check_marks
from grader.pipeline.reference_tables import describe_references
from tests.conftest import ROOT
from tests.fakes import Fake

QUESTION = """
[[questions]]
id = "network"
title = "A network"
kind = "architecture"
answer = "net"
points = 2
hint = "Read the task again."
"""
CELL = [
    "import keras\n",
    "### BEGIN SOLUTION\n",
    "net = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten()])\n",
    "### END SOLUTION",
]
MODULE = """
import keras

SOURCE = "week 3"


def build():
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense({units})])
"""


def with_a_network(course: Course, answer: str) -> None:
    """Add a question about an architecture to the exercise `tiny`, and the answer to it to its key."""
    toml, key, solution = (
        course.exercises / "tiny" / "exercise.toml",
        course.solution_folder("tiny") / "key.py",
        course.solution_notebook("tiny"),
    )
    toml.write_text(toml.read_text() + QUESTION)
    key.write_text(key.read_text() + f'\n\nkey.answer("network", "{answer}")\n')
    notebook = json.loads(solution.read_bytes())
    notebook["cells"].append(notebook["cells"][-1] | {"id": "network", "source": CELL})
    solution.write_text(json.dumps(notebook))
    shutil.rmtree(course.solution_folder("tiny") / "cases")


def module(course: Course, name: str, text: str) -> None:
    course.facts.parent.mkdir(exist_ok=True)
    (course.facts.parent / f"{name}.py").write_text(text)


@pytest.fixture
def bare(small: Course) -> Course:
    """A course with one exercise and no reference model."""
    shutil.rmtree(small.facts.parent)
    return small


@pytest.mark.slow
def test_facts_of_the_shipped_models_are_up_to_date(copied_course: Course, sandbox: LocalExecutor) -> None:
    describe_references(copied_course, sandbox)
    assert copied_course.facts.read_bytes() == (ROOT / "reference_models" / "facts.json").read_bytes(), "make facts"


@pytest.mark.slow
def test_the_model_of_a_solution_can_be_the_reference(bare: Course, sandbox: LocalExecutor) -> None:
    with_a_network(bare, "tiny/net")
    [before] = listing(bare)
    assert any("run `grader facts`" in problem for problem in before.problems)
    tables = describe_references(bare, sandbox)
    assert [(name, table.parameters) for name, table in tables.items()] == [("tiny/net", 40)]
    [after] = listing(bare)
    assert "network" not in "\n".join(after.problems)
    checked = check_marks(bare, "tiny", sandbox)
    assert (checked.solution.points, checked.solution.problems) == (5, ())


@pytest.mark.slow
def test_a_module_of_any_course_is_a_reference_and_keeps_its_accuracy(bare: Course, sandbox: LocalExecutor) -> None:
    module(bare, "small_net", MODULE.format(units=3))
    module(bare, "shared", "SIZE = 4\n")
    module(bare, "larger_net", "from reference_models.shared import SIZE\n" + MODULE.format(units="SIZE"))
    describe_references(bare, sandbox)
    facts = json.loads(bare.facts.read_bytes())
    assert list(facts) == ["larger_net", "small_net"]
    assert facts["small_net"]["source"] == "week 3"
    facts["small_net"]["accuracy"] = {"min": 0.9}
    bare.facts.write_text(json.dumps(facts))
    (bare.facts.parent / "larger_net.py").unlink()
    describe_references(bare, sandbox)
    facts = json.loads(bare.facts.read_bytes())
    assert list(facts) == ["small_net"]
    assert facts["small_net"]["accuracy"] == {"min": 0.9}


FAULTS: dict[str, tuple[str, str]] = {
    "no model": (
        "def build():\n    return 3\n",
        r"reference_models/net\.py: `model` is not a Keras model\. Correct it\.",
    ),
    "an error": ("def build():\n    return 1 / 0\n", r"reference_models/net\.py: stops with ZeroDivisionError"),
    "no Python": ("def build(:\n", r"reference_models/net\.py: is not a Python module"),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_module_that_builds_no_model_is_named_and_nothing_is_written(
    fault: str, bare: Course, sandbox: LocalExecutor
) -> None:
    text, message = FAULTS[fault]
    module(bare, "net", text)
    with pytest.raises(SpecificationError, match=message):
        describe_references(bare, sandbox)
    assert not bare.facts.exists()


@pytest.mark.parametrize("content", ["", "[1]", '{"net": 3}', '{"net": {"table": {"layers": 3}}}'])
def test_a_damaged_file_is_named_before_anything_runs_and_stays(content: str, bare: Course) -> None:
    module(bare, "net", MODULE.format(units=3))
    bare.facts.write_text(content)
    executor = Fake()
    with pytest.raises(SpecificationError, match="or delete it and run `grader facts`"):
        describe_references(bare, executor)
    assert (executor.ran, bare.facts.read_text()) == ([], content)


def test_a_module_whose_name_cannot_be_imported_is_named(bare: Course) -> None:
    module(bare, "le-net", MODULE.format(units=3))
    with pytest.raises(SpecificationError, match=r"reference_models/le-net\.py: is not the name of a Python module"):
        describe_references(bare, Fake())


def test_a_course_without_reference_models_says_how_to_provide_one(bare: Course) -> None:
    with pytest.raises(InputError, match=r"there is no reference model\. Write reference_models/NAME\.py"):
        describe_references(bare, Fake())
