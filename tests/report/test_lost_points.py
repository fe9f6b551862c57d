"""The top of a report lists each mistake once, with all its questions and points, in the words of the questions."""

from typing import Any

import pytest

from grader.mistakes.misconceptions import BY_ID
from grader.mistakes.named_mistakes import BY_CHANCE
from grader.model.assessment import Finding, Verdict
from grader.report.lost_points import AllLostPoints, LostPoints, in_short, lost_points
from grader.report.student import render_student
from grader.text.messages import Text, joined, message
from tests.report import report_samples as samples

ONE_FILTER = message("You counted only one filter.")
NO_BIAS = message("The biases are missing.")
ALSO_NO_BIAS = message("You left out the bias of each neuron.")


def perhaps(reason: Text) -> Text:
    return message(BY_CHANCE, reason=reason)


def either(first: Text, second: Text) -> Text:
    return message("Two mistakes can lead to this answer. {first} Or: {second}", first=first, second=second)


def wrong(number: int, reason: Text = "", *misconceptions: str, points: float = 1.0, **fields: Any) -> Finding:
    fields = {"verdict": Verdict.FAILED, "points": 0.0, **fields}
    return Finding(question=f"q{number}", max_points=points, reason=reason, misconceptions=misconceptions, **fields)


def lost(*findings: Finding) -> AllLostPoints:
    return lost_points({finding.question: f"Size {finding.question[1:]}" for finding in findings}, findings)


def numbers(item: LostPoints) -> list[int]:
    return [question.number for question in item.questions]


def test_a_repeated_mistake_is_listed_once_with_all_its_questions_and_points() -> None:
    (item,) = lost(
        wrong(1, ONE_FILTER, "filters-miscounted"), wrong(2, ONE_FILTER, "filters-miscounted", points=2.5)
    ).listed
    assert (item.title, numbers(item), item.points) == ("You counted only one filter.", [1, 2], 3.5)
    assert item.text == str(BY_ID["filters-miscounted"].idea)
    assert item.is_repeated


def test_a_possible_reason_belongs_to_the_mistake_that_another_answer_shows() -> None:
    sure = wrong(1, ONE_FILTER, "filters-miscounted")
    possible = wrong(2, perhaps(ONE_FILTER), "filters-miscounted")
    one_of_two = wrong(3, either(NO_BIAS, ONE_FILTER))
    (item,) = lost(sure, possible, one_of_two).listed
    assert (item.title, numbers(item)) == ("You counted only one filter.", [1, 2, 3])
    assert "Perhaps" not in item.title + item.text


def test_two_possible_reasons_for_different_mistakes_are_no_repeated_mistake() -> None:
    items = lost(wrong(1, perhaps(ONE_FILTER), "filters-miscounted"), wrong(2, either(NO_BIAS, ONE_FILTER))).listed
    assert [item.is_repeated for item in items] == [False, False]


def test_one_possible_reason_is_called_a_possibility_once() -> None:
    one, other = lost(wrong(1, perhaps(ONE_FILTER)), wrong(2, perhaps(either(NO_BIAS, ONE_FILTER)))).listed
    assert one.text == "Perhaps: You counted only one filter."
    assert other.text.startswith("Two mistakes can lead to this answer.")


def test_different_words_for_one_mistake_are_each_named_with_their_questions() -> None:
    (item,) = lost(wrong(1, NO_BIAS, "bias-left-out"), wrong(2, ALSO_NO_BIAS, "bias-left-out")).listed
    assert item.title == str(BY_ID["bias-left-out"].title)
    assert [(said.sentence, [link.number for link in said.questions]) for said in item.different] == [
        (str(NO_BIAS), [1]),
        (str(ALSO_NO_BIAS), [2]),
    ]
    assert item.is_said_of_each


def test_the_words_of_most_questions_name_the_mistake() -> None:
    reasons = (NO_BIAS, NO_BIAS, ALSO_NO_BIAS)
    (item,) = lost(*(wrong(n, reason, "bias-left-out") for n, reason in enumerate(reasons, 1))).listed
    assert (item.title, [said.sentence for said in item.different]) == (str(NO_BIAS), [str(ALSO_NO_BIAS)])


def test_repeated_mistakes_come_first_and_then_what_costs_most() -> None:
    items = lost(
        wrong(1, "Too small.", points=4.0),
        wrong(2, ONE_FILTER, "filters-miscounted"),
        wrong(3, "Too large.", points=5.0),
        wrong(4, ONE_FILTER, "filters-miscounted"),
    ).listed
    assert [item.points for item in items] == [2.0, 5.0, 4.0]
    assert [item.text for item in items[1:]] == ["Too large.", "Too small."]


