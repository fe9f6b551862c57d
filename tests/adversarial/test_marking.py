"""What is meant for the grader itself: answers and outputs that break marking or the report, beside honest ones."""

import json
from pathlib import Path

import pytest

from grader import pipeline
from grader.errors import SpecificationError
from grader.execute.local import LocalExecutor
from grader.intake import notebooks
from grader.model.assessment import Verdict
from grader.pipeline import marking
from tests.adversarial.batch import (
    FULL,
    HONEST,
    MODEL,
    PREDICT,
    WIDTH,
    Marked,
    assert_honest_unharmed,
    grade,
    grade_among_honest,
    submission,
)
from tests.conftest import notebook

pytestmark = [pytest.mark.slow, pytest.mark.long]

SHOW = "class Shown:\n    def __repr__(self):\n        return {text}\nShown()"
NEARLY = '"a-" * {0} + "a, " * {1} + "a (" * {1} + "a, UTC" * 20'
HISTORY = "import keras\nhistory = keras.callbacks.History()\nhistory.epoch = [0, 1]\nhistory.history = {history}"
LAYERS = "from keras import Input, Sequential\nfrom keras.layers import Conv2D, Dense, Flatten, RandomRotation, UpSampling2D\n"

# After right answers: what is printed or left behind breaks the report, or takes it long.
BESIDE: dict[str, str] = {
    "a picture that is not there": "from IPython.display import Markdown\nMarkdown('![a](attachment:b) ![c][d]\\n\\n[d]: attachment:e')",
    "a note of many sentences": SHOW.format(text='"[" + ". " * 990'),
    "a note that is nearly a date": SHOW.format(text=f'"[" + {NEARLY.format(300, 200)} + "]"'),
    "an error that is nearly a message": f"raise ValueError({NEARLY.format(62, 41)})",
    "the smallest loss": HISTORY.format(history="{'loss': [5e-324, 5e-324]}"),
    "a small loss": HISTORY.format(history="{'loss': [1e-15, 2e-15], 'val_loss': [-1e-15, 0.0]}"),
    "the largest loss": HISTORY.format(history="{'loss': [1e308, -1e308], 'val_loss': [1.7e308, 1.7e308]}"),
    "Markdown of blanks": "from IPython.display import Markdown, display\nfor number in range(60):\n    display(Markdown(f'{number}' + ' ' * 11_000 + 'b'))",
    "HTML again and again": "from IPython.display import HTML, display\nfor number in range(28):\n    display(HTML(f'<b>{number}</b> ' * 6_000))",
    "another language": "%%script cat\n" + "m{" * 9_000,
    "a long line": "x = 1  # " + "*" * 19_000,
    "an accuracy below nothing": HISTORY.format(history="{'accuracy': [-1.0, -2.0], 'val_accuracy': [-3.0, -3.0]}"),
}

# In place of the model: settings that no layer has.
MODELS: dict[str, str] = {
    "sizes without end": "ups = [UpSampling2D(1) for _ in range(60)]\nmodel = Sequential([Input((8, 8, 1)), *ups, Flatten(), Dense(3)])\nfor up in ups:\n    up.size = (2**255, 2**255)",
    "a text for a number": "dense = Dense(1)\nmodel = Sequential([Input((8, 8, 300_000)), dense])\ndense.units = 'a' * 3000",
    "a number beyond all": "dense = Dense(1)\nmodel = Sequential([Input((8, 8, 1)), dense, Flatten()])\ndense.units = 1e308",
    "windows of text": "conv = Conv2D(4, 3)\nmodel = Sequential([Input((8, 8, 1)), conv])\nconv.kernel_size = ('a' * 1000, 'b')\nconv.strides = 'ab'",
    "an angle of text": "turned = RandomRotation(0.1)\nmodel = Sequential([Input((8, 8, 1)), turned])\nturned.factor = ['a', 'b']\nturned.get_config = lambda: {'factor': ['a', 'b']}",
}


