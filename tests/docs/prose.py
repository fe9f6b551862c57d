"""Takes prose apart and finds the patterns that `docs/contributing/style.md` names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCES = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+).+?\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ITEM = re.compile(r" *(?:[*-]|\d+\.) ")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_EMPHASIS = re.compile(r"\*+([^*]+)\*+")
_ENDS = re.compile(r"(?<=[.!?])[)]?\s+(?=[A-Z(]|x\b)")

# What is wrong -> how it looks. Each is a row of the guide.
PATTERNS: dict[str, re.Pattern[str]] = {
    "a relative clause as subject": re.compile(
        r"^\W*(?:(?:What|Who|Whose)\b(?! to\b)|Whoever\b|Whatever\b)(?: \S+){5,}(?<=\.)$"
    ),
    "to be had": re.compile(r"\bto be (?:had|seen|told)\b"),
    "stands": re.compile(r"\bstands?\b(?!-)", re.IGNORECASE),
    "nobody or nothing as subject": re.compile(
        r"^\W*(?:Nobody|Nothing)\b|\b(?:nobody|nothing|no one)(?: else)? "
        r"(?:is|are|was|were|has|have|had|can|could|may|might|must|will|would|does|did|\w+s)\b",
        re.IGNORECASE,
    ),
    "is no ...": re.compile(
        r"(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b|better\b|worse\b|one\b)",
        re.IGNORECASE,
    ),
    ", too": re.compile(r", too\b(?! \w)"),
    "come about": re.compile(r"\bc(?:ome|omes|ame) about\b"),
    "told": re.compile(r"\b(?:is|are|was|were|be) told (?!what|how|which|that|to|about|if|whether)", re.IGNORECASE),
    "of its own": re.compile(r"\ba \w+ of (?:its|their|his|her) own\b"),
    "another word": re.compile(
        r"\b(?:whereof|thereof|mend(?:s|ed|ing)?|heed(?:s|ed)?|reckon(?:s|ed)?|lay aside|left aside|handed on)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True)
class Fault:
    """A sentence with a pattern of the guide."""

    pattern: str
    sentence: str


def faults(text: str) -> list[Fault]:
    """The sentences of a page that have a pattern of the guide; code and headings are left out."""
    return [
        Fault(name, sentence)
        for sentence in sentences(text)
        for name, pattern in PATTERNS.items()
        if pattern.search(sentence)
    ]


def sentences(text: str) -> Iterator[str]:
    """The sentences of paragraphs, items of lists and cells of tables, with `x` for code and for quotations."""
    for block in _blocks(text):
        plain = _EMPHASIS.sub(r"\1", _QUOTED.sub("x", _LINK.sub(r"\1", _CODE.sub("x", block))))
        yield from filter(None, map(str.strip, _ENDS.split(plain)))


def prose(text: str) -> str:
    """The paragraphs and lists of a page: no code, no headings, no tables."""
    lines = _without_code(text)
    return "\n".join(line for line in lines if not line.startswith(("#", "|")))


def _blocks(text: str) -> Iterator[str]:
    block: list[str] = []
    for line in [*_without_code(text), ""]:
        if line.startswith("|"):
            yield from (cell.strip() for cell in line.strip("|").split("|"))
        elif not line.strip() or line.startswith("#") or _ITEM.match(line):
            yield " ".join(block)
            block = [] if not line.strip() or line.startswith("#") else [_ITEM.sub("", line, count=1)]
        else:
            block.append(line.strip())


def _without_code(text: str) -> list[str]:
    """The lines that are not code, fenced or indented."""
    kept: list[str] = []
    in_list = False
    for line in _FENCES.sub("", text).splitlines():
        in_list = bool(_ITEM.match(line)) or (in_list and (line.startswith(" ") or not line.strip()))
        if not line.startswith("    ") or in_list:
            kept.append(line)
    return kept
