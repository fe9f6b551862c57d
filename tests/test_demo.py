"""`grader demo`: the demo class gets the marks that it must get."""

import csv
import json
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
PICTURES = COURSE.exercises / "celebrities" / "data" / "celebrities.npz"
FROM_POOR_TO_EXCELLENT = (
    "everybody-is-alma",
    "dense",
    "linear",
    "a-small-cnn",
    "a-normalised-cnn",
    "weights-handed-in",
    "full-marks",
    "model-handed-in",
    "model-handed-in-and-mirrored",
)


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
            points = found[case.name][f"q_{question}"]  # empty where this machine lacks what it takes to mark it
            assert not points or float(points) in score, f"{case.name}: {question}"


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
        assert kinds == ({"the same file as another", "the same weights as another"} if copied else set())


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
    assert all(page.stat().st_size < 300_000 for page in pages if b"data:image" not in page.read_bytes())
    links = [folder / slug / "index.html" for slug in COURSE.slugs()]
    assert all(link.is_file() for link in links)
