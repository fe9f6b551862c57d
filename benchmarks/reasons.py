"""The reasons of wrong answers: misconceptions are computed and marked, and their reasons are checked.

    .venv/bin/python benchmarks/reasons.py held_back    # what of a list gets no right reason, and the shares

The lists are in `misconceptions/`. A reason is right where it has one of the words that stand with the misconception.
`guesses` are wrong answers without a thought, for each question that asks for numbers: for these, no reason is right.
`marking.py` counts all lists.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from misconceptions.everyday import EVERYDAY
from misconceptions.fresh import FRESH
from misconceptions.guesses import guesses
from misconceptions.held_back import HELD_BACK
from misconceptions.last import LAST
from misconceptions.later import LATER
from misconceptions.listed import LISTED
from misconceptions.rarer import RARER
from misconceptions.seen import SEEN
from misconceptions.thoughts import Thoughts
from misconceptions.unseen import UNSEEN

from grader.assess.evidence import Evidence
from grader.assess.kinds import KINDS
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.course.variants import COMMON
from grader.model.assessment import Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.storage.answer_data import checked_answer

ROOT = Path(__file__).resolve().parents[1]
LISTS: dict[str, Mapping[str, Thoughts]] = {
    "listed": LISTED,
    "seen": SEEN,
    "held_back": HELD_BACK,
    "fresh": FRESH,
    "later": LATER,
    "last": LAST,
}
UNUSED: dict[str, Mapping[str, Thoughts]] = {"everyday": EVERYDAY, "rarer": RARER, "unseen": UNSEEN}
"""Lists with which no method was improved; `marking.py` does not count them."""
GUESSES = "guesses"
VARIANTS = 25
VERDICTS = ("right", "none", "asked", "wrong")
CELLS = 100
"""An array of more cells is an image or data, which students do not compute by hand."""
EXAMPLE = 60


@dataclass(frozen=True, slots=True)
class ReasonResult:
    """The reason that one wrong answer got.

    Attributes:
        question: `exercise/question`.
        thought: What the student thinks.
        verdict: `right`, `none` or `wrong` reason, or `asked`: another one that is only a possibility or a question.
        example: The answer and the reason.
    """

    question: str
    thought: str
    verdict: str
    example: str


def reason_for(question: Question, key: AnswerKey, value: Any) -> tuple[str, bool]:
    """The reason that an answer gets, and whether it counts as right."""
    # So that the reason is all that is said. Of several choices, a reason is only shown together with the right ones.
    hidden = replace(question, show_expected=bool(question.options.get("multiple")))
    answers = {question.answer: Answer(AnswerState.VALUE, checked_answer(value), "value")}
    record = Record(key="k", outcome=Outcome.COMPLETED, answers=answers)
    finding = KINDS[question.kind].assess(
        hidden, Evidence(question=question.id, name=question.answer, key=key, record=record)
    )
    return str(finding.reason), finding.verdict is Verdict.PASSED


def tried(thoughts: Mapping[str, Thoughts], variants: int) -> Iterator[ReasonResult]:
    """Mark each misconception with the common numbers and with a number of variants."""
    course = Course(ROOT)
    for slug, listed in thoughts.items():
        exercise = read_exercise(course, slug)
        keys = Keys(course, exercise)
        questions = {question.id: question for question in exercise.questions}
        for seed in [COMMON, *(f"variant {number}" for number in range(variants if keys.has_variants else 0))]:
            key = keys.key(seed)
            for name, thought, value, words in listed(key.numbers):
                judgement = _judgement(questions[name], key, value, words)
                if judgement:
                    yield ReasonResult(f"{slug}/{name}", thought, *judgement)


def guessed(variants: int, slugs: Iterable[str] = tuple(SEEN)) -> Iterator[ReasonResult]:
    """Mark wrong answers without a thought, with the common numbers and with a number of variants."""
    course = Course(ROOT)
    for slug in slugs:
        exercise = read_exercise(course, slug)
        keys = Keys(course, exercise)
        for seed in [COMMON, *(f"variant {number}" for number in range(variants if keys.has_variants else 0))]:
            key = keys.key(seed)
            for question in exercise.questions:
                if question.kind not in ("number", "array") or _cells(key.answers[question.id]) > CELLS:
                    continue
                for thought, value, words in guesses(key.answers[question.id], f"{slug} {question.id} {seed}"):
                    judgement = _judgement(question, key, value, words)
                    if judgement:
                        yield ReasonResult(f"{slug}/{question.id}", thought, *judgement)


def _cells(value: Any) -> int:
    return int(np.size(np.asarray(value)))


def _judgement(question: Question, key: AnswerKey, value: Any, words: str) -> tuple[str, str] | None:
    """The verdict on the reason of a wrong answer, and an example; None if the answer is correct with these numbers."""
    if not np.all(np.isfinite(np.asarray(value, float))) if not _is_text(value) else False:
        return None
    reason, passed = reason_for(question, key, value)
    if passed:
        return None
    known = bare(reason)
    if re.search(words, known, re.IGNORECASE):
        verdict = "right"
    else:
        verdict = "none" if not known else "asked" if _POSSIBLE.search(known) else "wrong"
    return verdict, f"{str(checked_answer(value))[:EXAMPLE]} for {str(key.answers[question.id])[:EXAMPLE]}: {known}"


def bare(reason: str) -> str:
    """A reason without the sentences that say only which part of an answer is wrong."""
    return _KNOWN_REASON.sub("", reason).strip()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and isinstance(value[0], str))


_POSSIBLE = re.compile(r"^Perhaps( one of these)?: |^Several mistakes can lead to this answer, such as these\. |\?$")
_KNOWN_REASON = re.compile(
    r"^\S+( \S+)? is not right\.( The question asks for a whole number\.( In Python[^.]*\.)?)?$"
    r"|This is not the right choice\.|\d+ of \d+ (cells|numbers) (is|are) wrong\."
    r"|All cells contain the same number[^.]*\.|Your array has the shape [^.]*\."
    r"|You gave \d+ sizes?[^.]*\.|Leave out the batch axis[^.]*\."
)


def shares(results: list[ReasonResult]) -> dict[str, float]:
    """The number of results, and the share of each verdict."""
    counted = Counter(result.verdict for result in results)
    return {"tried": len(results), **{name: counted[name] / len(results) for name in VERDICTS}}


def main() -> None:
    """Print each result without the right reason, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", choices=[*LISTS, *UNUSED, GUESSES])
    parser.add_argument("--by-exercise", action="store_true", help="the shares of each exercise, too")
    parser.add_argument("--variants", type=int, default=VARIANTS)
    arguments = parser.parse_args()
    produce = (
        guessed if arguments.list == GUESSES else lambda variants: tried((LISTS | UNUSED)[arguments.list], variants)
    )
    results = list(produce(arguments.variants))
    counted = Counter((result.verdict, result.question, result.thought) for result in results)
    examples = {(result.verdict, result.question, result.thought): result.example for result in results}
    for place, count in counted.items():
        if place[0] != "right":
            sys.stdout.write(f"{place[0]} {count:>3}  {place[1]} | {place[2]} | {examples[place]}\n")
    if arguments.by_exercise:
        for slug in dict.fromkeys(one.question.partition("/")[0] for one in results):
            sys.stdout.write(f"{slug}: {_line([one for one in results if one.question.startswith(f'{slug}/')])}\n")
    sys.stdout.write(f"{_line(results)}\n")


def _line(results: list[ReasonResult]) -> str:
    percentages = [f"{name} {100 * share:.1f} %" for name, share in shares(results).items() if name != "tried"]
    return f"{len(results)} tried: {', '.join(percentages)}"


if __name__ == "__main__":
    main()
