"""A whole page from a template and its values: one self-contained HTML file.

Pages for students hold no script. Those for instructors may hold one of ours, which the content security policy
of that page names by its hash, so that nothing else in it can run.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from grader.report import figures, plots
from grader.report.template_environment import template_environment
from grader.report.views import QuestionView
from grader.text.language import Language, current_language

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_KEPT = 500


def render(template: str, script: str = "", **values: Any) -> str:
    """Render a page.

    Args:
        template: Name of a file in `templates/`.
        script: Name of a file in `templates/` that the page runs; empty for a page without script.
        **values: What it shows. Every plain string is stripped of control characters and escaped;
            only `markupsafe.Markup` stands as it is.

    Returns:
        The HTML. It can be encoded as UTF-8.
    """
    code = source(script) if script else ""
    page = environment().get_template(template)
    return page.render(values, policy=policy(code), script=Markup(code), language=current_language().code)


def policy(code: str = "") -> str:
    """The content security policy of a page: nothing from elsewhere, and no script but this one."""
    if not code:
        return POLICY
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return f"{POLICY}; script-src 'sha256-{digest}'"


@cache
def source(script: str) -> str:
    """The text of a script in `templates/`, as it stands between its tags."""
    return (files("grader.report") / "templates" / script).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates of whole pages, which also draw cards, figures and pictures; made once for each process."""
    made = template_environment()
    made.globals.update(plots=plots, card_html=_cards(made))
    made.globals.update(draw=figures.draw, follows_parts=figures.follows_parts)
    return made


def _cards(made: Environment) -> Callable[[QuestionView], Markup]:
    """What renders the card of a question: most students share theirs with others, so cards of text are kept."""

    def rendered(card: QuestionView, _language: Language) -> Markup:
        macros: Any = made.get_template("question.html").module
        return Markup(macros.question(card))

    kept = lru_cache(_KEPT)(rendered)
    return lambda card: (kept if card.is_text else rendered)(card, current_language())
