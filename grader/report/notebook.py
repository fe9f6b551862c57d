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
from grader.report.latex import readable_formulas
from grader.text.language import Language, current_language, marked, say

# Limits, because a hostile notebook would otherwise make a page of any size and take any time to draw.
_MOST_CELLS = 400
_MOST_OUTPUTS = 30  # of one cell
_MOST_SOURCE = (400, 20_000)  # lines and characters of one cell
_MOST_TEXT = (150, 12_000)  # lines and characters of one output
_FOLD_FROM = 25  # lines of text, or rows of a table
_SOURCE_ROOM = 300_000  # characters of all cells together
_OUTPUT_ROOM = 600_000  # characters of all outputs together
_PICTURE_ROOM = 1_100_000  # characters of all pictures together, as `data:` URLs
# Colouring a line, and rendering a paragraph of Markdown, can take time that grows with the square of the length.
# Longer ones are not rendered: the text is shown as it is.
_LONGEST_LINE = 1_000
_LONGEST_PARAGRAPH = 4_000
_CACHED = 1000  # rendered cells, which most students of a class share
_SMALL = 20_000  # characters of a cell that is cached
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")

_ACTIVE_KINDS = ("application/javascript", "image/svg+xml", "application/vnd.jupyter.widget-view+json")
_LEFT_OUT = marked(
    "Parts that run code or load files (widget, script, frame, drawing) are left out. A "
    "report shows only text and pictures."
)
_NO_PASTED = marked("A picture that was pasted here is left out.")
_PASTED = re.compile(r"!\[[^\]\n]{0,300}\]\(\s*attachment:[^)\n]{0,1000}\)")
_NO_ROOM = marked("A picture was left out here, because the report has reached its size limit.")
_NO_OUTPUT_ROOM = marked("An output was left out here, because the report has reached its size limit.")


@dataclass(frozen=True, slots=True)
class Output:
    """One output as the template shows it.

    Attributes:
        kind: text, stderr, error, html, markdown, picture or note.
        body: Text, HTML that is not yet cleaned, Markdown, or a `data:` URL.
        folded: Title under which a long output is folded; empty for a short one.
    """

    kind: str
    body: str
    folded: str = ""


