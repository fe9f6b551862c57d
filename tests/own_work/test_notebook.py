"""The small notebook: it asks without answering, and what a student writes into it is read and never run."""

import json
from dataclasses import replace

import pytest

from grader.model.own_work import AskedQuestions, Choice, Concept, OwnQuestion
from grader.own_work.marking import chosen, mark
from grader.own_work.notebook import notebook_of, read_answers
from grader.text.catalogues import language
from grader.text.language import speaking
from grader.text.messages import Numeral, message, number
from tests.gradebook.book_samples import AT

QUESTION = OwnQuestion(
    id="bias/net/conv2",
    concept=Concept.PARAMETERS,
    text="How many parameters?",
    choices=(
        Choice(text=number(2416), mistake="You counted the biases."),
        Choice(text=number(2400)),
        Choice(text=number(150), mistake="You left out the depth."),
    ),
    step="Multiply.",
)
SHAPE = replace(QUESTION, choices=(Choice(text="(5, 5, 16)"), Choice(text="(5, 5)", mistake="The depth is missing.")))
ASKED = AskedQuestions(
    student="ada",
    record="ab" * 32,
    code="0123456789ab",
    questions=(QUESTION, SHAPE),
    points=1.5,
    minutes=20.0,
    asked_at=AT,
)


def sources(content: bytes) -> list[str]:
    return [cell["source"] for cell in json.loads(content)["cells"]]


def test_the_notebook_shows_questions_and_choices_and_names_no_answer() -> None:
    text = "\n".join(sources(notebook_of(ASKED, "LeNet-5")))
    assert "How many parameters?" in text
    assert "- **b)** 2,400" in text
    assert "20 minutes" in text
    assert "mistake" not in text
    assert "counted the biases" not in text
    assert "Multiply." not in text


def test_the_notebook_speaks_the_language_of_the_course() -> None:
    with speaking(language("de")):
        text = "\n".join(sources(notebook_of(ASKED, "LeNet-5")))
    assert "Fragen zu deiner eigenen Arbeit" in text
    assert "- **b)** 2.400" in text


def test_what_is_written_is_read_again_and_left_out_answers_are_empty() -> None:
    written = read_answers(sources(notebook_of(ASKED, "LeNet-5")))
    assert written.code == ASKED.code
    assert written.answers == {1: "", 2: ""}


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ('answer_1 = "b"', "b"),
        ("answer_1 = b", "b"),
        ("answer_1 = 'b'  # because", "b"),
        ('answer_1 = "a"\nanswer_1 = "b"', "b"),
        ("answer_1 = b)", "b)"),
        ("answer_1 = 2400", "2400"),
        ("answer_1 = ...", ""),
        ("answer_1 = None", ""),
        ('answer_1 = "..."', ""),
        ("answer_1 = None  # later\nanswer_2 =", ""),
        ('if True:\n    answer_1 = "b"', None),
        ("answer_1 = print(2)", "print(2)"),
        ("answer_1 = " + "(" * 5000, None),
        ("answer_123 = 1", None),
        ("", None),
        ("#" * 10_001 + '\nanswer_1 = "b"', None),
        ("answer_1 = " + "-" * 5000 + "1", None),
        ("answer_1 = " + "+".join(["1"] * 4000), None),
        ("answer_1 = 0x" + "f" * 9000, ""),  # Python refuses to write a number of so many digits
        ('answer_1 = ...  # "a" "b"\nanswer_2 =', ""),
    ],
)
def test_answers_are_read_from_the_source(cell: str, answer: str | None) -> None:
    found = read_answers([cell]).answers.get(1)
    assert found == answer or (answer is None and chosen(QUESTION, found or "") is None)


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("b", 1),
        ("B", 1),
        ("(b)", 1),
        ("b)", 1),
        (" b. ", 1),
        ("2400", 1),
        ("2,400", 1),
        ("2.400", 1),
        ("2 400", 1),
        ("2400.0", 1),
        ("24.00", None),
        ("2400 %", None),
        ("24,16", None),
        ("d", None),
        ("ab", None),
        ("2401", None),
        ("", None),
        ("...", None),
    ],
)
def test_a_choice_is_meant_by_its_letter_or_its_text(answer: str, choice: int | None) -> None:
    assert chosen(QUESTION, answer) == choice


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("(5, 5, 16)", 0),
        ("[5,5,16]", 0),
        ("5 x 5 x 16", 0),
        ("(5, 5)", 1),
        ("(55, 16)", None),
        ("(5, 516)", None),
        ("5516", None),
        ("5.5", None),
        ("(5, 5", 1),
    ],
)
def test_a_shape_is_compared_size_by_size(answer: str, choice: int | None) -> None:
    assert chosen(SHAPE, answer) == choice


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("25 %", 0),
        ("25%", 0),
        ("25", 0),
        ("25.0", 0),
        ("0.25", 0),
        ("0,25", 0),
        ("2.5", None),
        ("2.5 %", None),
        ("0.25 %", None),
        ("(2, 5)", None),
        ("3", 1),
        ("0.03", 1),
        ("conv2", None),
    ],
)
def test_a_share_is_compared_as_a_number(answer: str, choice: int | None) -> None:
    choices = (Choice(text=Numeral("25 %")), Choice(text=Numeral("3 %"), mistake="Divide by all layers."))
    assert chosen(replace(QUESTION, choices=choices), answer) == choice


@pytest.mark.parametrize("answer", ["dense layer 2", "Dense  layer 2", "`dense layer 2`", "Dense-Schicht 2"])
def test_a_layer_may_be_named_in_english_or_in_the_language_of_the_course(answer: str) -> None:
    layers = [message("dense layer {number}", number=number) for number in (1, 2)]
    choices = (Choice(text=layers[1]), Choice(text=layers[0], mistake="This layer has fewer."))
    with speaking(language("de")):
        assert chosen(replace(QUESTION, choices=choices), answer) == 0


def test_each_answer_earns_its_points_or_names_its_mistake() -> None:
    right, wrong = mark(ASKED, {1: "b", 2: "b"})
    assert (right.is_right, right.points, right.reason) == (True, 1.5, "")
    assert (wrong.is_right, wrong.points, wrong.reason) == (False, 0.0, "The depth is missing.")


def test_a_missing_answer_earns_no_points_and_has_no_reason() -> None:
    assert [(one.is_right, one.points, one.choice, one.reason) for one in mark(ASKED, {})] == [
        (False, 0.0, None, "")
    ] * 2
