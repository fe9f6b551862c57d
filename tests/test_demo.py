"""`grader demo`: the demo class gets the marks that it must get."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
COURSE = Course(ROOT)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run of the demo, with its results folder."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "grader", "demo", "--out", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False), folder


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "grades.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_demo_says_where_its_overview_is(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = demo
    assert done.returncode == 0, done.stderr
    assert f"Overview: {folder / 'index.html'}" in done.stdout
    assert "Not as expected" not in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_every_case_gets_the_marks_that_it_must_get(
    demo: tuple[subprocess.CompletedProcess[str], Path], slug: str
) -> None:
    found = {row["student"]: row for row in rows(demo[1] / slug)}
    for case in read_cases(COURSE, read_exercise(COURSE, slug)):
        assert found[case.name]["outcome"] == case.outcome
        for question, score in case.points.items():
            assert float(found[case.name][f"q_{question}"]) in score, f"{case.name}: {question}"


def test_one_table_holds_the_whole_course(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = demo
    together = rows(folder)
    assert {row["exercise"] for row in together} == set(COURSE.slugs())
    assert len(together) == sum(len(rows(folder / slug)) for slug in COURSE.slugs())


def test_every_page_is_there_and_small_enough(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = demo
    pages = list(folder.glob("*/*/report.html"))
    assert len(pages) == len(rows(folder))
    assert all(page.stat().st_size < 1_500_000 for page in pages)
    links = [folder / slug / "index.html" for slug in COURSE.slugs()]
    assert all(link.is_file() for link in links)
