"""A mistake is counted once: what is right given the student's own earlier answer gets its marks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader.assess.engine import assess
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.key import Either, Slip, following
from tests.assess.assess_samples import SICK, answer_key, chain, conv, exercise, question, record, value
from tests.reading import as_read

SIZE = replace(question("number", answer="size"), id="size")
AREA = replace(question("number", answer="area"), id="area")
PASSED, FAILED = Verdict.PASSED, Verdict.FAILED


def marked(size: object, area: object) -> Assessment:
    asked = replace(exercise(SIZE), questions=(SIZE, AREA))
    key = replace(
        answer_key(26, ()),
        answers={"size": 26, "area": 676},
        slips={"area": (Slip(784, "The size of the image was used.", "26 x 26"),)},
        follow_on=lambda found: {"area": found["size"] ** 2},
    )
    given = {name: value(found) for name, found in (("size", size), ("area", area)) if found is not None}
    return assess("ada", asked, key, record(answers=given), {})


def verdicts(assessment: Assessment) -> list[Verdict]:
    return [finding.verdict for finding in assessment.findings]


def test_an_answer_that_follows_from_a_mistake_is_right() -> None:
    assessment = marked(28, 784)
    assert verdicts(assessment) == [Verdict.FAILED, Verdict.PASSED]
    assert "your earlier answer" in as_read(assessment.findings[1].reason)


def test_an_answer_that_follows_from_nothing_is_wrong() -> None:
    assert verdicts(marked(28, 700)) == [Verdict.FAILED, Verdict.FAILED]


def test_a_slip_after_a_right_answer_stays_a_slip() -> None:
    assessment = marked(26, 784)
    assert verdicts(assessment) == [Verdict.PASSED, Verdict.FAILED]
    assert "size of the image" in as_read(assessment.findings[1].reason)


def test_a_blank_earlier_answer_gives_no_credit() -> None:
    assert verdicts(marked(None, 700)) == [Verdict.NOT_ATTEMPTED, Verdict.FAILED]


def test_an_earlier_answer_that_cannot_be_reckoned_with_gives_no_credit() -> None:
    assert verdicts(marked("many", 700)) == [Verdict.FAILED, Verdict.FAILED]


def test_right_answers_need_no_credit() -> None:
    assert verdicts(marked(26, 676)) == [Verdict.PASSED, Verdict.PASSED]


@pytest.mark.parametrize("size", ["28", [28], 28.0, [[28]], ["28"], " 28 ", "28.0", "2.8e1"])
@pytest.mark.parametrize("area", [784, "784", [784], 784.0])
def test_an_earlier_answer_counts_in_every_form_in_which_it_is_marked(size: object, area: object) -> None:
    assert verdicts(marked(size, area)) == [FAILED, PASSED]


# ---- A chain of four: a side, its area, a volume, a weight ----------------------------------------------------------

RIGHT = {"side": 3, "area": 9, "volume": 27, "weight": 54}
NAMES = tuple(RIGHT)
CHAIN = tuple(replace(question("number", answer=name), id=name) for name in NAMES)


def steps(found: Mapping[str, Any]) -> dict[str, Any]:
    return following(
        {
            "area": lambda: found["side"] ** 2,
            "volume": lambda: found["side"] * found["area"],
            "weight": lambda: 2 * found["volume"],
        }
    )


def chained(**given: object) -> dict[str, Verdict]:
    """Mark a chain; what is not given is left out."""
    key = replace(answer_key(), answers=RIGHT, follow_on=steps)
    answers = {name: value(found) for name, found in given.items()}
    findings = assess("ada", replace(exercise(SIZE), questions=CHAIN), key, record(answers=answers), {}).findings
    return {finding.question: finding.verdict for finding in findings}


def passed(**given: object) -> list[str]:
    return [name for name, verdict in chained(**given).items() if verdict is PASSED]


def test_a_mistake_is_carried_through_a_chain_of_any_length() -> None:
    assert passed(side=4, area=16, volume=64, weight=128) == ["area", "volume", "weight"]


def test_two_mistakes_of_their_own_cost_two_answers() -> None:
    assert passed(side=4, area=17, volume=68, weight=136) == ["volume", "weight"]
    assert passed(side=3, area=10, volume=30, weight=61) == ["side", "volume"]


def test_who_has_worked_past_a_wrong_answer_is_right_as_well() -> None:
    assert passed(side=4, area=17, volume=64, weight=128) == ["volume", "weight"]  # from the side, not from the area
    assert passed(side=4, area=17, volume=51, weight=102) == ["volume", "weight"]  # from the area and the right side
    assert passed(side=4, area=9, volume=36, weight=72) == ["area", "volume", "weight"]
    assert passed(side=4, area=9, volume=64, weight=128) == ["area", "volume", "weight"]


def test_an_answer_left_out_breaks_no_chain() -> None:
    assert passed(side=4, volume=64, weight=128) == ["volume", "weight"]
    assert passed(side=4, weight=128) == ["weight"]
    assert passed(side=4, area="many", weight=128) == ["weight"]


def test_what_follows_from_nothing_stays_wrong() -> None:
    assert passed(side=4, area=15, volume=61, weight=100) == []


def test_a_later_mistake_never_justifies_an_earlier_answer() -> None:
    def both_ways(found: Mapping[str, Any]) -> dict[str, Any]:
        return following({"side": lambda: found["area"] ** 0.5, "area": lambda: found["side"] ** 2})

    key = replace(answer_key(), answers=RIGHT, follow_on=both_ways)
    answers = {name: value(found) for name, found in {"side": 4, "area": 16, "volume": 27, "weight": 54}.items()}
    findings = assess("ada", replace(exercise(SIZE), questions=CHAIN), key, record(answers=answers), {}).findings
    assert [finding.verdict for finding in findings] == [FAILED, PASSED, PASSED, PASSED]


def test_answers_that_hang_in_a_circle_end_and_earn_nothing() -> None:
    def circle(found: Mapping[str, Any]) -> dict[str, Any]:
        return following({"area": lambda: found["volume"] + 1, "volume": lambda: found["area"] + 1})

    key = replace(answer_key(), answers=RIGHT, follow_on=circle)
    answers = {name: value(found) for name, found in {"side": 4, "area": 101, "volume": 100, "weight": 54}.items()}
    findings = assess("ada", replace(exercise(SIZE), questions=CHAIN), key, record(answers=answers), {}).findings
    assert [finding.verdict for finding in findings] == [FAILED, FAILED, FAILED, PASSED]


def test_each_of_several_answers_that_follow_is_right() -> None:
    key = replace(answer_key(), answers=RIGHT, follow_on=lambda found: {"area": Either((found["side"] ** 2, 4))})
    asked = replace(exercise(SIZE), questions=CHAIN)
    for area, verdict in ((25, PASSED), (4, PASSED), (5, FAILED)):
        answers = {"side": value(5), "area": value(area)}
        assert assess("ada", asked, key, record(answers=answers), {}).findings[1].verdict is verdict


def test_the_finding_says_from_which_answers_it_follows() -> None:
    key = replace(answer_key(), answers=RIGHT, follow_on=steps)
    answers = {name: value(found) for name, found in {"side": 4, "area": 16, "volume": 65}.items()}
    findings = assess("ada", replace(exercise(SIZE), questions=CHAIN), key, record(answers=answers), {}).findings
    assert findings[1].follows_from == ("side",)


# ---- Arrays, and models ---------------------------------------------------------------------------------------------


def doubled(own: object, twice: object) -> Finding:
    first = replace(question("array", answer="first"), id="first")
    second = replace(question("array", answer="second"), id="second")
    key = replace(
        answer_key(),
        answers={"first": [1, 2, 3, 4], "second": [2, 4, 6, 8]},
        slips={"second": (Slip([1, 2, 3, 4], "Nothing was doubled.", "Double them."),)},
        follow_on=lambda found: {"second": [2 * cell for cell in found["first"]]},
    )
    answers = {"first": value(own), "second": value(twice)}
    asked = replace(exercise(first), questions=(first, second))
    return assess("ada", asked, key, record(answers=answers), {}).findings[1]


def test_cells_that_follow_earn_their_share() -> None:
    found = doubled([10, 20, 30, 50], [20, 40, 60, 99])
    assert (found.verdict, found.points) == (Verdict.PARTIAL, 3.0)
    assert "computed from your own earlier answers" in as_read(found.reason)


def test_the_better_of_both_readings_counts() -> None:
    assert doubled([10, 20, 30, 50], [2, 4, 6, 100]).points == 3.0


def test_a_known_wrong_method_earns_nothing_by_chance() -> None:
    assert doubled([0.5, 1, 1.5, 7], [1, 2, 3, 4]).points == 0


@pytest.mark.parametrize("first", [["10", "20", "30", "50"], [10.0, 20.0, 30.0, 50.0], [10, "20", 30.0, 50]])
def test_an_earlier_array_counts_in_every_form(first: object) -> None:
    assert doubled(first, [20, 40, 60, 100]).verdict is PASSED


def of_a_model(padding: str, count: int) -> list[Verdict]:
    network = replace(question("architecture", answer="net"), id="net")
    size = replace(question("number", answer="count"), id="count")
    right, own = chain(*SICK), chain(conv(padding=padding), *SICK[1:])
    key = replace(
        answer_key(sick=right),
        answers={"net": "sick", "count": right.parameters},
        follow_on=lambda found: {"count": found["net"].parameters},
    )
    asked = replace(exercise(network), questions=(network, size))
    given = record(answers={"count": value(count)}, models={"net": own})
    return verdicts(assess("ada", asked, key, given, {}))


def test_numbers_of_the_students_own_model_are_right() -> None:
    own = chain(conv(padding="same"), *SICK[1:]).parameters
    assert of_a_model("same", own) == [Verdict.PARTIAL, PASSED]
    assert of_a_model("same", own + 1) == [Verdict.PARTIAL, FAILED]
    assert of_a_model("valid", own) == [PASSED, FAILED]


def test_numbers_of_the_right_model_stay_right() -> None:
    assert of_a_model("same", chain(*SICK).parameters) == [Verdict.PARTIAL, PASSED]