@pytest.fixture(scope="module")
def found(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    cells: dict[str, tuple[str, ...]] = {name: (*HONEST, source) for name, source in BESIDE.items()}
    cells |= {name: (WIDTH, LAYERS + source, PREDICT) for name, source in MODELS.items()}
    return grade_among_honest(material, cells, folder / "marking", executor)


def test_nobody_else_is_harmed(found: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(found, alone)


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_shown_beside_right_answers_changes_no_mark(found: dict[str, Marked], name: str) -> None:
    assert found[name].points == FULL
    assert "Your notebook, as it ran" in found[name].page


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_settings_that_no_layer_has_is_marked_as_wrong(found: dict[str, Marked], name: str) -> None:
    assert found[name].points == FULL | {"model": found[name].points["model"]}
    assert found[name].points["model"] < FULL["model"]
    assert all(finding.verdict is not Verdict.CHECK_ERROR for finding in found[name].assessment.findings)


def test_a_picture_that_was_pasted_into_the_text_is_left_out_and_said_to_be(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    """As Jupyter does it where somebody pastes a picture: nothing hostile about that."""
    made = json.loads(notebook(*HONEST))
    picture = {"image.png": {"image/png": "iVBORw0KGgo="}}
    text = {
        "cell_type": "markdown",
        "metadata": {},
        "attachments": picture,
        "source": "See\n![image.png](attachment:image.png)",
    }
    made["cells"].append(text)
    marked = grade(material, [submission("alice", json.dumps(made).encode())], tmp_path, executor)["alice"]
    assert marked.points == FULL
    assert "<em>A picture that was pasted here is left out.</em>" in marked.page


@pytest.mark.parametrize("broken", ["render_student", "text_of"])
def test_whatever_breaks_on_one_submission_stops_no_other(
    material: pipeline.Material,
    executor: LocalExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    """A fault of ours that nobody has found yet: on what only Eve handed in."""
    works = getattr(marking, broken)

    def breaks(*values: object) -> str:
        if "eve was here" in repr(values):
            raise ZeroDivisionError("nobody thought of that")
        return str(works(*values))

    monkeypatch.setattr(marking, broken, breaks)
    by_eve = ("width = 'eve was here'", MODEL, PREDICT) if broken == "text_of" else (*HONEST, "print('eve was here')")
    cells = {"honest first": HONEST, "eve": by_eve, "honest last": ("# last", *HONEST)}
    found = grade(material, [submission(name, notebook(*each)) for name, each in cells.items()], tmp_path, executor)
    assert found["honest first"].points == found["honest last"].points == FULL
    if broken == "text_of":
        assert {finding.verdict for finding in found["eve"].assessment.findings} == {Verdict.CHECK_ERROR}
        assert "nobody thought of that" in found["eve"].assessment.findings[0].fault
    else:
        assert found["eve"].points == FULL
        assert "This report does not contain the pictures" in found["eve"].page


@pytest.mark.parametrize("broken", ["text_of", "render_student"])
@pytest.mark.parametrize("fault", [SpecificationError("key.py: restore it."), OSError(28, "No space left on device")])
def test_what_an_author_or_the_machine_has_to_mend_is_not_taken_for_a_students(
    material: pipeline.Material,
    executor: LocalExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
    fault: Exception,
) -> None:
    def breaks(*_: object) -> str:
        raise fault

    monkeypatch.setattr(marking, broken, breaks)
    with pytest.raises(type(fault)):
        grade(material, [submission("alice", notebook(*HONEST))], tmp_path, executor)


def test_a_file_on_which_reading_breaks_stops_no_other(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = notebooks.parse

    def breaks(content: bytes) -> notebooks.Notebook:
        if b"eve was here" in content:
            raise ZeroDivisionError("nobody thought of that")
        return works(content)

    monkeypatch.setattr(notebooks, "parse", breaks)
    handed_in = {"honest": HONEST, "eve": ("# eve was here", *HONEST)}
    found = grade(material, [submission(name, notebook(*each)) for name, each in handed_in.items()], tmp_path, executor)
    assert found["honest"].points == FULL
    assert not found["eve"].assessment.publishable
    assert "Reading the file failed: ZeroDivisionError: nobody thought of that" in found["eve"].said
