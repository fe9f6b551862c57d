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
_CACHED_CARDS = 500


def render(template: str, script: str = "", **values: Any) -> str:
    """Render a page.

    Args:
        template: Name of a file in `templates/`.
        script: Name of a file in `templates/` that the page runs; empty for a page without script.
        **values: Values that the template shows. Control characters are removed from every plain string, and it is
            escaped. Only `markupsafe.Markup` stays as it is.

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
    """The text of a script in `templates/`, as it is between its tags."""
    return (files("grader.report") / "templates" / script).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Make the templates of whole pages, which also draw cards, figures and pictures; once for each process."""
    templates = template_environment()
    templates.globals.update(plots=plots, card_html=_card_renderer(templates))
    templates.globals.update(draw=figures.draw, follows_parts=figures.follows_parts)
    return templates


def _card_renderer(templates: Environment) -> Callable[[QuestionView], Markup]:
    """Make the function that renders the card of a question.

    Cards without pictures are cached for each language, because most students share theirs with others.
    """

    def render_card(card: QuestionView, _language: Language) -> Markup:
        macros: Any = templates.get_template("question.html").module
        return Markup(macros.question(card))

    cached = lru_cache(_CACHED_CARDS)(render_card)
    return lambda card: (cached if card.is_text else render_card)(card, current_language())
