"""The template environment: the functions that templates may call, and how text becomes harmless."""

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
    """Make the templates with all that cards of questions and figures may call; once for each process."""
    templates = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(say=_say, say_counted=say_counted, say_markup=_say_markup)
    templates.globals.update(words=words, bars=bars, Verdict=Verdict)
    templates.globals.update(percent=percent, capitalised=capitalised, lowered=lowered)
    templates.filters["prose"] = _prose
    return templates


def _say(text: str, **values: Any) -> str:
    """A message. One without values is translated and escaped once for each language: they are most of a page."""
    return say(text, **values) if values else _say_without_values(text, current_language())


@lru_cache(4096)
def _say_without_values(text: str, _language: Language) -> Markup:
    return Markup(escape(plain(say(text))))


def _say_markup(text: str, /, **values: Any) -> Markup:
    """A message with markup among its values; the message itself and plain values are escaped."""
    harmless = {name: _harmless(value) for name, value in values.items()}
    try:
        return Markup(escape(say(text))).format(**harmless)
    except (LookupError, ValueError):  # the translation in the catalogue names other values
        return Markup(escape(text)).format(**harmless)


def _prose(text: Text) -> Markup:
    """Text of a message, with its `names` as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(plain(str(text))))))


def _harmless(value: Any) -> Any:
    """Make plain strings harmless on a screen; markup is ours or has been sanitised."""
    if isinstance(value, Message | Numeral | Joined):  # a student's text may be among their values
        value = str(value)
    return plain(value) if type(value) is str else value
