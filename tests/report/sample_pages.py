"""Every kind of page, with something in each of its parts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.cohort.statistics import of_class
from grader.model.assessment import Assessment, Finding, Flag, Verdict
from grader.model.exercise import Leaderboard
from grader.model.lateness import Lateness
from grader.model.record import CellRun, Isolation, Outcome, Resources
from grader.report.class_place import with_class
from grader.report.course import render_course
from grader.report.dashboard import DashboardRow, render_dashboard
from grader.report.leaderboard import Result, render_leaderboard
from grader.report.student import render_student
from tests.report import picture_samples as pictures
from tests.report import report_samples as samples

BROKEN = (
    Finding(
        question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0, reason="There is no reference."
    ),
)
UNLIKE: tuple[dict[str, Any], ...] = (
    {},
    {"outcome": Outcome.TIMED_OUT, "remarks": ("A loop did not end.",)},
    {"outcome": Outcome.INVALID_NOTEBOOK, "made": (), "remarks": ("It is a PDF file.",)},
    {"made": BROKEN},
    {"isolation": Isolation.DEGRADED, "flags": (Flag("reduced isolation", "It ran without the full sandbox."),)},
    {"flags": (Flag("knows the held-out images", "98 % as they are, 41 % a little altered."),)},
)
NAMES = (
    "Ada Lovelace",
    "Łukasz Müller",
    "Zoë",
    "jane",
    "Bo",
    "Nguyễn Thị Mai",
    "山田太郎",
    "d'Arcy",
    "Emmy Noether",
    "b" * 300,
)


def assessments(students: int = 24) -> list[Assessment]:
    """A class of which some did not run, some are flagged, and the rest differ in what is right."""
    full = [replace(each, verdict=Verdict.PASSED, points=each.max_points, reason="") for each in samples.findings()]
    made = []
    for number in range(students):
        name = NAMES[number] if number < len(NAMES) else f"student-{number:04d}"
        found = [full[at] if number % (at + 2) else each for at, each in enumerate(samples.findings())]
        fields = {"made": found, **UNLIKE[number % 7 if number % 7 < len(UNLIKE) else 0]}
        made.append(samples.assessment(name, fields.pop("made"), record=f"record {number}", **fields))
    return made


def dashboard_row(number: int, made: Assessment, before: str = "") -> DashboardRow:
    """A row whose run took a time of its own."""
    folder = f"{before}student {number}"
    row = samples.dashboard_row(made, f"{folder}/report.html", 2.0 + 37 * number % 240, f"{made.student}.ipynb")
    return replace(row, flags=made.flags)


def dashboard_page(students: int = 24) -> str:
    made = assessments(students)
    rows = [dashboard_row(number, each) for number, each in enumerate(made)]
    used = {each.record: Resources(2.0 + number, 1.5 * number) for number, each in enumerate(made)}
    return render_dashboard(samples.exercise(), rows, "leaderboard.html", of_class(samples.exercise(), made, used))


def course_page(students: int = 24, exercises: int = 5) -> str:
    found = []
    for at in range(exercises):
        each = samples.exercise(title=f"{samples.exercise().title} {at}", slug=f"exercise-{at}")
        rows = [dashboard_row(number, made) for number, made in enumerate(assessments(students)) if (number + at) % 5]
        found.append((each, rows))
    return render_course(found)


def student_page() -> str:
    return render_student(samples.exercise(), samples.CELLS, samples.assessment(), samples.record())


def picture_page() -> str:
    page = render_student(pictures.asked(), (), pictures.marked(), samples.record())
    return with_class(page, [10.0 * number for number in range(11)], 50.0)


CARELESS = (
    "#\n\n[](https://keras.io) ![](https://x.example/x.png) [![](a.png)](https://tensorflow.org)\n\n" + "word " * 40,
    f"<img src='data:image/png;base64,{samples.png(9, 9)}'><h4></h4><table><tr><th></th><th>a</th></tr></table>",
    "| a | b |\n|---|---|\n|" + "x" * 90 + "|" + "y" * 90 + "|\n\n```\n" + "long line " * 40 + "\n```",
    "<table><thead><tr><th></th><th scope='row'> </th></tr></thead><tbody><tr><td>"
    "<table><tr><td>1</td></tr></table></td></tr></tbody></table>",
    "<h1>Title</h1><h6>six</h6><dl><dt>a</dt><dd>b</dd></dl><abbr>x</abbr><a name='x'></a><a href='#there'></a>",
)


def careless_page() -> str:
    """Markdown and outputs that lack what a screen reader needs, or are too wide."""
    shown = [(kind, text) for text in CARELESS for kind in ("markdown", "code", "raw")]
    outputs = [{"text/html": text, "text/plain": text} for text in CARELESS]
    runs = [
        CellRun(
            tuple(
                {"output_type": "display_data", "metadata": {}, "data": data}
                for data in (each, {"text/markdown": text})
            ),
            1,
        )
        for each, text in zip(outputs, CARELESS, strict=True)
    ]
    return render_student(samples.exercise(), shown, samples.assessment(), samples.record(cells=tuple(runs)))


def unsettled_page() -> str:
    return render_student(samples.exercise(), (), samples.assessment(made=BROKEN), samples.record())


def decided_page() -> str:
    """Late, commented, with one question that a person decided and one that waits."""
    due = datetime(2026, 5, 1, 22, tzinfo=UTC)
    late = Lateness(
        deadline=due,
        submitted_at=due + timedelta(hours=30),
        late_by=timedelta(hours=30),
        units=2,
        percent=20.0,
        rate=10.0,
        cap=50.0,
    )
    first, *rest = samples.findings()
    decision: dict[str, Any] = {"decided_by": "Dr. Rossi", "decided_because": "Also right.", "machine_points": 4.0}
    first = replace(first, verdict=Verdict.PASSED, points=6.0, comment="Well argued.", **decision)
    made = samples.assessment(made=(first, *rest), late=late, comment="Come and see me.\nBring the slides.")
    return render_student(samples.exercise(), samples.CELLS, made, samples.record())


def leaderboard_page() -> str:
    results = [Result(f"Tranquil Hummingbird {n}", n / 100, n / 100 - 0.04, n / 100 + 0.03) for n in range(40, 90, 3)]
    return render_leaderboard(samples.exercise(), Leaderboard("predict"), results, 2)


PAGES = (
    student_page,
    decided_page,
    picture_page,
    careless_page,
    unsettled_page,
    dashboard_page,
    course_page,
    leaderboard_page,
)
