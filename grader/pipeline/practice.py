"""Practice: variants of the numeric questions of a course, drawn from the keys of their exercises."""

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.course.answer_key import Keys
from grader.course.concepts import read_concepts
from grader.course.layout import Course
from grader.course.question_texts import QuestionText, named_in, question_texts
from grader.course.release import read_solutions, student_notebook
from grader.course.specification import read_exercise
from grader.course.variants import COMMON, VARIANT
from grader.errors import InputError, SpecificationError
from grader.mistakes.misconceptions import misconceptions_in
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey
from grader.model.practice import PracticeCard, TrainedConcept
from grader.pipeline.language import language_of, translated
from grader.storage import codec
from grader.storage.answer_data import as_answer
from grader.text.language import say, speaking
from grader.text.suggestions import suggestion
from grader.validity import read_valid_settings

KINDS = ("number", "array")
"""The kinds of questions that a student can answer with one line of text."""

_MOST_VALUES = 64  # in an answer; a larger array is for a notebook
_SAMPLES = 8  # variants that show whether a question has numbers of its own
_MOST_DRAWS = 50
_CACHED = 10  # variants of an exercise


class _Practised:
    """An exercise, as far as practice needs it; the keys and texts of the latest variants are cached."""

    def __init__(self, exercise: Exercise, keys: Keys, solutions: Mapping[str, bytes]) -> None:
        self.exercise = exercise
        self.key = functools.lru_cache(_CACHED)(keys.key)
        self.texts = functools.lru_cache(_CACHED)(self._texts)
        self._solutions = solutions

    def _texts(self, seed: str) -> dict[str, QuestionText]:
        exercise = self.exercise
        numbers = {**self.key(seed).numbers, VARIANT: "practice"}
        texts: dict[str, QuestionText] = {}
        for name, solution in self._solutions.items():
            notebook = student_notebook(solution, exercise.slug, numbers, name)
            texts |= question_texts(notebook, exercise.answer_names)
        return texts


