"""A key of questions: numbers by name, answers that build on each other, and everything that the engine does alone."""

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import (
    Answers,
    Array,
    Follows,
    Key,
    because,
    call,
    choice,
    integer,
    matrix,
    sample,
    slip,
    template,
)
from grader.errors import SpecificationError
from grader.model.key import Either, following
from grader.model.mistakes import Erring, Method
from grader.text.messages import Message, message


def width_key() -> Key:
    key = Key()

    @key.question(size=choice(28, 32), kernel=choice(3, 5))
    def width(erring: Erring, size: int, kernel: int) -> Answers:
        yield size - kernel + erring.pick(1, {message("The + 1 is missing."): 0})
        yield slip(size, "Nothing was cut off.", "The filter needs {kernel} pixels.", kernel=kernel)

    @key.question(filters=integer(4, 9))
    def values(width: int, filters: int) -> Answers:
        yield width * width * filters

    @key.question
    def shape(width: int, filters: int) -> Answers:
        yield (width, width, filters)
        yield Follows(lambda values: (values, 1))

    return key


def refusal(key: Key) -> str:
    try:
        key.check()
        key.draw(Random(0))
    except SpecificationError as error:
        return str(error)
    return "none"


def test_numbers_are_drawn_in_the_order_of_the_questions() -> None:
    rng = Random(5)
    assert width_key().draw(Random(5)) == {
        "size": rng.choice((28, 32)),
        "kernel": rng.choice((3, 5)),
        "filters": rng.randint(4, 9),
    }


def test_the_common_numbers_are_those_of_a_lecture_and_the_rest_is_drawn_as_usual() -> None:
    key = width_key()
    key.common(size=30)
    drawn = key.draw(Random(5))
    assert key.draw(Random(5), is_common=True) == {**drawn, "size": 30}
    assert drawn["size"] != 30


def test_what_depends_on_a_common_number_is_drawn_from_it() -> None:
    key = Key()
    key.numbers(size=integer(5, 9), kernel=lambda rng, size: rng.randint(2, size))
    key.common(size=2)
    assert {key.draw(Random(seed), is_common=True)["kernel"] for seed in range(9)} == {2}


def test_common_numbers_are_refused_if_no_number_has_their_name_or_they_name_it_twice() -> None:
    key = width_key()
    key.common(sise=30)
    with pytest.raises(SpecificationError, match=r"common\(\): 'sise' is not a number\. Did you mean 'size'\?"):
        key.draw(Random(0), is_common=True)
    assert key.draw(Random(0))
    with pytest.raises(SpecificationError, match=r"common\(\): 'sise' has two values\. Remove one of them\."):
        key.common(sise=28)


def test_common_numbers_for_which_answers_agree_are_refused() -> None:
    key = width_key()
    key.common(kernel=1)
    with pytest.raises(SpecificationError, match="800 draws gave no usable numbers"):
        key.draw(Random(0), is_common=True)


def test_an_answer_is_computed_from_the_answers_before_it() -> None:
    sheet = width_key().sheet({"size": 28, "kernel": 3, "filters": 4})
    assert sheet.answers == {"width": 26, "values": 26 * 26 * 4, "shape": (26, 26, 4)}
    assert sheet.table("slips")["width"][0].value == 28
    assert str(sheet.table("slips")["width"][0].remedy) == "The filter needs 3 pixels."


def test_what_follows_from_a_wrong_answer_needs_no_second_formula() -> None:
    follow_on = width_key().sheet({"size": 28, "kernel": 3, "filters": 4}).follow_on()
    assert follow_on is not None
    assert follow_on({"width": 25, "values": 9}) == {"values": 25 * 25 * 4, "shape": Either(((25, 25, 4), (9, 1)))}
    assert follow_on({"width": 25}) == {"values": 25 * 25 * 4, "shape": (25, 25, 4)}
    assert follow_on({"width": "?"}) == {"shape": ("?", "?", 4)}
    assert follow_on({}) == {}


def test_a_question_that_asks_where_students_err_is_a_method() -> None:
    table = width_key().sheet({"size": 28, "kernel": 3, "filters": 4}).table("methods")
    assert list(table) == ["width"]
    method = Method(table["width"])
    assert method.right() == 26
    assert [(wrong.value, str(wrong.reason)) for wrong in method.once] == [(25, "The + 1 is missing.")]


