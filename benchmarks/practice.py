"""How many questions practice needs until a simulated student has mastered all concepts, against random order.

The simulated students do not follow the model of `grader.practice.learner`. Their skill in a concept grows with each
answer, as a logistic curve, and slowly decays while they practise other concepts. It grows more slowly until the
concepts before it are mastered. Some mistakes disappear after they have been explained a few times; those of some
students never do. The concepts, their questions and the misconceptions that each question exposes are those of the
course.

    python benchmarks/practice.py [--learners 1000] [--seed 1]
"""

import argparse
import json
import math
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from grader.course.layout import Course
from grader.model.practice import LearningStage, Practised, TrainedConcept
from grader.pipeline.practice import PracticeQuestions
from grader.practice import learner

RESULT = Path(__file__).parent / "results" / "practice"
ROOT = Path(__file__).parents[1]

BEGINNER = -2.0  # log odds of a correct answer before practice
GROWTH = 0.55  # of the log odds, with each answer
SLOWER = 0.4  # times the growth, before the earlier concepts are mastered
DECAY = 0.003  # of the log odds, with each answer to another concept
MASTERY = 0.9  # probability of a correct answer
SLIP, GUESS = 0.06, 0.03
PASSING, EXPLAINED = 0.3, 3  # share of concepts with a mistake that goes away, and after how many explanations
PERSISTENT = 0.2  # share of learners with one or two misconceptions that never go away
MOST = 2000  # questions for a learner
WATCHED = 400  # questions for a learner whose misconception never goes away
SECONDS = 60  # from one answer to the next
START = datetime(2026, 1, 1, tzinfo=UTC)

Exposed = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class SimulatedLearner:
    """A simulated student.

    Attributes:
        concepts: The concepts of the course.
        exposed: Question -> the misconceptions that it exposes.
        skills: Concept -> log odds of a correct answer.
        passing: Misconception -> explanations until it goes away.
        persistent: Misconceptions that never go away.
        chance: Where chance comes from.
        history: The answers so far.
        days: How many days the student has come back later, because nothing was left to practise.
    """

    concepts: Mapping[str, TrainedConcept]
    exposed: Exposed
    skills: dict[str, float]
    passing: dict[str, int]
    persistent: frozenset[str]
    chance: random.Random
    history: list[Practised] = field(default_factory=list)
    days: int = 0

    @property
    def now(self) -> datetime:
        """The time of the next answer."""
        return START + timedelta(days=self.days, seconds=SECONDS * len(self.history))

    def has_mastered(self, concept: str) -> bool:
        """Whether the student would answer correctly often enough, and has no misconception about the concept."""
        wrong = self.persistent | self.passing.keys()
        questions = self.concepts[concept].questions
        is_skilled = 1 / (1 + math.exp(-self.skills[concept])) >= MASTERY
        return is_skilled and not any(self.exposed[question] & wrong for question in questions)

    def answer(self, question: str) -> None:
        """Answer a question, read the explanation, and learn from it."""
        trained = [name for name, concept in self.concepts.items() if question in concept.questions]
        shown = tuple(sorted(self.exposed[question] & (self.persistent | self.passing.keys())))[:1]
        chance = min(1 / (1 + math.exp(-self.skills[name])) for name in trained)
        is_right = not shown and self.chance.random() < GUESS + (1 - GUESS - SLIP) * chance
        self.history.append(
            Practised(
                question=question, is_right=is_right, exposes=self.exposed[question], misconceptions=shown, at=self.now
            )
        )
        for name in shown:
            if name in self.passing:
                self.passing[name] -= 1
                if not self.passing[name]:
                    del self.passing[name]
        for name in self.skills:
            if name in trained:
                ready = all(self.has_mastered(earlier) for earlier in self.concepts[name].after)
                self.skills[name] += GROWTH * (1 if ready else SLOWER)
            else:
                self.skills[name] = max(BEGINNER, self.skills[name] - DECAY)


def simulated(concepts: Sequence[TrainedConcept], exposed: Exposed, chance: random.Random) -> SimulatedLearner:
    """Draw a learner."""
    ability = chance.gauss(0, 0.5)
    named = {concept.id: concept for concept in concepts}
    of_concept = {name: sorted(set().union(*(exposed[one] for one in named[name].questions))) for name in named}
    passing = {chance.choice(names): EXPLAINED for names in of_concept.values() if names and chance.random() < PASSING}
    every = sorted({name for names in of_concept.values() for name in names})
    has_persistent = chance.random() < PERSISTENT
    persistent = frozenset(chance.sample(every, chance.choice((1, 2)))) if has_persistent else frozenset[str]()
    skills = {name: BEGINNER + ability + chance.gauss(0, 0.4) for name in named}
    passing = {name: left for name, left in passing.items() if name not in persistent}
    return SimulatedLearner(named, exposed, skills, passing, persistent, chance)


def by_model(one: SimulatedLearner) -> str | None:
    """The question that practice asks next; None if the model says that all concepts are mastered."""
    concepts = list(one.concepts.values())
    concept = learner.next_concept(concepts, one.history, one.exposed, one.now)
    return None if concept is None else learner.next_question(concept, one.history, one.exposed)