class PracticeQuestions:
    """The questions of a course that can be practised, and their cards.

    Args:
        course: The course, with its solutions.

    Attributes:
        language: The language of the course.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self.language = language_of(course, read_valid_settings(course))
        self._read: dict[str, _Practised | None] = {}

    @functools.cached_property
    def exercises(self) -> tuple[str, ...]:
        """The exercises of the course whose keys draw numbers, in the order of their names."""
        return tuple(slug for slug in self._course.slugs() if self._practised(slug))

    def questions(self, slug: str) -> tuple[Question, ...]:
        """The questions of an exercise that can be practised: their answers are numbers, and differ between variants.

        Args:
            slug: The exercise.

        Raises:
            InputError: There is no such exercise.
            SpecificationError: The exercise or its key is not valid.
        """
        practised = self._practised(slug)
        if practised is None:
            return ()
        seeds = [f"practice-sample-{place}" for place in range(_SAMPLES)]
        keys, texts = [practised.key(seed) for seed in seeds], practised.texts(seeds[0])
        return tuple(
            question
            for question in practised.exercise.questions
            if question.kind in KINDS and question.answer in texts and _varies(question.id, keys)
        )

    def cards(self, slug: str, seed: str) -> tuple[PracticeCard, ...]:
        """One card for each question of an exercise that can be practised.

        Args:
            slug: The exercise.
            seed: The seed of the numbers; the same seed gives the same cards.

        Raises:
            InputError, SpecificationError: As in `questions`.
        """
        return tuple(self.card(slug, question.id, seed) for question in self.questions(slug))

    def named_card(self, name: str, seed: str) -> PracticeCard:
        """The card of a question such as `conv-arithmetic/stride_size`; see `card`."""
        slug, _, question = name.partition("/")
        return self.card(slug, question, seed)

    def card(self, slug: str, question: str, seed: str) -> PracticeCard:
        """One variant of a question. It never has the common numbers, which students without a roster get.

        Args:
            slug: The exercise.
            question: Id of the question.
            seed: The seed of the numbers; the same seed gives the same card.

        Raises:
            InputError: There is no such exercise or question.
            SpecificationError: The exercise or its key is not valid, or each draw has the common numbers.
        """
        practised = self._practised(slug)
        known = {one.id: one for one in practised.exercise.questions} if practised else {}
        if practised is None or question not in known:
            raise InputError(f"{slug}: has no question '{question}'. {suggestion(question, known)}.")
        common = fingerprint(question, practised.key(COMMON))
        for draw in range(_MOST_DRAWS):
            drawn = f"practice:{seed}:{draw}"
            if fingerprint(question, practised.key(drawn)) != common:
                return _card(practised, known[question], seed, drawn)
        raise SpecificationError(
            f"solutions/{slug}/key.py: question '{question}' has no other numbers than the common ones, so it cannot "
            "be practised. Draw at least one of its numbers."
        )

    def concepts(self) -> tuple[TrainedConcept, ...]:
        """The concepts of the course, each after those that it builds on; see `read_concepts`.

        Raises:
            SpecificationError: An exercise, a key or `concepts.toml` is not valid.
        """
        titles = {slug: practised.exercise.title for slug in self.exercises if (practised := self._practised(slug))}
        names = [f"{slug}/{question.id}" for slug in self.exercises for question in self.questions(slug)]
        concepts = read_concepts(self._course, titles, names)
        with speaking(self.language):
            return tuple(replace(concept, title=say(concept.title)) for concept in concepts)

    def named_concepts(self, name: str) -> tuple[TrainedConcept, ...]:
        """The concept of a name, without those that it builds on; all concepts if the name is empty.

        Raises:
            InputError: There is no such concept.
            SpecificationError: As in `concepts`.
        """
        concepts = self.concepts()
        if not name:
            return concepts
        named = {concept.id: concept for concept in concepts}
        if name not in named:
            raise InputError(f"'{name}' is not a concept of this course. {suggestion(name, named)}.")
        return (replace(named[name], after=()),)

    def exposed(self) -> dict[str, frozenset[str]]:
        """Question, such as `conv-arithmetic/stride_size` -> the misconceptions that a card of it exposes, by id."""
        return {card.name: exposed_by(card) for slug in self.exercises for card in self.cards(slug, "exposed")}

    def fingerprints(self, slug: str, seed: str) -> dict[str, str]:
        """Question id -> the fingerprint of a variant, so that nobody practises with their own numbers.

        Args:
            slug: The exercise.
            seed: The seed of a student's variant.
        """
        practised = self._practised(slug)
        if practised is None:
            return {}
        key = practised.key(seed)
        return {question.id: fingerprint(question.id, key) for question in practised.exercise.questions}

    def _practised(self, slug: str) -> _Practised | None:
        """The exercise; None if it draws no numbers."""
        if slug not in self._read:
            with speaking(self.language):
                exercise = translated(read_exercise(self._course, slug))
            keys = Keys(self._course, exercise)
            solutions = read_solutions(self._course, exercise)
            self._read[slug] = _Practised(exercise, keys, solutions) if keys.has_variants else None
        return self._read[slug]


def _card(practised: _Practised, question: Question, seed: str, drawn: str) -> PracticeCard:
    key, text = practised.key(drawn), practised.texts(drawn)[question.answer]
    used = key.used_names.get(question.id, frozenset())
    names = used | named_in(text.text) | named_in(text.before)
    assignments = dict.fromkeys(code for name, code in text.assignments.items() if name in names)
    built_on = used - key.numbers.keys()  # a number may have the name of a question
    earlier = [one for one in practised.exercise.questions if one.id in built_on and one.id in key.answers]
    answers = "\n".join(f"{one.answer} = {_written(as_answer(key.answers[one.id]))}" for one in earlier)
    return PracticeCard(
        exercise=practised.exercise.slug,
        exercise_title=practised.exercise.title,
        question=question,
        seed=seed,
        text=text.text,
        before=text.before,
        assignments="\n".join(assignments),
        earlier_answers=answers,
        answer=as_answer(key.answers[question.id]),
        slips=key.slips.get(question.id, ()),
        numbers={name: as_answer(value) for name, value in key.numbers.items()},
        fingerprint=fingerprint(question.id, key),
    )


def exposed_by(card: PracticeCard) -> frozenset[str]:
    """The misconceptions that give another value than the correct one on a card, by id."""
    return frozenset(name for slip in card.slips for name in misconceptions_in(slip.reason))


def fingerprint(question: str, key: AnswerKey) -> str:
    """A digest of the numbers that a question uses.

    Args:
        question: Id of the question.
        key: The key of a variant. If it does not say what the question uses, all its numbers count.
    """
    used = _all_used(question, key)
    numbers = {name: value for name, value in key.numbers.items() if used is None or name in used}
    content = codec.encode_exactly({"question": question, "numbers": as_answer(numbers)})
    return hashlib.sha256(content).hexdigest()


def _all_used(question: str, key: AnswerKey) -> frozenset[str] | None:
    """The numbers that a question uses, also by the earlier questions that it builds on; None if it is not known."""
    if question not in key.used_names:
        return None
    used = key.used_names[question]
    while True:
        earlier = used - key.numbers.keys()  # a number may have the name of a question
        further = used.union(*(key.used_names.get(name, frozenset()) for name in earlier))
        if further == used:
            return used
        used = further


def _varies(question: str, keys: Sequence[AnswerKey]) -> bool:
    """Whether the answer differs between variants, and is small enough to be typed."""
    answers = [as_answer(key.answers[question]) for key in keys if question in key.answers]
    return len({_written(answer) for answer in answers}) > 1 and all(
        sum(1 for _ in _leaves(answer)) <= _MOST_VALUES for answer in answers
    )


def _leaves(answer: Any) -> Iterator[Any]:
    if isinstance(answer, list):
        for element in answer:
            yield from _leaves(element)
    else:
        yield answer


def _written(answer: Any) -> str:
    return codec.encode(answer).decode()
