"""The executed notebook in the report."""

import base64
import time
from typing import Any

from grader.model.record import CellError, CellRun
from grader.report.notebook import notebook_html
from tests.report import report_samples as samples
from tests.report.page_reader import PageReader, active_parts


def stream(text: str, name: str = "stdout") -> dict[str, str]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(*outputs: dict[str, Any], source: str = "x", error: CellError | None = None) -> Any:
    return notebook_html((("code", source),), (CellRun(outputs, 1, 0.0, error),))


def display(**data: str) -> dict[str, Any]:
    names = {
        "html": "text/html",
        "plain": "text/plain",
        "markdown": "text/markdown",
        "png": "image/png",
        "js": "application/javascript",
    }
    return {"output_type": "display_data", "data": {names[kind]: value for kind, value in data.items()}, "metadata": {}}


def test_cells_come_in_their_order_with_their_runs() -> None:
    text = PageReader(notebook_html(samples.CELLS, samples.RUNS)).text
    order = [
        "A simple CNN",
        "import numpy",
        "(4000, 28, 28)",
        "model.fit",
        "32/32 loss: 0.4",
        "A raw cell.",
        "conv1_answer",
    ]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_progress_bar_is_one_line() -> None:
    text = PageReader(notebook_html(samples.CELLS, samples.RUNS)).text
    assert "1/32" not in text.replace("32/32", "")
    assert "\x1b" not in text


def test_own_traceback_is_cut_to_the_line_that_matters() -> None:
    text = PageReader(notebook_html(samples.CELLS, samples.RUNS)).text
    assert "line 2:  images / scael" in text
    assert "NameError: name 'scael' is not defined" in text
    assert "/secret/place" not in text


def test_the_file_that_ipython_makes_of_a_cell_is_not_named() -> None:
    text = PageReader(shown(error=CellError("SyntaxError", "unmatched ')' (982187371.py, line 1)", 1))).text
    assert "SyntaxError: unmatched ')'" in text
    assert "982187371" not in text


def test_error_without_a_line_is_told_without_one() -> None:
    text = PageReader(shown(error=CellError("SyntaxError", "never closed"))).text
    assert "SyntaxError: never closed" in text
    assert "line 0" not in text


def test_error_output_without_a_cell_error_is_told() -> None:
    text = PageReader(
        shown({"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": ["long"]})
    ).text
    assert "ValueError: bad" in text


def test_cells_without_a_run_are_said_not_to_have_run() -> None:
    assert "did not run" in notebook_html((("code", "x"),), ())


def test_tables_of_pandas_stay() -> None:
    reader = PageReader(notebook_html(samples.CELLS, samples.RUNS))
    assert len(reader.named("table")) == 1
    assert "p{}" not in reader.text


def test_widgets_and_scripts_are_dropped_with_a_note() -> None:
    for output in (display(js="alert(1)"), display(html="<script>alert(1)</script>", plain="Figure()")):
        html = shown(output)
        assert active_parts(html) == []
        assert "are left out" in html
        assert "alert(1)" not in html
    assert "Figure()" in html


def test_markdown_output_is_rendered() -> None:
    assert PageReader(shown(display(markdown="**bold**", plain="<Markdown object>"))).named("strong") == [{}]


def test_pictures_are_shown_only_if_they_are_pictures() -> None:
    good, bad = shown(display(png=samples.png())), shown(display(png="aGVsbG8=", plain="<Figure>"))
    assert PageReader(good).named("img")[0]["alt"] == "Picture made by code cell 1"
    assert PageReader(bad).named("img") == []
    assert "<Figure>" in PageReader(bad).text


def test_pictures_beyond_the_room_of_a_report_are_named() -> None:
    padded = base64.b64encode(base64.b64decode(samples.png()) + bytes(300_000)).decode()
    html = shown(*[display(png=padded)] * 5)
    assert len(html) < 1_500_000
    assert html.count("A picture was left out") == 3


def test_links_stay_only_with_safe_addresses() -> None:
    source = (
        "[a](https://keras.io) [b](javascript:x) [c](../other/report.html) [d](//evil.example) [e](mailto:a@b.example)"
    )
    links = PageReader(notebook_html((("markdown", source),), ())).named("a")
    assert [link["href"] for link in links if "href" in link] == ["https://keras.io", "mailto:a@b.example"]
    assert all("noopener" in link["rel"] for link in links)


def test_pictures_in_markdown_load_nothing() -> None:
    html = notebook_html(
        (("markdown", "![](https://evil.example/x.png)\n\n<img src='data:image/svg+xml;base64,AAAA'>"),), ()
    )
    images = PageReader(html).named("img")
    assert images
    assert all("src" not in image and "alt" in image for image in images)


def test_long_output_is_folded_and_cut() -> None:
    html = shown(stream("\n".join(str(number) for number in range(5000))))
    reader = PageReader(html)
    assert len(reader.named("details")) == 1
    assert "characters left out" in reader.text
    assert "4999" in reader.text
    assert len(html) < 20_000


def test_many_outputs_are_cut_and_counted() -> None:
    html = shown(*[display(plain=str(number)) for number in range(100)])
    assert "70 more outputs" in html


def test_many_cells_are_cut_and_counted() -> None:
    assert "100 more cells" in notebook_html((("markdown", "x"),) * 500, ())


def test_more_source_than_a_report_can_hold_is_cut_and_counted() -> None:
    assert "35 more cells" in notebook_html((("markdown", "x " * 50_000),) * 50, ())


def test_cell_metadata_of_the_submission_cannot_enter() -> None:
    html = notebook_html((("code", "x = 1"),), ())
    assert "celltag" not in html


def test_hostile_sizes_take_little_time() -> None:
    monsters = [
        "[" * 100_000,
        "`" * 100_000,
        "*a " * 50_000,
        "<div>" * 50_000,
        "a\r" * 500_000,
        "> " * 20_000,
        "\\(" * 50_000,
    ]
    started = time.process_time()
    for monster in monsters:
        notebook_html(
            (("markdown", monster), ("code", monster)), (CellRun((stream(monster), display(html=monster)), 1),)
        )
    assert time.process_time() - started < 20
