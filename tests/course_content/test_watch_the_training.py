"""The exercise on watching a training: its log and its losses, against Keras and over many students."""

import json
from pathlib import Path

import numpy as np
import pytest

from grader.course.answer_key import Keys
from grader.course.release import common_numbers, read_solution, with_numbers
from grader.model.key import AnswerKey
from tests.course_content.students import COURSE, STUDENTS, drawn_keys, exercise_of

SLUG = "watch-the-training"


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys(SLUG)


def stop_of_keras(key: AnswerKey) -> tuple[int, int]:
    """The epoch after which EarlyStopping stops, and the epoch whose weights it restores, both counted from 1."""
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=key.numbers["patience"], restore_best_weights=True
    )
    stopping.set_model(model)
    stopping.on_train_begin()
    model.stop_training = False
    for epoch, loss in enumerate(key.numbers["log_val_loss"]):
        stopping.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    return stopping.stopped_epoch + 1, stopping.best_epoch + 1


def test_every_student_has_three_wrong_answers_a_question_and_no_two_alike() -> None:
    for seed, key in enumerate(drawn()):
        for question in exercise_of(SLUG).questions:
            values = {json.dumps(slip.value) for slip in key.slips[question.id]}
            assert len(values) == len(key.slips[question.id]) >= 3, (seed, question.id)


def test_each_student_gets_other_numbers() -> None:
    assert len({json.dumps(dict(key.numbers)) for key in drawn()}) == len(STUDENTS)


def test_students_without_numbers_of_their_own_count_the_steps_of_the_lecture() -> None:
    answers = Keys(COURSE, exercise_of(SLUG)).key().answers
    assert answers["evaluate_steps"] == 313
    assert answers["generator_steps"] == 1000


def test_the_printed_log_has_the_losses_of_the_key() -> None:
    for key in drawn():
        for epoch in range(10):
            values = [key.numbers[name][epoch] for name in ("log_loss", "log_val_loss", "log_val_accuracy")]
            assert [float(part.split()[-1]) for part in key.numbers[f"epoch_{epoch + 1}"].split(" - ")] == values


def test_the_logged_network_overfits_after_its_best_epoch() -> None:
    for key in drawn():
        losses, valid, accuracies = (key.numbers[f"log_{name}"] for name in ("loss", "val_loss", "val_accuracy"))
        best = key.answers["best_epoch"] - 1
        assert losses == sorted(losses, reverse=True)
        assert all(0 < accuracy < 1 for accuracy in accuracies)
        assert min(valid[best + 1 :]) > valid[best] < min(valid[:best])
        assert int(np.argmax(accuracies)) != best
        assert key.answers["restored"] == accuracies[best]
        assert key.answers["gap"] > valid[best] - losses[best]
    assert len({key.answers["best_epoch"] for key in drawn()}) >= 3


def test_errors_of_different_kinds_are_clearly_different() -> None:
    for key in drawn():
        for kind, (training, test) in zip(key.numbers["kinds"], key.numbers["errors"], strict=True):
            assert (training >= 18) == (kind == "under")
            assert (round(test - training, 1) >= 8) == (kind == "over")
        assert {*key.answers["overfit"]}.isdisjoint(key.answers["underfit"])
        assert 0 < len(key.answers["overfit"]) + len(key.answers["underfit"]) < 5


def test_all_batches_together_have_all_images() -> None:
    for key in drawn():
        answers = key.answers
        assert 32 * (answers["evaluate_steps"] - 1) + answers["last_batch"] == key.numbers["test_images"]
        assert 0 < answers["last_batch"] < 32


def test_the_lines_in_the_order_of_the_answer_are_the_six_steps() -> None:
    for key in drawn():
        lines = [key.numbers[f"line_{line}"] for line in key.answers["six_steps"]]
        words = ("load", "Sequential", "compile", "fit", "evaluate", "predict")
        assert all(word in line for word, line in zip(words, lines, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("student", range(8))
def test_keras_stops_and_restores_as_the_key_says(student: int) -> None:
    answers = drawn()[student].answers
    assert stop_of_keras(drawn()[student]) == (answers["stops_after"], answers["best_epoch"])


@pytest.mark.slow
def test_the_files_have_the_names_that_tensorboard_gets_from_keras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the cells of the notebook: the losses of Keras's history are in the files, and those of the key."""
    monkeypatch.chdir(tmp_path)
    key = Keys(COURSE, exercise_of(SLUG)).key()
    notebook = json.loads(with_numbers(read_solution(COURSE, SLUG), SLUG, common_numbers(key)))
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["id"] in ("given", "callback", "train", "logged-loss", "logged-val-loss", "evaluated", "predicted"):
            exec("".join(cell["source"]), names)
    assert sorted(path.parent.name for path in Path("logs").glob("*/events*")) == ["train", "validation"]
    for name in ("logged_loss", "logged_val_loss", "evaluated", "predicted"):
        assert names[name] == pytest.approx(np.array(key.answers[name]), rel=1e-3), name
    history = names["model"].history.history  # type: ignore[attr-defined]
    assert names["logged_loss"] == pytest.approx(history["loss"])
    assert names["logged_val_loss"] == pytest.approx(history["val_loss"])