def test_questions_share_what_is_derived_from_numbers() -> None:
    key = Key()

    @key.question(size=8, depth=3)
    def values(area: int, volume: int, depth: int) -> Answers:
        yield volume
        yield slip(area, "This is one map.", "There are {depth}.", depth=depth)

    @key.derived
    def area(size: int) -> int:
        return size * size

    @key.derived
    def volume(area: int, depth: int) -> int:
        return area * depth

    @key.question
    def half(erring: Erring, volume: int, values: int) -> Answers:
        yield values / 2 + erring.pick(0, {message("You added the volume."): volume})

    key.check()
    numbers = key.draw(Random(0))
    sheet = key.sheet(numbers)
    assert numbers == {"size": 8, "depth": 3}
    assert sheet.answers == {"values": 192, "half": 96}
    follow_on = sheet.follow_on()
    assert follow_on is not None
    assert follow_on({"values": 100}) == {"half": 50}
    assert [wrong.value for wrong in Method(sheet.table("methods")["half"]).once] == [288]


def test_what_is_derived_has_a_name_of_its_own_and_names_what_is_known() -> None:
    key = Key()
    key.numbers(size=8)

    def size() -> int:
        return 8

    with pytest.raises(SpecificationError, match="'size' exists twice"):
        key.derived(size)

    @key.derived
    def area(sise: int) -> int:
        return sise**2

    assert "derived 'area': 'sise' is neither a number nor a value that is derived earlier" in refusal(key)


def chained_key() -> Key:
    """Four questions; the third has a second way that gives another value than the answer, also for right answers."""
    key = Key()

    @key.question(size=integer(2, 5))
    def width(size: int) -> Answers:
        yield size

    @key.question
    def depth(size: int) -> Answers:
        yield size / 3

    @key.question
    def area(depth: float) -> Answers:
        yield depth * depth
        yield Follows(lambda width: width + 1)
        yield Follows(lambda earlier: earlier.get("depth", 7) + 2)

    @key.question
    def shape(area: float, width: int) -> Answers:
        yield [width, area]
        yield Follows(lambda area, depth: [area, depth] if depth > 1 else None)

    return key


def as_computed(earlier: dict[str, Any]) -> dict[str, Any]:
    """All that follows, with every rule called for these answers."""

    def area_and_depth() -> list[Any] | None:
        return [earlier["area"], earlier["depth"]] if earlier["depth"] > 1 else None

    return following(
        {
            "area": [
                lambda: earlier["depth"] * earlier["depth"],
                lambda: earlier["width"] + 1,
                lambda: earlier.get("depth", 7) + 2,
            ],
            "shape": [lambda: [earlier["width"], earlier["area"]], area_and_depth],
        }
    )


LIKE_AN_ANSWER = st.sampled_from([0, 2, 3, 0.67, 2 / 3, 4 / 9, True, math.nan, "2", [2, 3], None])


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["width", "depth", "area", "shape"]), LIKE_AN_ANSWER), min_size=1, max_size=4
    )
)
def test_what_follows_is_the_same_as_if_every_rule_were_called(classmates: list[dict[str, Any]]) -> None:
    follow_on = chained_key().sheet({"size": 2}).follow_on()
    assert follow_on is not None
    for earlier in classmates:
        assert repr(follow_on(earlier)) == repr(as_computed(earlier))


def test_a_second_way_does_not_take_the_place_of_the_answer_where_only_it_has_a_wrong_input() -> None:
    follow_on = chained_key().sheet({"size": 3}).follow_on()
    assert follow_on is not None
    assert follow_on({"width": 9, "depth": 1.0})["area"] == Either((1.0, 10, 3.0))


def test_what_follows_from_correct_answers_does_not_depend_on_who_is_marked_first() -> None:
    key = Key()
    key.answer("count", 2)

    @key.question
    def items(count: int) -> Answers:
        yield list(range(count))

    follow_on = key.sheet({}).follow_on()
    assert follow_on is not None
    assert follow_on({"count": 2.0}) == follow_on({"count": 2}) == {"items": [0, 1]}


def test_without_questions_that_build_on_others_nothing_follows() -> None:
    key = Key()
    key.answer("model", "lenet5")
    assert key.sheet({}).follow_on() is None
    assert not key.has_variants


