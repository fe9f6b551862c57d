"""Reads and checks answer keys: solutions/<slug>/key.py, held-out data and reference models -> AnswerKey."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from grader.course.heldout_entries import heldout_of, is_absent, problems_of_entries
from grader.course.key_module import FUNCTIONS, KeyModule
from grader.course.layout import Course
from grader.course.variants import COMMON
from grader.errors import SpecificationError
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey, Call, Slip
from grader.model.mistakes import Erring, Method
from grader.model.needs import Needs
from grader.model.precision import Precision
from grader.model.record import ModelTable
from grader.storage.answer_data import as_answer, checked_answer
from grader.text.messages import Text
from grader.text.suggestions import suggestion

_MOST_DRAWS = 200
_MODEL_TABLE = TypeAdapter(ModelTable)
NO_NEEDS: Mapping[str, Needs] = {}
"""For reading a key without checking that it has all that the questions need."""

_Tables = Mapping[str, dict[str, Any]]
"""Name of a function of the key -> question id -> value."""


class Keys:
    """The answer keys of an exercise: one for each student if numbers are drawn, else the same for all.

    Args:
        course: The course that the exercise belongs to.
        exercise: The exercise, whose questions determine what a key must have.
        needs: Kind of question -> what it needs of a key. Kinds that are missing here are not checked.

    Raises:
        SpecificationError: The key does not run, an answer is missing or belongs to no question,
            held-out data are not usable, a reference model is unknown; one line for each.
    """

    def __init__(self, course: Course, exercise: Exercise, needs: Mapping[str, Needs] = NO_NEEDS) -> None:
        folder = course.solution_folder(exercise.slug)
        self._place = course.shown(folder / "key.py")
        self._exercise = exercise
        self._needs = {question.id: needs[question.kind] for question in exercise.questions if question.kind in needs}
        self._module = KeyModule(folder / "key.py", self._place)
        self._references = read_references(course)
        entries = self._module.heldout()
        self._raise_if([*_needless_heldout(exercise, entries, self._needs), *problems_of_entries(folder, entries)])
        self._not_here = frozenset(name for name, entry in entries.items() if is_absent(folder, entry))
        self._heldout = {name: heldout_of(folder, entries[name]) for name in entries if name not in self._not_here}

    @property
    def has_variants(self) -> bool:
        """Whether each student has individual numbers."""
        return self._module.has_variants

    @property
    def not_here(self) -> frozenset[str]:
        """The questions that this machine cannot mark, because it lacks their held-out data."""
        return self._not_here

    def key(self, seed: str = COMMON) -> AnswerKey:
        """The key for the numbers that follow from a seed.

        Numbers for which a slip would count as right are drawn again.

        Args:
            seed: The seed of a student's variant.

        Raises:
            SpecificationError: See above; or each draw had a slip that counts as right.
        """
        for draw in range(_MOST_DRAWS if self.has_variants else 1):
            numbers = self._module.draw(f"{seed}:{draw}", is_common=seed == COMMON)
            tables = self._module.tables(numbers)
            if not self.has_variants or not any(_collisions(self._exercise, tables)):
                common = {} if seed == COMMON or not self.has_variants else self._common
                return self._checked(numbers, tables, common)
        raise SpecificationError(
            f"{self._place}: in {_MOST_DRAWS} draws, a slip always equalled the correct answer: "
            f"{', '.join(_collisions(self._exercise, tables))}. Change how the numbers are drawn, or remove the slip."
        )

    @cached_property
    def _common(self) -> Mapping[str, Any]:
        """The answers for the common numbers."""
        return self.key().answers

    def _checked(self, numbers: Mapping[str, Any], tables: _Tables, common: Mapping[str, Any]) -> AnswerKey:
        """The key that follows from the tables, with all answers as plain data.

        Raises:
            SpecificationError: Something in the tables is missing or wrong; one line for each problem.
        """
        with_heldout = {*self._heldout, *self._not_here}
        self._raise_if(
            [
                *_wrong_names(self._exercise, tables, with_heldout),
                *_missing(self._exercise, tables, with_heldout, self._needs),
                *_wrong_answers(tables["answers"], self._references, self._needs),
                *_wrong_slips(tables["slips"]),
                *_wrong_calls(tables["calls"]),
                *_wrong_methods(tables["methods"]),
                *_wrong_choices(self._exercise, tables["choices"]),
            ]
        )
        return AnswerKey(
            answers={name: checked_answer(value) for name, value in tables["answers"].items()},
            slips={name: tuple(map(_plain_slip, slips)) for name, slips in tables["slips"].items()},
            heldout=self._heldout,
            references=self._references,
            calls={name: tuple(map(_plain_call, calls)) for name, calls in tables["calls"].items()},
            numbers=numbers,
            follow_on=self._module.follow_on(numbers),
            not_here=self._not_here | frozenset(_unknown(self._exercise, tables["answers"])),
            methods={name: _method(work) for name, work in tables["methods"].items()},
            choices=tables["choices"],
            common=common,
            given_numbers=self._module.given_numbers(numbers),
            used_names=self._module.used_names(),
        )

    def _raise_if(self, problems: Iterable[str]) -> None:
        # Where questions are described one by one, no function such as answers() has the problem.
        clauses = map(_without_function, problems) if self._module.is_described else problems
        if lines := [f"{self._place}: {clause}" for clause in clauses]:
            raise SpecificationError("\n".join(lines))


def read_key(course: Course, exercise: Exercise, needs: Mapping[str, Needs] = NO_NEEDS) -> AnswerKey:
    """The key of the common numbers; see `Keys`."""
    return Keys(course, exercise, needs).key()


def read_references(course: Course) -> dict[str, ModelTable]:
    """Read the layer tables of the reference models.

    Returns:
        Name of a model -> table; empty if there is no `facts.json`.

    Raises:
        SpecificationError: The file is not JSON, or a table has another form.
    """
    if not course.facts.exists():
        return {}
    return dict(_references(course.facts.read_bytes(), course.shown(course.facts)))


_REMEDY = "Restore the file, or delete it and run `grader facts`"


@lru_cache(maxsize=1)  # all exercises of a course have the same
def _references(content: bytes, place: str) -> dict[str, ModelTable]:
    try:
        return {name: _MODEL_TABLE.validate_python(fact["table"]) for name, fact in json.loads(content).items()}
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise SpecificationError(f"{place}: {path}: {first['msg']}. {_REMEDY}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecificationError(f"{place}: is not a file of layer tables ({error}). {_REMEDY}.") from error


def _without_function(problem: str) -> str:
    function, _, rest = problem.partition(": ")
    return rest if function.removesuffix("()") in (*FUNCTIONS, "HELDOUT") else problem


def _collisions(exercise: Exercise, tables: _Tables) -> Iterator[str]:
    """The questions with a slip that counts as right, either exactly or rounded as far as the question allows."""
    for question in exercise.questions:
        right = as_answer(tables["answers"].get(question.id))  # a value of another type is refused later
        precision = Precision.of(question.options)
        slips = [as_answer(slip.value) for slip in tables["slips"].get(question.id, ())]
        if any(precision.takes(slip, right) or precision.takes_rounded(slip, right) for slip in slips):
            yield question.id


def _wrong_names(exercise: Exercise, tables: _Tables, heldout: set[str]) -> Iterator[str]:
    """Answers, slips, calls and held-out data that belong to no question."""
    kinds = {question.id: question.kind for question in exercise.questions}
    names_in = [(f"{function}()", list(tables[function])) for function in FUNCTIONS]
    for place, names in (*names_in, ("HELDOUT", list(heldout))):
        for name in names:
            if name not in kinds:
                yield f"{place}: exercises/{exercise.slug} has no question '{name}'. {suggestion(name, kinds)}."


def _missing(exercise: Exercise, tables: _Tables, heldout: set[str], needs: Mapping[str, Needs]) -> Iterator[str]:
    """Answers, calls and held-out data that a question needs and the key lacks."""
    kinds = {question.id: question.kind for question in exercise.questions}
    for name, need in needs.items():
        kind = kinds[name]
        if need.answer and name not in tables["answers"]:
            yield f"answers(): question '{name}' has no answer. Add its expected value."
        if need.answer and not need.may_be_unknown and tables["answers"].get(name, name) is None:
            yield f"answers(): question '{name}' of kind '{kind}' has the answer None. Give its expected value."
        if need.calls and not tables["calls"].get(name):
            yield f"calls(): question '{name}' of kind '{kind}' has no calls. Add [Call(arguments, expected), ...]."
        if need.heldout and name not in heldout:
            yield f"HELDOUT: question '{name}' of kind '{kind}' has no held-out data. Add its file and classes."


def _wrong_answers(
    answers: Mapping[str, Any], references: Mapping[str, ModelTable], needs: Mapping[str, Needs]
) -> Iterator[str]:
    for name, value in answers.items():
        if problem := _not_plain(value) or _no_reference(needs.get(name), value, references):
            yield f"answers(): question '{name}': {problem}."


def _not_plain(value: Any) -> str:
    """The reason why a value cannot be an answer; empty if it can."""
    try:
        json.dumps(checked_answer(value), allow_nan=False)
    except TypeError as error:
        return str(error)
    except ValueError:
        return "contains NaN or an infinite number. Give finite numbers"
    return ""


def _no_reference(need: Needs | None, value: Any, references: Mapping[str, ModelTable]) -> str:
    """The reason why a value is not the name of a reference model; empty if it is, or need not be."""
    if need is None or not need.reference or value in references:
        return ""
    known = suggestion(str(value), references)
    return (
        f"'{value}' is not a model of reference_models/facts.json. {known}. To describe a new model, run `grader facts`"
    )


def _unknown(exercise: Exercise, answers: Mapping[str, Any]) -> Iterator[str]:
    """The questions whose right answer is not known: the key has None for it."""
    for question in exercise.questions:
        if question.id in answers and answers[question.id] is None:
            yield question.id


def _wrong_slips(slips: Mapping[str, Any]) -> Iterator[str]:
    for name, listed in slips.items():
        if not isinstance(listed, (list, tuple)) or not all(isinstance(slip, Slip) for slip in listed):
            yield f"slips(): question '{name}': must be a list of Slip. Write [Slip(value, reason, remedy), ...]."
            continue
        for number, slip in enumerate(listed, start=1):
            if problem := _not_plain(slip.value) or _not_text(slip):
                yield f"slips(): question '{name}': slip {number}: {problem}."


def _not_text(slip: Slip) -> str:
    """The reason why a slip has no text for students; a plain string is one, for courses in a single language."""
    for name, text in (("reason", slip.reason), ("remedy", slip.remedy)):
        if not isinstance(text, Text):
            return (
                f"`{name}` must be a sentence, such as message('The biases are missing.'). Received: a value of type "
                f"{type(text).__name__}"
            )
    return ""


def _wrong_calls(calls: Mapping[str, Any]) -> Iterator[str]:
    for name, listed in calls.items():
        if not isinstance(listed, (list, tuple)) or not all(isinstance(call, Call) for call in listed):
            yield f"calls(): question '{name}': must be a list of Call. Write [Call(arguments, expected), ...]."
            continue
        for number, call in enumerate(listed, start=1):
            if problem := _not_plain([call.arguments, call.expected, [slip.value for slip in call.slips]]):
                yield f"calls(): question '{name}': call {number}: {problem}."
            for slip in call.slips:
                if problem := _not_text(slip):
                    yield f"calls(): question '{name}': call {number}: {problem}."


def _wrong_methods(methods: Mapping[str, Any]) -> Iterator[str]:
    for name, work in methods.items():
        if not callable(work):
            yield (
                f"methods(): question '{name}': must be a function. Write one whose parameter is the mistakes to make."
            )


def _wrong_choices(exercise: Exercise, choices: Mapping[str, Any]) -> Iterator[str]:
    questions = {question.id: question for question in exercise.questions}
    for name, sentences in choices.items():
        known = questions[name].options.get("choices", {}) if name in questions else {}
        if not isinstance(sentences, dict) or not all(isinstance(text, Text) and text for text in sentences.values()):
            yield f"choices(): question '{name}': must be a dict from choices to sentences. Write {{'a': 'Why.'}}."
            continue
        for choice in sentences:
            if name in questions and choice not in known:
                yield f"choices(): question '{name}': there is no choice '{choice}'. {suggestion(choice, known)}."


def _method(work: Callable[[Erring], Any]) -> Method:
    """The method with its results as plain data."""

    def plain_work(erring: Erring) -> Any:
        with np.errstate(all="ignore"):  # a mistake may lead to NaN, which equals no answer
            return checked_answer(work(erring))

    return Method(plain_work)


def _plain_call(call: Call) -> Call:
    return Call(
        arguments=tuple(map(checked_answer, call.arguments)),
        expected=checked_answer(call.expected),
        slips=tuple(map(_plain_slip, call.slips)),
    )


def _plain_slip(slip: Slip) -> Slip:
    return Slip(checked_answer(slip.value), slip.reason, slip.remedy)


def _needless_heldout(exercise: Exercise, entries: Iterable[str], needs: Mapping[str, Needs]) -> Iterator[str]:
    """The entries of HELDOUT for questions that use no held-out data."""
    kinds = {question.id: question.kind for question in exercise.questions}
    for name in entries:
        if name in needs and not needs[name].heldout:
            yield (
                f"HELDOUT: question '{name}' is of kind '{kinds[name]}', which uses no held-out data. Remove the entry."
            )