def at_random(one: SimulatedLearner) -> str:
    """Any question of the course."""
    return one.chance.choice(sorted(one.exposed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What came of one learner.

    Attributes:
        until_mastery: Questions until all concepts were truly mastered; None if that never happened.
        until_called: Questions until the model said so too early; None if it did not.
        really: Share of concepts that were truly mastered when the model said so, from 0 to 1.
    """

    until_mastery: int | None
    until_called: int | None = None
    really: float = 0.0


def practise(one: SimulatedLearner, choose: Callable[[SimulatedLearner], str | None]) -> Learnt:
    """Let a learner without persistent misconceptions practise until all concepts are mastered."""
    called, really = None, 0.0
    while not all(map(one.has_mastered, one.concepts)) and len(one.history) < MOST:
        question = choose(one)
        if question is not None:
            one.answer(question)
            continue
        if called is None:
            called, really = len(one.history), statistics.mean(map(one.has_mastered, one.concepts))
        one.days += 1  # and some concepts will be due
    has_mastered = all(map(one.has_mastered, one.concepts))
    return Learnt(until_mastery=len(one.history) if has_mastered else None, until_called=called, really=really)


def called_masters(one: SimulatedLearner) -> set[str]:
    """The concepts of which a learner was ever called a master although a persistent misconception concerns them."""
    concerned = [
        concept
        for concept in one.concepts.values()
        if one.persistent & frozenset[str]().union(*(one.exposed[name] for name in concept.questions))
    ]
    called: set[str] = set()
    for _ in range(WATCHED):
        question = by_model(one)
        if question is None:
            break
        one.answer(question)
        for standing in learner.standings(concerned, one.history, one.exposed, one.now):
            if standing.stage in (LearningStage.MASTERED, LearningStage.DUE):
                called.add(standing.concept)
    return called


def measure(concepts: Sequence[TrainedConcept], exposed: Exposed, learners: int, seed: int) -> dict[str, object]:
    """Let simulated learners practise, each once as the model chooses and once in random order.

    Args:
        concepts: The concepts.
        exposed: Question -> the misconceptions that it exposes.
        learners: Number of learners.
        seed: Seed of their numbers.
    """
    ours, others, falsely, persistent = [], [], 0, 0
    for number in range(learners):
        one = simulated(concepts, exposed, random.Random(f"{seed}:{number}"))
        if one.persistent:
            persistent += 1
            falsely += bool(called_masters(one))
            continue
        ours.append(practise(one, by_model))
        others.append(practise(simulated(concepts, exposed, random.Random(f"{seed}:{number}")), at_random))
    early = [learnt for learnt in ours if learnt.until_called is not None]
    return {
        "learners": learners,
        "seed": seed,
        "concepts": len(concepts),
        "questions": len(exposed),
        "median_by_model": statistics.median(learnt.until_mastery or MOST for learnt in ours),
        "median_at_random": statistics.median(learnt.until_mastery or MOST for learnt in others),
        "never_by_model": sum(learnt.until_mastery is None for learnt in ours),
        "never_at_random": sum(learnt.until_mastery is None for learnt in others),
        "called_too_early": len(early) / len(ours) if ours else 0.0,
        "mastered_when_called_too_early": statistics.mean(learnt.really for learnt in early) if early else 1.0,
        "with_persistent_misconception": persistent,
        "of_these_called_masters": falsely,
    }


def page(results: Mapping[str, object]) -> str:
    """The results as Markdown."""
    ours, others = float(str(results["median_by_model"])), float(str(results["median_at_random"]))
    early, really = (float(str(results[name])) for name in ("called_too_early", "mastered_when_called_too_early"))
    return f"""# Practice against random order

Made by `python benchmarks/practice.py --learners {results["learners"]} --seed {results["seed"]}`:
{results["learners"]} simulated learners, {results["concepts"]} concepts and {results["questions"]} questions.
The learners follow another model than the one that chooses their questions; see `benchmarks/practice.py`.

| measured | as practice chooses | random order |
|---|---|---|
| questions until all concepts are mastered, median | {ours:.0f} | {others:.0f} |
| not all mastered after {MOST} questions, learners | {results["never_by_model"]} | {results["never_at_random"]} |

| aim | bound | measured |
|---|---|---|
| questions as practice chooses / in random order | below 1 | {ours / others:.2f} |
| learners with a persistent misconception who were called masters of a concerned concept | 0 | \
{results["of_these_called_masters"]} of {results["with_persistent_misconception"]} |

Of the other learners, {early:.0%} were told that they had mastered all concepts before they truly had.
At that time, they had truly mastered {really:.1%} of the concepts.
These learners then came back each day for what was due.
"""


def main() -> None:
    """Simulate, and keep the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    questions = PracticeQuestions(Course(ROOT))
    results = measure(questions.concepts(), questions.exposed(), arguments.learners, arguments.seed)
    RESULT.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    RESULT.with_suffix(".md").write_text(page(results), encoding="utf-8")
    print(RESULT.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