def test_a_parameter_that_is_annotated_as_an_array_gets_one() -> None:
    key = Key()

    @key.question(image=matrix(2, 2, [1, 2]), weights=sample([1, 2, 3], 2))
    def total(image: Array, weights: Any) -> Answers:
        assert isinstance(image, np.ndarray)
        assert isinstance(weights, list)
        yield image.sum()

    key.sheet(key.draw(Random(0)))


def test_a_function_with_a_single_answer_may_return_it() -> None:
    key = Key()

    @key.question("height", size=28)
    def _(size: int) -> int:
        return size - 2

    assert key.sheet(key.draw(Random(0))).answers == {"height": 26}


def test_numbers_may_depend_on_each_other_and_are_drawn_again_until_they_fit() -> None:
    key = Key()

    @key.numbers
    def pair(rng: Random) -> dict[str, int] | None:
        one, other = rng.randint(1, 6), rng.randint(1, 6)
        return {"one": one, "other": other} if one < other else None

    key.numbers(third=lambda rng, other: rng.randint(other, 9), fixed=[1, 2])
    key.require(lambda one, third: third > one + 2)

    @key.question
    def total(one: int, other: int, third: int) -> Answers:
        yield one + other + third

    for seed in range(50):
        numbers = key.draw(Random(seed))
        assert numbers["one"] < numbers["other"] <= numbers["third"]
        assert numbers["third"] > numbers["one"] + 2
        assert numbers["fixed"] == [1, 2]


@pytest.mark.parametrize(("apart", "differ"), [(0.015, True), (0, False), (None, False), (lambda a, b: a != b, False)])
def test_numbers_are_drawn_again_until_answers_are_apart(apart: Any, differ: bool) -> None:
    key = Key(apart=apart) if apart is not None else Key()

    @key.question(apart=apart, share=choice(0.2, 0.21, 0.22, 0.3))
    def rest(share: float) -> Answers:
        yield share
        yield slip(0.21, "One.", "Two.")

    drawn = {key.draw(Random(seed))["share"] for seed in range(60)}
    assert (drawn == {0.3}) == differ
    assert (0.21 in drawn) == (apart is None)


def test_whether_wrong_answers_are_compared_with_the_correct_one_is_the_keys_choice() -> None:
    key = Key(with_answer=False)

    @key.question(size=choice(3, 4))
    def area(size: int) -> Answers:
        yield size
        yield slip(3, "One.", "Two.")
        yield slip(7, "Three.", "Four.")

    assert {key.draw(Random(seed))["size"] for seed in range(20)} == {3, 4}


def test_calls_leave_out_what_is_correct_for_their_arguments() -> None:
    one, other = slip(2, "Doubled.", "Square it."), slip(3, "Added one.", "Square it.")
    assert call((2,), 4, one, slip(4, "Doubled.", "Square it."), other).slips == (one, other)
    assert call(("a",), "b", slip("b", "x", "y"), slip("c", "x", "y")).slips == (slip("c", "x", "y"),)


def test_calls_and_reasons_of_choices_belong_to_the_question() -> None:
    key = Key()

    @key.question
    def square() -> Answers:
        yield call((2,), 4)
        yield call((3,), 9)

    @key.question
    def padding() -> Answers:
        yield "a"
        yield because(a="Zeros keep the size.", b="Nothing is added.")

    key.heldout("accuracy", "heldout/x.npz", classes=["0", "1"])
    sheet = key.sheet({})
    assert sheet.answers == {"padding": "a"}
    assert [entry.arguments for entry in sheet.table("calls")["square"]] == [(2,), (3,)]
    assert sheet.table("choices")["padding"]["b"] == message("Nothing is added.")
    assert key.heldout_entries == {"accuracy": {"file": "heldout/x.npz", "classes": ["0", "1"]}}


def test_each_sentence_gets_the_values_that_it_names_and_no_others() -> None:
    shared = template("There are {filters}.")
    made = slip(1, message("One."), shared, filters=8, right="x")
    assert made.reason == Message("One.")
    assert made.remedy == Message("There are {filters}.", (("filters", 8),))


def test_a_place_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'There are {filters}.' has no value for filters"):
        slip(1, "One.", "There are {filters}.", depth=3)


def test_a_parameter_that_nothing_has_as_its_name_is_refused_with_a_suggestion() -> None:
    key = Key()

    @key.question(kernel=choice(3, 5))
    def width(kernal: int) -> Answers:
        yield kernal

    text = refusal(key)
    assert "question 'width': 'kernal' is neither a number nor an earlier question. Did you mean 'kernel'?" in text
    assert text.startswith("line ")


