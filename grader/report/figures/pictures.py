"""Pictures that a student drew or photographed."""

import re

from markupsafe import Markup

from grader.model.figures import Pictures
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace

_ADDRESS = re.compile(r"data:image/jpeg;base64,[A-Za-z0-9+/]+={0,2}")


def draw(figure: Pictures, _place: FigurePlace) -> Markup:
    """Draw the pictures, without addresses that are not JPEG data.

    Findings come from a database that others may have changed, so an address is not drawn unchecked.
    """
    markup: Markup = macros().pictures([address for address in figure.addresses if _ADDRESS.fullmatch(address)])
    return markup
