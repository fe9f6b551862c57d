"""Whatever a notebook, a name or a traceback holds: pages and tables show it and do nothing else."""

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from markupsafe import escape

from grader import pipeline
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.intake.names import readable
from grader.model.submission import Submission
from grader.report.dashboard import SCRIPT
from grader.report.page import policy, source
from grader.text.printable import printable
from tests.adversarial.batch import HONEST, WIDTH, Marked, assert_honest_unharmed, grade
from tests.conftest import notebook

pytestmark = pytest.mark.slow

TEXTS = [
    "<script>window.owned = 1</script>",
    '"><img src=x onerror="window.owned = 1">',
    "[x](javascript:window.owned=1) <a href='jav&#x09;ascript:window.owned=1'>x</a>",
    '<iframe srcdoc="<script>parent.owned = 1</script>"></iframe><object data="https://evil.example"></object>',
    '<svg onload="window.owned = 1"><script>window.owned = 1</script><use href="https://evil.example#x"/></svg>',
    "</style></title></textarea></pre><script>window.owned = 1</script>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example/"><form action="https://evil.example">',
    '<img src="https://evil.example/pixel.png"><link rel="stylesheet" href="https://evil.example/x.css">',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.owned=1&gt;'>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}${7*7}",
    "\x1b[31mred\x1b[0m\x1b]8;;javascript:window.owned=1\x07link\x1b]8;;\x07\x1b[2J\x9b31m",
    "overwritten\rshown\x08\x08\x00",
    "\u202egnp.exe",
    '=HYPERLINK("https://evil.example")',
]
ACTIVE = {
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
    "applet",
    "frame",
    "portal",
}


class Page(HTMLParser):
    """What of a page could act or load something, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active += [tag] * (tag in ACTIVE)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            follows = tag == "a" and address.startswith(("https://", "http://", "mailto:"))
            loads = not follows and name in (
                "src",
                "href",
                "data",
                "action",
                "srcset",
                "poster",
                "xlink:href",
                "formaction",
                "background",
            )
            inert = address.startswith(("#", "data:image/png;base64,")) or (
                ":" not in address.split("/")[0] and "//" not in address
            )
            self.active += [f"{tag} {name}={value}"] * (name.startswith("on") or (loads and not inert))
            self.active += [f"{tag} refresh"] * (name == "http-equiv" and address == "refresh")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def hostile(text: str) -> bytes:
    """A notebook that shows a text in every way that there is."""
    show = (
        f"text = {text!r}\nimport sys\nfrom IPython.display import HTML, JSON, Javascript, Latex, Markdown, SVG, display\nprint(text)\nprint(text, file=sys.stderr)\n"
        "display(HTML(text), Markdown(text), Latex(text))\n"
        "display({'text/html': text, 'text/plain': text, 'application/javascript': text, 'image/svg+xml': text, 'application/json': text}, raw=True)\n"
        "display({'text/x-evil': text, 'application/vnd.jupyter.widget-view+json': {'model_id': text}, text: text}, raw=True)\n"
    )
    cells = [
        WIDTH,
        show,
        f"class Shown:\n    def _repr_html_(self):\n        return {text!r}\n    __repr__ = lambda self: {text!r}\nShown()",
        f"raise type({text!r}.replace(chr(0), ''), (Exception,), {{}})({text!r})",
        f"model = {text!r}",
        f"def predict(images):\n    raise ValueError({text!r})",
    ]
    made = nbformat.reads(notebook(*cells, title=text, authors=[{"name": text}]).decode(), 4)
    made.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="hostile-text"))
    made.cells.insert(1, nbformat.v4.new_raw_cell(text, id="hostile-raw"))
    made.metadata["kernelspec"] = {"name": text, "language": text, "display_name": text}
    return str(nbformat.writes(made)).encode()


def unreadable() -> list[Submission]:
    """Submissions that cannot be read; names come from intake, which escapes what does not print."""
    return [
        Submission(student=readable(f"unread {text}"), exercise="quokka", origin=text, content=b"", problem=text)
        for text in TEXTS
    ]


@pytest.fixture(scope="module")
def results(material: pipeline.Material, executor: LocalExecutor, folder: Path, alone: Marked) -> Results:
    honest = Submission(student="honest", exercise="quokka", origin="honest.ipynb", content=notebook(*HONEST))
    submissions = [
        Submission(student=readable(text), exercise="quokka", origin=text, content=hostile(text), remarks=(text,))
        for text in TEXTS
    ]
    unread = unreadable()
    found = grade(material, [*submissions[:7], honest, *submissions[7:], *unread], folder / "out", executor)
    assert_honest_unharmed(found, alone)
    assert all(marked.points["width"] == 2 for name, marked in found.items() if not name.startswith("unread"))
    return Results(folder / "out")


def pages(results: Results) -> dict[str, str]:
    return {str(path.relative_to(results.folder)): path.read_text() for path in results.folder.rglob("*.html")}


def test_no_page_can_act_or_load_anything(results: Results) -> None:
    found = pages(results)
    assert len(found) == 2 + 2 * len(TEXTS)
    found["index.html"] = found["index.html"].replace(f"<script>{source(SCRIPT)}</script>", "", 1)
    assert {name: Page(html).active for name, html in found.items() if Page(html).active} == {}


def test_the_policy_of_a_page_allows_no_script_but_ours(results: Results) -> None:
    for name, html in pages(results).items():
        ours = source(SCRIPT) if name == "index.html" else ""
        assert html.count(f'content="{escape(policy(ours))}"') == 1, name


def test_what_was_said_is_still_shown(results: Results) -> None:
    shown = " ".join("".join(Page(html).words) for html in pages(results).values())
    assert "window.owned = 1" in shown
    assert "{{ 7 * 7 }}" in shown
    assert "49" not in "".join(Page(pages(results)["index.html"]).words)


def test_no_escape_sequence_reaches_a_page_or_a_table(results: Results) -> None:
    for name, html in {**pages(results), "grades.csv": (results.folder / "grades.csv").read_text()}.items():
        assert [character for character in html if character in "\x00\x07\x08\x1b\x9b"] == [], name


def test_no_cell_of_the_table_is_a_formula(results: Results) -> None:
    rows = list(csv.reader(io.StringIO((results.folder / "grades.csv").read_text())))
    assert len(rows) == 2 + 2 * len(TEXTS)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("text", TEXTS)
def test_the_terminal_is_told_nothing_but_text(text: str) -> None:
    assert printable(text, 200).isprintable()
