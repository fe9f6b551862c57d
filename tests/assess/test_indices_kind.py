"""Lists of indices: precision, recall, and never which ones are right."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies

from grader.assess.engine import assess, validate
from grader.assess.kinds.indices import TargetIndices, score
from grader.model.assessment import Verdict
from grader.model.exercise import Question
from grader.model.record import Answer, AnswerState
from tests.assess.assess_samples import answer_key, exercise, question, record, value
from tests.assess.conftest import Mark
from tests.reading import as_read

WANTED = list(range(0, 200, 2))
KNOWN: dict[str, Any] = {"wanted": WANTED, "allowed": list(range(1001, 1050)), "count": 2000}
STEPS = [{"f1": 0.2, "points": 0}, {"f1": 0.8, "points": 6}]


def asked(**options: Any) -> Question:
    return question("indices", 6, "mislabelled", **{"thresholds": STEPS, **options})


@pytest.mark.parametrize(
    ("listed", "points"),
    [
        (WANTED, 6),
        (WANTED[:50], 4.67),
        ([*WANTED, *range(1, 200, 2)], 4.67),
        (list(range(2000)), 0),
        ([], 0),
        ([1], 0),
    ],
)
def test_points_follow_precision_and_recall_together(mark: Mark, listed: list[int], points: float) -> None:
    assert mark(asked(), KNOWN, given=value(listed)).points == points


def test_the_reason_names_both_and_no_index(mark: Mark) -> None:
    finding = mark(asked(), KNOWN, given=value([*WANTED[:50], 777]))
    assert "You found 50 of the 100 that you had to find: recall 50 %." in finding.reason
    assert "Of the 51 that you listed, 50 are correct" in finding.reason
    assert (
        "777" not in f"{finding.reason}{finding.hint}{finding.expected}{finding.found}{finding.figures}{finding.score}"
    )
    assert finding.parts == ()


def test_ambiguous_ones_count_neither_for_nor_against(mark: Mark) -> None:
    with_them = mark(asked(), KNOWN, given=value(WANTED + KNOWN["allowed"]))
    assert with_them.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    "listed",
    [
        [float(index) for index in WANTED],
        [WANTED],
        WANTED + WANTED[:9],
        list(reversed(WANTED)),
        list(map(str, WANTED)),
        str(WANTED),
        str(np.array(WANTED)),
        repr(np.array(WANTED)),
        ", ".join(map(str, WANTED)),
        "; ".join(map(str, WANTED)),
    ],
)
def test_other_forms_of_the_same_list_earn_the_same(mark: Mark, listed: Any) -> None:
    assert mark(asked(), KNOWN, given=value(listed)).points == 6


@pytest.mark.parametrize(
    ("listed", "word"),
    [
        ([index in WANTED for index in range(2000)], "np.flatnonzero"),
        ([int(index in WANTED) for index in range(2000)], "np.flatnonzero"),
        ([3, 2000], "from 0 to 1999"),
        ([-1, 3], "Yours go from -1 to 3"),
        ([1.5], "whole numbers"),
        (["nan"], "whole numbers"),
        ([True, 3], "whole numbers"),
        (["seven"], "whole numbers"),
        (["7 or 8"], "whole numbers"),
        ([[1, 2], [3]], "whole numbers"),
        (7, "asks for a list of indices"),
        ("7", "asks for a list of indices"),
        ("some of them", "asks for a list of indices"),
        ("[0, 1, ..., 8, 9]", "only part of a printed array"),
    ],
)
def test_what_is_no_list_of_indices_is_explained(mark: Mark, listed: Any, word: str) -> None:
    finding = mark(asked(), KNOWN, given=value(listed))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert word in finding.reason


def test_a_blank_is_not_attempted(mark: Mark) -> None:
    assert mark(asked(), KNOWN, given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("expected", "options", "word"),
    [
        (KNOWN, {}, ""),
        (WANTED, {}, ""),
        ([], {}, "no wanted indices"),
        ({"wanted": [1], "alowed": []}, {}, "alowed"),
        ({"allowed": [1]}, {}, "no wanted indices"),
        ("all", {}, "asks for a list of indices"),
        ({"wanted": [5], "count": 3}, {}, "from 0 to 2"),
        ({"wanted": [1], "count": 0}, {}, "`count` must be a whole number, 1 or more. Received: 0."),
        (KNOWN, {"thresholds": [{"f1": 0.05, "points": 0}, {"f1": 0.8, "points": 6}]}, "a list of all indices"),
        (KNOWN, {"thresholds": [{"f1": 0.8, "points": 5}]}, "must give all 6"),
        (KNOWN, {"thresholds": [{"f1": 0.8, "points": 6}, {"f1": 0.5, "points": 6}]}, "higher score"),
        (KNOWN, {"tolerance": 1}, "tolerance"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(expected: Any, options: dict[str, Any], word: str) -> None:
    problems = validate(exercise(asked(**options)), answer_key(expected))
    assert (word in problems[0]) if word else problems == []


def test_where_nothing_is_known_the_question_counts_for_nothing() -> None:
    key = replace(answer_key(), not_here=frozenset({"q"}))
    assert validate(exercise(asked()), key) == []
    assessment = assess("ada", exercise(asked()), key, record(), {})
    assert assessment.max_points == 0
    assert "the correct answer is not known" in as_read(assessment.findings[0].reason)


@given(strategies.sets(strategies.integers(0, 60)), strategies.sets(strategies.integers(0, 60), min_size=1))
def test_precision_and_recall_are_those_of_the_sets(listed: set[int], wanted: set[int]) -> None:
    found = score(listed, TargetIndices(frozenset(wanted)))
    assert found.recall == len(listed & wanted) / len(wanted)
    assert found.precision == (len(listed & wanted) / len(listed) if listed else 0)
    both = found.precision + found.recall
    assert np.isclose(found.f1, 2 * found.precision * found.recall / both if both else 0)


@pytest.mark.parametrize(
    "steps", [[{"f1": 0.8, "points": 6}], [{"f1": 0.5, "points": 2}, {"f1": 0.8, "points": 6}], STEPS]
)
@pytest.mark.parametrize("listed", [[], [1], list(range(0, 20, 2)), list(range(1, 200, 2)), list(range(2000))])
def test_below_the_first_threshold_there_are_no_points(
    mark: Mark, steps: list[dict[str, float]], listed: list[int]
) -> None:
    assert mark(asked(thresholds=steps), KNOWN, given=value(listed)).points == 0
