"""The reasons of wrong answers, as they were read one by one: see `benchmarks/README.md`.

    .venv/bin/python benchmarks/readings.py             # the shares of each list, as they were read
    .venv/bin/python benchmarks/readings.py --changed   # and the reasons that have changed since

`misconceptions/readings.csv` has a line for each wrong answer with another reason. Tutors who knew only the notebooks
wrote the misconceptions. Readers who knew only the notebooks, too, decided whether each reason names the mistake.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reasons import ROOT, bare, reason_for

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.course.variants import COMMON
from grader.model.exercise import Exercise

READINGS = Path(__file__).parent / "misconceptions" / "readings.csv"
VERDICTS = ("right", "possible", "other possibility", "description", "none", "wrong", "error in the list")
"""What readers decided. `possible`: the reason names the mistake as a possibility. `description`: it is true of the
answer, but does not name the mistake."""
COUNTED = VERDICTS[:-1]
CORRECT = ("right", "possible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A reason that was read.

    Attributes:
        author: Which list it is from: `first`, `second` or `third`.
        exercise: Slug.
        question: Id of the question.
        variant: The seed of the numbers.
        thought: What the student thinks.
        answer: The answer that follows, as plain data.
        reason: The reason that the report gave, in English; empty if it gave none.
        verdict: One of `VERDICTS`.
        answers: Number of answers with this thought and this reason.
    """

    author: str
    exercise: str
    question: str
    variant: str
    thought: str
    answer: Any
    reason: str
    verdict: str
    answers: int


def readings() -> Iterator[Reading]:
    """Read the file."""
    with READINGS.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            yield Reading(
                author=row["list"],
                exercise=row["exercise"],
                question=row["question"],
                variant=row["variant"] or COMMON,
                thought=row["thought"],
                answer=json.loads(row["answer"]),
                reason=row["reason"],
                verdict=row["verdict"],
                answers=int(row["answers"]),
            )


def shares(author: str) -> dict[str, float]:
    """Verdict -> its share of the answers of a list, from 0 to 1. Answers with an error in the list do not count."""
    counted = Counter[str]()
    for one in readings():
        if one.author == author:
            counted[one.verdict] += one.answers
    total = sum(counted[verdict] for verdict in COUNTED)
    return {verdict: counted[verdict] / total for verdict in COUNTED}


@cache
def _exercise(slug: str) -> tuple[Exercise, Keys]:
    course = Course(ROOT)
    exercise = read_exercise(course, slug)
    return exercise, Keys(course, exercise)


def reason_today(one: Reading) -> str:
    """The reason that the grader gives for an answer now; empty if it gives none."""
    exercise, keys = _exercise(one.exercise)
    question = next(question for question in exercise.questions if question.id == one.question)
    reason, _ = reason_for(question, keys.key(one.variant), one.answer)
    return bare(reason)


def main() -> None:
    """Print the shares, and perhaps the reasons that have changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changed", action="store_true", help="the reasons that are no longer those that were read")
    arguments = parser.parse_args()
    for author in dict.fromkeys(one.author for one in readings()):
        of_author = shares(author)
        correct = sum(of_author[verdict] for verdict in CORRECT)
        details = ", ".join(f"{verdict} {100 * share:.1f} %" for verdict, share in of_author.items())
        sys.stdout.write(f"{author}: {100 * correct:.1f} % name the mistake ({details})\n")
    if arguments.changed:
        for one in readings():
            if (today := reason_today(one)).split() != one.reason.split():
                place = f"{one.exercise}/{one.question} | {one.thought}"
                sys.stdout.write(f"{one.author} {place} | {one.verdict}: {one.reason} | today: {today}\n")


if __name__ == "__main__":
    main()
