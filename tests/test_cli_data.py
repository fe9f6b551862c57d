"""`grader data` on the command line: the tables that it prints, and how it ends."""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from grader import cli
from grader.course.layout import Course
from grader.progress import StageProgress
from tests.conftest import ROOT
from tests.images.image_samples import people, photo, save, with_images

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with one exercise on images, as the current folder, and photos beside it."""
    (tmp_path / "course" / "solutions" / "people").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course")
    people(tmp_path / "photos", {"ann [red]": 12, "bo": 12})
    return with_images(Course(tmp_path / "course"))


@pytest.fixture
def grader(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command as a shell would; gives its status, its output and its messages."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        monkeypatch.setenv("COLUMNS", "120")
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return int(ended.value.code or 0), captured.out, captured.err

    return run


@pytest.mark.usefixtures("course")
def test_an_import_prints_what_it_did(grader: Command) -> None:
    (Path("../photos") / "bo" / "broken [bold].jpg").write_bytes(b"x")
    save(photo(1), Path(os.fsdecode(b"../photos/bo/\xff\x1b[31m.png")))
    status, out, err = grader("data", "import", "people", "../photos")
    assert status == cli.DONE
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "class training validation (drawn) held out (drawn)" in lines
    assert "ann [red] 8 2 2" in lines
    assert any(line.startswith("2 classes ") for line in lines)
    assert any(line.startswith("1 cannot be read left out bo/broken [bold].jpg") for line in lines)
    assert r"bo/\xff\x1b[31m.png" in out
    assert lines[-3:] == [
        "exercises/people/data/people.npz",
        "solutions/people/heldout/people.npz",
        "solutions/people/heldout/people-known.json",
    ]
    assert err.splitlines() == ["reading images: 26 of 26", "comparing", "writing"]


@pytest.mark.usefixtures("course")
def test_options_change_the_split(grader: Command) -> None:
    status, out, _ = grader("data", "import", "people", "../photos", "--validation", "0.25", "--test", "0.5")
    assert status == cli.DONE
    assert "bo 3 3 6" in [" ".join(line.split()) for line in out.splitlines()]


def test_wrong_use_is_told_in_one_message(grader: Command, course: Course) -> None:
    with_images(course, "none")
    path = course.exercises / "none" / "exercise.toml"
    path.write_text(path.read_text().replace("[images]\nheight = 16\nwidth = 16\n", ""))
    wrong = {
        ("import", "people", "nowhere"): "nowhere: does not exist; name a folder",
        ("import", "peple", "../photos"): "exercises/peple: there is no such exercise; did you mean 'people'?",
        ("import", "none", "../photos"): "exercises/none/exercise.toml: has no table [images]; add it, with 'height'",
        (
            "import",
            "people",
            "../photos",
            "--test",
            "1",
        ): "--test 1: each must be above 0, and both together at most 0.8",
        ("import", "people", "../photos", "--smallest-class", "99"): "2 classes found, 0 with enough usable images",
        ("make", "people"): "solutions/people/make_data.py: does not exist, so there are no images to make; import",
    }
    for arguments, said in wrong.items():
        status, out, err = grader("data", *arguments)
        assert (status, out) == (cli.WRONG_USE, ""), arguments
        assert said in err


def test_cifar10_can_be_imported_from_folders_and_is_sent_there(grader: Command, course: Course) -> None:
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part / "cifar10", course.root / part / "cifar10", ignore=shutil.ignore_patterns("*.npz"))
    shutil.copytree(ROOT / "reference_models", course.root / "reference_models")
    shutil.rmtree(course.exercises / "people")
    status, _, err = grader("data", "make", "cifar10")
    assert status == cli.WRONG_USE
    assert "`python solutions/cifar10/make_data.py`; or import images with `grader data import cifar10 PATH`" in err
    names = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    photos = people(course.root.parent / "things", dict.fromkeys(names, 12))
    assert grader("data", "import", "cifar10", str(photos))[0] == cli.DONE
    status, out, _ = grader("list")
    assert status == cli.DONE, out
    assert "not marked on this machine" not in out


def test_on_a_terminal_every_stage_has_a_bar_that_ends_full() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with StageProgress(console) as progress:
        for done in (1, 2):
            progress.tell("reading images", done, 2)
        progress.tell("comparing", 0, 0)
        progress.tell("writing", 0, 0)
    assert isinstance(console.file, io.StringIO)
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue()).splitlines()[-3:]
    assert [" ".join(re.findall(r"[a-z]+|[0-9]+/[0-9]+", line)) for line in last] == [
        "reading images 2/2",
        "comparing 1/1",
        "writing 1/1",
    ]
