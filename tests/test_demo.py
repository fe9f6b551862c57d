"""`grader demo`: the demo class gets the marks that it must get."""

import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.course.cases import Case, read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.pipeline.case_grading import case_submissions
from grader.pipeline.demo_class import quick_first
from tests import demo_pages
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
COURSE = Course(ROOT)
SLUGS = COURSE.slugs()
UNFOLDED = "document.querySelectorAll('details').forEach(each => each.open = true)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = COURSE.exercises / "celebrities" / "data" / "celebrities.npz"
FROM_POOR_TO_EXCELLENT = (
    "everybody-is-alma",
    "dense",
    "linear",
    "a-small-cnn",
    "a-normalised-cnn",
    "weights-handed-in",
    "model-handed-in",
    "model-handed-in-and-mirrored",
)
LONGEST = ("celebrities", "full-marks")
"""The case that trains for as long as half of the others together; `make slow` grades it."""


def without(expected: str, case: str) -> str:
    """The text of `expected.toml` less the tables of a case."""
    tables = re.split(r"^(?=\[)", expected, flags=re.MULTILINE)
    return "".join(table for table in tables if not table.startswith((f"[{case}]", f"[{case}.")))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the course without its longest case, where the loop that never ends is stopped sooner."""
    folder = tmp_path_factory.mktemp("course")
    for room in ("exercises", "solutions", "reference_models"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    slug, name = LONGEST
    path = folder / "solutions" / slug / "cases" / "expected.toml"
    expected = path.read_text()
    path.write_text(without(expected, name))
    assert tomllib.loads(path.read_text()) == {
        case: table for case, table in tomllib.loads(expected).items() if case != name
    }
    path = folder / "exercises" / "conv-arithmetic" / "exercise.toml"
    text = path.read_text()
    assert text.count("\ncell_seconds = 10\n") == 1
    path.write_text(text.replace("\ncell_seconds = 10\n", "\ncell_seconds = 3\n"))
    return Course(folder)


@pytest.fixture(scope="module")
def demo(course: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run of the demo, with its results folder."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "grader", "demo", "--out", str(folder), "--course", str(course.root)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False), folder


def cases_of(course: Course, slug: str) -> tuple[Case, ...]:
    """The cases of an exercise that are in the demo."""
    return read_cases(course, read_exercise(course, slug))


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "grades.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_demo_says_where_its_overview_is(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = demo
    assert done.returncode == 0, done.stderr
    assert f"Dashboard: {folder / 'index.html'}" in done.stdout
    assert "Not as expected" not in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_the_first_results_are_there_before_anything_trains(
    course: Course, demo: tuple[subprocess.CompletedProcess[str], Path]
) -> None:
    done, folder = demo
    first, later = done.stderr.split(f"The first results are in {folder / 'index.html'}.")
    assert first.count("completed") == len(cases_of(course, "activations-and-losses"))
    assert later.count("completed") > first.count("completed")


def test_exercises_that_may_take_longest_come_last() -> None:
    limits = [
        material.exercise.limits.notebook_seconds
        for material in quick_first(pipeline.load(COURSE, slug) for slug in SLUGS)
    ]
    assert limits == sorted(limits)


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_every_case_gets_the_marks_that_it_must_get(
    course: Course, demo: tuple[subprocess.CompletedProcess[str], Path], slug: str
) -> None:
    found = {row["student"]: row for row in rows(demo[1] / slug)}
    assert found.keys() == {case.name for case in cases_of(COURSE, slug) if (slug, case.name) != LONGEST}
    for case in cases_of(course, slug):
        assert found[case.name]["outcome"] == case.outcome
        for question, score in case.points.items():
            points = found[case.name][f"q_{question}"]  # empty where this machine lacks what it takes to mark it
            assert not points or float(points) in score, f"{case.name}: {question}"


def test_who_hands_in_the_blank_notebook_has_attempted_nothing(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    for slug in SLUGS:
        findings = json.loads((demo[1] / slug / "blank" / "assessment.json").read_text())["findings"]
        assert {finding["verdict"] for finding in findings} <= {"not_attempted", "needs_human"}, slug


@pytest.mark.long
@pytest.mark.skipif(not PICTURES.is_file(), reason="the pictures are not made: grader data make celebrities")
def test_the_case_that_trains_longest_gets_all_points(sandbox: LocalExecutor, tmp_path: Path) -> None:
    """Its points are those of the solution, which `expected.toml` need not repeat."""
    slug, name = LONGEST
    material = pipeline.load(COURSE, slug)
    [submission] = [one for one in case_submissions(COURSE, material.exercise) if one.student == name]
    [mark] = pipeline.grade(material, [submission], Results(tmp_path), sandbox, lambda _: None)
    [case] = [case for case in cases_of(COURSE, slug) if case.name == name]
    assert mark.assessment.outcome is case.outcome
    assert [
        finding for finding in mark.assessment.findings if finding.points not in case.points[finding.question]
    ] == []
    assert mark.assessment.percent == 100


@pytest.mark.skipif(not PICTURES.is_file(), reason="the pictures are not made: grader data make celebrities")
def test_better_models_of_faces_get_more_marks_and_copies_are_told_to_the_instructor(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    folder = demo[1] / "celebrities"
    points = {row["student"]: float(row["q_accuracy"]) for row in rows(folder)}
    marks = [points[name] for name in FROM_POOR_TO_EXCELLENT]
    assert marks == sorted(marks)
    assert (marks[0], marks[-1], len(set(marks)) >= 6) == (0, 12, True)
    for path in folder.glob("*/assessment.json"):
        kinds = {flag["kind"] for flag in json.loads(path.read_text())["flags"]}
        copied = path.parent.name.startswith("model-handed-in")
        assert kinds == (
            {"the same file as another student", "the same weights as another student"} if copied else set()
        )


def test_one_table_holds_the_whole_course(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = demo
    together = rows(folder)
    assert {row["exercise"] for row in together} == set(COURSE.slugs())
    assert len(together) == sum(len(rows(folder / slug)) for slug in COURSE.slugs())


def test_the_pages_say_what_was_not_understood_and_what_to_do(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, folder = demo
    reports = [page.read_text(encoding="utf-8") for page in folder.glob("*/*/report.html")]
    for part in ("Where you lost points", "What to do now", "Practise with new numbers", "You answered"):
        assert any(part in report for report in reports)
    dashboard = (folder / "lenet5" / "index.html").read_text(encoding="utf-8")
    course_page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Questions about own work" in dashboard
    for page in (dashboard, course_page):
        assert "What to teach again" in page
        assert "What to practise" in page


def test_every_page_is_there_and_small_enough(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = demo
    pages = list(folder.glob("*/*/report.html"))
    assert len(pages) == len(rows(folder))
    assert max(page.stat().st_size for page in pages) < 1_500_000
    assert max(map(demo_pages.size_without_pictures, pages)) < 300_000
    links = [folder / slug / "index.html" for slug in COURSE.slugs()]
    assert all(link.is_file() for link in links)


def test_every_report_has_all_that_belongs_to_it(
    course: Course, demo: tuple[subprocess.CompletedProcess[str], Path]
) -> None:
    """A page that cannot be drawn in full is replaced by a shorter one that says so; here all can be drawn."""
    _, folder = demo
    reports = {path: path.read_text() for path in folder.glob("*/*/report.html")}
    assert len(reports) == sum(len(cases_of(course, slug)) for slug in SLUGS)
    assert [path for path, page in reports.items() if "This report does not contain the pictures" in page] == []
    assert [path for path, page in reports.items() if "This report contains only the marks" in page] == []


def test_every_lost_point_says_what_was_found_why_what_to_do_next_and_where_to_read(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    reports = list(demo[1].glob("*/*/report.html"))
    assert [text for page in reports for text in demo_pages.unexplained(page)] == []


def test_every_page_can_be_read_without_seeing_it_and_does_nothing(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    pages = list(demo[1].rglob("*.html"))
    assert {str(page.relative_to(demo[1])): found for page in pages if (found := list(demo_pages.faults(page)))} == {}


def fullest(folder: Path) -> list[Path]:
    """The report of each exercise that shows most, and the pages for instructors."""
    reports = [max((folder / slug).glob("*/report.html"), key=demo_pages.size_without_pictures) for slug in SLUGS]
    return [folder / "index.html", folder / "keras-cnn" / "index.html", *reports]


@pytest.mark.browser
def test_no_page_scrolls_sideways_or_asks_for_anything(
    demo: tuple[subprocess.CompletedProcess[str], Path], browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pages = fullest(demo[1])
    for path in pages:
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(path.as_uri())
        page.evaluate(UNFOLDED)
        assert page.evaluate(SIDEWAYS) <= 0, path
        page.set_viewport_size({"width": 3840, "height": 2160})
        assert page.evaluate(SIDEWAYS) <= 0, path
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri() for path in pages]
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("slug", ["hand-convolution", "keras-cnn"])
def test_axe_finds_no_violation_in_a_report(
    demo: tuple[subprocess.CompletedProcess[str], Path], browser: Any, violations: Callable[[Any], list[str]], slug: str
) -> None:
    """Of the demo one report in light and one in dark; all of them with `make slow`."""
    scheme = "dark" if slug == "keras-cnn" else "light"
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.goto(max((demo[1] / slug).glob("*/report.html"), key=demo_pages.size_without_pictures).as_uri())
    assert violations(page) == []
    page.close()


@pytest.mark.browser
@pytest.mark.long
def test_axe_finds_no_violation_in_any_page_of_the_demo(
    demo: tuple[subprocess.CompletedProcess[str], Path], browser: Any, violations: Callable[[Any], list[str]]
) -> None:
    found = {}
    page = browser.new_page()
    for path in demo[1].rglob("*.html"):
        page.goto(path.as_uri())
        page.evaluate(UNFOLDED)
        for scheme, width in (("light", 1280), ("dark", 320)):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            if wrong := violations(page):
                found[str(path.relative_to(demo[1])), scheme] = wrong
    page.close()
    assert found == {}
