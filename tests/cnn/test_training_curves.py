"""What training curves are said to show, and at which epoch; the card of a question and the pictures say the same."""

import math
import re
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assess.evidence import Evidence
from grader.assess.training import causes, has_learnt
from grader.cnn.training_curves import CurveSign, History, diagnose, started_high
from grader.model.record import Answer, AnswerState, CellRun
from grader.report import curve_panels, plots
from tests.assess.assess_samples import answer_key, record
from tests.conftest import present
from tests.reading import as_read

FALLING = [1.0, 0.7, 0.5, 0.42, 0.39, 0.385]
FIT = "history = model.fit(x_train, y_train, validation_data=(x_valid, y_valid))"


def test_overfitting_is_marked_where_validation_was_best() -> None:
    diagnosis = present(diagnose({"loss": FALLING, "val_loss": [0.9, 0.6, 0.5, 0.55, 0.6, 0.7]}).loss)
    assert "best in epoch 3" in as_read(diagnosis.sentence)
    assert "overfitted" in as_read(diagnosis.sentence)
    assert diagnosis.epoch == 3


@pytest.mark.parametrize("losses", [[2.3, 2.31, 2.3, 2.29, 2.3], [0.693, 0.693, 0.693], [7.7, 7.71, 7.6, 7.65, 7.7]])
def test_a_loss_that_stands_still_is_a_model_that_does_not_learn(losses: list[float]) -> None:
    diagnosis = present(diagnose({"loss": losses, "accuracy": [0.1] * len(losses)}).loss)
    assert "not learning" in as_read(diagnosis.sentence)
    assert diagnosis.epoch == len(losses)


@pytest.mark.parametrize("known", ["accuracy", "val_accuracy"])
def test_a_loss_that_stands_still_because_all_is_known_is_no_fault(known: str) -> None:
    history = {"loss": [0.021, 0.0209, 0.0208], "val_loss": [0.03, 0.03, 0.03], known: [0.99, 0.99, 0.99]}
    assert present(diagnose(history).loss).kind is CurveSign.STEADY


@pytest.mark.parametrize(
    ("losses", "epoch"), [([2.3, 5.0, 1.9, 4.0, 2.2], 2), ([1.0, 0.8, 3.5], 3), ([0.5, 900.0, 4000.0, 2.0], 2)]
)
def test_jumps_of_the_training_loss_mean_a_learning_rate_that_is_too_high(losses: list[float], epoch: int) -> None:
    diagnosis = present(diagnose({"loss": losses}).loss)
    assert "learning rate is probably too high" in as_read(diagnosis.sentence)
    assert diagnosis.epoch == epoch


def test_small_ups_and_downs_near_the_end_are_no_jumps() -> None:
    assert diagnose({"loss": [1.0, 0.3, 0.05, 0.06, 0.04, 0.055]}).loss is None


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_the_first_epoch_without_a_number_is_marked(broken: float) -> None:
    diagnosis = present(diagnose({"loss": [1.0, broken, broken], "val_loss": [1.0, 0.9, broken]}).loss)
    assert "In epoch 2" in as_read(diagnosis.sentence)
    assert diagnosis.epoch == 2


def test_a_loss_that_is_still_falling_calls_for_more_epochs() -> None:
    diagnosis = present(diagnose({"loss": [1.0, 0.7, 0.5], "val_loss": [1.0, 0.8, 0.6]}).loss)
    assert "more epochs" in as_read(diagnosis.sentence)
    assert diagnosis.epoch == 3


def test_steady_training_is_said_to_be_steady() -> None:
    diagnosis = present(diagnose({"loss": FALLING, "val_loss": [0.9, 0.65, 0.5, 0.45, 0.44, 0.438]}).loss)
    assert "no sign of overfitting" in as_read(diagnosis.sentence)
    assert diagnosis.epoch is None


def test_one_epoch_says_nothing_but_where_it_ended() -> None:
    [loss, _] = curve_panels.curves({"history": {"loss": [0.5], "val_loss": [0.6], "accuracy": [0.8]}})
    assert loss.reading == "Training ended at 0.5 and validation ended at 0.6."


def test_training_far_above_validation_overfits_since_an_epoch() -> None:
    diagnosis = present(diagnose({"accuracy": [0.5, 0.8, 0.9, 0.97], "val_accuracy": [0.5, 0.75, 0.78, 0.79]}).accuracy)
    assert "18 points above validation" in as_read(diagnosis.sentence)
    assert diagnosis.epoch == 3
    assert diagnose({"accuracy": [0.5, 0.8], "val_accuracy": [0.5, 0.75]}).accuracy is None


@pytest.mark.parametrize("history", [{}, {"loss": []}, {"loss": [], "val_loss": [], "accuracy": []}])
def test_no_curve_at_all_says_nothing(history: History) -> None:
    assert diagnose(history).loss is None
    assert diagnose(history).accuracy is None
    assert curve_panels.curves({"history": history}) == ()


def test_a_flat_validation_loss_below_a_far_higher_training_accuracy_is_not_called_free_of_overfitting() -> None:
    history = {"loss": [0.5, 0.3, 0.29], "val_loss": [0.6, 0.6, 0.6], "accuracy": [0.9, 0.94, 0.95]}
    diagnoses = diagnose({**history, "val_accuracy": [0.8, 0.8, 0.8]})
    assert diagnoses.loss is None
    assert "overfits" in as_read(present(diagnoses.accuracy).sentence)


def test_a_model_that_does_not_learn_is_not_said_to_know_its_training_images() -> None:
    diagnoses = diagnose({"loss": [2.3, 2.3, 2.3], "accuracy": [0.3, 0.3, 0.5], "val_accuracy": [0.1, 0.1, 0.1]})
    assert (present(diagnoses.loss).kind, diagnoses.accuracy) == (CurveSign.NOT_LEARNING, None)


