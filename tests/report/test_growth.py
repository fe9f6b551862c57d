"""The work for a page grows with the length of what a student writes, whatever that is."""

import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model.record import CellError, CellRun
from grader.report.notebook import notebook_html

Render = Callable[[str], object]


def output(**data: str) -> Render:
    """Shows a text as one output of a cell."""
    kinds = {name.replace("_", "/", 1): name for name in data}

    def render(text: str) -> object:
        shown = dict.fromkeys(kinds, text)
        return notebook_html((("code", "x"),), (CellRun(({"output_type": "display_data", "data": shown},), 1),))

    return render


def after_magic(magic: str) -> Render:
    """Shows a text as a cell for another language."""
    return lambda text: notebook_html((("code", f"%%{magic}\n{text}"),), ())


KINDS: dict[str, Render] = {
    "markdown": lambda text: notebook_html((("markdown", text),), ()),
    "code": lambda text: notebook_html((("code", text),), ()),
    "raw": lambda text: notebook_html((("raw", text),), ()),
    **{
        magic: after_magic(magic)
        for magic in ("perl", "bash", "html", "javascript", "ruby", "latex", "markdown", "svg", "time")
    },
    "HTML output": output(text_html=""),
    "Markdown output": output(text_markdown=""),
    "LaTeX output": output(text_latex=""),
    "text output": output(text_plain=""),
    "stream": lambda text: notebook_html(
        (("code", "x"),), (CellRun(({"output_type": "stream", "name": "stdout", "text": text},), 1),)
    ),
    "traceback": lambda text: notebook_html((("code", text),), (CellRun((), 1, 0.0, CellError("E", text, 1)),)),
}
TOKENS = [
    *"a*_`[]()<>!\\$|-#&~^={}:@/%\"'",
    *(" ", "    ", "\n", "\n\n", "\n ", "\t", "\r", "\x08", "\x1b[", "\x1b]", "0;"),
    *(
        "http://a",
        "1. ",
        "> ",
        "- ",
        "<!--",
        "<?",
        "<a ",
        "<th>",
        "</th>",
        "<h1>",
        "<tr",
        "b=",
        "m{",
        "q(",
        "s/",
        "def ",
    ),
]
KNOWN = [  # (before, again and again, after): each took the square of its length once
    *(("a", " ", "b"), ("[", "        ", "]"), ("<", " ", ">"), ("*", ":_", "*"), ("[", "*&", "]"), ("<", "/*", ">")),
    *(("", "*", ""), ("def ", "*", ">"), ("{", "m{", ")"), ("[", "\\/", "]"), ("%", "m{> ", ">"), ("{", "<?", "*")),
]


def seconds(render: Render, text: str) -> float:
    """Processor time for a text; the lesser of two, since caches fill at first."""

    def once() -> Iterator[float]:
        for number in range(2):
            begin = time.process_time()
            render(f"{text}{number}")  # a text of its own, since equal ones are kept
            yield time.process_time() - begin

    return min(once())


def assert_grows_with_the_length(render: Render, before: str, unit: str, after: str) -> None:
    small, large = (seconds(render, before + unit * (size // len(unit)) + after) for size in (4_500, 18_000))
    assert large <= 8 * small + 0.06, "four times the text took as long as sixteen times would"


@pytest.mark.parametrize("kind", KINDS)
def test_what_took_the_square_of_its_length_does_not_any_more(kind: str) -> None:
    for before, unit, after in KNOWN:
        assert_grows_with_the_length(KINDS[kind], before, unit, after)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(KINDS)), st.lists(st.sampled_from(TOKENS), min_size=1, max_size=3), st.data())
def test_the_work_grows_with_the_length_of_any_text(kind: str, unit: list[str], data: st.DataObject) -> None:
    ends = [data.draw(st.sampled_from(["", "a", *TOKENS])) for _ in range(2)]
    assert_grows_with_the_length(KINDS[kind], ends[0], "".join(unit), ends[1])


@pytest.mark.parametrize("kind", ["text_html", "text_markdown", "text_plain"])
def test_all_outputs_together_have_a_limit(kind: str) -> None:
    piece = {"output_type": "display_data", "data": {kind.replace("_", "/"): "<b>x</b> " * 100_000}}
    page = str(notebook_html((("code", "x"),) * 10, tuple(CellRun((piece,) * 10, 1) for _ in range(10))))
    assert len(page) < 4_000_000
    assert "An output was left out here" in page or kind == "text_plain"


def test_long_lines_and_other_languages_are_shown_as_they_are() -> None:
    page = str(notebook_html((("code", "%%perl\nm{<b>}"), ("code", "x = 1"), ("markdown", "*a* " * 2_000)), ()))
    assert "m{&lt;b&gt;}" in page
    assert '<span class="n">x</span>' in page
    assert "<em>" not in page
