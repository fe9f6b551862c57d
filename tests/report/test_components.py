"""Each component of the pages, as a person last agreed to it."""

from importlib.resources import files

from grader.report.notebook import notebook_html
from grader.report.page import environment
from grader.report.views import QuestionView, student_view
from grader.text.messages import message
from tests.report import report_samples as samples
from tests.report.conftest import Snapshot
from tests.report.page_reader import PageReader, piece


def cards() -> tuple[QuestionView, ...]:
    return student_view(samples.exercise(), samples.assessment(), samples.record()).questions


def test_cards_look_as_agreed(snapshot: Snapshot) -> None:
    for card in cards():
        snapshot(f"card-{card.verdict.value}-{card.number}.html", piece("question.html", "question(card)", card=card))


def test_notices_look_as_agreed(snapshot: Snapshot) -> None:
    notices = student_view(samples.exercise(), samples.assessment(), samples.record()).notices
    snapshot("notice.html", piece("pieces.html", "notice(item)", item=notices[-1]))


def test_notebook_looks_as_agreed(snapshot: Snapshot) -> None:
    snapshot("notebook.html", notebook_html(samples.CELLS[:4], samples.RUNS[:3]))


def test_right_answer_is_not_repeated_as_expected() -> None:
    card = next(card for card in cards() if card.verdict.value == "passed")
    assert "Expected" not in PageReader(piece("question.html", "question(card)", card=card)).text


def test_names_in_backticks_are_code_and_nothing_else() -> None:
    text = environment().from_string("{{ text | prose }}").render(text="call `fit(<b>)` or `a` <i>")
    assert text == "call <code>fit(&lt;b&gt;)</code> or <code>a</code> &lt;i&gt;"


def test_edits_are_told_by_sign_and_word() -> None:
    text = PageReader(piece("question.html", "question(card)", card=cards()[0])).text
    for words in ("= equal", "≠ altered", "− missing", "+ extra", "3,211,392 parameters", "no layer"):
        assert words in text


def test_nothing_moves() -> None:
    style = (files("grader.report") / "templates" / "style.css").read_text(encoding="utf-8")
    assert not any(word in style for word in ("animation", "transition", "@keyframes", "scroll-behavior"))


def test_a_layer_that_is_described_by_a_message_does_not_repeat_its_shape() -> None:
    view = {"most_parameters": 10}
    for text, times in ((message("Conv2D → {shape}", shape="26×26×32"), 1), (message("Conv2D"), 1)):
        drawn = piece("figures.html", "layer(text, '26×26×32', 0, view)", text=text, view=view)
        assert drawn.count("26×26×32") == times
