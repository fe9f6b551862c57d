"""What training curves are said to show, and at which epoch."""

import math

import pytest

from grader.report import evidence, plots
from grader.report.curve_reading import accuracy_reading, loss_reading
from tests.conftest import present

FALLING = [1.0, 0.7, 0.5, 0.42, 0.39, 0.385]


def test_overfitting_is_marked_where_validation_was_best() -> None:
    found = loss_reading(FALLING, [0.9, 0.6, 0.5, 0.55, 0.6, 0.7], [])
    assert "best in epoch 3" in found.text
    assert "overfits" in found.text
    assert present(found.sign).epoch == 3


@pytest.mark.parametrize("losses", [[2.3, 2.31, 2.3, 2.29, 2.3], [0.693, 0.693, 0.693], [7.7, 7.71, 7.6, 7.65, 7.7]])
def test_a_loss_that_stands_still_is_a_model_that_does_not_learn(losses: list[float]) -> None:
    found = loss_reading(losses, [], [0.1] * len(losses))
    assert "not learning" in found.text
    assert present(found.sign).epoch == len(losses)


def test_a_loss_that_stands_still_because_all_is_known_is_no_fault() -> None:
    found = loss_reading([0.021, 0.0209, 0.0208], [0.03, 0.03, 0.03], [0.99, 0.99, 0.99])
    assert "not learning" not in found.text
    assert found.sign is None


@pytest.mark.parametrize(
    ("losses", "epoch"), [([2.3, 5.0, 1.9, 4.0, 2.2], 2), ([1.0, 0.8, 3.5], 3), ([0.5, 900.0, 4000.0, 2.0], 2)]
)
def test_jumps_of_the_training_loss_mean_a_learning_rate_that_is_too_high(losses: list[float], epoch: int) -> None:
    found = loss_reading(losses, [], [])
    assert "learning rate is probably too high" in found.text
    assert present(found.sign).epoch == epoch


def test_small_ups_and_downs_near_the_end_are_no_jumps() -> None:
    found = loss_reading([1.0, 0.3, 0.05, 0.06, 0.04, 0.055], [], [])
    assert "learning rate" not in found.text


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_the_first_epoch_without_a_number_is_marked(broken: float) -> None:
    found = loss_reading([1.0, broken, broken], [1.0, 0.9, broken], [])
    assert "In epoch 2" in found.text
    assert present(found.sign).epoch == 2


def test_a_loss_that_is_still_falling_calls_for_more_epochs() -> None:
    found = loss_reading([1.0, 0.7, 0.5], [1.0, 0.8, 0.6], [])
    assert "more epochs" in found.text
    assert present(found.sign).epoch == 3


def test_steady_training_is_said_to_be_steady() -> None:
    found = loss_reading(FALLING, [0.9, 0.65, 0.5, 0.45, 0.44, 0.438], [])
    assert "no sign of overfitting" in found.text
    assert found.sign is None


def test_one_epoch_says_nothing_but_where_it_ended() -> None:
    assert loss_reading([0.5], [0.6], [0.8]).text == "Training ended at 0.5 and validation ended at 0.6."


def test_training_far_above_validation_overfits_since_an_epoch() -> None:
    found = accuracy_reading([0.5, 0.8, 0.9, 0.97], [0.5, 0.75, 0.78, 0.79])
    assert "18 points above validation" in found.text
    assert present(found.sign).epoch == 3
    assert accuracy_reading([0.5, 0.8], [0.5, 0.75]).sign is None


def test_no_curve_at_all_says_nothing() -> None:
    assert loss_reading([], [], []).text == ""
    assert accuracy_reading([], []).text == ""


def test_the_epoch_is_marked_on_the_curve_also_where_not_every_epoch_is_drawn() -> None:
    losses = [1 / epoch for epoch in range(1, 1001)]
    validation = [abs(epoch - 500) / 500 + 0.1 for epoch in range(1000)]
    [panel] = evidence.curves({"history": {"loss": losses, "val_loss": validation}})
    assert (present(panel.sign).epoch, panel.stride, len(panel.lines[0].values)) == (501, 3, 334)
    drawn = plots.curves(panel, "x")
    assert "501: validation best" in drawn
    x = float(drawn.split('class="pointer"')[0].rsplit('x1="', 1)[1].split('"')[0])
    assert 46 + 0.49 * 268 < x < 46 + 0.51 * 268
