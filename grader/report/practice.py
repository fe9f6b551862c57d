"""What a practice card asks, and the result of an answer, as parts of a page."""

import re
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from grader.model.assessment import Finding
from grader.model.exercise import Question
from grader.model.practice import PracticeCard
from grader.report.notebook import notebook_html
from grader.report.page import environment
from grader.report.views import question_view
from grader.text.language import say

_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


def card_html(card: PracticeCard) -> Markup:
    """Render what a card asks: its section of the notebook, the question, and the values that it uses.

    Args:
        card: The card.

    Returns:
        A sanitised fragment. It contains no answer to the card. Its headings are of the third level.
    """
    parts = [_HEADING.sub("# ", card.before), card.text, _code(card.assignments)]
    if card.earlier_answers:
        parts += [say("The correct answers to earlier questions:"), _code(card.earlier_answers)]
    return notebook_html([("markdown", part) for part in parts if part], [])


def result_html(question: Question, finding: Finding) -> Markup:
    """Render the result of an answer to a card: verdict, expected answer, reason, next step and pictures.

    Args:
        question: The question of the card.
        finding: The result.
    """
    macros: Any = environment().get_template("practice.html").module
    return Markup(macros.result(question_view(1, replace(question, show_expected=True), finding)))


def _code(source: str) -> str:
    return f"```python\n{source}\n```" if source else ""