def test_a_first_loss_of_regression_is_not_compared_with_guessing() -> None:
    assert started_high({"loss": [17.0]}, 10) is None
    assert present(started_high({"loss": [17.0], "accuracy": [0.1]}, 10)).figures == {"loss": 17.0, "guess": 2.3}


def test_the_epoch_is_marked_on_the_curve_also_where_not_every_epoch_is_drawn() -> None:
    losses = [1 / epoch for epoch in range(1, 1001)]
    validation = [abs(epoch - 500) / 500 + 0.1 for epoch in range(1000)]
    [panel] = curve_panels.curves({"history": {"loss": losses, "val_loss": validation}})
    assert (present(panel.diagnosis).epoch, panel.stride, len(panel.lines[0].values)) == (501, 3, 334)
    drawn = plots.curves(panel, "x")
    assert "501: validation best" in drawn
    x = float(drawn.split('class="pointer"')[0].rsplit('x1="', 1)[1].split('"')[0])
    assert 46 + 0.49 * 268 < x < 46 + 0.51 * 268


# Over generated histories, no report contradicts itself

CLAIMS = {
    "overfits": r"overfit(?:s|ted)\b",
    "does not overfit": r"no sign of overfitting",
    "no number": r"not a finite number|is not a number",
    "too fast": r"learning rate is (probably )?too high",
    "more epochs": r"more epochs",
    "not learning": r"not learning|learnt nothing|untrained",
    "learnt": r"has learnt[^ ]|so the model did learn|knows its training",
    "not trained": r"the notebook did not call `fit`",
}
OPPOSITES = [
    ("overfits", "does not overfit"),
    ("overfits", "more epochs"),
    ("no number", "learnt"),
    ("no number", "does not overfit"),
    ("no number", "more epochs"),
    ("too fast", "more epochs"),
    ("too fast", "does not overfit"),
    ("not learning", "learnt"),
    ("not learning", "overfits"),
    ("not learning", "more epochs"),
    ("not learning", "does not overfit"),
    ("does not overfit", "more epochs"),
]

losses = st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.69, 0.7, 1.0, 2.29, 2.3, 2.31, 17.0, 1e300, -1.0, math.nan, math.inf])
shares = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.59, 0.6, 0.8, 0.89, 0.9, 0.95, 1.0, 1.5, math.nan, math.inf])
flat = st.tuples(losses, st.integers(0, 6)).map(lambda pair: [pair[0]] * pair[1])
falling = st.tuples(st.floats(0.3, 0.99), st.integers(0, 8)).map(lambda pair: [pair[0] ** n for n in range(pair[1])])
curve = st.one_of(st.lists(losses | st.floats(0, 3), max_size=8), flat, falling)
growing = st.lists(shares | st.floats(0, 1), max_size=8).map(sorted)
history = st.fixed_dictionaries(
    {},
    optional={"loss": curve, "val_loss": curve, "accuracy": growing | st.lists(shares), "val_accuracy": growing},
)


def card(histories: Mapping[str, History], accuracy: float) -> str:
    run = record(
        cells=(CellRun((), 1, 1.0, None),),
        histories=histories,
        answers={"model": Answer(AnswerState.UNSUPPORTED, None, "Sequential")},
    )
    return " ".join(
        map(
            str,
            causes(
                Evidence(question="accuracy", name="predict", key=answer_key(0, ()), record=run, cells=(FIT,)),
                10,
                accuracy,
            ),
        )
    )


def claims(texts: Iterable[str]) -> set[str]:
    text = " ".join(texts)
    return {name for name, words in CLAIMS.items() if re.search(words, text)}


@given(history, st.floats(0, 1))
def test_no_report_contradicts_itself(history: History, accuracy: float) -> None:
    captions = [panel.reading for panel in curve_panels.curves({"history": history})]
    said = claims([card({"history": history}, accuracy), *captions])
    assert [pair for pair in OPPOSITES if said >= set(pair)] == []


@given(history, st.floats(0, 1))
def test_the_card_and_the_curves_say_each_thing_in_the_same_words(history: History, accuracy: float) -> None:
    text = card({"history": history}, accuracy)
    captions = [panel.reading for panel in curve_panels.curves({"history": history})]
    for words in (CLAIMS["no number"], CLAIMS["overfits"], CLAIMS["learnt"]):
        assert len(re.findall(words, text)) <= 1
        assert sum(len(re.findall(words, caption)) > 1 for caption in captions) == 0
    loss = diagnose(history).loss
    if loss and loss.kind is CurveSign.NO_NUMBER:
        assert str(loss.sentence) in text
        assert all(("not a finite number" in caption) <= (str(loss.sentence) in caption) for caption in captions)


@given(st.dictionaries(st.sampled_from(["first", "second", "third"]), history, min_size=2), st.floats(0, 1))
def test_of_several_histories_the_card_names_the_one_it_means(
    histories: Mapping[str, History], accuracy: float
) -> None:
    text = re.sub(r"For `(first|second|third)`: (In epoch|Training ended|The loss of)", "", card(histories, accuracy))
    assert not re.search(r"In epoch|Training ended|The loss of", text)


@given(history)
def test_a_model_that_learnt_is_not_called_untrained(history: History) -> None:
    diagnoses = diagnose(history)
    if has_learnt({"history": history}):
        assert diagnoses.learnt


@given(history)
def test_an_epoch_that_is_marked_was_trained(history: History) -> None:
    for panel in curve_panels.curves({"history": history}):
        if panel.diagnosis and panel.diagnosis.epoch:
            longest = max(len(values) for values in history.values())
            assert 1 <= panel.diagnosis.epoch <= longest
        plots.curves(panel, "x")
