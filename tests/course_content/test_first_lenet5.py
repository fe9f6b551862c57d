"""`first-lenet5`: every student's numbers, and the key against loops and against the network of the paper."""

import numpy as np
import pytest

from grader.course.answer_key import Keys
from grader.model.key import AnswerKey
from grader.model.precision import Precision
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("first-lenet5")

KERAS = """
import json, sys
import keras
import numpy as np
from keras import layers as L

def of(given):
    table = np.array(given["table"])
    maps = keras.Input((14, 14, 6))
    parts = [
        L.Conv2D(1, 5)(L.Concatenate()([maps[..., number : number + 1] for number in np.flatnonzero(column)]))
        for column in table.T
    ]
    joined = keras.Model(maps, L.Concatenate()(parts))
    ends = keras.Sequential([keras.Input((5, 5, table.shape[1])), L.Conv2D(120, 5), L.Flatten(), L.Dense(84)])
    begins = keras.Sequential([keras.Input((32, 32, 1)), L.Conv2D(6, 5)])
    pooling = 2 * (6 + table.shape[1])
    return {
        "partial_params": joined.count_params(),
        "trainable_total": begins.count_params() + joined.count_params() + ends.count_params() + pooling,
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("first-lenet5")


def test_the_common_network_is_that_of_the_paper() -> None:
    key = Keys(COURSE, EXERCISE).key()
    assert key.answers["reads"] == [3] * 6 + [4] * 9 + [6]
    assert key.answers["read_by"] == [10] * 6
    assert key.answers["partial_params"] == 1516
    assert key.answers["trainable_total"] == 60_000


def test_the_common_errors_are_those_of_the_lecture() -> None:
    key = Keys(COURSE, EXERCISE).key()
    assert key.answers["errors"] == 119
    assert 100 - key.answers["error_rate"] == pytest.approx(98.81)


def test_each_wrong_answer_is_wrong_and_each_question_knows_at_least_three() -> None:
    for key in drawn():
        for question in EXERCISE.questions:
            if question.kind not in ("number", "array"):
                continue
            right = np.array(key.answers[question.id])
            slips = [np.array(slip.value) for slip in key.slips[question.id]]
            assert len(slips) >= 3, question.id
            assert not any(Precision.of(question.options).takes(slip.tolist(), right.tolist()) for slip in slips)
            assert len({slip.tobytes() + bytes(slip.shape) for slip in slips}) == len(slips), question.id


def test_a_confusion_matrix_shows_as_many_images_as_the_test_data_of_mnist() -> None:
    for key in drawn():
        counts = np.array(key.numbers["confusion"])
        assert counts.sum(axis=1).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
        assert counts.min() >= 0
        assert key.answers["errors"] == key.numbers["wrong"]


def test_shares_and_confusions_are_those_of_images_counted_one_by_one() -> None:
    for key in drawn()[:20]:
        pairs = [
            (true, said)
            for true, row in enumerate(key.numbers["confusion"])
            for said, count in enumerate(row)
            for _ in range(count)
        ]
        digit = key.numbers["digit"]
        shown = [said == digit for true, said in pairs if true == digit]
        named = [true == digit for true, said in pairs if said == digit]
        assert key.answers["recall"] == pytest.approx(np.mean(shown))
        assert key.answers["precision"] == pytest.approx(np.mean(named))
        wrong = [pair for pair in pairs if pair[0] != pair[1]]
        ranked = sorted(set(wrong), key=wrong.count)
        assert list(ranked[-1]) == key.answers["confused"]
        assert wrong.count(ranked[-1]) > wrong.count(ranked[-2])


def test_the_nearest_code_is_the_one_with_the_largest_product() -> None:
    """All codes have the same length, so the distance says what the product says: a check that needs no squares."""
    for key in drawn():
        products = np.array(key.numbers["codes"]) @ key.numbers["vector"]
        assert "abc"[int(products.argmax())] == key.answers["nearest"]
        squares = sum(value**2 for value in key.numbers["vector"])
        np.testing.assert_allclose(key.answers["distances"], 8 + squares - 2 * products)


@pytest.mark.slow
def test_counts_are_those_of_keras() -> None:
    some = drawn()[:5]
    for key, keras_answers in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        for question, value in keras_answers.items():
            assert value == key.answers[question], question
