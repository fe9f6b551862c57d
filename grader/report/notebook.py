"""The executed notebook as an HTML fragment that cannot run, load or pretend anything."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode

from grader.model.language import Language, marked, retold, say, spoken
from grader.model.record import CellError, CellRun
from grader.report import sanitise, words

_MOST_CELLS = 400
_MOST_OUTPUTS = 30
_MOST_SOURCE = (400, 20_000)
_MOST_TEXT = (150, 12_000)
_FOLD_FROM = 25
_KEPT = 1000
_SOURCE_ROOM = 300_000
_PICTURE_ROOM = 1_100_000

_ACTIVE_KINDS = ("application/javascript", "image/svg+xml", "application/vnd.jupyter.widget-view+json")
_LEFT_OUT = marked(
    "A part that runs or loads (widget, script, frame, drawing) is left out: a report shows text and pictures."
)
_NO_ROOM = marked("A picture was left out here: the report holds as many as it can.")


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


def notebook_html(cells: Sequence[tuple[str, str]], runs: Sequence[CellRun]) -> Markup:
    """Render an executed notebook.

    Args:
        cells: The cells of the submission, in order, as (kind, source); kind is code, markdown or raw.
        runs: One run for each code cell; missing ones are shown as not run.

    Returns:
        A sanitised fragment; code cell k has the id `cell-k`, counted from 1.
    """
    fitting = _fitting(cells)
    notebook = NotebookNode(cells=list(_cells(cells[:fitting], runs)))
    html = _exporter().template.render(nb=notebook, resources={"cells_left_out": len(cells) - fitting}, say=say)
    return Markup(sanitise.whole(html))


@cache
def _exporter() -> HTMLExporter:
    """The exporter and its templates; made once for each process, since that takes longer than a notebook.

    Its template is rendered directly: the cells are ours, so what the exporter does around it
    (validate, copy, parse the page again) would find nothing. Most cells of a class are the same,
    so coloured source and markdown are kept.
    """
    template = resources.files("grader.report").joinpath("templates/notebook.html").read_text(encoding="utf-8")
    exporter = HTMLExporter(raw_template=template, exclude_anchor_links=True)
    exporter.register_filter("clean", sanitise.fragment)
    exporter.register_filter("coloured", lru_cache(_KEPT)(Highlight2HTML()))
    exporter.register_filter("written", lambda source: _written(source, spoken()))
    return exporter


@lru_cache(_KEPT)
def _written(source: str, _language: Language) -> str:
    """Markdown as HTML; what it says of tables and pictures without a name is in the language that is spoken."""
    return sanitise.scrolling(sanitise.fragment(_exporter().markdown2html({}, source)))


def _fitting(cells: Sequence[tuple[str, str]]) -> int:
    """How many cells are shown: colouring source takes time, and a hostile one takes the most."""
    sizes = accumulate(min(len(source), _MOST_SOURCE[1]) for _, source in cells[:_MOST_CELLS])
    return sum(size <= _SOURCE_ROOM for size in sizes)


def _cells(cells: Sequence[tuple[str, str]], runs: Sequence[CellRun]) -> Iterable[Any]:
    room = _PICTURE_ROOM
    number = 0
    for kind, source in cells:
        if kind != "code":
            yield _cell(kind, source)
            continue
        run = runs[number] if number < len(runs) else CellRun()
        number += 1
        outputs, room = _outputs(run, source, room)
        yield _cell(kind, source, number=number, status=_status(run), raised=run.error is not None, outputs=outputs)


def _cell(kind: str, source: str, **facts: Any) -> Any:
    """A cell for the template; it bears nothing of the submission but its source."""
    source = sanitise.cut(source, *_MOST_SOURCE)
    return NotebookNode(source=source, metadata={"shown": {"kind": kind, **facts}})


def _status(run: CellRun) -> str:
    if run.execution_count is None:
        return say("did not run")
    return words.duration(run.seconds) if run.seconds >= 0.95 else ""


def _outputs(run: CellRun, source: str, room: int) -> tuple[tuple[Shown, ...], int]:
    """What a cell printed; `room` is how much picture data may still be shown, and is handed on."""
    shown: list[Shown] = []
    joined = _joined(run.outputs)
    for output in joined[:_MOST_OUTPUTS]:
        for item in _output(output):
            if item.kind == "picture":
                room -= len(item.body)
                item = item if room >= 0 else Shown("note", say(_NO_ROOM))
            shown.append(item)
    if len(joined) > _MOST_OUTPUTS:
        shown.append(
            Shown(
                "note", say("{count} more outputs of this cell were left out here.", count=len(joined) - _MOST_OUTPUTS)
            )
        )
    if run.error:  # our own cut of the traceback, in place of the one that was printed
        shown = [item for item in shown if item.kind != "error"]
        shown.append(Shown("error", _traceback(run.error, source)))
    return tuple(shown), room


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
    if re.sub(r"<[^>]*>|\s", "", sanitise.fragment(html)):
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
        yield _printed("text", retold(text) if text.startswith("[") else text)


def _printed(kind: str, text: str) -> Shown:
    body = sanitise.cut(text, *_MOST_TEXT).strip("\n")
    length = body.count("\n") + 1
    return Shown(kind, body, folded=say("{count} lines of output", count=length) if length > _FOLD_FROM else "")


def _traceback(error: CellError, source: str) -> str:
    """The line of this cell that matters, and what Python said."""
    lines = source.split("\n")
    said = sanitise.cut(f"{error.name}: {retold(error.message)}", 20, 2000)
    if not 0 < error.line <= len(lines):
        return said
    culprit = sanitise.cut(lines[error.line - 1].strip(), 1, 300)
    return f"{say('line {line}', line=error.line)}:  {culprit}\n\n{said}"


def _text(value: Any) -> str:
    """The text of an output, which nbformat also allows to be a list of lines."""
    return "".join(str(line) for line in value) if isinstance(value, list | tuple) else str(value)
