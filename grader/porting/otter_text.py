"""Reads the text forms of otter: directives, their settings, and marked lines of solutions."""

import re
import textwrap
from dataclasses import dataclass, field
from typing import Any

from grader.porting.building import BEGIN, END

_SEES = "### STUDENT SEES"
_FENCED = re.compile(
    r"^```[^\n]*\n(\s*#?\s*(?:BEGIN (?:QUESTION|ASSIGNMENT)|ASSIGNMENT CONFIG)\b.*?)^```\s*$", re.M | re.S
)
_DIRECTIVE = re.compile(
    r"\s*#?\s*(ASSIGNMENT CONFIG|(?:BEGIN|END) (?:ASSIGNMENT|QUESTION|SOLUTION|PROMPT|TESTS))\b\s*$"
)
_TEST_LINE = re.compile(r"\s*#{1,2}\s*(hidden\s+)?tests?\s*(##)?\s*$", re.IGNORECASE)
_HIDDEN_LINE = re.compile(r"\s*#\s*HIDDEN\s*$")
_CONFIG = re.compile(r'^"""\s*#\s*BEGIN TEST CONFIG\s*\n(.*?)^"""\s*;?\s*#\s*END TEST CONFIG\s*$\n?', re.M | re.S)
_SOLUTION_LINE = re.compile(r"(?P<code>.*?\S)\s*#\s*SOLUTION\s*(?P<none>NO PROMPT)?\s*$")
_BEGIN_LINE = re.compile(r"(?P<indent>\s*)#\s*BEGIN SOLUTION\s*(?P<none>NO PROMPT)?\s*$")
_END_LINE = re.compile(r"\s*#\s*END SOLUTION\s*$")
_BEGIN_PROMPT = re.compile(r'\s*"""\s*#\s*BEGIN PROMPT\s*$')
_IGNORED_LINE = re.compile(r".*#\s*IGNORE\s*$")
_IGNORED_CELL = re.compile(r"\s*#{1,2}\s*ignore\s*(##)?\s*$", re.IGNORECASE)
_BEGIN_IGNORE, _END_IGNORE = (re.compile(rf"\s*#\s*{word} IGNORE\s*$") for word in ("BEGIN", "END"))
_END_PROMPT = re.compile(r'\s*"""\s*;?\s*#\s*END PROMPT\s*$')


@dataclass(frozen=True, slots=True)
class Directive:
    """A cell, or a part of one, that says what the next cells are.

    Attributes:
        name: Such as `BEGIN QUESTION`.
        settings: Its settings.
    """

    name: str
    settings: dict[str, Any] = field(default_factory=dict)


def directive_of(cell_type: str, source: str) -> tuple[Directive | None, str]:
    """The directive in a cell, and the text without it."""
    if cell_type == "markdown" and (match := _FENCED.search(source)):
        directive, _ = directive_of("raw", match[1])
        return directive, (source[: match.start()] + source[match.end() :]).strip("\n")
    first, _, rest = source.strip("\n").partition("\n")
    match = _DIRECTIVE.match(first)
    if cell_type == "code" or not match:
        return None, source
    return Directive(match[1], settings_of(rest)), ""


def settings_of(text: str) -> dict[str, Any]:
    """Settings in the form `name: value`, with lists and tables one level deep, as YAML writes them.

    Example:
        >>> settings_of("name: q1\\npoints:\\n  each: 2\\nmanual: true")
        {'name': 'q1', 'points': {'each': 2.0}, 'manual': True}
    """
    settings: dict[str, Any] = {}
    name = ""
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("- ") and name:
            settings[name] = [*(settings[name] if isinstance(settings[name], list) else []), _scalar(bare[2:])]
            continue
        key, colon, value = bare.partition(":")
        if not colon:
            continue
        if line[:1].isspace() and name and isinstance(settings[name], dict | None):
            settings[name] = {**(settings[name] or {}), key.strip(): _scalar(value)}
        else:
            name = key.strip()
            settings[name] = _scalar(value)
    return settings


def _scalar(text: str) -> Any:
    text = re.sub(r"\s+#.*$", "", text).strip()
    if text in ("", "null", "~"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(item) for item in text[1:-1].split(",") if item.strip()]
    try:
        return float(text)
    except ValueError:
        return text.strip("'\"")