@dataclass(slots=True)
class _Room:
    """The room that is left in the report for further outputs, in characters."""

    pictures: int = _PICTURE_ROOM
    texts: int = _OUTPUT_ROOM

    def fit(self, output: Output) -> Output:
        """Take the room for an output; returns it, or a note if there is no room for it."""
        if output.kind == "picture":
            self.pictures -= len(output.body)
            return output if self.pictures >= 0 else Output("note", say(_NO_ROOM))
        self.texts -= min(len(output.body), sanitise.LONGEST)
        return output if self.texts >= 0 else Output("note", say(_NO_OUTPUT_ROOM))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One cell as the template shows it. Students with equal cells share the cached HTML, so it names no student."""

    kind: str
    source: str
    number: int = 0
    place: int = 0
    status: str = ""
    raised: bool = False
    outputs: tuple[Output, ...] = ()

    @property
    def is_small(self) -> bool:
        """Whether its HTML is cached for other students with the same cell."""
        return len(self.source) + sum(len(output.body) for output in self.outputs) <= _SMALL


def notebook_html(cells: Sequence[tuple[str, str]], runs: Sequence[CellRun]) -> Markup:
    """Render an executed notebook.

    Args:
        cells: The cells of the submission, in order, as (kind, source); kind is code, markdown or raw. The kind
            notebook, with its title, begins another notebook, whose code cells count from 1.
        runs: One run for each code cell; missing ones are shown as not run.

    Returns:
        A sanitised fragment. Code cell k of all has the id `cell-k`, counted from 1.
    """
    count = _cells_with_room(cells)
    parts = [_cell_html()(cell, current_language()) for cell in _cells(cells[:count], runs)]
    if len(cells) > count:
        note = say("{count} more cells were left out here.", count=len(cells) - count)
        parts.append(f'<p class="cell-note">{escape(note)}</p>')
    return Markup("".join(parts))


@cache
def _cell_html() -> Callable[[_Cell, Language], str]:
    """Make the function that renders and cleans a cell, once for each process: this takes longer than a notebook.

    It renders the template of the exporter directly. The cells are ours, so validating, copying and parsing them again,
    as the exporter does, would find nothing. Most cells of a class are the same, so their HTML is cached, and so are
    coloured source and Markdown. Labels and notes of ours are part of it, so each cached value is for one language.
    `nbconvert` is imported here, because it takes long and few commands need it.
    """
    from nbconvert.exporters import HTMLExporter

    template = resources.files("grader.report").joinpath("templates/notebook.html").read_text(encoding="utf-8")
    exporter = HTMLExporter(raw_template=template, exclude_anchor_links=True)
    exporter.register_filter("clean", sanitise.fragment)
    exporter.register_filter("highlight", lru_cache(_CACHED)(_highlighter()))
    exporter.environment.globals["say"] = say

    @lru_cache(_CACHED)
    def markdown_html(source: str, _language: Language) -> str:
        if max(map(len, source.split("\n\n"))) > _LONGEST_PARAGRAPH:
            return f"<pre>{escape(source)}</pre>"
        text = _PASTED.sub(lambda _: f"*{say(_NO_PASTED)}*", source)
        try:
            html = exporter.markdown2html({}, readable_formulas(text))
        except Exception:  # the renderer may raise anything on a student's text
            html = f"<pre>{escape(source)}</pre>"
        return sanitise.scrolling(sanitise.fragment(html))

    exporter.register_filter("markdown", lambda source: markdown_html(source, current_language()))

    def render_cell(cell: _Cell, _language: Language) -> str:
        return sanitise.whole(exporter.template.render(cell=cell))

    cached = lru_cache(_CACHED)(render_cell)
    return lambda cell, language: cached(cell, language) if cell.is_small else render_cell(cell, language)


def _highlighter() -> Callable[[str], str]:
    """Make the function that colours source as `nbconvert` does; its lexer and formatter are made only once."""
    from ipython_pygments_lexers import IPython3Lexer
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    lexer, formatter = IPython3Lexer(), HtmlFormatter(cssclass=" highlight hl-ipython3")
    opening = f'<div class="{formatter.cssclass}"><pre>'

    def highlight_source(source: str) -> str:
        if _is_quick_to_highlight(source):
            return highlight(source, lexer, formatter)
        return f"{opening}{escape(source)}\n</pre></div>\n"

    return highlight_source


def _is_quick_to_highlight(source: str) -> bool:
    """Whether the time for colouring is proportional to the length: not with long lines, nor in other languages."""
    start = source.lstrip()
    other_language = start.startswith("%%") and not start.startswith(_PYTHON_MAGICS)
    return not other_language and max(map(len, source.split("\n"))) <= _LONGEST_LINE


def _cells_with_room(cells: Sequence[tuple[str, str]]) -> int:
    """The number of cells that are shown: colouring source takes time, and hostile source takes most."""
    sizes = accumulate(min(len(source), _MOST_SOURCE[1]) for _, source in cells[:_MOST_CELLS])
    return sum(size <= _SOURCE_ROOM for size in sizes)


def _cells(cells: Sequence[tuple[str, str]], runs: Sequence[CellRun]) -> Iterable[_Cell]:
    room = _Room()
    number, place = 0, 0
    for kind, source in cells:
        short_source = sanitise.cut(source, *_MOST_SOURCE)
        if kind != "code":
            number = 0 if kind == "notebook" else number
            yield _Cell(kind=kind, source=short_source)
            continue
        run = runs[place] if place < len(runs) else CellRun()
        number, place = number + 1, place + 1
        yield _Cell(
            kind=kind,
            source=short_source,
            number=number,
            place=place,
            status=_status(run),
            raised=run.error is not None,
            outputs=_outputs(run, source, room),
        )


def _status(run: CellRun) -> str:
    if run.execution_count is None:
        return say("did not run")
    return words.duration(run.seconds) if run.seconds >= 0.95 else ""


def _outputs(run: CellRun, source: str, room: _Room) -> tuple[Output, ...]:
    """The outputs of a cell, as far as there is room."""
    outputs: list[Output] = []
    raw_outputs = _with_joined_streams(run.outputs)
    for raw in raw_outputs[:_MOST_OUTPUTS]:
        outputs += map(room.fit, _views_of(raw))
    missing = len(raw_outputs) - _MOST_OUTPUTS
    if missing > 0:
        outputs.append(Output("note", say("{count} more outputs of this cell were left out here.", count=missing)))
    if run.error:  # our own short traceback takes the place of the one that was printed
        outputs = [output for output in outputs if output.kind != "error"]
        outputs.append(Output("error", _traceback(run.error, source)))
    return tuple(outputs)


def _with_joined_streams(outputs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Join neighbouring pieces of one stream, so that a progress bar overwrites itself."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        follows_stream = joined and output.get("output_type") == "stream" == joined[-1]["output_type"]
        if follows_stream and joined[-1].get("name") == output.get("name"):
            joined[-1]["text"].append(_text(output.get("text", "")))
        else:
            joined.append({**output, "text": [_text(output.get("text", ""))], "output_type": output.get("output_type")})
    return list(joined)


def _views_of(raw: Mapping[str, Any]) -> Iterable[Output]:
    """An output of nbformat as the template shows it, with a note before it if something was left out."""
    kind = raw["output_type"]
    if kind == "stream":
        yield _printed("stderr" if raw.get("name") == "stderr" else "text", "".join(raw["text"]))
    elif kind in ("display_data", "execute_result"):
        yield from _display(raw.get("data") or {})
    elif kind == "error":
        yield Output("error", sanitise.cut(f"{raw.get('ename', '')}: {raw.get('evalue', '')}", 20, 2000))


def _display(data: Mapping[str, Any]) -> Iterable[Output]:
    """The richest form of an output that is safe, and a note if a richer one was left out."""
    html = _text(data.get("text/html", ""))
    if any(kind in data for kind in _ACTIVE_KINDS) or sanitise.has_active_parts(html):
        yield Output("note", say(_LEFT_OUT))
    if html and _has_text(html):
        yield Output("html", html, folded=say("A long table") if html.count("<tr") > _FOLD_FROM else "")
        return
    if "text/markdown" in data:
        yield Output("markdown", sanitise.cut(_text(data["text/markdown"]), *_MOST_TEXT))
        return
    for kind in ("png", "jpeg"):
        url = sanitise.picture_url(kind, _text(data.get(f"image/{kind}", "")))
        if url:
            yield Output("picture", url)
            return
    text = _text(data.get("text/latex") or data.get("text/plain") or "")
    if text:
        yield _printed("text", text)
    elif "application/x-left-out" in data:
        yield _printed("text", _left_out_note(_text(data["application/x-left-out"])))


def _left_out_note(kind: str) -> str:
    """The note in place of an output that the sandbox could not return."""
    if kind == "picture":
        return say("[picture left out: it is too large or cannot be read]")
    if kind:
        return say("[{kind} left out]", kind=kind)
    return say("[output left out: a report cannot show its format]")


@lru_cache(_CACHED // 10)
def _has_text(html: str) -> bool:
    """Whether an HTML output has text after cleaning. It is cached, because a class prints much the same tables."""
    return bool(re.sub(r"<[^>]*>|\s", "", sanitise.fragment(html)))


def _printed(kind: str, text: str) -> Output:
    body = sanitise.cut(text, *_MOST_TEXT).strip("\n")
    length = body.count("\n") + 1
    return Output(kind, body, folded=say("{count} lines of output", count=length) if length > _FOLD_FROM else "")


def _traceback(error: CellError, source: str) -> str:
    """The line of this cell that raised, and the message of Python."""
    lines = source.split("\n")
    text = sanitise.cut(str(error.exception_text), 20, 2000)
    if not 0 < error.line <= len(lines):
        return text
    culprit = sanitise.cut(lines[error.line - 1].strip(), 1, 300)
    return f"{say('line {line}', line=error.line)}:  {culprit}\n\n{text}"


def _text(value: Any) -> str:
    """The text of an output, which nbformat also allows to be a list of lines."""
    return "".join(str(line) for line in value) if isinstance(value, list | tuple) else str(value)
