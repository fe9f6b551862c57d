"""The executed notebook as an HTML fragment that cannot run, load or pretend anything."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate
from typing import Any

from markupsafe import Markup, escape

from grader.model.record import CellError, CellRun
from grader.report import sanitise, words
from grader.text.language import Language, current_language, marked, say

_MOST_CELLS = 400
_MOST_OUTPUTS = 30
_MOST_SOURCE = (400, 20_000)
_MOST_TEXT = (150, 12_000)
_FOLD_FROM = 25
_KEPT = 1000
_SMALL = 20_000
_SOURCE_ROOM = 300_000
_OUTPUT_ROOM = 600_000
_PICTURE_ROOM = 1_100_000
# Colouring a line, and rendering a paragraph of Markdown, can take the square of their length. Of longer ones nothing
# is rendered: the text is shown as it is.
_LONGEST_LINE = 1_000
_LONGEST_PARAGRAPH = 4_000
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")

_ACTIVE_KINDS = ("application/javascript", "image/svg+xml", "application/vnd.jupyter.widget-view+json")
_LEFT_OUT = marked(
    "Parts that run code or load files (widget, script, frame, drawing) are left out: a report shows only text and "
    "pictures."
)
_NO_PASTED = marked("A picture that was pasted here is left out.")
_PASTED = re.compile(r"!\[[^\]\n]{0,300}\]\(\s*attachment:[^)\n]{0,1000}\)")
_NO_ROOM = marked("A picture was left out here: the report holds as many as it can.")
_NO_OUTPUT_ROOM = marked("An output was left out here: the report holds as much as it can.")


@dataclass(frozen=True, slots=True)
class Shown:
    """One output as the template shows it.

    Attributes:
        kind: text, stderr, error, html, markdown, picture or note.
        body: Text, HTML that is still to be cleaned, markdown, or a `data:` URL.
        folded: What to call it where it is long and so is folded; else empty.
    """

    kind: str
    body: str
    folded: str = ""


@dataclass(slots=True)
class _Room:
    """What the outputs that are still to come may have of the report, in characters."""

    pictures: int = _PICTURE_ROOM
    texts: int = _OUTPUT_ROOM

    def fitted(self, shown: Shown) -> Shown:
        """An output, or a note where there is no room for it."""
        if shown.kind == "picture":
            self.pictures -= len(shown.body)
            return shown if self.pictures >= 0 else Shown("note", say(_NO_ROOM))
        self.texts -= min(len(shown.body), sanitise.LONGEST)
        return shown if self.texts >= 0 else Shown("note", say(_NO_OUTPUT_ROOM))


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell as the template shows it; it bears nothing of the submission but its source and its outputs."""

    kind: str
    source: str
    number: int = 0
    status: str = ""
    raised: bool = False
    outputs: tuple[Shown, ...] = ()

    @property
    def is_small(self) -> bool:
        """Whether there is room to keep it for others that have the same."""
        return len(self.source) + sum(len(output.body) for output in self.outputs) <= _SMALL


def notebook_html(cells: Sequence[tuple[str, str]], runs: Sequence[CellRun]) -> Markup:
    """Render an executed notebook.

    Args:
        cells: The cells of the submission, in order, as (kind, source); kind is code, markdown or raw.
        runs: One run for each code cell; missing ones are shown as not run.

    Returns:
        A sanitised fragment; code cell k has the id `cell-k`, counted from 1.
    """
    fitting = _fitting(cells)
    parts = [_cell_html()(cell, current_language()) for cell in _cells(cells[:fitting], runs)]
    if len(cells) > fitting:
        told = say("{count} more cells were left out here.", count=len(cells) - fitting)
        parts.append(f'<p class="note">{escape(told)}</p>')
    return Markup("".join(parts))


