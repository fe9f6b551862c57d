import json
import random
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.assess.kinds import needs_of_kinds
from grader.course.answer_key import read_key, read_references
from grader.course.key_module import KeyModule
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.text import catalogues
from grader.text.language import speaking

KEY = """
import numpy as np
from grader.model.key import Slip

def answers():
    return {"width": np.int64(26), "padding": {"same"}}

def slips():
    return {"width": [Slip(np.array([28, 1]), "reason", "remedy")]}
"""
TABLE = {
    "input_shape": [None, 28, 28, 1],
    "layers": [
        {
            "name": "conv",
            "kind": "Conv2D",
            "config": {"filters": 32},
            "inbound": [],
            "input_shape": [None, 28, 28, 1],
            "output_shape": [None, 26, 26, 32],
            "parameters": 320,
            "trainable": 320,
        }
    ],
    "compiled": {},
}
MODEL = '\n[[questions]]\nid = "model"\ntitle = "M"\nkind = "architecture"\nanswer = "model"\npoints = 3\n'
ACCURACY = '\n[[questions]]\nid = "net"\ntitle = "N"\nkind = "accuracy"\nanswer = "predict"\npoints = 3\n'


def ask(course: Course, question: str) -> None:
    path = course.exercises / "small" / "exercise.toml"
    path.write_text(path.read_text() + question)


def write(course: Course, text: str) -> Path:
    path = course.solution_folder("small") / "key.py"
    path.write_text(text)
    return path


def problems(course: Course) -> str:
    with pytest.raises(SpecificationError) as caught:
        read_key(course, read_exercise(course, "small"), needs_of_kinds())
    return str(caught.value)


def facts(course: Course, value: Any) -> None:
    course.facts.parent.mkdir()
    course.facts.write_text(value if isinstance(value, str) else json.dumps(value))


def heldout(course: Course, **arrays: Any) -> None:
    ask(course, ACCURACY)
    np.savez(course.solution_folder("small") / "h.npz", **arrays)
    write(course, KEY + '\nHELDOUT = {"net": {"file": "h.npz", "classes": ["0", "1"]}}\n')


def test_numpy_values_become_plain_python(course: Course) -> None:
    write(course, KEY)
    key = read_key(course, read_exercise(course, "small"))
    assert key.answers == {"width": 26, "padding": ["same"]}
    assert type(key.answers["width"]) is int
    assert key.slips["width"][0].value == [28, 1]


def test_a_course_in_one_language_may_use_plain_strings(course: Course) -> None:
    write(course, KEY + "\ndef choices():\n    return {'padding': {'same': 'Zeros keep the size.'}}\n")
    key = read_key(course, read_exercise(course, "small"))
    with speaking(catalogues.language("de")):
        (slip,) = key.slips["width"]
        assert [str(slip.reason), str(slip.remedy)] == ["reason", "remedy"]
        assert str(key.choices["padding"]["same"]) == "Zeros keep the size."


def test_sentences_of_a_key_are_written_in_the_language_of_the_reader(course: Course) -> None:
    missing = 'message("The biases are missing.")'
    source = KEY.replace('"reason"', missing) + f"\ndef choices():\n    return {{'padding': {{'same': {missing}}}}}\n"
    write(course, "from grader.text.messages import message\n" + source)
    key = read_key(course, read_exercise(course, "small"))
    (slip,) = key.slips["width"]
    assert str(slip.reason) == "The biases are missing."
    with speaking(catalogues.language("de")):
        assert str(slip.reason) == str(key.choices["padding"]["same"]) == "Die Biases fehlen."


def test_reading_a_key_leaves_no_trace(course: Course) -> None:
    path, before = write(course, KEY), list(sys.path)
    read_key(course, read_exercise(course, "small"))
    assert sys.path == before
    assert not (path.parent / "__pycache__").exists()
    assert not any("answer_key_of" in name for name in sys.modules)