@dataclass(frozen=True, slots=True)
class TestText:
    """The text of a test cell.

    Attributes:
        code: Its code.
        is_marked: Whether a line marks the cell as a test.
        is_hidden: Whether students never see it.
        points: Its points; None if they follow from those of the question.
    """

    code: str
    is_marked: bool
    is_hidden: bool
    points: float | None


def test_text(source: str) -> TestText:
    """Read a test cell."""
    settings: dict[str, Any] = {}
    if match := _CONFIG.search(source):
        settings = settings_of(match[1])
        source = source[: match.start()] + source[match.end() :]
    lines = source.strip("\n").split("\n")
    marked = _TEST_LINE.match(lines[0])
    hidden = bool(marked and marked[1]) or bool(_HIDDEN_LINE.match(lines[0]))
    if marked or _HIDDEN_LINE.match(lines[0]):
        lines = lines[1:]
    points = settings.get("points")
    return TestText(
        code="\n".join(lines).strip("\n"),
        is_marked=bool(marked),
        is_hidden=hidden or settings.get("hidden") is True,
        points=points if isinstance(points, float) else None,
    )


def without_ignored(source: str) -> str:
    """The code of a cell without the lines that otter leaves out everywhere; empty if it leaves out the cell.

    Example:
        >>> without_ignored("x = 2\\nprint(x)  # IGNORE")
        'x = 2'
    """
    lines: list[str] = []
    is_inside = False
    for line in source.split("\n"):
        if _BEGIN_IGNORE.match(line):
            is_inside = True
        elif _END_IGNORE.match(line):
            is_inside = False
        elif not is_inside and not _IGNORED_LINE.match(line):
            lines.append(line)
    return "" if _IGNORED_CELL.match(source.split("\n")[0]) else "\n".join(lines)


def has_solution(source: str) -> bool:
    """Whether a line marks code as a solution."""
    return any(_SOLUTION_LINE.match(line) or _BEGIN_LINE.match(line) for line in source.split("\n"))


def with_regions(source: str) -> str:
    """The code of a solution with answer regions in place of otter's marks.

    Example:
        >>> print(with_regions("area = 28 * 28 # SOLUTION"))
        ### BEGIN SOLUTION
        area = 28 * 28
        ### END SOLUTION
    """
    lines: list[str] = []
    prompt: list[str] | None = None
    for line in source.split("\n"):
        begin, single = _BEGIN_LINE.match(line), _SOLUTION_LINE.match(line)
        if _BEGIN_PROMPT.match(line):
            prompt = []
        elif _END_PROMPT.match(line):
            lines = _with_prompt(lines, prompt or [])
            prompt = None
        elif prompt is not None:
            prompt.append(line)
        elif begin:
            lines.append(f"{begin['indent']}{BEGIN}{_NO_PROMPT if begin['none'] else ''}")
        elif _END_LINE.match(line):
            lines += _ending(lines)
        elif single:
            indent = line[: len(line) - len(line.lstrip())]
            sees = [f"{indent}{_SEES}"] if single["none"] else []
            lines += [f"{indent}{BEGIN}", single["code"], *sees, f"{indent}{END}"]
        else:
            lines.append(line)
    return "\n".join(line.removesuffix(_NO_PROMPT) for line in lines)


_NO_PROMPT = " NO PROMPT"


def _ending(lines: list[str]) -> list[str]:
    """The lines that end the last region: students see nothing in its place if its first line says so."""
    first = next((line for line in reversed(lines) if line.strip().startswith(BEGIN)), BEGIN)
    indent = first[: len(first) - len(first.lstrip())]
    return [*([f"{indent}{_SEES}"] if first.endswith(_NO_PROMPT) else []), f"{indent}{END}"]


def _with_prompt(lines: list[str], prompt: list[str]) -> list[str]:
    """Lines whose last region shows a prompt to students."""
    prompt_lines = textwrap.dedent("\n".join(prompt)).strip("\n").split("\n")
    if not lines or lines[-1].strip() != END:
        return [*lines, *prompt]
    indent = lines[-1][: -len(END)]
    inside = lines[:-2] if lines[-2].strip() == _SEES else lines[:-1]
    return [*inside, f"{indent}{_SEES}", *(f"{indent}# {line}" for line in prompt_lines), lines[-1]]
