"""Whether an answer has the form that was asked for, as `grader check` tells students."""

import pytest

from grader.assess import form
from grader.model.exercise import Question, Source
from grader.model.record import Answer, AnswerState, Outcome, Record


def found(kind: str, type_name: str) -> str:
    question = Question("q", "A question", kind, "solve", 1, Source("a lecture", "a slide"))
    record = Record("key", Outcome.COMPLETED, answers={"solve": Answer(AnswerState.UNSUPPORTED, type_name=type_name)})
    return form.problem(question, record)


@pytest.mark.parametrize("kind", ["function", "accuracy"])
def test_a_function_is_the_form_where_one_is_asked_for(kind: str) -> None:
    assert found(kind, "function") == ""


@pytest.mark.parametrize("kind", ["function", "accuracy"])
def test_anything_else_is_not(kind: str) -> None:
    assert found(kind, "Sequential") == "`solve` is a Sequential; a function was asked for."


def test_a_function_is_no_number() -> None:
    assert found("number", "function") == "`solve` is a function, which cannot be marked."


@pytest.mark.parametrize("kind", ["function", "accuracy"])
def test_a_function_that_can_only_return_none_is_said_before_it_is_handed_in(kind: str) -> None:
    question = Question("q", "A question", kind, "solve", 1, Source("a lecture", "a slide"))
    record = Record("k", Outcome.COMPLETED, answers={"solve": Answer(AnswerState.UNSUPPORTED, type_name="function")})
    assert "returns None" in form.problem(question, record, ("def solve(x):\n    print(x)",))
    assert form.problem(question, record, ("def solve(x):\n    return x",)) == ""
