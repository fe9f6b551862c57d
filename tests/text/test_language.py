"""Messages are told in the language that is spoken, and in that of the source where it lacks them."""

from dataclasses import replace
from threading import Thread

import pytest

from grader.text.language import (
    ENGLISH,
    Language,
    current_language,
    numeral,
    say,
    say_counted,
    speaking,
)

GERMAN = Language(
    code="de",
    texts={
        "`{name}` is missing.": "`{name}` fehlt.",
        "It is a link; links are refused.": "Das ist ein Link; Links werden nicht angenommen.",
        "'{name}' was not read: {problem}": "„{name}“ wurde nicht gelesen: {problem}",
        "{names} and {count} more": "{names} und {count} weitere",
        "untold": "",
        "broken {name}": "kaputt {other}",
        "spoilt {name}": "verdorben {name",
    },
    forms={"{amount} cells of {name}": ("{amount} Zelle von {name}", "{amount} Zellen von {name}")},
    decimal=",",
    group=".",
)


def test_a_message_is_told_in_the_language_that_is_spoken() -> None:
    assert say("`{name}` is missing.", name="width") == "`width` is missing."
    with speaking(GERMAN):
        assert say("`{name}` is missing.", name="width") == "`width` fehlt."
    assert current_language() is ENGLISH


@pytest.mark.parametrize("text", ["untold", "unknown", "", "braces {} stay { without values"])
def test_a_missing_text_is_told_as_in_the_source(text: str) -> None:
    with speaking(GERMAN):
        assert say(text) == text


@pytest.mark.parametrize("text", ["broken {name}", "spoilt {name}"])
def test_a_text_with_other_places_for_values_does_not_stop_a_report(text: str) -> None:
    with speaking(GERMAN):
        assert say(text, name="width") == text.format(name="width")


@pytest.mark.parametrize(
    ("amount", "told"), [(1, "1 Zelle von w"), (0, "0 Zellen von w"), (1200, "1.200 Zellen von w")]
)
def test_an_amount_chooses_the_form(amount: int, told: str) -> None:
    with speaking(GERMAN):
        assert say_counted(amount, "{amount} cell of {name}", "{amount} cells of {name}", name="w") == told


def test_forms_are_chosen_as_the_language_has_them() -> None:
    forms = {"{amount} cells": ("one", "few", "many")}
    polish = Language(code="pl", forms=forms, form_of=lambda amount: 0 if amount == 1 else 1 if amount < 5 else 2)
    with speaking(polish):
        assert [say_counted(amount, "{amount} cell", "{amount} cells") for amount in (1, 3, 7)] == [
            "one",
            "few",
            "many",
        ]


def test_numbers_have_the_signs_of_the_language() -> None:
    assert numeral("1,024.5") == "1,024.5"
    with speaking(GERMAN):
        assert numeral("1,024.5") == "1.024,5"


def test_values_are_never_read_as_places() -> None:
    with speaking(GERMAN):
        assert say("`{name}` is missing.", name="{name.__class__}") == "`{name.__class__}` fehlt."


def test_each_thread_speaks_for_itself() -> None:
    heard: list[str] = []
    with speaking(GERMAN):
        thread = Thread(target=lambda: heard.append(current_language().code))
        thread.start()
        thread.join()
    assert heard == ["en"]


def test_the_language_is_left_after_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), speaking(replace(GERMAN, code="xx")):
        raise ValueError("stop")
    assert current_language() is ENGLISH
