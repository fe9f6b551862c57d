"""A robot that uses every report of 200 attempts learns less about held-out labels than the noise of one attempt.

The robot is not sure about a third of the images: for each it hesitates between two labels, one of which is right. In
each attempt it chooses between them in another way, and it keeps what its reports say about the choices.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np
import numpy.typing as npt
import pytest

from grader.assess.rounded_scores import rounded_score
from grader.marks.until_deadline import until_then
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import HeldOutReports
from grader.model.record import Isolation, Outcome
from grader.model.score import Accuracy, Score
from grader.text.proportions import points_of

IMAGES, UNSURE, ATTEMPTS, ROBOTS = 200, 66, 200, 60
STEPS = [(0.30, 0.0), (0.80, 2.0), (0.92, 4.0)]
Choices = npt.NDArray[np.bool_]
"""Shape (UNSURE,): whether the robot chooses the second label of each image."""
Report = Callable[[Choices], float | None]
"""Gives the score that the report of an attempt shows, from 0 to 1; None if it shows none."""


class Course:
    """The reports of one robot, whose right choices are unknown to it."""

    def __init__(self, generator: np.random.Generator, rule: HeldOutReports) -> None:
        self.right: Choices = generator.random(UNSURE) < 0.5
        self.sure = IMAGES - UNSURE - 13  # 13 images that the robot gets wrong anyway
        self._rule, self._attempts = rule, list[Assessment]()

    def accuracy(self, choices: Choices) -> float:
        return float(self.sure + (choices == self.right).sum()) / IMAGES

    def report(self, choices: Choices) -> float | None:
        exact = assessment(self.accuracy(choices))
        (finding,) = until_then(exact, self._rule, self._attempts).findings
        self._attempts.append(exact)
        return finding.score.value if finding.score else None


def assessment(accuracy: float) -> Assessment:
    score = Score(
        value=accuracy,
        rounded=rounded_score(accuracy, STEPS),
        accuracy=Accuracy(value=accuracy, interval=(accuracy, accuracy), images=IMAGES, guessing=0.1),
    )
    points = points_of(accuracy, STEPS)
    finding = Finding(question="accuracy", verdict=Verdict.PARTIAL, points=points, max_points=4.0, score=score)
    return Assessment(
        student="robot",
        exercise="x",
        record="key",
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=(finding,),
    )


def climbing(report: Report, start: Choices, generator: np.random.Generator) -> Choices:
    """Change some choices in each attempt, and keep the changes if the report shows a better score."""
    kept, best = start, report(start) or 0.0
    for _ in range(ATTEMPTS - 1):
        changed = kept ^ (generator.random(UNSURE) < 0.15)
        shown = report(changed)
        if shown is not None and shown > best:
            kept, best = changed, shown
    return kept


def voting(report: Report, start: Choices, generator: np.random.Generator) -> Choices:
    """Choose at random in each attempt, and let the attempts vote, those with a better score for their choices."""
    votes = np.zeros(UNSURE)
    first = report(start) or 0.0
    for _ in range(ATTEMPTS - 1):
        choices = generator.random(UNSURE) < 0.5
        shown = report(choices)
        if shown is not None and shown != first:
            votes += np.where(choices, 1, -1) * (1 if shown > first else -1)
    return np.where(votes == 0, start, votes > 0)


def doubting(report: Report, start: Choices, generator: np.random.Generator) -> Choices:
    """Let the attempts vote, and also those of the first ten that are not clearly better, against their choices."""
    votes = np.zeros(UNSURE)
    first = report(start) or 0.0
    for attempt in range(2, ATTEMPTS + 1):
        choices = generator.random(UNSURE) < 0.5
        shown = report(choices)
        weight = (-1.0 if attempt <= 10 else 0.0) if shown is None else 3.0 * np.sign(shown - first)
        votes += np.where(choices, weight, -weight)
    return np.where(votes == 0, start, votes > 0)


def mean_gain(robot: Callable[[Report, Choices, np.random.Generator], Choices], rule: HeldOutReports) -> float:
    gains = []
    for seed in range(ROBOTS):
        generator = np.random.default_rng(seed)
        course = Course(generator, rule)
        start: Choices = generator.random(UNSURE) < 0.5
        gains.append(course.accuracy(robot(course.report, start, generator)) - course.accuracy(start))
    return float(np.mean(gains))


NOISE = sqrt(0.77 * 0.23 / IMAGES)
"""The standard error of the accuracy of one attempt, from 0 to 1."""


@pytest.mark.parametrize("robot", [climbing, voting, doubting])
def test_a_robot_with_every_report_gains_less_than_the_noise_of_one_attempt(
    robot: Callable[[Report, Choices, np.random.Generator], Choices],
) -> None:
    assert mean_gain(robot, HeldOutReports()) < NOISE


@pytest.mark.parametrize("robot", [climbing, voting])
def test_the_same_robot_gains_much_more_from_exact_reports(
    robot: Callable[[Report, Choices, np.random.Generator], Choices],
) -> None:
    assert mean_gain(robot, HeldOutReports(exact=True)) > 2 * NOISE
