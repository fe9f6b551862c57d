"""Wrong ways that students take with any layer or map, and what is said of them."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

from grader.mistakes import counts, maps, networks, numbers, windows
from grader.model.mistakes import Erring, Method

NET = networks.Network(
    (12, 12, 1),
    [networks.conv(4, 3), networks.norm(), networks.conv(6, 3), networks.pool(), networks.flatten(), networks.dense(7)],
)
IMAGE = np.arange(25).reshape(5, 5) ** 2 % 11
LAPLACIAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
SCORES = [0.5, 1.0, 2.0]


def laid(kernel: np.ndarray, rim: Literal["edge", "reflect", "wrap", "symmetric"]) -> list[list[int]]:
    found: list[list[int]] = maps.correlated(Erring(), np.pad(IMAGE, 1, mode=rim), kernel).tolist()
    return found


@pytest.mark.parametrize(
    ("way", "answer", "told"),
    [
        (lambda e: counts.convolution(e, 8, (3, 3), 20), 9 * 8 + 20, "Brackets are missing"),
        (lambda e: counts.convolution(e, 8, (3, 3), 20), 9 * 9 * 20, "1 for the bias to the depth"),
        (lambda e: counts.convolution(e, 8, (3, 3), 20), (9 * 3 + 1) * 20, "colour image"),
        (lambda e: counts.convolution(e, 8, (3, 3), 20), (9 * 20 + 1) * 20, "the number of filters"),
        (lambda e: counts.convolution(e, 8, (1, 1), 20), (25 * 8 + 1) * 20, "5 x 5"),
        (lambda e: windows.places(e, 36, 3), 12, "by its own size"),
        (lambda e: windows.depth(e, 16, 3), [8], "halved"),
        (lambda e: NET.params(e, 0), (9 + 1) * 4 * 100, "at each of 100 positions"),
        (lambda e: NET.params(e, 0), (9 + 1) * 4 + 16, "normalisation after it"),
        (lambda e: NET.length(e, 4), 16 * 4 * 6, "multiplied"),
        (lambda e: NET.length(e, 4), 16 * (4 + 6), "added up"),
        (lambda e: NET.total(e), 40 + 16 + 222 + (16 * 6 + 1) * 10, "ten classes"),
        (
            lambda e: numbers.softmax(e, SCORES).tolist(),
            (np.exp(np.exp(SCORES)) / np.exp(np.exp(SCORES)).sum()).tolist(),
            "twice",
        ),
        (lambda e: maps.activated(e, np.array([[-2.0, 3.0]])).tolist(), [[-0.02, 3.0]], "leaky ReLU"),
        (lambda e: maps.correlated(e, IMAGE, LAPLACIAN, 1).tolist(), laid(LAPLACIAN, "reflect"), "mirrored"),
        (
            lambda e: maps.filtered(e, LAPLACIAN).tolist(),
            np.where(LAPLACIAN > 0, 0, LAPLACIAN).tolist(),
            "in the middle",
        ),
    ],
)
def test_a_wrong_way_gives_its_answer_and_is_named(way: Callable[[Erring], Any], answer: Any, told: str) -> None:
    wanted = np.ravel(answer)
    tried = [(np.ravel(wrong.value), str(wrong.reason)) for wrong in Method(way).once]
    reasons = [reason for value, reason in tried if value.shape == wanted.shape and np.allclose(value, wanted)]
    assert any(told in reason for reason in reasons), reasons


@pytest.mark.parametrize("probability", [0.25, 1, 2])
def test_the_loss_also_follows_from_a_probability_that_is_too_large(probability: float) -> None:
    assert numbers.surprise(Erring(), probability) == pytest.approx(-np.log(probability))
    assert Method(lambda erring: numbers.surprise(erring, probability)).once