def test_a_single_mistake_has_its_own_reason_and_next_step() -> None:
    (item,) = lost(wrong(1, joined(NO_BIAS, "The rest is right."), "bias-left-out", hint="Add 1 for each.")).listed
    assert (item.title, item.text) == ("", "The biases are missing. Add 1 for each.")


def test_open_questions_say_how_many_points_are_open_and_where_to_go_on() -> None:
    blank = [wrong(n, "`a` is still ...", verdict=Verdict.NOT_ATTEMPTED, points=2.0) for n in (2, 3)]
    (item,) = lost(Finding(question="q1", verdict=Verdict.PASSED, points=1.0, max_points=1.0), *blank).listed
    assert (item.title, item.points) == ("2 questions are not answered yet.", 4.0)
    assert (item.is_open, numbers(item)) == (True, [2, 3])
    questions = tuple(samples.question(f"q{number}", f"Size {number}", 1.0) for number in (1, 2, 3))
    findings = [Finding(question="q1", verdict=Verdict.PASSED, points=1.0, max_points=1.0), *blank]
    page = render_student(
        samples.exercise(questions=questions), (), samples.assessment(made=findings), samples.record()
    )
    listed = page.partition('class="mark-lost"')[2].partition("</ol>")[0]
    assert [f'href="#question-{number}"' in listed for number in (1, 2, 3)] == [False, True, False]
    assert "Go on with question" in listed


def test_what_one_stop_has_blocked_is_one_entry_and_another_cause_is_another() -> None:
    blocked = [wrong(n, f"Cell 9 deletes `{n}`.", verdict=Verdict.BLOCKED, hint="Fix cell 9.") for n in (1, 2)]
    other = wrong(3, "The cell is text.", verdict=Verdict.BLOCKED, hint="Make it a code cell.", points=3.0)
    items = lost(*blocked, other).listed
    assert [(item.title, item.text) for item in items] == [
        ("", "The cell is text. Make it a code cell."),
        ("2 questions could not be checked.", "Fix cell 9."),
    ]


@pytest.mark.parametrize("verdict", [Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR])
def test_points_that_wait_for_us_or_for_a_person_are_not_lost(verdict: Verdict) -> None:
    assert lost(wrong(1, "It waits.", verdict=verdict)).listed == ()


def test_answers_that_a_person_graded_show_no_mistake() -> None:
    graded = wrong(2, ONE_FILTER, "filters-miscounted", decided_by="Grace", decided_because="")
    items = lost(wrong(1, ONE_FILTER, "filters-miscounted"), graded).listed
    assert not any(item.is_repeated for item in items)


def test_a_few_single_mistakes_are_listed_and_the_others_are_counted() -> None:
    every = lost(*(wrong(n, f"Reason {n}.", points=1.5) for n in range(1, 10)))
    assert (len(every.listed), every.left_out, every.points_left_out) == (6, 3, 4.5)


def test_long_calculations_stay_in_the_card() -> None:
    wall = "The top-left value is (-0.7)*255 + 0.2*220 + 0.1*150 + 0.3*240 + 0.5*50 = 32.5."
    assert in_short(f"The stride is 1. {wall}") == "The stride is 1."
    assert in_short("There are 4 filters: (3 * 5 * 5 + 1) * 4.") == "There are 4 filters: (3 * 5 * 5 + 1) * 4."
    assert in_short(wall) == ""
    assert len(in_short("Too long a sentence " * 40)) == 220


def test_the_page_shows_the_mistakes_before_what_went_well_and_links_to_each_question() -> None:
    findings = [
        wrong(1, ONE_FILTER, "filters-miscounted"),
        wrong(2, ONE_FILTER, "filters-miscounted"),
        Finding(question="q3", verdict=Verdict.PASSED, points=1.0, max_points=1.0),
    ]
    questions = tuple(samples.question(f"q{number}", f"Size {number}", 1.0) for number in range(1, 4))
    page = render_student(
        samples.exercise(questions=questions), (), samples.assessment(made=findings), samples.record()
    )
    assert page.index('class="mark-score"') < page.index("Where you lost points") < page.index("What went well")
    listed = page.partition('class="mark-lost"')[2].partition("</ol>")[0]
    assert [f'href="#question-{number}"' in listed for number in (1, 2, 3)] == [True, True, False]
    assert "2 points" in listed
    assert "text-quiet" not in listed
