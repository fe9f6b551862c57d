"""A `tf.data.Dataset`: the types and shapes of its elements, the number of its elements, and the first of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.assess import options
from grader.assess.answers import absence
from grader.assess.entries import EntryRules, in_words
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.storage.answer_data import as_answer
from grader.text.language import marked
from grader.text.messages import Text, joined, message, number

_FORM = marked("Give a `tf.data.Dataset`.")
_KEYS = ("spec", "batches", "first")


class DatasetOptions(EntryRules):
    """How the numbers of the first elements are compared; `together`: all parts or no points."""

    together: bool = False


@dataclass(frozen=True, slots=True)
class _Aspect:
    """One thing that is known about a dataset, beside the expected one."""

    label: Text
    expected: Text
    actual: Text
    is_right: bool


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has `spec`, `batches` or `first`; there are no slips."""
    problems = options.problems(DatasetOptions, question.options)
    if key.slips.get(question.id):
        problems.append("slips() cannot describe a dataset. Remove the slips of this question.")
    if problem := _problem(as_answer(key.answers[question.id])):
        problems.append(problem)
    return problems


def _problem(expected: Any) -> str:
    """The problem with the expected value; empty if there is none."""
    if not isinstance(expected, dict) or not expected or set(expected) - set(_KEYS):
        return "the expected value must be a dict with 'spec', 'batches' or 'first', or several of them."
    batches, spec, first = expected.get("batches", 1), expected.get("spec", []), expected.get("first", [])
    if not isinstance(batches, int) or isinstance(batches, bool) or batches < -1:
        return "`batches` must be a whole number, or -1 for a dataset that never ends."
    if not isinstance(spec, list) or not all(map(_is_leaf, spec)):
        return "'spec' must be a list with (dtype, shape) for each tensor, such as [('float32', (None, 28, 28, 1))]."
    if not isinstance(first, list):
        return "'first' must be a list with the first rows of each tensor, or None for a tensor that is not compared."
    return ""


def _is_leaf(leaf: Any) -> bool:
    if not isinstance(leaf, list) or len(leaf) != 2:
        return False
    dtype, shape = leaf
    sizes = shape if isinstance(shape, list) else [] if shape is None else ["no shape"]
    return isinstance(dtype, str | None) and all(size is None or isinstance(size, int) for size in sizes)


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: an equal share for each part of the expected value."""
    details, answer = evidence.answer.details, evidence.answer
    if not isinstance(details, dict) or "spec" not in details:
        return _no_dataset(question, evidence)
    rules, expected = options.read(DatasetOptions, question.options), evidence.expected
    aspects = tuple(_aspects(rules, expected, details))
    wrong = [aspect for aspect in aspects if not aspect.is_right]
    share = 1 - len(wrong) / len(aspects)
    together = message("This question gives points only if all parts are right.") if rules.together and wrong else ""
    return finding(
        question,
        0 if rules.together and wrong else share,
        expected=joined(*(joined(aspect.label, aspect.expected) for aspect in aspects), separator="; "),
        answer=joined(*(joined(aspect.label, aspect.actual) for aspect in aspects), separator="; ") or answer.type_name,
        revealing=joined(*map(_sentence, wrong)),
        reason=joined("" if question.show_expected else joined(*map(_short_sentence, wrong)), together),
        parts=[
            Part(label=aspect.label, correct=aspect.is_right, expected=aspect.expected, found=aspect.actual)
            for aspect in aspects
        ],
    )


def _no_dataset(question: Question, evidence: Evidence) -> Finding:
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    return unreadable(question, _other_type(evidence), message(_FORM))


def _other_type(evidence: Evidence) -> Text:
    type_name = evidence.answer.type_name
    if type_name.endswith("Dataset"):
        return message("The dataset `{name}` could not be read.", name=evidence.name)
    return message(
        "`{name}` is of type {type}. The question asks for a `tf.data.Dataset`.", name=evidence.name, type=type_name
    )


def _aspects(rules: DatasetOptions, expected: dict[str, Any], details: dict[str, Any]) -> Iterator[_Aspect]:
    if "spec" in expected:
        right, actual = expected["spec"], details.get("spec")
        is_right = isinstance(actual, list) and len(actual) == len(right) and all(map(_fits, actual, right))
        yield _Aspect(message("elements"), _spec(right), _spec(actual), is_right)
    if "batches" in expected:
        right, actual = expected["batches"], details.get("batches")
        yield _Aspect(message("number of elements"), _count(right), _count(actual), actual == right)
    if "first" in expected:
        right, actual = expected["first"], details.get("first")
        is_right = isinstance(actual, list) and len(actual) == len(right)
        is_right = is_right and all(
            _begins(rules, rows, begin) for rows, begin in zip(actual or [], right, strict=False)
        )
        yield _Aspect(message("first element"), in_words(right), in_words(actual), is_right)


def _fits(actual: Any, right: list[Any]) -> bool:
    """Whether a tensor has the expected dtype and shape; an expected None stands for anything."""
    if not _is_leaf(actual):
        return False
    (dtype, shape), (right_dtype, right_shape) = actual, right
    if right_dtype not in (None, dtype):
        return False
    if right_shape is None:
        return True
    return (
        shape is not None
        and len(shape) == len(right_shape)
        and all(right_size in (None, size) for size, right_size in zip(shape, right_shape, strict=True))
    )


def _begins(rules: DatasetOptions, rows: Any, begin: Any) -> bool:
    """Whether a tensor begins with the expected rows."""
    if begin is None:
        return True
    if isinstance(begin, list) and isinstance(rows, list):
        rows = rows[: len(begin)]
    return rules.same(rows, begin)


def _spec(leaves: Any) -> Text:
    if not isinstance(leaves, list) or not all(map(_is_leaf, leaves)):
        return message("unknown")
    return ", ".join(f"{dtype or '?'} {_shape(shape)}" for dtype, shape in leaves[:20])


def _shape(shape: list[int | None] | None) -> str:
    return "(?)" if shape is None else f"({', '.join('None' if size is None else str(size) for size in shape)})"


def _count(batches: Any) -> Text:
    if batches == -1:
        return message("endless")
    return number(batches) if isinstance(batches, int) else message("unknown")


def _sentence(aspect: _Aspect) -> Text:
    return message(
        "{name}: expected {right}, found {found}.", name=aspect.label, right=aspect.expected, found=aspect.actual
    )


def _short_sentence(aspect: _Aspect) -> Text:
    return message("{name}: not right.", name=aspect.label)


def form_problem(question: Question, evidence: Evidence) -> Text:  # noqa: ARG001
    """See `Kind.form_problem`: a dataset that can be read."""
    details = evidence.answer.details
    return "" if isinstance(details, dict) and "spec" in details else _other_type(evidence)


KIND = Kind(check_options=check_options, assess=assess, form_problem=form_problem)
