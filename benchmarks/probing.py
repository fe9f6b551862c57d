"""The number of attempts that reveal held-out labels, for each kind of report.

An attacker hands in again and again, with predictions that follow from the pixels of an image and so can be chosen
freely, and solves for the labels. With the whole confusion matrix that is tried out here: random predictions, and a
linear program over what all reports say. For reports that say less, the least number of attempts follows from
counting: a report that can say n things tells log2(n) bits at most, and the labels hold log2(classes) bits each.

    python benchmarks/probing.py [--images 200] [--classes 8] [--seed 1]
"""

import argparse
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from grader.assess.rounded_scores import STEPS
from grader.model.course_settings import HeldOutReports

RESULT = Path(__file__).parent / "results" / "probing.md"
_ENOUGH = 0.99
_MOST_ATTEMPTS = 40


def known(labels: npt.NDArray[np.int64], attempts: int, classes: int, generator: np.random.Generator) -> float:
    """The share of labels that a linear program finds from the confusion matrices of some attempts.

    Args:
        labels: Shape (n,), from 0 to `classes` - 1.
        attempts: How many reports there are.
        classes: How many classes there are.
        generator: Chooses the predictions.
    """
    count = len(labels)
    rows, totals = [], []
    for _ in range(attempts):
        predicted = generator.integers(0, classes, count)
        for true in range(classes):
            for predicted_class in range(classes):
                row = np.zeros((count, classes))
                row[predicted == predicted_class, true] = 1
                rows.append(row.ravel())
                totals.append(((labels == true) & (predicted == predicted_class)).sum())
    for image in range(count):  # each image has one label
        row = np.zeros((count, classes))
        row[image] = 1
        rows.append(row.ravel())
        totals.append(1)
    solved = linprog(generator.random(count * classes), A_eq=np.array(rows), b_eq=np.array(totals), bounds=(0, 1))
    guessed = solved.x.reshape(count, classes).argmax(axis=1) if solved.success else np.zeros(count)
    return float((guessed == labels).mean())


def attempts_needed(images: int, classes: int, seed: int) -> int:
    """The number of attempts with a confusion matrix after which nearly all labels are known."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, classes, images)
    enough = (number for number in range(1, _MOST_ATTEMPTS) if known(labels, number, classes, generator) >= _ENOUGH)
    return next(enough, _MOST_ATTEMPTS)


def least_attempts(images: int, classes: int, reports: int) -> int:
    """The least number of attempts that can give all labels away, where a report says one of so many things."""
    return math.ceil(images * math.log2(classes) / math.log2(reports))


def labels_revealed(attempts: int, classes: int, reports: int) -> float:
    """The largest number of labels that some attempts can reveal."""
    return attempts * math.log2(reports) / math.log2(classes)


def page(images: int, classes: int, seed: int) -> str:
    """The result as Markdown."""
    usual, steps = HeldOutReports().scored_attempts, STEPS + 3  # two thresholds may be steps of their own, and 100 %
    tried = attempts_needed(images, classes, seed)
    exact, rounded = (least_attempts(images, classes, reports) for reports in (images + 1, steps))
    label_count = labels_revealed(usual, classes, steps)
    return f"""# What many attempts reveal about held-out labels

Made by `python benchmarks/probing.py --images {images} --classes {classes} --seed {seed}`.
There are {images} held-out images of {classes} classes, and all classes are equally frequent.

| a report shows | attempts for {_ENOUGH:.0%} of the labels |
|---|---|
| the confusion matrix (after the deadline) | {tried}, found with a linear program |
| the exact number of correct labels | at least {exact}, by counting |
| the accuracy rounded down to one of {steps} steps (before the deadline) | at least {rounded}, by counting |
| no score (after {usual} scored attempts) | never |

With the default of {usual} scored attempts,
reports before the deadline can reveal at most {label_count:.1f} of the {images} labels.
"""


def main() -> None:
    """Work it out and keep the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--classes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    RESULT.write_text(page(arguments.images, arguments.classes, arguments.seed), encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
