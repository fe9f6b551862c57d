"""What a browser would find in a page: its elements, and whatever could act."""

from html.parser import HTMLParser
from typing import Any

from grader.report import page
from grader.report.page import environment

ACTIVE_ELEMENTS = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "base",
    "link",
    "foreignobject",
    "animate",
    "set",
    "use",
}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "srcset", "data", "poster", "background"}
VOID = {"meta", "br", "hr", "img", "input", "link", "base", "path", "rect", "line", "circle"}


class PageReader(HTMLParser):
    """Collects elements as (name, attributes) and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.misnested: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.misnested.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.scripts.append(data)
        elif self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def active_parts(html: str) -> list[str]:
    """Everything in a page that could run, load or leave it, but for our script where the page's policy names it."""
    found = []
    reader = PageReader(html)
    ours = page.source("tables.js")
    ours_alone = reader.scripts == [ours] and reader.named("meta")[1]["content"] == page.policy(ours)
    for tag, attributes in reader.elements:
        if tag == "script" and ours_alone and not attributes:
            continue
        if tag in ACTIVE_ELEMENTS:
            found.append(tag)
        for name, value in attributes.items():
            address = "".join(value.split()).lower()
            if name.startswith("on") or (name in ADDRESSES and not _harmless(tag, address)):
                found.append(f"{tag} {name}={value}")
            if name == "style" and value:
                found.append(f"{tag} style={value}")
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            found.append("meta refresh")
    return found


def _harmless(tag: str, address: str) -> bool:
    if tag == "img":
        return address.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
    scheme = address.partition(":")[0] if ":" in address.split("/")[0] else ""
    return scheme in ("", "http", "https", "mailto") and not address.startswith("//")


def piece(template: str, call: str, **values: Any) -> str:
    """What a macro of a template draws, alone."""
    source = f'{{% import "{template}" as piece with context %}}{{{{ piece.{call} }}}}'
    return environment().from_string(source).render(values)
