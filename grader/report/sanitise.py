"""HTML from a student's notebook, reduced to elements that cannot run, load or pretend anything."""

import base64
import binascii
import re

import nh3
from markupsafe import escape

from grader.report.terminal import plain, without_middle
from grader.text.language import say

LONGEST = 100_000
"""Characters of an HTML output that are read; the rest is left out."""
_TEXT_TAGS = {
    *("p", "br", "hr", "span", "div", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "mark", "small"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "q", "cite", "abbr", "ul", "ol", "li", "dl", "dt", "dd"),
    *("pre", "code", "kbd", "samp", "var", "a", "img", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "div": {"class"},
    "span": {"class"},
}
_TEMPLATE_TAGS = _TEXT_TAGS | {"section", "details", "summary"}
_TEMPLATE_ATTRIBUTES = {
    **_ATTRIBUTES,
    "section": {"class", "id", "aria-label"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "details": {"class"},
    "p": {"class"},
    "pre": {"class"},
    "h3": {"class"},
}
_TEMPLATE_CLASSES = frozenset(
    {
        *(
            "cell",
            "code",
            "raw",
            "cell-count",
            "cell-markdown",
            "cell-note",
            "cell-raised",
            "cell-source",
            "cell-output",
        ),
        *("text", "stderr", "error", "picture", "table", "scroll", "fold"),
        *(f"cell-level-{level}" for level in range(1, 7)),
    }
)
"""Classes of `templates/notebook.html`. A student cannot use them, so that nothing looks like a part of the report."""
_CONTENT_DROPPED = {"script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "title"}
_ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|svg|form|video|audio|canvas|applet)\b", re.IGNORECASE)
_HEADING = re.compile(r"<(/?)h([1-6])>")
_IMAGE = re.compile(r"<img[^>]*>")
_ALTERNATIVE = re.compile(r'\balt="[^"]')
_EMPTY_HEADING = re.compile(r"<h([1-6])>\s*</h\1>")
_EMPTY_HEAD = re.compile(r'<th((?: (?:col|row)span="[^"]*")*)(?: scope="[^"]*")?>(\s*)</th>')
_EMPTY_LINK = re.compile(r'<a href="([^"]*)"([^>]*)>\s*</a>')
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/]+={0,2}")
_SYNTAX_CLASS = re.compile(r"highlight|[a-z][a-z0-9]?")
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}


def fragment(html: str) -> str:
    """Clean what a student wrote: markdown that was rendered, or an HTML output.

    Only text, lists, tables, links and PNG or JPEG data stay. Classes of the syntax colours stay. Ids and all other
    classes are removed, so that nothing can look like a part of the report. Headings become level 3, so that they do
    not break the order of the page's headings. A link without text gets its address as text, and an image without a
    description gets the word `Picture`, because a screen reader needs a name for them.

    Args:
        html: Any text.

    Returns:
        Balanced HTML.

    Example:

    >>> fragment('<h1 id="x">Hello</h1><script>alert(1)</script>')
    '<h3 class="cell-level-1">Hello</h3>'
    """
    clean = nh3.clean(
        plain(html[:LONGEST]),
        tags=_TEXT_TAGS,
        clean_content_tags=_CONTENT_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=_students_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    return _HEADING.sub(_lowered_heading, _with_names(clean))


def scrolling(html: str) -> str:
    """Put each table of a fragment into a separate region, which scrolls and which the keyboard reaches."""
    region = f'<div class="scroll table" tabindex="0" role="group" aria-label="{escape(say("Table"))}">'
    return html.replace("<table>", f"{region}<table>").replace("</table>", "</table></div>")


def whole(html: str) -> str:
    """Clean a whole rendered notebook again, with the classes and ids of our own template allowed.

    Args:
        html: The result of the notebook template, in which all texts of the student went through `fragment` or were
            escaped.

    Returns:
        HTML that is safe in a page.
    """
    return nh3.clean(
        html,
        tags=_TEMPLATE_TAGS,
        clean_content_tags=_CONTENT_DROPPED,
        attributes=_TEMPLATE_ATTRIBUTES,
        attribute_filter=_template_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def has_active_parts(html: str) -> bool:
    """Decide whether HTML has parts that only run or load something: a script, a frame, a drawing, a form."""
    return bool(_ACTIVE.search(html))


def picture_url(kind: str, data: str) -> str | None:
    """Turn the data of a picture output into a `data:` URL.

    Args:
        kind: `png` or `jpeg`.
        data: Base64 text, as nbformat has it.

    Returns:
        The URL; None if the data is not a picture of that kind.
    """
    packed = "".join(data.split())
    try:
        content = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        return None
    return f"data:image/{kind};base64,{packed}" if content.startswith(_SIGNATURES[kind]) else None


def cut(text: str, most_lines: int, most_characters: int) -> str:
    """Remove control characters, and cut text that is too long in the middle."""
    return without_middle(plain(text), most_lines, most_characters)[0]


def _with_names(html: str) -> str:
    """Name links and images that have no name, and remove headings without text."""
    html = _EMPTY_HEAD.sub(r"<td\1>\2</td>", _EMPTY_HEADING.sub("", html))
    return _EMPTY_LINK.sub(r'<a href="\1"\2>\1</a>', _IMAGE.sub(_described_image, html))


def _described_image(match: re.Match[str]) -> str:
    tag = match[0]
    if _ALTERNATIVE.search(tag):
        return tag
    return tag.replace(' alt=""', "").replace("<img", f'<img alt="{escape(say("Picture"))}"', 1)


def _lowered_heading(match: re.Match[str]) -> str:
    return "</h3>" if match[1] else f'<h3 class="cell-level-{match[2]}">'


def _students_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return _classes(value, frozenset())
    return _address(name, value)


def _template_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return _classes(value, _TEMPLATE_CLASSES)
    if name == "id":
        return value if re.fullmatch(r"cell-\d+", value) else None
    return _address(name, value)


def _address(name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    return value


def _classes(value: str, allowed: frozenset[str]) -> str | None:
    """Keep the classes of the syntax colours, which have one or two letters, and those that are allowed."""
    return " ".join(name for name in value.split() if name in allowed or _SYNTAX_CLASS.fullmatch(name)) or None
