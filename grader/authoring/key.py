"""The key of an exercise as its author writes it: where numbers come from, and one function for each question."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, TypeVar, overload

import numpy.typing as npt

from grader.authoring.apart import Apart, too_near
from grader.authoring.numbers import Draw
from grader.authoring.parameters import Parameters
from grader.authoring.sheet import QuestionFunction, Sheet
from grader.cnn.by_hand import FAR_APART
from grader.errors import SpecificationError
from grader.storage.answer_data import as_answer, checked_answer
from grader.text.messages import english
from grader.text.suggestions import suggestion
from grader.text.values import value as written

Array = npt.NDArray[Any]
Answers = Iterator[Any]
"""What the function of a question yields: the correct answer, then slips and the other entries."""
Function = TypeVar("Function", bound=Callable[..., Any])

_MOST_ROUNDS = 800  # in which all numbers are drawn; keys of this course need 150 at most
_AUTHORS_NAMES = ("rng", "erring")


class Key:
    """The answers of an exercise, question by question.

    A question is a function whose name is the id. A parameter gets the value that has its name: a number that is
    drawn for the student, something that `derived` computes from the numbers, the answer to an earlier question, or
    `erring`, which asks where students go wrong.
    The function yields the correct answer first, then each wrong answer with its reason. All numbers are drawn again
    if two answers to the same question are too close to each other.

    Args:
        apart: The largest difference of two answers that rounding could hide, or a function that says whether two
            answers differ enough.
        with_answer: Whether wrong answers must also differ enough from the correct one. If not, the grader later
            rejects a wrong answer only if the question would mark it as correct.

    Example:
        >>> from grader.authoring import slip
        >>> key = Key()
        >>> @key.question(size=lambda rng: rng.choice([28, 32]), kernel=5)
        ... def width(size: int, kernel: int):
        ...     yield size - kernel + 1
        ...     yield slip(size - kernel, "The + 1 is missing.", "The filter also fits at the first position.")
        >>> key.draw(Random(1))
        {'size': 28, 'kernel': 5}
        >>> key.sheet({"size": 28, "kernel": 5}).answers
        {'width': 24}
    """

    def __init__(self, *, apart: Apart = FAR_APART, with_answer: bool = True) -> None:
        self._apart = apart
        self._with_answer = with_answer
        self._draws: list[tuple[str, Parameters]] = []  # the name is empty if a function draws several numbers
        self._names: dict[str, None] = {}  # of the numbers that are drawn one by one
        self._common: dict[str, Any] = {}
        self._derived: dict[str, Parameters] = {}
        self._conditions: list[Parameters] = []
        self._questions: dict[str, QuestionFunction] = {}
        self._compared: dict[str, Apart | None] = {}
        self._least: dict[str, int] = {}
        self._latest: tuple[str, Sheet] | None = None
        self.heldout_entries: dict[str, dict[str, Any]] = {}

    # ---- What authors write -----------------------------------------------------------------------------------------

    @overload
    def numbers(self, function: Function, /) -> Function: ...
    @overload
    def numbers(self, /, **draws: Any) -> None: ...
    def numbers(self, function: Callable[..., Any] | None = None, /, **draws: Any) -> Any:
        """Draw numbers that several questions share, or that depend on each other.

        Args:
            function: As a decorator: a function that draws several numbers and returns them as a dict. If it returns
                None, the numbers are drawn again.
            **draws: Name -> how the number is drawn: a function such as `choice(3, 5)`, or a value that is the same
                for all students.
        """
        if function is not None:
            self._draws.append(("", Parameters(function, f"{function.__name__}()")))
            return function
        for name, draw in draws.items():
            self._refuse_twice(name)
            self._names[name] = None
            self._draws.append((name, Parameters(draw if callable(draw) else _constant(draw), f"number '{name}'")))
        return None

    def derived(self, function: Function) -> Function:
        """Compute something from the numbers that several questions use, as a decorator.

        The result may be of any type, and is not given to students or notebooks. It does not depend on a student's
        earlier answers.

        Args:
            function: A function whose name is the name of its result. Its parameters are numbers, and earlier results
                of `derived`.

        Raises:
            SpecificationError: A number or another result has this name.
        """
        self._refuse_twice(function.__name__)
        self._derived[function.__name__] = Parameters(function, f"derived '{function.__name__}'")
        return function

    def require(self, condition: Callable[..., bool]) -> None:
        """Draw all numbers again unless a condition holds.

        Args:
            condition: A function whose parameters have the names of numbers.
        """
        self._conditions.append(Parameters(condition, "require()"))

    def common(self, **numbers: Any) -> None:
        """Name numbers that a lecture prints: students without individual numbers get these.

        All other numbers of these students are drawn as usual.

        Args:
            **numbers: Name of a number -> its value.

        Raises:
            SpecificationError: A number has two common values.

        Example:
            key.common(size=28, kernel=5)  # boracchi-cnn-2020, LeNet-5
        """
        for name in numbers.keys() & self._common.keys():
            raise SpecificationError(f"common(): '{name}' has two values. Remove one of them.")
        self._common |= numbers

    @overload
    def question(self, function: Function, /) -> Function: ...
    @overload
    def question(
        self, name: str = "", /, *, apart: Apart | None = ..., least: int | None = ..., **draws: Any
    ) -> Callable[[Function], Function]: ...
    def question(self, name: Any = "", /, *, apart: Apart | None = -1, least: int | None = None, **draws: Any) -> Any:
        """Describe a question, as a decorator of its function.

        Args:
            name: Id of the question, if the function has another name.
            apart: Replaces the key's `apart` for this question. None if answers may be close to each other.
            least: If given, slips that are too close to the answer or to an earlier slip are omitted. All numbers are
                drawn again only if fewer than `least` slips remain.
            **draws: Numbers that are drawn for this question; see `numbers`. Later questions may use them too.

        Raises:
            SpecificationError: The question or a number exists already.
        """
        if callable(name):
            return self.question()(name)

        def described(function: Function) -> Function:
            question = name or function.__name__
            if question in self._questions:
                raise SpecificationError(f"question '{question}' is described twice. Remove one.")
            self.numbers(**draws)
            of_question = self._apart if apart == -1 else apart
            left_out = None if least is None else of_question or 0
            parameters = Parameters(function, f"question '{question}'")
            self._questions[question] = QuestionFunction(question, parameters, left_out)
            self._compared[question] = of_question
            self._least[question] = least or 0
            return function

        return described

    def are_apart(self, numbers: Mapping[str, Any], *questions: str) -> bool:
        """Whether the answers to some questions are apart, so that a function that draws can reject its own numbers.

        Args:
            numbers: The numbers that these questions use.
            *questions: Ids of the questions.
        """
        return not self._clash(self.sheet(numbers), only=questions)

    def answer(self, question: str, value: Any) -> None:
        """Give the answer to a question without wrong answers, such as the name of a reference model."""
        self.question(question)(lambda: value)

    def heldout(self, question: str, file: str, **entry: Any) -> None:
        """Name the held-out data of a question.

        Args:
            question: Id of the question.
            file: The file, beside `key.py`; it has the arrays `inputs` and `labels`.
            **entry: `classes`, `exercise` and `optional`; see the guide for authors.
        """
        self.heldout_entries[question] = {"file": file, **entry}

    # ---- What the grader reads --------------------------------------------------------------------------------------

    @property
    def has_variants(self) -> bool:
        """Whether each student has individual numbers."""
        return bool(self._draws)

    def check(self) -> None:
        """Check the parameters of all functions.

        Raises:
            SpecificationError: A parameter has the name of nothing that is known before it; or two wrong answers of a
                key without numbers are the same.
        """
        if all(name for name, _ in self._draws):  # what a function draws is known only afterwards
            self._check_names(self._names)
        if not self.has_variants and (problem := self._clash(self.sheet({}), exact=True)):
            raise SpecificationError(f"{problem}. Remove one of them.")

    def draw(self, rng: Random, *, is_common: bool = False) -> dict[str, Any]:
        """Draw the numbers of one student: again until all conditions hold and all answers are apart.

        Args:
            rng: Where chance comes from.
            is_common: Whether these are the common numbers, some of which `common` may name.

        Returns:
            Name -> number, in the order in which they are drawn.

        Raises:
            SpecificationError: A parameter is not known, some condition never holds, or `common` names something that
                is not drawn.
        """
        problems = Counter[str]()
        for _ in range(_MOST_ROUNDS):
            numbers = self._drawn(rng, self._common if is_common else {})
            self._check_names(numbers)
            if not all(condition.call(numbers) for condition in self._conditions):
                problems["the condition of require() does not hold"] += 1
            elif problem := self._clash(self.sheet(numbers)):
                problems[problem] += 1
            else:
                return numbers
        (problem, _), *_ = problems.most_common(1)
        raise SpecificationError(
            f"{_MOST_ROUNDS} draws gave no usable numbers: {problem}. Change how the numbers are drawn."
        )

    def sheet(self, numbers: Mapping[str, Any]) -> Sheet:
        """The answers for the numbers of one student.

        The latest sheet is kept: drawing needs it to see that all answers are apart, and the grader then reads it.

        Args:
            numbers: As `draw` gives them.
        """
        plain = {name: checked_answer(value) for name, value in numbers.items()}
        written_out = repr(plain)  # 1 and 1.0 are equal, but may be written differently
        if self._latest is None or self._latest[0] != written_out:
            self._latest = written_out, Sheet(self._questions, plain, self._derived)
        return self._latest[1]

    def given_numbers(self, numbers: Mapping[str, Any]) -> dict[str, dict[str, float]]:
        """The single numbers that each question uses.

        Args:
            numbers: As `draw` gives them.

        Returns:
            Question id -> name -> number. Arrays, texts and earlier answers are left out.
        """
        return {
            question: {
                name: float(numbers[name])
                for name in function.parameters.names
                if type(numbers.get(name)) in (int, float)
            }
            for question, function in self._questions.items()
        }

    def used_names(self) -> dict[str, frozenset[str]]:
        """The numbers and earlier questions that the answer to each question is computed from.

        Returns:
            Question id -> names. What `derived` computes is replaced by the numbers that it is computed from.
        """
        sources: dict[str, frozenset[str]] = {}
        for name, derived in self._derived.items():
            sources[name] = frozenset[str]().union(*(sources.get(one, {one}) for one in derived.names))
        return {
            question: frozenset[str]().union(*(sources.get(one, {one}) for one in function.parameters.names))
            - {"erring"}
            for question, function in self._questions.items()
        }

    def _refuse_twice(self, name: str) -> None:
        if name in self._names or name in self._derived or name in _AUTHORS_NAMES:
            raise SpecificationError(f"number '{name}' exists twice. Rename one of them.")

    def _drawn(self, rng: Random, common: Mapping[str, Any]) -> dict[str, Any]:
        numbers: dict[str, Any] = {}
        for name, draw in self._draws:
            drawn = self._drawn_once(name, draw, numbers, rng)
            numbers |= {number: common.get(number, value) for number, value in drawn.items()}
        for name in common.keys() - numbers.keys():
            raise SpecificationError(f"common(): '{name}' is not a number. {suggestion(name, numbers)}.")
        return numbers

    def _drawn_once(self, name: str, draw: Parameters, numbers: Mapping[str, Any], rng: Random) -> dict[str, Any]:
        """What one function draws: it is called again while it returns None."""
        for _ in range(_MOST_ROUNDS):
            result = draw.call({**numbers, "rng": rng})
            if result is not None:
                return {name: result} if name else result
        raise SpecificationError(
            f"{draw.place}: {_MOST_ROUNDS} calls returned None, which means that the numbers are drawn again. "
            "Return a value."
        )

    def _check_names(self, numbers: Iterable[str]) -> None:
        known = [*numbers]
        for name, derived in self._derived.items():
            derived.check(known, "neither a number nor a value that is derived earlier")
            known.append(name)
        known.append("erring")
        for question, function in self._questions.items():
            function.parameters.check(known, "neither a number nor an earlier question")
            known.append(question)
        for condition in self._conditions:
            condition.check(numbers, "not a number")

    def _clash(self, sheet: Sheet, exact: bool = False, only: Sequence[str] = ()) -> str:
        """The first two answers that are too near to each other, in words; empty if all are apart."""
        for question, apart in self._compared.items():
            if apart is None or (only and question not in only):
                continue
            if len(sheet.of(question).slips) < self._least[question]:
                return f"question '{question}': fewer than {self._least[question]} slips differ"
            entries = sheet.of(question)
            slips, answer = entries.slips, entries.answer if self._with_answer and not exact else ()
            values = [*answer, *(slip.value for slip in slips)]
            if pair := too_near(values, 0 if exact else apart):
                reasons = [*("the correct answer" for _ in answer), *(slip.reason for slip in slips)]
                one, other = (f"'{english(reasons[place])}' gives {_written(values[place])}" for place in pair)
                return f"question '{question}': {one}, and {other}"
        return ""


def _written(value: Any) -> str:
    return english(written(as_answer(value)))


def _constant(value: Any) -> Draw:
    return lambda: value