def test_a_missing_and_a_superfluous_answer_are_named(course: Course) -> None:
    write(course, "def answers():\n    return {'widht': 26, 'padding': 'same'}\n")
    text = problems(course)
    assert "solutions/small/key.py: answers(): question 'width' has no answer. Add its expected value." in text
    assert "answers(): exercises/small has no question 'widht'. Did you mean 'width'?" in text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def answers(:\n", "line 1: SyntaxError"),
        ("\nx = 1 / 0\n", "line 2: ZeroDivisionError: division by zero. Correct the key so that it runs."),
        ("def answers():\n    return {}[1]\n", "line 2: KeyError: 1"),
        ("raise SystemExit(3)\n", "line 1: SystemExit: 3"),
        ("open('/nonexistent')\n", "line 1: FileNotFoundError"),
        ("def answers():\n    return [26]\n", "answers() must be a dict with the ids of questions as its keys"),
        ("answers = 3\n", "answers is not a function"),
        (KEY.replace("np.int64(26)", "float('nan')"), "question 'width': contains NaN or an infinite number"),
        (
            KEY.replace("np.int64(26)", "open"),
            "question 'width': must be a number, text, a list or a NumPy array. "
            "Received: a value of type builtin_function_or_method.",
        ),
        (
            KEY.replace("[Slip(", "[tuple(").replace('"reason", "remedy"', ""),
            "question 'width': must be a list of Slip",
        ),
        (KEY.replace("np.array([28, 1])", "len"), "slips(): question 'width': slip 1: must be a number, text"),
        (KEY.replace('"reason"', "None"), "slips(): question 'width': slip 1: `reason` must be a sentence, such as"),
        (KEY.replace('"remedy"', "3"), "slips(): question 'width': slip 1: `remedy` must be a sentence, such as"),
        (KEY + "HELDOUT = {'width': {'file': 'x', 'classes': ['0']}}", "of kind 'number', which uses no held-out data"),
    ],
)
def test_each_mistake_of_a_key_has_its_line(course: Course, text: str, problem: str) -> None:
    write(course, text)
    assert problem in problems(course)


@pytest.mark.parametrize(
    "drawn", ["rng.random()", "rng.choice((1, 2))", "rng.shuffle([1, 2, 3])", "rng.getrandbits(3)"]
)
def test_a_key_that_looks_for_numbers_that_do_not_exist_ends_and_says_so(course: Course, drawn: str) -> None:
    loop = f"def draw(rng):\n    while {drawn} != 17 or True:\n        pass\n"
    write(course, loop + "def answers(given):\n    return {}\n")
    assert re.search(r"line [23]: RuntimeError: draw\(\) drew 500,000 numbers and accepted none", problems(course))


def test_numbers_are_drawn_as_python_draws_them(course: Course) -> None:
    drawn = "{'a': rng.random(), 'b': rng.sample(range(9), 4), 'c': rng.gauss(0, 1), 'd': rng.randrange(10**9)}"
    path = write(course, f"def draw(rng):\n    return {drawn}\ndef answers(given):\n    return {{}}\n")
    assert KeyModule(path, "key.py").draw("seed") == eval(drawn, {"rng": random.Random("seed")})


def test_a_missing_key_says_to_create_it(course: Course) -> None:
    (course.solution_folder("small") / "key.py").unlink()
    assert problems(course) == "solutions/small/key.py: cannot be read (No such file or directory). Create it."


def test_references_become_model_tables(course: Course) -> None:
    facts(course, {"lecture-cnn": {"source": "week 4", "table": TABLE, "accuracy": 0.98}})
    table = read_references(course)["lecture-cnn"]
    assert table.parameters == 320
    assert table.layers[0].output_shape == (None, 26, 26, 32)


@pytest.mark.parametrize("value", ["{", '{"a": 3}', '{"a": {"table": {"layers": 3}}}', "[]"])
def test_bad_facts_say_how_to_replace_them(course: Course, value: str) -> None:
    facts(course, value)
    with pytest.raises(
        SpecificationError,
        match=r"reference_models/facts\.json: .*\. Restore the file, or delete it and run `grader facts`\.",
    ):
        read_references(course)


def test_an_unknown_reference_model_is_named_with_the_nearest(course: Course) -> None:
    facts(course, {"lecture-cnn": {"table": TABLE}})
    ask(course, MODEL)
    write(course, KEY.replace('{"same"}', '"same", "model": "lecture-cn"'))
    assert "question 'model': 'lecture-cn' is not a model of reference_models/facts.json. Did you" in problems(course)


