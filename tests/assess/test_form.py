"""Whether an answer has the form that was asked for, as `grader check` tells students."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest

from grader.assess import form, function_source
from grader.assess.evidence import NO_SURROUNDINGS, Surroundings, TextCell
from grader.course.layout import Course
from grader.intake import notebooks
from grader.model.assessment import Verdict
from grader.model.exercise import Question, SlideReference
from grader.model.record import Answer, AnswerState, CellRun, Outcome, Record
from tests.assess.assess_samples import question
from tests.assess.conftest import Mark
from tests.conftest import ROOT, case_notebooks
from tests.reading import as_read


def found(kind: str, type_name: str) -> str:
    question = Question(
        id="q", title="A question", kind=kind, answer="solve", points=1, source=SlideReference("a lecture", "a slide")
    )
    record = Record(
        key="key", outcome=Outcome.COMPLETED, answers={"solve": Answer(AnswerState.UNSUPPORTED, type_name=type_name)}
    )
    return str(form.problem(question, record))


@pytest.mark.parametrize("kind", ["function", "accuracy"])
def test_a_function_is_the_form_where_one_is_asked_for(kind: str) -> None:
    assert found(kind, "function") == ""


@pytest.mark.parametrize("kind", ["function", "accuracy"])
def test_anything_else_is_not(kind: str) -> None:
    assert found(kind, "Sequential") == "`solve` is of type Sequential. The question asks for a function."


@pytest.mark.parametrize("kind", ["function", "accuracy"])
def test_a_function_that_can_only_return_none_is_said_before_it_is_handed_in(kind: str) -> None:
    question = Question(
        id="q", title="A question", kind=kind, answer="solve", points=1, source=SlideReference("a lecture", "a slide")
    )
    record = Record(
        key="k", outcome=Outcome.COMPLETED, answers={"solve": Answer(AnswerState.UNSUPPORTED, type_name="function")}
    )
    assert "returns None" in as_read(form.problem(question, record, ("def solve(x):\n    print(x)",)))
    assert form.problem(question, record, ("def solve(x):\n    return x",)) == ""


def test_a_function_that_was_not_called_is_to_be_called() -> None:
    told = found("number", "function")
    assert told.startswith("The grader cannot mark `solve`, because it is of type function.")
    assert told.endswith("Call it: `solve = solve()`.")


@pytest.mark.parametrize("type_name", ["generator", "map", "zip", "filter", "list_iterator"])
def test_what_gives_its_values_only_once_is_to_be_made_a_list(type_name: str) -> None:
    assert "`solve = list(solve)`" in found("array", type_name)


CHOICES = {"a": "Conv2D", "b": "MaxPooling2D", "c": "Flatten"}
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "number": [{}, {"decimals": 2}, {"tolerance": 0.1}, {"digits": 3, "unit": "MiB"}],
    "array": [{}, {"form": "shape"}, {"decimals": 1}],
    "choice": [{"choices": CHOICES}, {"choices": CHOICES, "multiple": True}],
    "indices": [{"thresholds": [{"f1": 0.5, "points": 1}]}],
}
RIGHT = {"number": 1386, "array": [26, 26, 32], "choice": "b", "indices": [1, 2]}
GIVEN = [
    1386,
    1386.0,
    26.5,
    True,
    None,
    "1386",
    "1,386",
    "1.386",
    "1 386",
    "0,96",
    "96 %",
    "40 MiB",
    "40 MB",
    "12,",
    "a",
    "B.",
    "(b)",
    "b) MaxPooling2D",
    "ab",
    "a, b und c",
    ["a", "b"],
    "MaxPooling2D",
    "z",
    [1386],
    [786, 688],
    [26, 26, 32],
    [None, 26, 26, 32],
    "26x26x32",
    "[26 26 32]",
    "(26, 26, 32)",
    [[1, 2], [3]],
    [1, 2],
    "1; 2",
    "[1, 2",
    "...",
    {"a": 1},
    [True, False],
    -1,
    [-1],
    "nan",
    "(3*3+1)*20",
    "",
    [],
    [["b"]],
    [0.5, "1,5"],
    ["1,386"],
]


@pytest.mark.parametrize("given", ["...", ["...", "..."], [["..."], ["..."]], [26, "...", 32]])
@pytest.mark.parametrize(("kind", "options"), [("array", {}), ("array", {"form": "shape"}), ("number", {})])
def test_what_is_still_blank_is_named(kind: str, options: dict[str, Any], given: Any) -> None:
    record = Record(key="key", outcome=Outcome.COMPLETED, answers={"solve": Answer(AnswerState.VALUE, given, "list")})
    assert "still" in as_read(form.problem(question(kind, 1, "solve", **options), record))


@pytest.mark.parametrize("type_name", ["", "tuple", "set"])
@pytest.mark.parametrize(("kind", "options"), [(kind, options) for kind in OPTIONS for options in OPTIONS[kind]])
def test_an_answer_is_ready_where_and_only_where_marking_can_read_it(
    mark: Mark, kind: str, options: dict[str, Any], type_name: str
) -> None:
    asked = replace(question(kind, 1, "solve", **options), show_expected=True)
    for given in GIVEN:
        if type_name and not isinstance(given, list):
            continue
        answer = Answer(AnswerState.VALUE, given, type_name or type(given).__name__)
        record = Record(key="key", outcome=Outcome.COMPLETED, answers={"solve": answer})
        told = form.problem(asked, record)
        finding = mark(asked, RIGHT[kind], given=answer)
        if finding.verdict is Verdict.NOT_ATTEMPTED:
            continue
        refused = as_read(told).removeprefix("`solve`: ")
        assert bool(told) == (bool(refused) and refused in finding.reason), (given, told, finding)


def looked_at(kind: str, cells: tuple[str, ...], state: AnswerState, around: Surroundings = NO_SURROUNDINGS) -> str:
    question = Question(
        id="q", title="A question", kind=kind, answer="size", points=1, source=SlideReference("a lecture", "a slide")
    )
    runs = tuple(CellRun(execution_count=1) for _ in cells)
    return str(
        form.problem(
            question,
            Record(key="k", outcome=Outcome.COMPLETED, cells=runs, answers={"size": Answer(state)}),
            cells,
            around,
        )
    )


def test_the_cause_of_a_missing_answer_is_said_as_a_report_says_it() -> None:
    assert "is a comment (line 1)" in looked_at("number", ("# size = 5",), AnswerState.MISSING)
    assert "Remove the `#`" in looked_at("number", ("# size = 5",), AnswerState.MISSING)
    text = Surroundings((TextCell(0, "markdown", "size = 5"),))
    assert "is Markdown and not code" in looked_at("number", ("a = 1",), AnswerState.MISSING, text)
    assert "is Markdown and not code" in looked_at("number", ("size = ...",), AnswerState.BLANK, text)


def test_what_was_not_attempted_is_said_in_short() -> None:
    assert looked_at("number", ("size = ...",), AnswerState.BLANK) == "`size` is still `...`."
    assert looked_at("number", ("a = 1",), AnswerState.MISSING) == "No cell of your notebook sets `size`."


def test_a_predict_that_goes_image_by_image_is_said_before_it_runs_out_of_time() -> None:
    cells = ("def size(images):\n    return [model.predict(image[None]) for image in images]",)
    question = Question(
        id="q",
        title="A question",
        kind="accuracy",
        answer="size",
        points=1,
        source=SlideReference("a lecture", "a slide"),
    )
    function = {"size": Answer(AnswerState.UNSUPPORTED, type_name="function")}
    assert "Call the model once" in as_read(
        form.problem(question, Record(key="k", outcome=Outcome.COMPLETED, cells=(), answers=function), cells)
    )
    for_one = ("def size(image):\n    return 0",)
    assert "returns a single number" in as_read(
        form.problem(question, Record(key="k", outcome=Outcome.COMPLETED, cells=(), answers=function), for_one)
    )


@pytest.mark.parametrize("slug", Course(ROOT).slugs())
def test_no_predict_of_the_cases_is_said_to_go_image_by_image(slug: str) -> None:
    readable = 0
    for content in case_notebooks(slug).values():
        with contextlib.suppress(notebooks.InvalidNotebookError):
            code = notebooks.parse(content).code
            readable += 1
            assert not function_source.one_by_one(code, "predict")
            assert not function_source.gives_one_number(code, "predict")
    assert readable >= 2
