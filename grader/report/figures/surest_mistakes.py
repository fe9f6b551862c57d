"""The mistakes that a model was surest of, with pictures if the exercise shows held-out images."""

import re
from dataclasses import replace

from markupsafe import Markup

from grader.model.figures import SurestMistakes
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace

_PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")


def draw(figure: SurestMistakes, _place: FigurePlace) -> Markup:
    """Draw a list of mistakes, without pictures that are not PNG data.

    Findings come from a database that others may have changed, so an address is not drawn unchecked.
    """
    mistakes = [
        mistake if _PICTURE.fullmatch(mistake.picture) else replace(mistake, picture="") for mistake in figure.mistakes
    ]
    markup: Markup = macros().mistakes(mistakes)
    return markup
