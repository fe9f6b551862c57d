"""A whole page from a template and its values: one self-contained HTML file without script."""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.model.assessment import Verdict
from grader.report import plots, words
from grader.report.terminal import plain

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CODE = re.compile(r"`([^`\n]+)`")


def render(template: str, **values: Any) -> str:
    """Render a page.

    Args:
        template: Name of a file in `templates/`.
        **values: What it shows. Every plain string is stripped of control characters and escaped;
            only `markupsafe.Markup` stands as it is.

    Returns:
        The HTML. It can be encoded as UTF-8.
    """
    return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    """The templates with all that they may call; made once for each process."""
    made = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(plots=plots, words=words, policy=POLICY, Verdict=Verdict)
    made.filters["prose"] = _prose
    return made


def _prose(text: str) -> Markup:
    """Text of a message, in which `names` stand as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(plain(text)))))


def _shown(value: Any) -> Any:
    """Make plain strings harmless on a screen; markup has been made by us or sanitised."""
    return plain(value) if type(value) is str else value
