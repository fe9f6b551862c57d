"""What a machine lacks of the data sets and packages of a course: `list`, `doctor` and `grade` say so."""

import sys
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.machine_needs import lacked_by, lacked_by_course
from grader.model.dataset import DataSet, Shown
from grader.model.preparation import Preparation

SETTINGS = """
[datasets]
use = ["mnist"]
[environment]
packages = ["numpy", "no_such_package"]
startup = "startup.py"
"""
LINES = [
    "The package 'no_such_package' cannot be imported on this machine. Install it.",
    "The data set 'imdb' is not on this machine. Store it there: grader data provide imdb.",
    "The data set 'mnist' is not on this machine. Store it there: grader data provide mnist.",
]


@pytest.fixture
def furnished(small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with data sets, packages and start-up code, on a machine without data sets."""
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "no data"))
    (small.exercises / "course.toml").write_text(SETTINGS)
    (small.exercises / "startup.py").write_text("import numpy\n")
    path = small.exercises / "tiny" / "exercise.toml"
    path.write_text(f'{path.read_text()}\n[datasets]\nuse = ["imdb"]\n')
    return small


def test_what_the_machine_lacks_has_a_line_with_the_remedy(furnished: Course) -> None:
    assert lacked_by_course(furnished) == LINES
    material = pipeline.load(furnished, "tiny")
    assert sorted(lacked_by(material.preparation, material.missing_data)) == sorted(LINES)


def test_list_prints_them_and_the_exercises_stay_valid(
    furnished: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["grader", "list", "--course", str(furnished.root)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.DONE
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("The ")] == LINES


def test_no_submitted_file_takes_the_place_of_a_data_set() -> None:
    places = ("notebook/data/flowers", "notebook/table.csv", "keras/datasets/mnist.npz", "notebook/data/other.csv")
    parts = tuple(Shown(source="x", place=place) for place in places)
    preparation = Preparation(datasets=(DataSet("x", "0" * 64, parts),))
    assert preparation.names_beside_notebook == ("data", "table.csv")


def test_packages_and_start_up_code_are_part_of_the_job(furnished: Course) -> None:
    recorded = dict(pipeline.load(furnished, "tiny").preparation.versions)
    before = recorded.pop("start-up code")
    assert recorded["package no_such_package"] == "missing"
    assert recorded["package numpy"][0].isdigit()
    (furnished.exercises / "startup.py").write_text("import numpy as np\n")
    assert dict(pipeline.load(furnished, "tiny").preparation.versions)["start-up code"] != before
