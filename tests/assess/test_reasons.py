"""Several reasons for one answer are given together, and called possible once."""

import pytest

from grader.assess.reasons import as_possible, together
from grader.text.messages import Text, message

REASONS: list[Text] = [
    message("You left out the stride."),
    message("You left out the padding."),
    message("You rounded up."),
]


@pytest.mark.parametrize("amount", [2, 3])
def test_several_reasons_become_possible_with_all_of_them(amount: int) -> None:
    text = str(as_possible(together(REASONS[:amount])))
    assert text.startswith("Perhaps one of these: ")
    assert all(str(reason) in text for reason in REASONS[:amount])


@pytest.mark.parametrize("values", [{"first": 3}, {"second": 3}, {"third": 3}, {"first": 3, "second": 4}])
def test_a_single_reason_with_numbers_of_such_names_stays_one(values: dict[str, int]) -> None:
    places = " ".join(f"{{{name}}}" for name in values)
    assert as_possible(message(f"You used {places}.", **values)) == ""


def test_no_reason_and_plain_text_stay_single() -> None:
    assert as_possible("") == ""
    assert as_possible("You left out the stride.") == ""
