"""The quality of marking: figures about wrong answers that a program makes.

    python benchmarks/marking.py            # all figures, a few minutes; writes results/marking.md and .json
    python benchmarks/marking.py --quick    # the same in small, into build/

Each figure is a function from `Sizes` to `Figure`, listed in `FIGURES`; one that is added there is measured, written
and held against its aim.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import reasons
from chains import LINKS, WAYS

from grader.assess import engine
from grader.assess.heldout import ShuffledData
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.course.variants import personal
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, ModelTable, Outcome, Record
from grader.storage.answer_data import as_answer

HERE = Path(__file__).resolve().parent
COURSE = Course(HERE.parent)
BUILD = HERE.parent / "build" / "benchmarks"
PLAIN_KINDS = ("number", "array", "choice")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the measurement: students for each exercise, and wrong values for each question besides its slips."""

    students: int = 25
    values: int = 3


QUICK = Sizes(students=2, values=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: how many of how many, and the aim as a share; `least` tells whether more is better.

    Attributes:
        name: What is counted, in a few words.
        hits: How many.
        of: Of how many.
        aim: The share to reach.
        least: Whether the aim is the least share; else the largest that is allowed.
        by_exercise: Exercise -> (hits, of).
        examples: Some that did not come out as they should, in a line each.
    """

    name: str
    hits: int
    of: int
    aim: float
    least: bool = True
    by_exercise: Mapping[str, tuple[int, int]] | None = None
    examples: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share that was measured, from 0 to 1."""
        return self.hits / self.of if self.of else 0.0

    @property
    def reached(self) -> bool:
        """Whether the aim is reached; False if nothing was tried."""
        return self.of > 0 and (self.share >= self.aim if self.least else self.share <= self.aim)


# ---- Made-up students ------------------------------------------------------------------------------------------------


def students(slug: str, count: int) -> Iterator[tuple[Exercise, AnswerKey]]:
    """An exercise with the numbers of some students, and their keys; one where all have the same numbers."""
    exercise = read_exercise(COURSE, slug)
    keys = Keys(COURSE, exercise)
    for number in range(count if keys.has_variants else 1):
        key = replace(keys.key(f"marking {number}"), methods={})  # reasons take time, and change no marks
        yield personal(exercise, key.numbers), key


def marked(
    exercise: Exercise,
    key: AnswerKey,
    changed: Mapping[str, Any],
    models: Mapping[str, ModelTable] | None = None,
) -> dict[str, Finding]:
    """Mark a student who has everything right but for what is changed.

    Args:
        exercise: What was asked.
        key: What is right.
        changed: Question id -> the value handed in; None leaves the answer out.
        models: Question id -> the model handed in, in place of the right one.
    """
    values = {**key.answers, **changed}
    answers, tables = {}, {}
    for question in exercise.questions:
        if question.kind in PLAIN_KINDS and values.get(question.id) is not None:
            answers[question.answer] = Answer(AnswerState.VALUE, as_answer(values[question.id]), "value")
        elif question.kind == "architecture":
            tables[question.answer] = (models or {}).get(question.id) or key.references[key.answers[question.id]]
    record = Record(key="k", outcome=Outcome.COMPLETED, answers=answers, models=tables)
    shuffled = {question: ShuffledData(np.empty(0)) for question in key.heldout}
    return {finding.question: finding for finding in engine.assess("ada", exercise, key, record, shuffled).findings}


def wrong_values(key: AnswerKey, question: str, count: int, rng: random.Random) -> Iterator[Any]:
    """The slips of a question, and some other values of the same form that are not right."""
    yield from (slip.value for slip in key.slips.get(question, ()))
    right = key.answers[question]
    if not isinstance(right, str):
        yield from (_moved(as_answer(right), rng) for _ in range(count))


def _moved(value: Any, rng: random.Random) -> Any:
    if isinstance(value, list):
        return [_moved(item, rng) for item in value]
    if isinstance(value, int):
        return value + rng.randint(1, 9)
    return value * rng.uniform(1.2, 1.6) if isinstance(value, float) else value


# ---- Follow-on -------------------------------------------------------------------------------------------------------


def follow_on_steps(sizes: Sizes) -> Figure:
    """Later answers that follow rightly from one wrong answer: how many of them get full points."""
    by_exercise: dict[str, tuple[int, int]] = {}
    missed: list[str] = []
    for slug in LINKS:
        hits, of = 0, 0
        for exercise, key in students(slug, sizes.students):
            for changed, later in (*_chains(slug, exercise, key, sizes), *_ways(slug, key)):
                findings = marked(exercise, key, changed)
                for question in later:
                    credited = findings[question].verdict is Verdict.PASSED
                    hits, of = hits + credited, of + 1
                    missed += [] if credited else [f"{slug}: {question} in {plain_text(changed)}"]
        by_exercise[slug] = hits, of
    hits, of = (sum(pair[place] for pair in by_exercise.values()) for place in (0, 1))
    return Figure("follow-on steps credited", hits, of, 1.0, by_exercise=by_exercise, examples=tuple(missed[:10]))


def _chains(slug: str, exercise: Exercise, key: AnswerKey, sizes: Sizes) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """One wrong answer with all that follows from it, and which of the later answers are not right by themselves."""
    rng = random.Random(f"{slug} {sorted(key.numbers)}")
    sources = [
        question.id for question in exercise.questions if any(question.id in on for on, _ in LINKS[slug].values())
    ]
    for source in sources:
        for value in wrong_values(key, source, sizes.values, rng):
            if marked(exercise, replace(key, follow_on=None), {source: value})[source].verdict is Verdict.PASSED:
                continue
            changed = consistent(slug, exercise, key, source, value)
            later = [name for name in changed if name != source]
            alone = marked(exercise, replace(key, follow_on=None), changed)
            steps = [name for name in later if alone[name].verdict is not Verdict.PASSED]
            if steps:
                yield changed, steps


def consistent(slug: str, exercise: Exercise, key: AnswerKey, source: str, value: Any) -> dict[str, Any]:
    """All answers that a student gives who has one wrong and works on from it: question id -> value."""
    changed = {source: value}
    for question in exercise.questions:
        rests_on, step = LINKS[slug].get(question.id, ((), None))
        if step is None or question.id == source or not changed.keys() & set(rests_on):
            continue
        try:
            with np.errstate(all="ignore"):
                result = as_answer(step(key.numbers, {**{n: as_answer(v) for n, v in key.answers.items()}, **changed}))
        except (ValueError, TypeError, IndexError, ArithmeticError):
            continue  # nothing can be worked out from such an answer, and so the student leaves it right
        if np.isfinite(np.ravel(result)).all() if not isinstance(result, str) else True:
            changed[question.id] = result
    return changed


def _ways(slug: str, key: AnswerKey) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """A mistake that is made in every step: its answers, and all but the first of them."""
    for way in WAYS.get(slug, {}).values():
        changed = dict(way(key.numbers))
        yield changed, list(changed)[1:]


def plain_text(changed: Mapping[str, Any]) -> str:
    """The changed answers in one line."""
    text = ", ".join(f"{name} = {as_answer(value)}" for name, value in changed.items())
    return text if len(text) < 300 else f"{text[:299]}…"


# ---- Reasons ---------------------------------------------------------------------------------------------------------


def right_reasons(sizes: Sizes) -> Figure:
    """Wrong answers of known misconceptions that get the reason of that misconception."""
    return _with_verdict("wrong answers with the right reason", "right", sizes, 0.9)


def wrong_reasons(sizes: Sizes) -> Figure:
    """Those that get another reason, which is true of the answer but not what was thought."""
    return _with_verdict("wrong answers with a wrong reason", "wrong", sizes, 0.01, least=False)


def _with_verdict(name: str, verdict: str, sizes: Sizes, aim: float, least: bool = True) -> Figure:
    return _counted(name, verdict, _results(sizes.students), aim, least)


def explained_guesses(sizes: Sizes) -> Figure:
    """Typing errors, slips of arithmetic and guesses that are explained by a mistake, and not only as a possibility."""
    return _counted("guesses explained as a fact", "wrong", reasons.guessed(sizes.students), 0.05, least=False)


def _counted(name: str, verdict: str, results: Iterable[reasons.ReasonResult], aim: float, least: bool) -> Figure:
    by_exercise: dict[str, tuple[int, int]] = {}
    for result in results:
        slug = result.question.partition("/")[0]
        hits, of = by_exercise.get(slug, (0, 0))
        by_exercise[slug] = hits + (result.verdict == verdict), of + 1
    hits, of = (sum(pair[place] for pair in by_exercise.values()) for place in (0, 1))
    return Figure(name, hits, of, aim, least, by_exercise=by_exercise)


@cache
def _results(variants: int) -> tuple[reasons.ReasonResult, ...]:
    """Results of all misconceptions, with the common numbers and a number of variants."""
    return tuple(result for thoughts in reasons.LISTS.values() for result in reasons.tried(thoughts, variants))


FIGURES: tuple[Callable[[Sizes], Figure], ...] = (follow_on_steps, right_reasons, wrong_reasons, explained_guesses)


# ---- The page --------------------------------------------------------------------------------------------------------


def _row(figure: Mapping[str, Any]) -> str:
    counted = f"{figure['hits']:,} of {figure['of']:,}"
    aim = f"at {'least' if figure['least'] else 'most'} {100 * figure['aim']:g} %"
    return f"| {figure['name']} | {counted} | {100 * figure['share']:.1f} % | {aim} | {_yes(figure['reached'])} |"


def _yes(reached: bool) -> str:
    return "yes" if reached else "no"


def markdown(figures: list[dict[str, Any]]) -> str:
    """The page about the figures, as `marking.json` holds them."""
    rows = [_row(figure) for figure in figures]
    parts = [
        "# How well mistakes are marked",
        "Made by `python benchmarks/marking.py`. For the method, see [benchmarks/README.md](../README.md#marking).",
        "\n".join(["| what | counted | share | aim | reached |", "|---|---|---|---|---|", *rows]),
    ]
    for figure in figures:
        exercises = [f"| {slug} | {hits:,} of {of:,} |" for slug, (hits, of) in (figure["by_exercise"] or {}).items()]
        if exercises:
            title = f"## {figure['name'][:1].upper()}{figure['name'][1:]}"
            parts += [title, "\n".join(["| exercise | counted |", "|---|---|", *exercises])]
        if figure["examples"]:
            parts.append("Not so:\n\n" + "\n".join(f"* `{line}`" for line in figure["examples"]))
    return "\n\n".join(parts) + "\n"


def as_data(figure: Figure) -> dict[str, Any]:
    """A figure as `marking.json` holds it."""
    return {
        "name": figure.name,
        "hits": figure.hits,
        "of": figure.of,
        "share": figure.share,
        "aim": figure.aim,
        "least": figure.least,
        "reached": figure.reached,
        "by_exercise": dict(figure.by_exercise or {}),
        "examples": list(figure.examples),
    }


def main() -> int:
    """Measure, write, and say which aims were reached; 1 where one was not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="everything in small, to see that it works")
    quick = parser.parse_args().quick
    folder = BUILD / "results" if quick else HERE / "results"
    figures = [as_data(measure(QUICK if quick else Sizes())) for measure in FIGURES]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "marking.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (folder / "marking.md").write_text(markdown(figures), encoding="utf-8")
    for figure in figures:
        print(f"{'reached' if figure['reached'] else 'missed '}  {figure['name']}: {figure['hits']} of {figure['of']}")
    print(folder / "marking.md")
    return 0 if all(figure["reached"] for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
