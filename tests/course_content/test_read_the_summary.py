"""`read-the-summary`: every student's numbers, and the key against Keras."""

import json
from itertools import pairwise
from typing import Any

import pytest

from grader.course.release import read_solution, with_numbers
from grader.model.key import AnswerKey
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("read-the-summary")
NUMBERS = [question for question in EXERCISE.questions if question.kind in ("number", "array")]

KERAS = """
import json, sys
import keras
from keras import layers as L

def layer(text):
    words = text.split()
    if words[0] == "Conv2D":
        return L.Conv2D(int(words[1]), int(words[3].partition("x")[0]), padding=words[4])
    if words[0] == "MaxPooling2D":
        return L.MaxPooling2D(2)
    if words[0] == "Dense":
        return L.Dense(int(words[1]))
    return getattr(L, words[0])()

def rows(summary):
    net = keras.Sequential([keras.Input(summary[0][1]), *(layer(row[0]) for row in summary[1:])])
    found = [[summary[0][1], 0]]
    found += [[list(one.output.shape[1:]), one.count_params()] for one in net.layers]
    return found, sum(int(weight.shape[0]) for one in net.layers for weight in one.non_trainable_weights)

def count(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers]).count_params()

def of(given):
    grey = (given["side"], given["side"], 1)
    grey_2 = (given["side_2"], given["side_2"], 1)
    conv, dense = lambda: L.Conv2D(given["filters"], given["kernel"]), lambda: L.Dense(given["classes"])
    conv_2, dense_2 = lambda **rest: L.Conv2D(given["filters_2"], 3, **rest), lambda: L.Dense(given["classes_2"])
    return {
        "summaries": {name: rows(given["summary_" + name]) for name in "abcd"},
        "code_total": count(grey, conv(), L.MaxPooling2D(2), L.Flatten(), dense()),
        "printed_total": count(grey, conv(), L.Flatten(), dense()),
        "padded_total": count(grey_2, conv_2(padding="same"), L.Flatten(), dense_2()),
        "valid_total": count(grey_2, conv_2(), L.Flatten(), dense_2()),
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("read-the-summary")


def solution(key: AnswerKey) -> dict[str, Any]:
    """What the cells of the solution leave that need no Keras."""
    slug = EXERCISE.slug
    notebook = json.loads(with_numbers(read_solution(COURSE, slug), slug, {**key.numbers, "variant": "common"}))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["id"] not in ("imports", "simple", "padded"):
            exec("".join(cell["source"]), names)
    return names


def test_no_pooling_has_a_rest() -> None:
    for key in drawn():
        for name in "abcd":
            rows = key.numbers[f"summary_{name}"]
            wrong = key.answers.get(f"row_{name}")
            for number, (row, after) in enumerate(pairwise(rows)):
                if after[0].startswith("MaxPooling2D") and number != wrong:
                    assert row[1][0] % 2 == 0


def test_the_table_shows_the_rows_that_the_cell_holds() -> None:
    for key in drawn()[:50]:
        for name in "abcd":
            lines = key.numbers[f"table_{name}"].splitlines()[1:]
            for line, (layer, shape, count) in zip(lines, key.numbers[f"summary_{name}"], strict=True):
                assert layer in line
                assert f"({', '.join(['None', *map(str, shape)])})" in line
                assert line.endswith(f" {count:,}")


def test_every_row_that_is_not_the_wrong_one_is_explained() -> None:
    for key in drawn():
        for name in "abc":
            right, rows = key.answers[f"row_{name}"], range(len(key.numbers[f"summary_{name}"]))
            assert {slip.value for slip in key.slips[f"row_{name}"]} == {row for row in rows if row != right}


def test_the_mistakes_are_of_many_kinds() -> None:
    assert {key.answers["row_a"] for key in drawn()} == {1, 3}
    assert {key.answers["row_b"] for key in drawn()} == {1, 2, 3, 4}
    assert {key.answers["row_c"] for key in drawn()} == {5, 6, 7}


def test_the_solution_gives_the_answers_of_the_key_for_any_numbers() -> None:
    for key in drawn():
        names = solution(key)
        for question in NUMBERS:
            value = names[question.answer]
            assert (list(value) if isinstance(value, tuple) else value) == key.answers[question.id], question.id


def test_the_printed_summary_is_that_of_the_network_without_pooling() -> None:
    references = drawn()[0].references
    assert references["boracchi_simple_cnn"].parameters == (13 * 13 * 64 + 1) * 10 + 640 == 108_810
    assert (26 * 26 * 64 + 1) * 10 + 640 == 433_290
    assert references["sick_one_convolution"].parameters == 251_210


@pytest.mark.slow
def test_exactly_one_entry_of_each_summary_is_not_what_keras_says() -> None:
    some = drawn()[:15]
    for key, found in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        for name, (rows, frozen) in found.pop("summaries").items():
            printed = [row[1:] for row in key.numbers[f"summary_{name}"]]
            wrong = [
                (number, right)
                for number, pair in enumerate(zip(printed, rows, strict=True))
                for shown, right in zip(*pair, strict=True)
                if shown != right
            ]
            if name == "d":
                assert wrong == []
                assert (frozen, sum(row[1] for row in rows)) == (key.answers["frozen_params"], key.numbers["counted"])
                continue
            ((number, right),) = wrong
            value = right[0] if isinstance(right, list) and len(right) == 1 else right
            assert (number, value) == (key.answers[f"row_{name}"], key.answers[f"right_{name}"])
        assert found == {name: key.answers[name] for name in found}
