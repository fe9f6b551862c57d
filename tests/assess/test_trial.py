"""The one call that `grader check` makes of a function: what it is called with, and what is said of how it went."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.assess import trial
from grader.assess.form import trials
from grader.model.exercise import DataFile, Exercise
from grader.model.record import Answer, AnswerState, Outcome, ProbeResult, ProbeState, Record
from tests.assess.assess_samples import exercise, npy, question, returned
from tests.conftest import present
from tests.reading import as_read

STEPS = [{"accuracy": 0.5, "points": 4}]
IMAGES = np.arange(1200 * 4, dtype=np.uint8).reshape(1200, 2, 2)
SOURCE = "def predict(images):\n    return images\n"
LABELS = np.zeros(1000, dtype=int)


@pytest.fixture
def asked(tmp_path: Path) -> Exercise:
    path = tmp_path / "images.npz"
    np.savez(path, x_train=IMAGES[:9], y_train=[0, 9, 4], x_valid=IMAGES, y_valid=[1, 2, 3], names=np.array(["a"]))
    (tmp_path / "notes.npz").write_text("no arrays")
    files = [DataFile(name, tmp_path / name, "0") for name in ("gone.npz", "notes.npz", "images.npz")]
    accuracy = question("accuracy", 4, "predict", thresholds=STEPS)
    return Exercise(
        **{**{name: getattr(exercise(accuracy), name) for name in Exercise.__slots__}, "files": tuple(files)}
    )


def called(result: ProbeResult, one: trial.Trial) -> Record:
    answers = {one.question.answer: Answer(AnswerState.UNSUPPORTED, type_name="function")}
    return Record(key="key", outcome=Outcome.COMPLETED, answers=answers, probes={one.probe.name: result})


def told(asked: Exercise, result: ProbeResult, source: str = SOURCE, limit: float = 10) -> str:
    (one,) = trials(asked)
    return str(trial.problem(one, called(result, one), (source,), limit))


def bytes_of(argument: object) -> io.BytesIO:
    """The file that an argument holds."""
    assert isinstance(argument, bytes)
    return io.BytesIO(argument)


def test_predict_is_called_once_with_at_most_a_thousand_public_images(asked: Exercise) -> None:
    (one,) = trials(asked)
    assert (one.probe.function, len(one.probe.arguments)) == ("predict", 1)
    given = np.load(bytes_of(one.probe.arguments[0]), allow_pickle=False)
    assert (given == IMAGES[:1000]).all()
    assert present(one.images).classes == 10


def test_a_function_is_called_with_the_example_of_the_exercise_and_never_without_one() -> None:
    with_one = question("function", 1, "softmax", example=[[[1.0, 2.0]], 3, "valid"])
    (one,) = trials(exercise(with_one))
    array, number, text = one.probe.arguments
    assert (np.load(bytes_of(array)).tolist(), number, text) == ([[1.0, 2.0]], 3, "valid")
    assert trials(exercise(question("function", 1, "softmax"))) == []
    assert trials(exercise(question("number"), question("choice", choices={"a": "x", "b": "y"}))) == []


def test_without_public_images_nothing_is_called() -> None:
    assert trials(exercise(question("accuracy", 4, "predict", thresholds=STEPS))) == []


@pytest.mark.parametrize("labels", [LABELS, LABELS.astype(float), LABELS[:, np.newaxis], np.arange(1000) % 10])
def test_labels_of_the_right_form_are_ready_whether_they_are_right_or_not(asked: Exercise, labels: np.ndarray) -> None:
    assert told(asked, returned(labels)) == ""


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (ProbeResult(ProbeState.NOTHING), "returns None"),
        (
            ProbeResult(ProbeState.RAISED, message="ValueError: no"),
            "failed on 1,000 images from the exercise: ValueError: no.",
        ),
        (
            ProbeResult(ProbeState.RAISED, message="ValueError: In a call.\n\nInput 0 is wrong."),
            "failed on 1,000 images from the exercise: ValueError: In a call.\n\nInput 0 is wrong.",
        ),
        (ProbeResult(ProbeState.TIMED_OUT), "still running on 1,000 images from the exercise after 10 s"),
        (ProbeResult(ProbeState.TIMED_OUT), "once with all images"),
        (ProbeResult(ProbeState.REFUSED, message="the result is text, not numbers"), "could not use the result"),
        (returned(0), "1,000 labels, one for each image"),
        (returned(np.zeros(3)), "1,000 labels, one for each image"),
        (returned(np.zeros((1000, 10))), "one number for each class"),
        (returned(LABELS + 10), "Labels must be from 0 to 9"),
        (returned(LABELS + 0.5), "not whole numbers"),
        (ProbeResult(ProbeState.RETURNED, npy(LABELS), seconds=6.0), "took 6.0 s for 1,000 images"),
    ],
)
def test_what_would_earn_nothing_is_said_before_it_is_handed_in(
    asked: Exercise, result: ProbeResult, word: str
) -> None:
    assert word in told(asked, result, "def predict(images):\n    print(images)\n")


def test_scores_are_ready_where_the_exercise_takes_them(asked: Exercise) -> None:
    rows = np.zeros((1000, 10))
    rows[:, 0] = 1
    scores = question("accuracy", 4, "predict", thresholds=STEPS, probabilities=True)
    taking = replace(asked, questions=(scores,))
    assert told(taking, returned(rows)) == ""
    assert told(asked, returned(rows)) != ""


def test_the_time_is_told_and_is_nothing_to_mend(asked: Exercise) -> None:
    (one,) = trials(asked)
    quick = ProbeResult(ProbeState.RETURNED, npy(LABELS), seconds=0.81)
    assert as_read(trial.note(one, called(quick, one))) == "`predict` took 0.8 s for 1,000 images from the exercise."
    assert told(asked, quick) == ""
    assert trial.note(one, called(ProbeResult(ProbeState.NOTHING), one)) == ""


@pytest.mark.parametrize("state", [ProbeState.MISSING, ProbeState.NOT_REACHED])
def test_a_function_that_was_never_called_is_not_judged_by_its_call(asked: Exercise, state: ProbeState) -> None:
    assert told(asked, ProbeResult(state)) == ""


def test_a_function_that_is_still_blank_is_named(asked: Exercise) -> None:
    assert "still" in told(asked, ProbeResult(ProbeState.BLANK), "predict = ...")


def test_a_result_of_any_shape_is_fine_for_the_example_of_a_function() -> None:
    asked = exercise(question("function", 1, "softmax", example=[[[1.0, 2.0]]]))
    assert told(asked, returned([1, 2, 3])) == ""
    assert "failed on the example from the exercise: no." in (told(asked, ProbeResult(ProbeState.RAISED, message="no")))
