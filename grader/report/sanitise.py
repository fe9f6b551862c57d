"""HTML that a student's notebook brought along, reduced to what cannot do or pretend anything."""

import base64
import binascii
import re

import nh3
from markupsafe import escape

from grader.report.terminal import plain, without_middle
from grader.text.language import say

LONGEST = 100_000
"""Characters of an HTML output that are read; the rest is left out."""
_TEXT = {
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
_OWN_TAGS = _TEXT | {"section", "details", "summary"}
_OWN_ATTRIBUTES = {
    **_ATTRIBUTES,
    "section": {"class", "id", "aria-label"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "details": {"class"},
    "p": {"class"},
    "pre": {"class"},
    "h3": {"class"},
}
_OWN_CLASSES = frozenset(
    {
        *(
            "cell",
            "code",
            "markdown",
            "raw",
            "source",
            "output",
            "picture",
            "stderr",
            "error",
            "note",
            "count",
            "scroll",
        ),
        *("fold", "level-1", "level-2", "level-3", "level-4", "level-5", "level-6", "unrun", "raised", "text", "table"),
    }
)
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

    Only text, lists, tables, links and PNG or JPEG data stay. Classes of the syntax colours stay, ids
    and all other classes go, so that nothing can look like a part of the report. Headings
    become level 3, so that they do not break the order of the page's own. What a screen reader could not
    name gets a name: a link without text its address, an image without a description the word `Picture`.

    Args:
        html: Anything.

    Returns:
        Balanced HTML.
    """
    kept = nh3.clean(
        plain(html[:LONGEST]),
        tags=_TEXT,
        clean_content_tags=_CONTENT_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=_students_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    return _HEADING.sub(_lowered, _named(kept))


def scrolling(html: str) -> str:
    """Put each table of a fragment into a region of its own, which scrolls and which the keyboard reaches."""
    region = f'<div class="scroll table" tabindex="0" role="group" aria-label="{escape(say("Table"))}">'
    return html.replace("<table>", f"{region}<table>").replace("</table>", "</table></div>")


def whole(html: str) -> str:
    """Clean a whole rendered notebook again, with the classes and ids of our own template allowed.

    Args:
        html: What the notebook template gave; everything of the student's went through `fragment`
            or was escaped.

    Returns:
        HTML that can stand in the page.
    """
    return nh3.clean(
        html,
        tags=_OWN_TAGS,
        clean_content_tags=_CONTENT_DROPPED,
        attributes=_OWN_ATTRIBUTES,
        attribute_filter=_own_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def has_active_parts(html: str) -> bool:
    """Whether HTML holds something that only runs or loads: a script, a frame, a drawing, a form."""
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
    """Plain text without control characters, cut in the middle where it is too long."""
    return without_middle(plain(text), most_lines, most_characters)[0]


def _named(html: str) -> str:
    """Name what has no name, and drop the headings that have no text."""
    html = _EMPTY_HEAD.sub(r"<td\1>\2</td>", _EMPTY_HEADING.sub("", html))
    return _EMPTY_LINK.sub(r'<a href="\1"\2>\1</a>', _IMAGE.sub(_described, html))


def _described(match: re.Match[str]) -> str:
    tag = match[0]
    if _ALTERNATIVE.search(tag):
        return tag
    return tag.replace(' alt=""', "").replace("<img", f'<img alt="{escape(say("Picture"))}"', 1)


def _lowered(match: re.Match[str]) -> str:
    return "</h3>" if match[1] else f'<h3 class="level-{match[2]}">'


def _students_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return _classes(value, frozenset())
    return _address(name, value)


def _own_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return _classes(value, _OWN_CLASSES)
    if name == "id":
        return value if re.fullmatch(r"cell-\d+", value) else None
    return _address(name, value)


def _address(name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    return value


def _classes(value: str, own: frozenset[str]) -> str | None:
    """Keep the classes of the syntax colours, which have one or two letters, and `own`."""
    return " ".join(name for name in value.split() if name in own or _SYNTAX_CLASS.fullmatch(name)) or None
