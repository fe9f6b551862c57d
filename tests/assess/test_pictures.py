"""The figures of a question: they lead to the right answer, and give it away only where it may be shown."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess.engine import assess, validate
from grader.gradebook.texts import assessment_of, text_of
from grader.model.assessment import Verdict
from grader.model.figures import FeatureMaps, Figure, WindowSizes, WorkedCell
from grader.model.key import AnswerKey
from tests.assess.assess_samples import answer_key, exercise, question, record, value

IMAGE = [[1, 2, 0], [0, 3, 1], [2, 0, 4]]
KERNEL = [[1, 0], [2, -1]]
RIGHT = [[-2, 7], [4, -1]]
TURNED = [[6, -1], [6, 3]]
FULL = {"shows": "convolution", "image": "image", "filter": "kernel"}
SIZES = {"shows": "sizes", "image": ["high", 7], "filter": 3, "stride": [2, 1], "padding": ["valid", "same"]}
GIVEN = {"image": IMAGE, "kernel": KERNEL, "high": 8, "word": "x"}


def key(expected: Any, **given: Any) -> AnswerKey:
    return replace(answer_key(expected), numbers={**GIVEN, **given})


def found(picture: Any, expected: Any, answer: Any, kind: str = "array", **options: Any) -> tuple[Figure, ...]:
    asked = question(kind, picture=picture, **options)
    run = record(answers={"answer": value(answer)})
    assessment = assess("ada", exercise(asked), key(expected), run, {})
    [finding] = assessment.findings
    assert finding.verdict is not Verdict.CHECK_ERROR, finding.fault
    assert assessment_of(text_of(assessment)) == assessment
    return finding.figures


def worked(*arguments: Any, **options: Any) -> WorkedCell:
    """The only figure of an answer, which is a worked cell."""
    [figure] = found(*arguments, **options)
    assert isinstance(figure, WorkedCell)
    return figure


def sizes(*arguments: Any, **options: Any) -> WindowSizes:
    """The only figure of an answer, which has window sizes."""
    [figure] = found(*arguments, **options)
    assert isinstance(figure, WindowSizes)
    return figure


def problems(picture: dict[str, Any], expected: Any = RIGHT, kind: str = "array", **options: Any) -> list[str]:
    return validate(exercise(question(kind, picture=picture, **options)), key(expected))


def test_the_first_wrong_cell_is_worked_out() -> None:
    data = worked(FULL, RIGHT, [[-2, 7], [5, 0]])
    assert (data.place, data.value, data.window) == ((0, 1, 0), 4, (2, 2))
    assert data.wrong == ((0, 1, 0), (0, 1, 1))
    assert data.found == (((-2, 7), (5, 0)),)


def test_a_right_answer_has_no_worked_cell() -> None:
    assert found(FULL, RIGHT, RIGHT) == ()


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ([[-2, 7]], (0, 1, 0)),  # 4 is the first number that the answer has not
        ([[-2, 7, 4], [1, -1, 0]], (0, 1, 0)),  # all numbers are there, but 4 is elsewhere
        ([[0, 0, 0], [-2, 7, 0], [4, -1, 0]], (0, 0, 0)),
        ([[7, None, None], [4, -1, None]], (0, 0, 0)),
    ],
    ids=["a row too few", "a number elsewhere", "a border", "blanks"],
)
def test_in_another_shape_a_cell_that_is_missing_or_elsewhere_is_worked_out(answer: Any, place: Any) -> None:
    data = worked(FULL, RIGHT, answer)
    assert (data.place, data.wrong) == (place, None)


def test_in_another_shape_no_cell_is_marked() -> None:
    data = worked(FULL, RIGHT, [[1, 2, 3]])
    assert (data.place, data.value, data.wrong) == ((0, 0, 0), -2, None)
    assert data.shape == (1, 2, 2)


def test_what_may_not_be_shown_is_not_in_the_data() -> None:
    data = worked(FULL, RIGHT, [[-2, 7], [5, -1]], show_expected=False)
    assert (data.value, data.shape) == (None, None)
    assert found(FULL, RIGHT, [[1, 2, 3]], show_expected=False) == ()
    turned = worked({**FULL, "flip": True}, TURNED, [[6, -1], [6, 9]], show_expected=False)
    assert (turned.filters, turned.flipped) == ((((1, 0), (2, -1)),), False)
    assert sizes(SIZES, (3, 7, 4), [4, 7, 4], form="shape", show_expected=False).output is None


def test_a_filter_is_shown_as_it_is_laid_on() -> None:
    data = worked({**FULL, "flip": True}, TURNED, [[6, -1], [6, 9]])
    assert (data.filters, data.flipped, data.value) == ((((-1, 2), (0, 1)),), True, 3)


def test_padding_stride_bias_and_relu_are_taken_into_account() -> None:
    picture = {**FULL, "padding": 1, "stride": 2, "bias": -1, "relu": True}
    assert problems(picture, [[0, 3], [0, 0]]) == []
    data = worked(picture, [[0, 3], [0, 0]], [[0, 3], [0, -2]])
    assert (data.value, data.bias, data.relu, data.stride) == (0, -1, True, (2, 2))


@pytest.mark.parametrize("by", ["max", "mean", "sum"])
def test_pooling_is_worked_out(by: str) -> None:
    numbers = {"max": 3, "mean": 1.5, "sum": 6}
    picture = {"shows": "pooling", "image": "image", "size": 2, "by": by}
    data = worked(picture, [[numbers[by]]], [[-7]])
    assert (data.filters, data.value) == ((), numbers[by])


def test_a_series_is_one_row() -> None:
    picture = {"shows": "convolution", "image": [1, 2, 3], "filter": [1, 1], "padding": "full"}
    data = worked(picture, [1, 3, 5, 3], [1, 3, 5, 4])
    assert (data.place, data.before, data.after) == ((0, 0, 3), (0, 1), (0, 1))


def test_channels_and_several_filters_give_several_maps() -> None:
    image, filters = [IMAGE, IMAGE], [[KERNEL, KERNEL], [KERNEL, KERNEL]]
    doubled = [[[2 * cell for cell in row] for row in RIGHT]] * 2
    wrong = [doubled[0], [[-4, 14], [8, 0]]]
    data = worked({"shows": "convolution", "image": image, "filter": filters}, doubled, wrong)
    assert (data.place, len(data.image), len(data.filters)) == ((1, 1, 1), 2, 2)


def test_sizes_come_from_the_numbers_given() -> None:
    data = sizes(SIZES, (3, 7, 4), [4, 7, 4], form="shape")
    assert [axis.size for axis in data.axes] == [8, 7]
    assert (data.output, data.found, data.alone) == ((3, 7), (4, 7), False)


def test_one_number_stands_for_both_axes_of_a_square() -> None:
    picture = {"shows": "sizes", "image": 26, "filter": 3, "stride": 2}
    data = sizes(picture, 12, 13, kind="number")
    assert (data.output, data.found, data.alone) == ((12, 12), (13, 13), True)


def test_where_only_the_depth_is_wrong_there_is_no_picture_of_sizes() -> None:
    assert found(SIZES, (3, 7, 4), [3, 7, 5], form="shape") == ()


@pytest.mark.parametrize("answer", [[3], ["...", 7, 4], [10**30, 7, 4]])
def test_where_an_answer_has_no_such_sizes_the_right_ones_are_drawn_alone(answer: Any) -> None:
    data = sizes(SIZES, (3, 7, 4), answer, form="shape")
    assert (data.output, data.found) == ((3, 7), None)


@pytest.mark.parametrize("answer", [[None, 3, 7], [3, 7, 4, 1], "3 x 7"])
def test_an_answer_in_another_form_has_no_picture_of_sizes(answer: Any) -> None:
    assert found(SIZES, (3, 7, 4), answer, form="shape") == ()


@pytest.mark.parametrize(
    ("answer", "cells"),
    [
        ([[10**400, 0], [0, 0]], (((None, 0), (0, 0)),)),
        ([["nan", "inf"], [0, "..."]], (((None, None), (0, None)),)),
    ],
)
def test_a_value_that_is_no_number_is_an_empty_cell(answer: Any, cells: Any) -> None:
    cell, maps = found([FULL, {"shows": "maps"}], RIGHT, answer)
    assert isinstance(cell, WorkedCell)
    assert (cell.value, cell.found, cell.wrong and cell.wrong[0]) == (-2, cells, (0, 0, 0))
    assert maps == FeatureMaps(found=cells, expected=(((-2, 7), (4, -1)),), right=False)


@pytest.mark.parametrize(
    ("answer", "cells"),
    [([[[[[1]]]]], (((1,),),)), (4, (((4,),),)), ([1] * 500, ()), ([[1] * 100] * 100, ())],
    ids=["deep", "a number", "a long row", "a large map"],
)
def test_of_an_answer_of_another_shape_the_first_missing_cell_is_worked_out(answer: Any, cells: Any) -> None:
    data = worked([FULL, {"shows": "maps"}], RIGHT, answer)
    assert (data.place, data.value, data.found, data.wrong) == ((0, 0, 0), -2, cells, None)


def test_maps_stand_beside_the_expected_ones_where_they_may() -> None:
    wrong = [[0, 7], [4, -1]]
    own, right = ((0, 7), (4, -1)), ((-2, 7), (4, -1))
    asked = {"shows": "maps"}
    assert found(asked, RIGHT, wrong) == (FeatureMaps(found=(own,), expected=(right,), right=False),)
    assert found(asked, RIGHT, wrong, show_expected=False) == (FeatureMaps(found=(own,), expected=(), right=False),)
    assert found(asked, RIGHT, RIGHT) == (FeatureMaps(found=(right,), expected=(), right=True),)


def test_a_picture_that_does_not_lead_to_the_answer_is_refused() -> None:
    [problem] = problems({**FULL, "flip": True})
    assert "is not the expected answer" in problem
    [problem] = problems({"shows": "sizes", "image": 8, "filter": 3}, (3, 3), form="shape")
    assert "is not the expected answer" in problem
    assert problems(SIZES, (3, 7, 4), form="shape") == []


def test_and_for_one_student_whose_numbers_it_does_not_fit_it_is_not_drawn() -> None:
    assert found({**FULL, "flip": True}, RIGHT, [[0, 7], [4, -1]]) == ()


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        ({**FULL, "image": "imgae"}, "Did you mean 'image'?"),
        ({**FULL, "image": "word"}, "is not an array of numbers"),
        ({**FULL, "filter": [[1] * 9]}, "larger than the image"),
        ({**FULL, "filter": [[[1]], [[1]], [[1]]], "image": [IMAGE, IMAGE]}, "3 channels, but the image has 2"),
        ({**FULL, "stride": "word"}, "must be a whole number, 0 or more"),
        ({**FULL, "strides": 2}, "strides"),
        ({"shows": "convlution"}, "convolution"),
        ({"image": "image"}, "shows"),
    ],
)
def test_a_mistake_of_an_author_is_named(picture: dict[str, Any], says: str) -> None:
    [problem] = problems(picture)
    assert says in problem
    assert problem.startswith("exercises/sample/exercise.toml: question 'q': ")
