"""A kind of question: everything that the rest of the grader needs from it, in one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import holds_blank, how_to_hand_over
from grader.assess.evidence import Evidence
from grader.assess.heldout import HeldOutData
from grader.assess.trial import Trial
from grader.model.assessment import Finding
from grader.model.exercise import Exercise, Question
from grader.model.job import Probe
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import Answer, AnswerState
from grader.text.messages import Text, joined, message

_AN_ANSWER = Needs()


def _nothing(*_: Any) -> str:
    return ""


def _no_trial(_exercise: Exercise, _question: Question) -> Trial | None:
    return None


def _always(_question: Question) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The data that one question asks of the sandbox after the cells have run.

    Attributes:
        names: Variables of the notebook; each becomes an answer of the record, and the layer table of a model too.
        probes: Calls of functions of the notebook; each becomes a result of the record. Their arguments reach
            student code, so they hold nothing that is expected. Held-out inputs are added when the job is about to run.

    Example:
        >>> Request(names=("conv1_shape",))
        Request(names=('conv1_shape',), probes=())
    """

    names: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()


def the_variable(question: Question, _key: AnswerKey, _data: HeldOutData | None, _work: tuple[str, ...]) -> Request:
    """The request of a question whose answer is a variable."""
    return Request(names=(question.answer,))


def no_variable(_question: Question, _key: AnswerKey, _data: HeldOutData | None, _work: tuple[str, ...]) -> Request:
    """The request of a question that is marked by the cells alone."""
    return Request()


def problems_of_places(question: Question, names: Sequence[str]) -> list[str]:
    """The problems of a question whose answer is in cells: it must have no `answer`, and name one place at most.

    Args:
        question: The question.
        names: The options that name a place, and that are set.
    """
    problems = ["'answer' is for variables. Remove it, and name a cell or a function."] if question.answer else []
    return [
        *problems,
        *([f"{' and '.join(names)} cannot be used together. Keep one of them."] if len(names) > 1 else []),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of question.

    Attributes:
        check_options: Finds the problems with a question's options and its expected value, one message each.
        assess: Marks one answer.
        request: Makes the request to the sandbox from the question, the student's key, the question's held-out data
            (None if it has none), and the student's work (`Job.work`). The key of the job depends on it.
            Questions that are not marked on this machine request nothing.
        form_problem: Describes the problem with the form of an answer that is not blank; empty if there is none.
            `grader check` shows it to students, so it never depends on the right answer.
        form_note: Describes how an answer was read; empty if that is obvious.
        about_absence: Describes what the code cells show about a missing answer; often empty.
        needs: The parts of the answer key that the kind requires.
        may_hold_dots: Whether `...` may be part of an answer, as in a text; otherwise it is a blank.
        by_hand: Whether a person grades the answer, so that the question may have criteria.
        is_model: Whether the answer is a Keras model, from which other answers may follow.
        ranks: Whether a leaderboard can rank a class by its score.
        meaning: Converts an answer to plain data, from which other answers may follow. Its last argument is the
            expected value, and it may raise `UnreadableError`. None if nothing follows from such answers.
        trial: The call of the student's function that `grader check` makes with public data; None for no call.
        explains: Whether a report without expected values may name the mistake behind an answer to the question.

    Example:
        >>> def read(question, answer):  # raises UnreadableError for what is no answer of this kind
        ...     return answer.value
        >>> kind = Kind(
        ...     check_options=lambda question, key: [],
        ...     assess=lambda question, evidence: finding(question, float(evidence.answer.value == evidence.expected)),
        ...     form_problem=readable(read),
        ... )
        >>> kind.needs.answer
        True
    """

    check_options: Callable[[Question, AnswerKey], list[str]]
    assess: Callable[[Question, Evidence], Finding]
    form_problem: Callable[[Question, Evidence], Text]
    request: Callable[[Question, AnswerKey, HeldOutData | None, tuple[str, ...]], Request] = the_variable
    form_note: Callable[[Question, Answer], Text] = _nothing
    about_absence: Callable[[Sequence[str]], Text] = _nothing
    needs: Needs = _AN_ANSWER
    may_hold_dots: bool = False
    by_hand: bool = False
    is_model: bool = False
    ranks: bool = False
    meaning: Callable[[Question, Answer, Any], Any] | None = None
    trial: Callable[[Exercise, Question], Trial | None] = _no_trial
    explains: Callable[[Question], bool] = _always


def readable(read: Callable[[Question, Answer], Any]) -> Callable[[Question, Evidence], Text]:
    """Make the `form_problem` of a kind from the function that reads its answers.

    Args:
        read: Reads an answer, and raises `UnreadableError` if it has another form.
    """

    def problem(question: Question, evidence: Evidence) -> Text:
        if problem := no_value(question, evidence.answer):
            return problem
        if holds_blank(evidence.answer.value):
            return message("`{name}` still contains a `...`.", name=question.answer)
        try:
            read(question, evidence.answer)
        except UnreadableError as error:
            return message("`{name}`: {problem}", name=question.answer, problem=error.text)
        return ""

    return problem


def no_value(question: Question, answer: Answer) -> Text:
    """Describe why an answer is not a value that can be marked.

    Args:
        question: The question.
        answer: The answer.

    Returns:
        A sentence for the student; empty if the answer is a value.
    """
    if answer.state is AnswerState.VALUE:
        return ""
    cannot = message(
        "The grader cannot mark `{name}`, because it is of type {type}.", name=question.answer, type=answer.type_name
    )
    return joined(cannot, how_to_hand_over(question.answer, answer.type_name))


def note_of(read: Callable[[Question, Answer], Any]) -> Callable[[Question, Answer], Text]:
    """Make the `form_note` of a kind from the function that reads its answers.

    Args:
        read: Reads an answer. Its result has an attribute `note`, or needs no note.
    """

    def note(question: Question, answer: Answer) -> Text:
        try:
            return str(getattr(read(question, answer), "note", ""))
        except UnreadableError:
            return ""

    return note