@cache
def _cell_html() -> Callable[[_Cell, Language], str]:
    """What renders and cleans a cell; made once for each process, since that takes longer than a notebook.

    The template of the exporter is rendered directly: the cells are ours, so what the exporter does around it
    (validate, copy, parse the page again) would find nothing. Most cells of a class are the same, so they are kept,
    and so are coloured source and markdown; each for a language, since names and notes of ours are in it. `nbconvert`
    is imported here, since it takes long and few commands need it.
    """
    from nbconvert.exporters import HTMLExporter

    template = resources.files("grader.report").joinpath("templates/notebook.html").read_text(encoding="utf-8")
    exporter = HTMLExporter(raw_template=template, exclude_anchor_links=True)
    exporter.register_filter("clean", sanitise.fragment)
    exporter.register_filter("coloured", lru_cache(_KEPT)(_colouring()))
    exporter.environment.globals["say"] = say

    def written(source: str, _language: Language) -> str:
        if max(map(len, source.split("\n\n"))) > _LONGEST_PARAGRAPH:
            return f"<pre>{escape(source)}</pre>"
        text = _PASTED.sub(lambda _: f"*{say(_NO_PASTED)}*", source)
        try:
            html = exporter.markdown2html({}, text)
        except Exception:  # whatever a student wrote that is no Markdown, to its renderer
            html = f"<pre>{escape(source)}</pre>"
        return sanitise.scrolling(sanitise.fragment(html))

    kept_written = lru_cache(_KEPT)(written)
    exporter.register_filter("written", lambda source: kept_written(source, current_language()))

    def rendered(cell: _Cell, _language: Language) -> str:
        return sanitise.whole(exporter.template.render(cell=cell))

    kept = lru_cache(_KEPT)(rendered)
    return lambda cell, language: kept(cell, language) if cell.is_small else rendered(cell, language)


def _colouring() -> Callable[[str], str]:
    """What colours source as `nbconvert` does; its lexer and its formatter are made once, not for each cell."""
    from ipython_pygments_lexers import IPython3Lexer
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    lexer, formatter = IPython3Lexer(), HtmlFormatter(cssclass=" highlight hl-ipython3")
    plain = f'<div class="{formatter.cssclass}"><pre>'

    def coloured(source: str) -> str:
        if _is_quick_to_colour(source):
            return highlight(source, lexer, formatter)
        return f"{plain}{escape(source)}\n</pre></div>\n"

    return coloured


def _is_quick_to_colour(source: str) -> bool:
    """Whether colouring takes a time in proportion to the length: not with long lines, nor in other languages."""
    start = source.lstrip()
    other_language = start.startswith("%%") and not start.startswith(_PYTHON_MAGICS)
    return not other_language and max(map(len, source.split("\n"))) <= _LONGEST_LINE


def _fitting(cells: Sequence[tuple[str, str]]) -> int:
    """How many cells are shown: colouring source takes time, and a hostile one takes the most."""
    sizes = accumulate(min(len(source), _MOST_SOURCE[1]) for _, source in cells[:_MOST_CELLS])
    return sum(size <= _SOURCE_ROOM for size in sizes)


def _cells(cells: Sequence[tuple[str, str]], runs: Sequence[CellRun]) -> Iterable[_Cell]:
    room = _Room()
    number = 0
    for kind, source in cells:
        shown = sanitise.cut(source, *_MOST_SOURCE)
        if kind != "code":
            yield _Cell(kind, shown)
            continue
        run = runs[number] if number < len(runs) else CellRun()
        number += 1
        yield _Cell(kind, shown, number, _status(run), run.error is not None, _outputs(run, source, room))


def _status(run: CellRun) -> str:
    if run.execution_count is None:
        return say("did not run")
    return words.duration(run.seconds) if run.seconds >= 0.95 else ""


