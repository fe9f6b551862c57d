"""Pages that show hostile text in every field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.cohort.statistics import of_class
from grader.model.assessment import Finding, Flag, Part, Verdict
from grader.model.exercise import Leaderboard, SlideReference
from grader.model.figures import ConfusionMatrix, LayerAlignment, LayerPair, Mistake, Pictures, SurestMistakes
from grader.model.record import CellError, CellRun
from grader.report.dashboard import render_dashboard
from grader.report.leaderboard import Result, render_leaderboard
from grader.report.student import render_student
from tests.report import report_samples as samples

HOSTILE = [
    "<script>window.owned = 1</script>",
    '"><img src=x onerror="window.owned = 1">',
    "' onmouseover='window.owned = 1' x='",
    '<svg onload="window.owned = 1"><script>window.owned = 1</script></svg>',
    '<iframe srcdoc="<script>parent.owned = 1</script>"></iframe>',
    "[click](javascript:window.owned=1) ![x](javascript:window.owned=1)",
    "<a href=\"jav&#x09;ascript:window.owned=1\">x</a><a href='data:text/html,<script>1</script>'>y</a>",
    "</style></title></textarea><script>window.owned = 1</script>",
    '<form action="https://evil.example"><button formaction="javascript:window.owned=1">x</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example/">',
    '<img src="https://evil.example/x.png"><link rel="stylesheet" href="https://evil.example/x.css">',
    '<div style="background: url(https://evil.example/x)" class="mark-score" id="main">100 points</div>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.owned=1&gt;'>",
    "{{ 7 * 7 }}{% raw %}{% endraw %}${7*7}",
    "\x1b[31mred\x1b[0m \x1b]8;;javascript:window.owned=1\x07link\x1b]8;;\x07 \x07\x08\x00\x9b31m",
    "name\nwith\r\nnewlines, \"quotes\" and 'more' \U0001f600 " + "x" * 300,
    "\u202egnp.exe \ud800 lone",
    '=HYPERLINK("https://evil.example")',
]


def hostile_page(text: str) -> str:
    """The page of a student; the text is in the exercise, the notebook, the answer and the reason."""
    source = SlideReference(text, text)
    questions = [replace(samples.question("one", text, 2.0), source=source, hint=text)]
    finding = Finding(
        question="one",
        verdict=Verdict.PARTIAL,
        points=1.0,
        max_points=2.0,
        expected=text,
        found=text,
        reason=text,
        hint=text,
        parts=(
            Part(label=text, correct=False, expected=text, found=text, reason=text),
            Part(label=text, correct=True, expected=text, found=text),
        ),
        figures=(
            LayerAlignment(
                rows=(
                    LayerPair(
                        op=text,
                        expected=text,
                        found=text,
                        expected_parameters=1,
                        found_parameters=2,
                        found_shape=text,
                    ),
                ),
                expected_parameters=None,
                found_parameters=None,
            ),
            ConfusionMatrix(classes=(text, text), counts=((1, 2), (3, 4))),
            Pictures(addresses=(text,)),
            SurestMistakes(mistakes=(Mistake(true=text, found=text, confidence=0.5, picture=text),)),
        ),
    )
    outputs: tuple[Mapping[str, Any], ...] = (
        {"output_type": "stream", "name": text, "text": text},
        {"output_type": "stream", "name": "stderr", "text": [text, text]},
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
        *(
            {"output_type": "display_data", "data": {kind: text, "text/plain": text}, "metadata": {text: text}}
            for kind in (
                "text/html",
                "text/markdown",
                "text/latex",
                "image/svg+xml",
                "image/png",
                "application/javascript",
                "application/vnd.jupyter.widget-view+json",
            )
        ),
    )
    runs = (CellRun(outputs, 1), CellRun((), 2, 0.0, CellError(text, text, 1)))
    record = samples.record(
        cells=runs,
        histories={text: {"loss": (1.0, 0.5), "val_loss": (1.0, float("nan"))}},
        environment=((text, text),),
        remarks=(text,),
    )
    cells = (("markdown", text), ("code", text), ("raw", text), ("code", text))
    exercise = samples.exercise(questions, title=text, summary=text)
    return render_student(exercise, cells, samples.assessment(text, (finding,), remarks=(text + "!",)), record)


def hostile_dashboard(text: str) -> str:
    """The dashboard of a class; the text names students, and is in links, flags and remarks."""
    finding = Finding(question="one", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=2.0, reason=text)
    lost = replace(finding, verdict=Verdict.FAILED, found=text)
    made = [samples.assessment(text, (each,), remarks=(text,)) for each in (finding, lost)]
    flags = (Flag(text, text), Flag("kind", text))
    rows = [replace(samples.dashboard_row(each, link=text, origin=text), flags=flags) for each in made]
    exercise = samples.exercise([samples.question("one", text, 2.0)], title=text)
    return render_dashboard(exercise, rows, statistics=of_class(exercise, made, {}))


def hostile_leaderboard(text: str) -> str:
    """A leaderboard whose students have the text as their names."""
    results = [Result(text, 0.5, 0.4, 0.6), Result(text + "!", 0.6, 0.5, 0.7)]
    exercise = samples.exercise([samples.question("one", text, 2.0)], title=text)
    return render_leaderboard(exercise, Leaderboard("one", pseudonyms=False), results, 1)
