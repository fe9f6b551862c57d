"""What the pages of the demo class hold, read as a student reads them."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.report.page_reader import PageReader, active_parts

_PICTURE = re.compile(rb"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+")
_NEEDED = (">Why</dt>", ">Next step</dt>", ">Read again: <cite>")


def size_without_pictures(page: Path) -> int:
    """Bytes of a page less the pictures that the student's own notebook drew."""
    return len(_PICTURE.sub(b"", page.read_bytes()))


def cards(html: str) -> list[str]:
    """The card of each question, in order."""
    return re.findall(r'<article class="card .*?</article>', html, re.DOTALL)


def unexplained(page: Path) -> Iterator[str]:
    """What a report leaves open about points that were lost: what was found, why, what to do next, where to read."""
    html = page.read_text(encoding="utf-8")
    findings = json.loads((page.parent / "assessment.json").read_text(encoding="utf-8"))["findings"]
    for finding, card in zip(findings, cards(html), strict=True):
        if finding["points"] >= finding["max_points"] or finding["verdict"] == "needs_human":
            continue
        rows = [*_NEEDED, *([">Your answer</dt>"] if finding["found"] else [])]
        yield from (f"{page.parent}: {finding['question']}: {row}" for row in rows if row not in card)


def faults(page: Path) -> Iterator[str]:
    """What a screen reader would stumble over, or what could act."""
    html = page.read_text(encoding="utf-8")
    reader = PageReader(html)
    ids = [values["id"] for _, values in reader.elements if "id" in values]
    yield from (f"{one} is there twice" for one in set(ids) if ids.count(one) > 1)
    yield from (f"{tag} is closed but not open" for tag in reader.misnested)
    yield from active_parts(html)
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    if levels[0] != 1 or levels.count(1) != 1 or any(deeper - level > 1 for level, deeper in pairwise(levels)):
        yield f"headings are {levels}"
    if [tag for tag, _ in reader.elements].count("main") != 1:
        yield "not one main"
    yield from (f"no text for {_short(image)}" for image in reader.named("img") if not image.get("alt"))
    yield from (f"no text for {_short(svg)}" for svg in reader.named("svg") if not _is_named(svg, set(ids)))
    inside = [link["href"][1:] for link in reader.named("a") if link.get("href", "").startswith("#")]
    yield from (f"#{target} is nowhere" for target in inside if target not in ids)


def _is_named(svg: dict[str, Any], ids: set[str]) -> bool:
    if svg.get("aria-hidden") == "true":
        return True
    labels = set(svg.get("aria-labelledby", "").split())
    return svg.get("role") == "img" and (bool(svg.get("aria-label")) or (bool(labels) and labels <= ids))


def _short(attributes: dict[str, Any]) -> str:
    return str(attributes)[:80]