def _outputs(run: CellRun, source: str, room: _Room) -> tuple[Shown, ...]:
    """What a cell printed, as far as there is room."""
    shown: list[Shown] = []
    joined = _joined(run.outputs)
    for output in joined[:_MOST_OUTPUTS]:
        shown += map(room.fitted, _output(output))
    if len(joined) > _MOST_OUTPUTS:
        shown.append(
            Shown(
                "note", say("{count} more outputs of this cell were left out here.", count=len(joined) - _MOST_OUTPUTS)
            )
        )
    if run.error:  # our own cut of the traceback, in place of the one that was printed
        shown = [item for item in shown if item.kind != "error"]
        shown.append(Shown("error", _traceback(run.error, source)))
    return tuple(shown)


def _joined(outputs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Join neighbouring pieces of one stream, so that a progress bar overwrites itself."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        same = joined and output.get("output_type") == "stream" == joined[-1]["output_type"]
        if same and joined[-1].get("name") == output.get("name"):
            joined[-1]["text"].append(_text(output.get("text", "")))
        else:
            joined.append({**output, "text": [_text(output.get("text", ""))], "output_type": output.get("output_type")})
    return list(joined)


def _output(output: Mapping[str, Any]) -> Iterable[Shown]:
    kind = output["output_type"]
    if kind == "stream":
        yield _printed("stderr" if output.get("name") == "stderr" else "text", "".join(output["text"]))
    elif kind in ("display_data", "execute_result"):
        yield from _display(output.get("data") or {})
    elif kind == "error":
        yield Shown("error", sanitise.cut(f"{output.get('ename', '')}: {output.get('evalue', '')}", 20, 2000))


def _display(data: Mapping[str, Any]) -> Iterable[Shown]:
    """The richest form of an output that is safe, and a note where a richer one was left out."""
    html = _text(data.get("text/html", ""))
    if any(kind in data for kind in _ACTIVE_KINDS) or sanitise.has_active_parts(html):
        yield Shown("note", say(_LEFT_OUT))
    if html and _has_text(html):
        yield Shown("html", html, folded=say("A long table") if html.count("<tr") > _FOLD_FROM else "")
        return
    if "text/markdown" in data:
        yield Shown("markdown", sanitise.cut(_text(data["text/markdown"]), *_MOST_TEXT))
        return
    for kind in ("png", "jpeg"):
        url = sanitise.picture_url(kind, _text(data.get(f"image/{kind}", "")))
        if url:
            yield Shown("picture", url)
            return
    text = _text(data.get("text/latex") or data.get("text/plain") or "")
    if text:
        yield _printed("text", text)
    elif "application/x-left-out" in data:
        yield _printed("text", _not_shown(_text(data["application/x-left-out"])))


def _not_shown(kind: str) -> str:
    """The note in place of an output that the sandbox could not hand over."""
    if kind == "picture":
        return say("[picture left out: it is too large or cannot be read]")
    return (
        say("[{kind} left out]", kind=kind) if kind else say("[output left out: it has no form that a report can show]")
    )


@lru_cache(_KEPT // 10)
def _has_text(html: str) -> bool:
    """Whether anything is left to read of an HTML output once it is cleaned; a class prints much the same tables."""
    return bool(re.sub(r"<[^>]*>|\s", "", sanitise.fragment(html)))


def _printed(kind: str, text: str) -> Shown:
    body = sanitise.cut(text, *_MOST_TEXT).strip("\n")
    length = body.count("\n") + 1
    return Shown(kind, body, folded=say("{count} lines of output", count=length) if length > _FOLD_FROM else "")


def _traceback(error: CellError, source: str) -> str:
    """The line of this cell that matters, and what Python said."""
    lines = source.split("\n")
    said = sanitise.cut(str(error.exception_text), 20, 2000)
    if not 0 < error.line <= len(lines):
        return said
    culprit = sanitise.cut(lines[error.line - 1].strip(), 1, 300)
    return f"{say('line {line}', line=error.line)}:  {culprit}\n\n{said}"


def _text(value: Any) -> str:
    """The text of an output, which nbformat also allows to be a list of lines."""
    return "".join(str(line) for line in value) if isinstance(value, list | tuple) else str(value)
