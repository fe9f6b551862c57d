"""A message is a value: it becomes text in the language of the moment in which it is written."""

import msgspec
import numpy as np
import pytest
from jinja2 import Environment

from grader.text.language import Language, speaking
from grader.text.messages import (
    Joined,
    Message,
    Numeral,
    Text,
    as_code,
    capitalised,
    check_text,
    counted,
    joined,
    message,
    number,
    shortened,
)

GERMAN = Language(
    code="de",
    texts={
        "There are {depth} maps: {right}.": "Es gibt {depth} Karten: {right}.",
        "It is square.": "Sie ist quadratisch.",
        "Wrong places {a}.": "Falsche Stellen {b}.",
        "infinity": "unendlich",
    },
    forms={"{amount} biases are missing.": ("{amount} Bias fehlt.", "{amount} Biases fehlen.")},
    decimal=",",
    group=".",
)
MAPS = message("There are {depth} maps: {right}.", depth=8, right=number(1024.5))


def test_one_value_is_written_in_each_language() -> None:
    assert str(MAPS) == "There are 8 maps: 1,024.5."
    with speaking(GERMAN):
        assert str(MAPS) == "Es gibt 8 Karten: 1.024,5."
    assert f"{MAPS}" == "There are 8 maps: 1,024.5."


def test_messages_are_values_of_messages() -> None:
    outer = message("There are {depth} maps: {right}.", depth=3, right=message("It is square."))
    with speaking(GERMAN):
        assert str(outer) == "Es gibt 3 Karten: Sie ist quadratisch.."
        assert str(joined(outer, "", message("It is square."))) == (
            "Es gibt 3 Karten: Sie ist quadratisch.. Sie ist quadratisch."
        )


@pytest.mark.parametrize(
    ("amount", "english", "german"),
    [
        (1, "One bias is missing.", "1 Bias fehlt."),
        (2, "2 biases are missing.", "2 Biases fehlen."),
        (1000, "1,000 biases are missing.", "1.000 Biases fehlen."),
    ],
)
def test_the_form_follows_the_amount(amount: int, english: str, german: str) -> None:
    missing = counted(amount, "One bias is missing.", "{amount} biases are missing.")
    assert str(missing) == english
    with speaking(GERMAN):
        assert str(missing) == german


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (number(600810), "600,810", "600.810"),
        (number(0.125), "0.125", "0,125"),
        (as_code(1024.5), "1,024.5", "1024.5"),
        (number(float("inf")), "infinity", "unendlich"),
        (message("{x} s", x=0.5), "0.5 s", "0,5 s"),
        (message("{x} s", x=np.float32(0.5)), "0.5 s", "0.5 s"),
        (message("{x} cells", x=np.int64(1200)), "1200 cells", "1200 cells"),
        (capitalised(message("{x} cells", x="all")), "All cells", "All cells"),
        (shortened(message("It is square."), 5), "It i…", "Sie …"),
    ],
)
def test_values_are_written_as_the_language_does(value: Text, english: str, german: str) -> None:
    assert str(value) == english
    with speaking(GERMAN):
        assert str(value) == german


@pytest.mark.parametrize(
    "value",
    [
        "literal {x}",
        MAPS,
        message("Is {wrong}.", wrong=message("It is square.")),
        counted(2, "One.", "{amount}, {x}.", x=number(3.5)),
        Joined((MAPS, ", ", Numeral("1,5", code=True)), longest=30, capital=True),
        message("{x}", x=float("nan")),
        message("{x} and {y}", x=True, y=None),
    ],
    ids=str,
)
def test_it_survives_storage(value: Text) -> None:
    stored = msgspec.json.encode(value)
    assert msgspec.json.decode(stored, type=Text) == value
    assert hash(value) == hash(msgspec.json.decode(stored, type=Text))


@pytest.mark.parametrize(
    "template",
    [
        "{right:>100000000}",
        "{right!r}",
        "{right.__class__}",
        "{right[0]}",
        "{0}",
        "{}",
        "{right:{right}}",
        "{right",
        "right}",
        "{other}",
        "{right }",
    ],
)
def test_a_forged_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        message(template, right=1)
    forged = msgspec.json.encode({"type": "message", "template": template, "values": [["right", 1]]})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(forged, type=Text)


@pytest.mark.parametrize(
    "values",
    [[], [["x", 1]], [["amount", "7"]], [["amount", None]], [["amount", 1.5]], [["amount", 1], ["amount", "2"]]],
)
def test_a_forged_message_without_a_whole_amount_is_refused(values: list[object]) -> None:
    """It could be read, and ended the process that wrote it on a page."""
    forged = {"type": "message", "template": "Many.", "singular": "One.", "values": values}
    with pytest.raises(ValueError, match=r"."):
        check_text(forged, 2000)
    with pytest.raises(ValueError, match=r"."):
        check_text({"type": "joined", "parts": [forged]}, 2000)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(forged), type=Text)


@pytest.mark.parametrize(
    "claim",
    [
        "\ud800",
        {"type": "message", "template": "\ud800"},
        {"type": "message", "template": "{x}", "values": [["x", "\udfff"]]},
        {"type": "joined", "parts": ["a", {"type": "number", "figures": "\ud800"}], "separator": "\udc00"},
    ],
)
def test_a_text_of_another_machine_has_whole_characters(claim: object) -> None:
    text = str(check_text(claim, 2000))
    assert text
    assert text.encode().decode() == text


def test_a_message_without_values_keeps_its_braces() -> None:
    assert str(message("Write {'a': 1}.")) == "Write {'a': 1}."


def test_a_text_of_a_catalogue_with_other_places_is_not_used() -> None:
    with speaking(GERMAN):
        assert str(message("Wrong places {a}.", a=1)) == "Wrong places 1."


def test_what_a_student_wrote_stays_inert_on_a_page() -> None:
    page = Environment(autoescape=True).from_string("<p>{{ text }}</p>")
    hostile = message("It is {value}.", value="<script>alert(1)</script>{value}")
    assert page.render(text=hostile) == "<p>It is &lt;script&gt;alert(1)&lt;/script&gt;{value}.</p>"
    assert isinstance(hostile, Message)


def test_equal_messages_are_one_key() -> None:
    assert {message("It is square."): 1, message("It is square."): 2} == {message("It is square."): 2}
    assert message("There are {depth} maps: {right}.", depth=8, right=number(1024.5)) in {MAPS}
