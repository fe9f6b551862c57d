"""`grader data` on the command line: the tables that it prints, and how it ends."""

import hashlib
import io
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from grader import cli, pipeline
from grader.course.layout import Course
from grader.model.dataset import DataSource, SourceFile
from grader.progress import StageProgress
from tests.conftest import ROOT
from tests.dataset_samples import write_archive, write_fashion_mnist, write_imdb, write_mnist
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
        ("import", "people", "nowhere"): "nowhere: does not exist. Name a folder",
        ("import", "peple", "../photos"): "exercises/peple: there is no such exercise. Did you mean 'people'?",
        ("import", "none", "../photos"): "exercises/none/exercise.toml: has no table [images]. Add it, with 'height'",
        (
            "import",
            "people",
            "../photos",
            "--test",
            "1",
        ): "--test 1: each must be above 0, and both together at most 0.8",
        ("import", "people", "../photos", "--smallest-class", "99"): "2 classes found, 0 with enough usable images",
        ("make", "people"): "solutions/people/make_data.py: does not exist, so there are no images to make. Import",
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
    assert "`python solutions/cifar10/make_data.py`, or import images with `grader data import cifar10 PATH`" in err
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


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store of data sets."""
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder that a web server of this machine publishes, and its address."""
    folder = tmp_path / "published"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_known_data_set_is_provided_from_a_file_in_no_course(
    grader: Command, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_mnist(tmp_path / "mnist.npz")
    status, _, err = grader("data", "provide", "mnist", "mnist.npz")
    assert status == cli.WRONG_USE
    assert "mnist.npz: its checksum differs from the published checksum of mnist (731c5ac60275" in err
    assert "--accept-other" in err
    assert grader("data", "list")[1] == ""
    status, out, _ = grader("data", "provide", "mnist", "mnist.npz", "--accept-other")
    assert (status, out) == (cli.DONE, f"{store}/mnist/mnist.npz\n")
    assert grader("data", "list")[1] == "mnist: on this machine\n"


def test_files_of_a_data_set_are_found_in_a_folder_and_what_is_missing_is_named(
    grader: Command, store: Path, tmp_path: Path
) -> None:
    folder = write_fashion_mnist(tmp_path / "fashion")
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    status, _, err = grader("data", "provide", "fashion_mnist", str(folder))
    assert status == cli.WRONG_USE
    assert "lacks t10k-labels-idx1-ubyte.gz" in err
    imdb = write_imdb(tmp_path / "imdb") / "imdb.npz"
    status, _, err = grader("data", "provide", "imdb", str(imdb), "--accept-other")
    assert status == cli.DONE
    assert "imdb: imdb_word_index.json is missing" in err
    assert [path.name for path in store.iterdir()] == ["imdb"]


def test_an_unknown_name_gets_a_suggestion(grader: Command, store: Path) -> None:
    status, _, err = grader("data", "provide", "mnits")
    assert status == cli.WRONG_USE
    assert "there is no data set of this name. Did you mean 'mnist'?" in " ".join(err.split())
    assert not store.exists()


@pytest.mark.usefixtures("store")
def test_a_download_is_checked_against_the_published_checksum(
    grader: Command, server: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = server
    published = write_mnist(folder / "mnist.npz")
    right = SourceFile(
        name="mnist.npz", url=f"{address}/mnist.npz", checksum=checksum(published), place="keras/datasets/mnist.npz"
    )
    files = {"mnist": right, "gone": replace(right, url=f"{address}/x"), "altered": replace(right, checksum="0" * 64)}
    sources = {name: DataSource(name, (file,)) for name, file in files.items()}
    monkeypatch.setattr("grader.pipeline.providing.known_sources", lambda: sources)
    monkeypatch.chdir(tmp_path)
    status, out, err = grader("data", "provide", "mnist")
    assert status == cli.DONE
    assert f"Downloading {address}/mnist.npz ..." in err
    assert Path(out.strip()).read_bytes() == published.read_bytes()
    status, _, err = grader("data", "provide", "altered")
    assert status == cli.WRONG_USE
    assert "its checksum differs from the published checksum of altered (000000" in " ".join(err.split())
    status, _, err = grader("data", "provide", "gone")
    assert status == cli.WRONG_USE
    assert "cannot be downloaded (HTTP Error 404: File not found)" in " ".join(err.split())
    assert grader("data", "list")[1] == "mnist: on this machine\n"


def test_a_course_describes_a_data_set_of_its_own_which_an_exercise_finds(
    grader: Command, server: tuple[Path, str], store: Path, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = server
    archive = write_archive(folder / "flowers.zip", {"rose/1.txt": b"red"})
    (small.exercises / "course.toml").write_text(
        f'[datasets]\nuse = ["cifar10"]\n[datasets.own.flowers]\nurl = "{address}/flowers.zip"\n'
        f'checksum = "{checksum(archive)}"\nfolder = "data/flowers"\n'
    )
    monkeypatch.chdir(small.root)
    assert pipeline.load(small, "tiny").missing_data == ("cifar10", "flowers")
    assert grader("data", "provide", "flowers")[0] == cli.DONE
    assert (store / "flowers" / "flowers.zip.contents" / "rose" / "1.txt").read_bytes() == b"red"
    material = pipeline.load(small, "tiny")
    assert material.missing_data == ("cifar10",)
    (dataset,) = material.preparation.datasets
    assert [(part.place, part.url) for part in dataset.parts] == [
        ("downloads/flowers/flowers.zip", f"{address}/flowers.zip"),
        ("notebook/data/flowers", f"{address}/flowers.zip"),
    ]
    assert grader("data", "list")[1].splitlines() == [
        "cifar10: not on this machine, needed by tiny. To store it: grader data provide cifar10",
        "flowers: on this machine, needed by tiny",
    ]


def test_an_archive_that_would_leave_its_folder_is_refused(
    grader: Command, store: Path, small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small.root)
    (small.exercises / "course.toml").write_text('[datasets.own.flowers]\nfolder = "data"\n')
    archive = write_archive(tmp_path / "flowers.zip", {"../../escaped": b"1"})
    status, _, err = grader("data", "provide", "flowers", str(archive))
    assert status == cli.WRONG_USE
    assert "the member '../../escaped' is outside the archive's folder" in " ".join(err.split())
    assert list(store.iterdir()) == []
