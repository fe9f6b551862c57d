"""A whole page from a template and its values: one self-contained HTML file.

Pages for students hold no script. Those for instructors may hold one of ours, which the content security policy
of that page names by its hash, so that nothing else in it can run.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.model.assessment import Verdict
from grader.report import feature_maps, plots, sizes, words, worked
from grader.report.terminal import plain
from grader.report.views import QuestionView
from grader.text.language import Language, say, say_counted, spoken
from grader.text.proportions import percent
from grader.text.values import capitalised, lowered

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_KEPT = 500
_CODE = re.compile(r"`([^`\n]+)`")


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
    return page.render(values, policy=policy(code), script=Markup(code), language=spoken().code)


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
    """The templates with all that they may call; made once for each process."""
    made = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(say=_say, say_counted=say_counted, say_markup=_say_markup)
    made.globals.update(worked=worked, sizes=sizes, feature_maps=feature_maps)
    made.globals.update(plots=plots, words=words, Verdict=Verdict)
    made.globals.update(percent=percent, capitalised=capitalised, lowered=lowered)
    made.globals.update(card_html=_cards(made))
    made.filters["prose"] = _prose
    return made


def _cards(made: Environment) -> Callable[[QuestionView], Markup]:
    """What renders the card of a question: most students share theirs with others, so cards of text are kept."""

    def rendered(card: QuestionView, _language: Language) -> Markup:
        macros: Any = made.get_template("question.html").module
        return Markup(macros.question(card))

    kept = lru_cache(_KEPT)(rendered)
    return lambda card: (kept if card.is_text else rendered)(card, spoken())


def _say(text: str, **values: Any) -> str:
    """A message; one without values is looked up and escaped once for each language, since most of a page is such."""
    return say(text, **values) if values else _whole(text, spoken())


@lru_cache(4096)
def _whole(text: str, _language: Language) -> Markup:
    return Markup(escape(plain(say(text))))


def _say_markup(text: str, **values: Any) -> Markup:
    """A message in which markup stands; the message itself and plain values are escaped."""
    shown = {name: _shown(value) for name, value in values.items()}
    try:
        return Markup(escape(say(text))).format(**shown)
    except (LookupError, ValueError):  # a catalogue that names other values
        return Markup(escape(text)).format(**shown)


def _prose(text: str) -> Markup:
    """Text of a message, in which `names` stand as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(plain(text)))))


def _shown(value: Any) -> Any:
    """Make plain strings harmless on a screen; markup has been made by us or sanitised."""
    return plain(value) if type(value) is str else value
