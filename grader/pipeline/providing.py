"""Puts data sets on this machine: from files that a person names, or from where they are published."""

import shutil
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

from grader.course.dataset_table import similar
from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.errors import InputError
from grader.model.dataset import DataSource, SourceFile
from grader.storage.dataset_store import checksum_fits, data_store
from grader.storage.known_datasets import known_sources

_SECONDS = 60.0  # without a byte from the server
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Provided:
    """A data set that is on this machine now, and its files there."""

    name: str
    files: tuple[Path, ...]


def provide(course: Course | None, name: str, path: Path | None, *, accept_other: bool, note: Note) -> Provided:
    """Put a data set on this machine.

    Args:
        course: The course, which may describe data sets of its own; None if there is none.
        name: Name of the data set.
        path: Its file, or a folder with its files; None to download them.
        accept_other: Whether files may have other checksums than those that are published.
        note: Is told what happens, one sentence at a time.

    Raises:
        InputError: There is no such data set; a file is missing, cannot be downloaded, or has another checksum; or an
            archive cannot be unpacked.
    """
    source, store = _source(course, name), data_store()
    with tempfile.TemporaryDirectory(prefix="grader-data-") as folder:
        files = _from_path(source, path) if path else _downloaded(source, Path(folder), note)
        for file in source.files:
            if file.name in files and not (accept_other or checksum_fits(files[file.name], file.checksum)):
                raise InputError(
                    f"{files[file.name]}: its checksum differs from the published checksum of {name} "
                    f"({file.checksum}). Download it again, or add --accept-other if you want to use other content."
                )
            if file.name not in files:
                note(f"{name}: {file.name} is missing. A notebook that loads it will stop.")
        store.put(source, files)
    return Provided(name, tuple(store.folder / name / file.name for file in source.files if file.name in files))


class DataSetOverview(NamedTuple):
    """A data set: whether it is on this machine, and a few words on where it is and who needs it."""

    name: str
    state: str
    is_here: bool


def overview(course: Course | None) -> list[DataSetOverview]:
    """List each data set on this machine, and each that the course needs."""
    store, needed = data_store(), _needed(course) if course else {}
    lines = []
    for name in sorted({*store.names(), *needed}):
        is_here = name in store.names()
        use = f"needed by {', '.join(needed[name])}" if name in needed else "not needed by this course"
        state = ", ".join(["on this machine" if is_here else "not on this machine", *([use] if course else [])])
        lines.append(
            DataSetOverview(name, state if is_here else f"{state}. To store it: grader data provide {name}", is_here)
        )
    return lines


def _needed(course: Course) -> dict[str, list[str]]:
    """Name of a data set -> the exercises that need it."""
    needed: dict[str, list[str]] = {}
    of_course = read_settings(course).datasets
    for slug in course.slugs():
        for source in (*of_course, *read_exercise(course, slug).datasets):
            needed.setdefault(source.name, []).append(slug)
    return needed


def _source(course: Course | None, name: str) -> DataSource:
    described = _described_sources(course, name) if course and name not in known_sources() else {}
    sources = {**described, **known_sources()}
    if name not in sources:
        raise InputError(
            f"{name}: there is no data set of this name. {similar(name, described)}. Describe one of your own in "
            "a table [datasets.own.NAME] of course.toml or exercise.toml."
        )
    return sources[name]


def _described_sources(course: Course, name: str) -> dict[str, DataSource]:
    """The data sets that a course describes itself; exercises are only read if `course.toml` does not have the name."""
    sources = {source.name: source for source in read_settings(course).datasets}
    if name not in sources:
        sources |= {source.name: source for slug in course.slugs() for source in read_exercise(course, slug).datasets}
    return sources


def _from_path(source: DataSource, path: Path) -> dict[str, Path]:
    """Name of each file of a data set -> where it is, from a file or folder that a person named."""
    if path.is_dir():
        files = {file.name: path / file.name for file in source.files if (path / file.name).is_file()}
    elif path.is_file():
        files = {_file_for(source, path).name: path}
    else:
        raise InputError(f"{path}: there is no such file. Name the file or folder that has the data.")
    missing = [file.name for file in source.files if file.name not in files and not file.optional]
    if missing:
        raise InputError(f"{path}: lacks {', '.join(missing)}. Name a folder with all files of {source.name}.")
    return files


def _file_for(source: DataSource, path: Path) -> SourceFile:
    """The file of a data set that a single file stands for, whatever it is called."""
    needed = [file for file in source.files if not file.optional]
    of_name = [file for file in source.files if file.name == path.name]
    return (of_name or needed)[0]


def _downloaded(source: DataSource, folder: Path, note: Note) -> dict[str, Path]:
    files = {}
    for file in source.files:
        if not file.url:
            raise InputError(
                f"{source.name}: has no address to download from. Name its file: grader data provide {source.name} "
                f"FILE."
            )
        note(f"Downloading {file.url} ...")
        try:
            with (
                urllib.request.urlopen(file.url, timeout=_SECONDS) as answer,
                (folder / file.name).open("wb") as target,
            ):
                shutil.copyfileobj(answer, target)
        except (OSError, HTTPException) as error:
            raise InputError(
                f"{file.url}: cannot be downloaded ({error}). Download it on another machine, and name the file: "
                f"grader data provide {source.name} FILE."
            ) from error
        files[file.name] = folder / file.name
    return files
