"""What the figures have in common: the frames around their pictures."""

from typing import Any

from grader.report.template_environment import template_environment


def macros() -> Any:
    """The macros of `templates/figures.html`."""
    return template_environment().get_template("figures.html").module
