"""A list of indices, compared with a set that the staff know, by precision and recall."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import Field, field_validator

from grader.assess import options
from grader.assess.answer_forms import UnreadableError, read_indices
from grader.assess.answers import absence
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.kinds.kind import Kind, readable
from grader.assess.rounded_scores import rounded_score
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import Answer
from grader.model.score import Retrieval, Score
from grader.storage.answer_data import as_answer
from grader.text.messages import Numeral, Text, joined, message, number
from grader.text.proportions import percent, points_of

_FORM = "answers(): give a list of indices, or {'wanted': [...], 'allowed': [...], 'count': ...}"
_FEW_RIGHT = 0.5


class F1Threshold(options.Options):
    """The points for an F1 score."""

    f1: float = Field(ge=0, le=1)
    points: float = Field(ge=0)


class IndicesOptions(options.Options):
    """F1 scores and their points: none below the first, in proportion between two, constant above the last."""

    thresholds: tuple[F1Threshold, ...] = Field(min_length=1)

    @field_validator("thresholds")
    @classmethod
    def _ascending(cls, thresholds: tuple[F1Threshold, ...]) -> tuple[F1Threshold, ...]:
        for lower, higher in pairwise(thresholds):
            if higher.f1 <= lower.f1 or higher.points < lower.points:
                raise ValueError("must be in ascending order, and a higher score must not earn fewer points")
        return thresholds

    def points(self, score: float) -> float:
        """The points for a score from 0 to 1."""
        return points_of(score, [(step.f1, step.points) for step in self.thresholds])


@dataclass(frozen=True, slots=True)
class TargetIndices:
    """The indices that the staff know.

    Attributes:
        targets: The indices to find.
        allowed: Indices that may be listed and do not count.
        count: The number of items; indices go from 0 to one less. None if it is not known.
    """

    targets: frozenset[int]
    allowed: frozenset[int] = frozenset()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """The result of a list of indices: `right` of its `listed` indices are among the `targets`."""

    right: int
    listed: int
    targets: int

    @property
    def precision(self) -> float:
        """The share of the listed indices that are right; 0 for an empty list."""
        return self.right / self.listed if self.listed else 0.0

    @property
    def recall(self) -> float:
        """The share of the targets that are listed."""
        return self.right / self.targets

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.listed + self.targets)


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the highest threshold earns all points, and listing everything earns none."""
    problems = options.problems(IndicesOptions, question.options)
    if problems:
        return problems
    rule = options.read(IndicesOptions, question.options)
    most = rule.thresholds[-1].points
    if most != question.points:
        problems = [f"the last threshold must give all {question.points:g} points. Received: {most:g}."]
    if question.id in key.not_here:
        return problems
    try:
        known = _known(as_answer(key.answers[question.id]))
    except (UnreadableError, ValueError, TypeError) as problem:
        return [*problems, f"the expected value is not valid: {problem} {_FORM}."]
    if known.count is not None:
        everything = score(range(known.count), known)
        if rule.points(everything.f1) > 0:
            problems = [
                *problems,
                f"a list of all indices has an F1 score of {everything.f1:.3f} and earns points. Raise the first "
                "threshold above that score.",
            ]
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: points by the F1 score. A report never says which indices are right."""
    known = _known(evidence.expected)
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    if absent:
        return finding(question, 0, expected=_goal(question), reason=absent.reason)
    try:
        listed, note = read(question, evidence.answer, evidence.expected)
    except UnreadableError as problem:
        return finding(question, 0, expected=_goal(question), reason=problem.text)
    result = score(listed, known)
    rule = options.read(IndicesOptions, question.options)
    share = rule.points(result.f1) / question.points if question.points else float(result.f1 >= rule.thresholds[-1].f1)
    return finding(
        question,
        share,
        expected=_goal(question),
        answer=message("{count} indices", count=number(len(set(listed)))),
        reason=joined(_result_in_words(result), _advice(result, share), note),
        score=Score(
            value=result.f1,
            rounded=rounded_score(result.f1, [(step.f1, step.points) for step in rule.thresholds], note),
            retrieval=Retrieval(precision=result.precision, recall=result.recall, f1=result.f1),
        ),
    )


def read(_question: Question, answer: Answer, expected: Any = None) -> tuple[tuple[int, ...], Text]:
    """Read an answer; see `answer_forms.read_indices`.

    Args:
        answer: An answer with a value.
        expected: As in `answers()`. None without a key: then only negative indices are out of range.

    Raises:
        UnreadableError: The message is for the student.
    """
    return read_indices(answer.value, None if expected is None else _known(expected).count)


def score(listed: Any, known: TargetIndices) -> Hits:
    """Compare indices with the targets. An index counts once, and an allowed one does not count.

    Args:
        listed: Whole numbers, any iterable.
        known: The indices that the staff know.

    Example:
        >>> score([1, 2, 3], TargetIndices(frozenset({1, 2, 4}), allowed=frozenset({3})))
        Hits(right=2, listed=2, targets=3)
    """
    counted = set(listed) - (known.allowed - known.targets)
    return Hits(len(counted & known.targets), len(counted), len(known.targets))


def _known(value: Any) -> TargetIndices:
    """Read an expected value.

    Raises:
        UnreadableError: If a list has no indices in it.
        ValueError, TypeError: If the value has another form.
    """
    specification: Mapping[str, Any] = value if isinstance(value, Mapping) else {"wanted": value}
    unknown = set(specification) - {"wanted", "allowed", "count"}
    if unknown or "wanted" not in specification:
        raise ValueError(f"it has {', '.join(sorted(unknown)) or 'no wanted indices'}.")
    count = specification.get("count")
    if count is not None and (not isinstance(count, int) or count < 1):
        raise ValueError(f"`count` must be a whole number, 1 or more. Received: {count!r}.")
    targets, allowed = (
        frozenset(read_indices(as_answer(specification.get(name, [])), count)[0]) for name in ("wanted", "allowed")
    )
    if not targets:
        raise ValueError("it has no wanted indices. Give None if the answer is not known.")
    return TargetIndices(targets, allowed, count)


def _goal(question: Question) -> Text:
    last = options.read(IndicesOptions, question.options).thresholds[-1]
    return message("precision and recall with an F1 score of {score} or more", score=Numeral(f"{last.f1:g}"))


def _result_in_words(result: Hits) -> Text:
    if not result.listed:
        return message("The list is empty.")
    return message(
        (
            "You found {right} of the {wanted} that you had to find: recall {recall}. Of the {listed} that you "
            "listed, {right} are correct: precision {precision}. Together, these values give an F1 score of "
            "{score}."
        ),
        right=number(result.right),
        wanted=number(result.targets),
        recall=percent(result.recall),
        listed=number(result.listed),
        precision=percent(result.precision),
        score=Numeral(f"{result.f1:.2f}"),
    )


def _advice(result: Hits, share: float) -> Text:
    if share >= 1 or not result.listed:
        return ""
    if result.precision < _FEW_RIGHT and result.precision < result.recall:
        return message(
            "Many indices in your list do not belong there. Look at each one, and list only those that you are sure of."
        )
    if result.recall < _FEW_RIGHT:
        return message(
            "Your list does not contain most of the correct indices yet. Look where the model is "
            "confident of a class other than the label."
        )
    return ""


def form_note(question: Question, answer: Answer) -> Text:
    """See `Kind.form_note`."""
    try:
        return read(question, answer)[1]
    except UnreadableError:
        return ""


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=readable(read),
    form_note=form_note,
    needs=Needs(may_be_unknown=True),
)
