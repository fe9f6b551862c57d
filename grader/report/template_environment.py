"""The template environment: what every template may call, and how text becomes harmless."""

import re
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.model.assessment import Verdict
from grader.report import bars, words
from grader.report.terminal import plain
from grader.report.words import percent
from grader.text.language import Language, current_language, say, say_counted
from grader.text.messages import Joined, Message, Numeral, Text, capitalised
from grader.text.values import lowered

_CODE = re.compile(r"`([^`\n]+)`")


@cache
def template_environment() -> Environment:
    """The templates with all that the cards of questions and figures may call; made once for each process."""
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
    made.globals.update(words=words, bars=bars, Verdict=Verdict)
    made.globals.update(percent=percent, capitalised=capitalised, lowered=lowered)
    made.filters["prose"] = _prose
    return made


def _say(text: str, **values: Any) -> str:
    """A message; one without values is looked up and escaped once for each language, since most of a page is such."""
    return say(text, **values) if values else _whole(text, current_language())


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


def _prose(text: Text) -> Markup:
    """Text of a message, in which `names` stand as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(plain(str(text))))))


def _shown(value: Any) -> Any:
    """Make plain strings harmless on a screen; markup has been made by us or sanitised."""
    if isinstance(value, Message | Numeral | Joined):  # a student's text may be among their values
        value = str(value)
    return plain(value) if type(value) is str else value