def test_a_course_without_facts_is_told_how_to_make_them(course: Course) -> None:
    ask(course, MODEL)
    write(course, KEY.replace('{"same"}', '"same", "model": "small/model"'))
    assert "There are none yet. To describe a new model, run `grader facts`." in problems(course)


def test_held_out_data_are_read_with_their_digest(course: Course) -> None:
    heldout(course, inputs=np.zeros((2, 4, 4)), labels=np.array([0, 1]))
    found = read_key(course, read_exercise(course, "small")).heldout["net"]
    assert found.classes == ("0", "1")
    assert len(found.sha256) == 64


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"inputs": np.zeros((3, 4)), "labels": np.array([0, 1])}, "Give one label for each input"),
        ({"inputs": np.zeros((2, 4))}, "lacks an array"),
        ({"inputs": np.zeros((2, 4)), "labels": np.array([0, 2])}, "2 classes allow 0 to 1"),
        ({"inputs": np.zeros((2, 4)), "labels": np.array([0.0, 1.0])}, "They must be whole numbers"),
        ({"inputs": np.zeros((2, 4)), "labels": np.array([0, None], dtype=object)}, "is not an .npz file"),
    ],
)
def test_held_out_arrays_that_do_not_fit_are_refused(course: Course, arrays: Any, problem: str) -> None:
    heldout(course, **arrays)
    assert problem in problems(course)


def test_held_out_data_that_are_missing_misspelt_or_outside_are_refused(course: Course) -> None:
    ask(course, ACCURACY)
    write(course, KEY)
    assert "question 'net' of kind 'accuracy' has no held-out data" in problems(course)
    write(course, KEY + '\nHELDOUT = {"net": {"file": "gone.npz", "classes": ["0"]}}\n')
    assert "file 'gone.npz' does not exist" in problems(course)
    write(course, KEY + '\nHELDOUT = {"net": {"file": "../x", "classes": ["0"]}}\n')
    assert "file '../x' must be a path inside small/" in problems(course)
    write(course, KEY + '\nHELDOUT = {"net": {"file": "x", "clases": ["0"]}}\n')
    assert "the key 'clases' is not known. Did you mean 'classes'?" in problems(course)


def test_names_of_the_classes_may_lie_in_the_file(course: Course) -> None:
    heldout(course, inputs=np.zeros((2, 4)), labels=np.array([0, 1]), classes=np.array(["Ada", "Bo"]))
    write(course, KEY + '\nHELDOUT = {"net": {"file": "h.npz"}}\n')
    assert read_key(course, read_exercise(course, "small")).heldout["net"].classes == ("Ada", "Bo")


@pytest.mark.parametrize(
    ("classes", "problem"),
    [
        (None, "Save `classes`, or name them in HELDOUT"),
        (np.array(["Ada"]), "1 classes allow 0 to 0"),
        (np.array([1, 2]), "They must be a list of texts"),
        (np.array([["Ada", "Bo"]]), "They must be a list of texts"),
    ],
)
def test_a_file_without_usable_names_of_classes_is_refused(course: Course, classes: Any, problem: str) -> None:
    named = {} if classes is None else {"classes": classes}
    heldout(course, inputs=np.zeros((2, 4)), labels=np.array([0, 1]), **named)
    write(course, KEY + '\nHELDOUT = {"net": {"file": "h.npz"}}\n')
    assert problem in problems(course)


def test_indices_of_which_nothing_is_known_are_not_marked_here(course: Course) -> None:
    ask(course, '\n[[questions]]\nid = "odd"\ntitle = "O"\nkind = "indices"\nanswer = "odd"\npoints = 2\n')
    write(course, KEY.replace('{"same"}', '"same", "odd": None'))
    assert read_key(course, read_exercise(course, "small")).not_here == {"odd"}
    write(course, KEY.replace('{"same"}', '"same", "odd": [3, 4]'))
    assert read_key(course, read_exercise(course, "small")).not_here == set()