def test_a_question_cannot_build_on_a_later_one() -> None:
    key = Key()

    @key.question
    def first(second: int) -> Answers:
        yield second

    key.answer("second", 3)
    assert "question 'first': 'second' is neither a number nor an earlier question" in refusal(key)


def test_numbers_that_never_fit_are_reported_with_the_answers_that_agree() -> None:
    key = Key()

    @key.question(size=choice(3, 4))
    def area(size: int) -> Answers:
        yield size * size
        yield slip(size**2, "The sides were added.", "Multiply them.")

    assert "question 'area': 'the correct answer' gives" in refusal(key)
    assert "and 'The sides were added.' gives" in refusal(key)


def test_a_condition_that_never_holds_is_reported() -> None:
    key = Key()
    key.numbers(size=choice(3, 4))
    key.require(lambda size: size > 4)
    assert (
        refusal(key) == "800 draws gave no usable numbers: the condition of require() does not hold. "
        "Change how the numbers are drawn."
    )


def test_two_equal_wrong_answers_of_a_key_without_numbers_are_refused() -> None:
    key = Key()

    @key.question
    def area() -> Answers:
        yield 9
        yield slip(6, "The sides were added.", "Multiply them.")
        yield slip(6, "One side was doubled.", "Multiply them.")

    assert refusal(key) == (
        "question 'area': 'The sides were added.' gives 6, and 'One side was doubled.' gives 6. Remove one of them."
    )


def test_two_answers_of_one_question_are_refused() -> None:
    key = Key()

    @key.question
    def area() -> Answers:
        yield 9
        yield 6

    assert refusal(key) == "question 'area' yields two answers. Yield each wrong one as slip(...)."


def test_names_are_used_once() -> None:
    key = Key()
    key.numbers(size=3)
    with pytest.raises(SpecificationError, match="number 'size' exists twice"):
        key.numbers(size=4)
    key.answer("area", 9)
    with pytest.raises(SpecificationError, match=r"question 'area' is described twice\. Remove one"):
        key.answer("area", 9)


def test_a_rule_names_earlier_questions_only() -> None:
    key = Key()

    @key.question
    def first() -> Answers:
        yield 1
        yield Follows(lambda second: second)

    key.answer("second", 3)
    with pytest.raises(SpecificationError, match="question 'first': Follows: 'second' is not an earlier question"):
        key.sheet({}).follow_on()


def test_slips_that_agree_for_some_numbers_are_left_out_as_long_as_enough_remain() -> None:
    key = Key()

    @key.question(least=1, size=choice(2, 3, 4))
    def area(size: int) -> Answers:
        yield size * size
        yield slip(4, "One.", "Two.")
        yield slip(2 * size, "Three.", "Four.")
        yield slip(2 * size, "Five.", "Six.")

    drawn = {key.draw(Random(seed))["size"] for seed in range(40)}
    assert drawn == {3, 4}, "for 2, no slip is wrong"
    assert [entry.value for entry in key.sheet({"size": 3}).of("area").slips] == [4, 6]
    assert [entry.value for entry in key.sheet({"size": 4}).of("area").slips] == [4, 8]


def test_a_function_that_draws_can_reject_numbers_for_which_answers_agree() -> None:
    key = Key()

    @key.numbers
    def sizes(rng: Random) -> dict[str, int] | None:
        numbers = {"size": rng.choice([2, 3])}
        return numbers if key.are_apart(numbers, "area") else None

    @key.question
    def area(size: int) -> Answers:
        yield size * size
        yield slip(2 * size, "One.", "Two.")

    @key.question
    def other(missing_so_far: int) -> Answers:
        yield missing_so_far

    key.numbers(missing_so_far=1)
    assert {key.draw(Random(seed))["size"] for seed in range(20)} == {3}


def test_a_function_that_never_draws_numbers_is_named_with_its_line() -> None:
    several, one = Key(), Key()

    @several.numbers
    def sizes(rng: Random) -> None:
        rng.random()

    one.numbers(size=lambda: None)
    with pytest.raises(SpecificationError, match=r"^line [0-9]+: sizes\(\): 800 calls returned None"):
        several.draw(Random(1))
    with pytest.raises(SpecificationError, match=r"^line [0-9]+: number 'size': 800 calls returned None"):
        one.draw(Random(1))
