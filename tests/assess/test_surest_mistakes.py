"""The mistakes that a model was surest of."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from grader.assess.engine import assess
from grader.assess.heldout import ShuffledData
from grader.assess.surest_mistakes import picture
from grader.model.assessment import Finding
from grader.model.figures import Mistake, SurestMistakes
from tests.assess.assess_samples import answer_key, exercise, question, record, returned
from tests.reading import as_read

TRUTH = np.arange(40) % 4
IMAGES = np.random.default_rng(1).integers(0, 256, (40, 12, 12, 3), dtype=np.uint8)


def marked(rows: np.ndarray, **options: Any) -> Finding:
    steps = [{"accuracy": 0.5, "points": 0}, {"accuracy": 0.9, "points": 10}]
    asked = question("accuracy", 10, "predict", thresholds=steps, probabilities=True, **options)
    key = answer_key(classes=("Ada", "Bo", "Cy", "Di"))
    run = record(probes={"predict": returned(rows)})
    return assess("x", exercise(asked), key, run, {"q": ShuffledData(TRUTH, IMAGES)}).findings[0]


def probabilities(wrong: dict[int, float]) -> np.ndarray:
    """Rows whose largest entry is right, but for `wrong`: place -> confidence in the class after the right one."""
    rows = np.full((40, 4), 0.1)
    rows[np.arange(40), TRUTH] = 0.7
    for place, confidence in wrong.items():
        rows[place] = (1 - confidence) / 3
        rows[place, (TRUTH[place] + 1) % 4] = confidence
    return rows


def mistakes(rows: np.ndarray, **options: Any) -> tuple[Mistake, ...]:
    """The surest mistakes of an answer; empty where no figure shows any."""
    figures = [figure for figure in marked(rows, **options).figures if isinstance(figure, SurestMistakes)]
    return figures[0].mistakes if figures else ()


def test_the_surest_come_first_and_six_are_enough() -> None:
    wrong = {place: 0.5 + place / 100 for place in range(10)}
    surest = mistakes(probabilities(wrong))
    assert [mistake.confidence for mistake in surest] == [0.59, 0.58, 0.57, 0.56, 0.55, 0.54]
    assert (surest[0].true, surest[0].found) == ("Bo", "Cy")


def test_held_out_images_are_shown_only_where_the_exercise_allows_it() -> None:
    rows = probabilities({5: 0.9})
    assert mistakes(rows)[0].picture == ""
    shown = mistakes(rows, show_heldout=True)[0].picture
    content = base64.b64decode(shown.removeprefix("data:image/png;base64,"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), IMAGES[5])


def test_without_confidences_or_mistakes_there_are_none() -> None:
    assert mistakes((TRUTH + 1) % 4) == ()
    assert mistakes(np.eye(4)[(TRUTH + 1) % 4]) == ()
    assert mistakes(probabilities({})) == ()


def test_probabilities_earn_what_their_labels_earn_with_a_friendly_note() -> None:
    finding = marked(probabilities({}))
    assert finding.points == 10
    assert "grader used the class with the largest one" in as_read(finding.reason)


@pytest.mark.parametrize(
    "image",
    [np.zeros((5, 5)), np.zeros((5, 5, 1), np.uint8), np.full((5, 5, 3), 255.0), np.full((5, 5, 3), 0.5, np.float32)],
)
def test_pictures_are_made_of_every_common_form(image: np.ndarray) -> None:
    assert picture(image).startswith("data:image/png;base64,")


@pytest.mark.parametrize("image", [np.zeros(5), np.zeros((5, 5, 2)), np.zeros((1000, 5)), np.zeros((2, 5, 5, 3))])
def test_what_is_no_small_image_has_no_picture(image: np.ndarray) -> None:
    assert picture(image) == ""
