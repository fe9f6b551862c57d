"""A folder of images: a folder for each class, with or without `train`, `validation` and `test` above them."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from grader.course.images.findings import Findings, Kind
from grader.course.images.names import class_name, is_made_by_a_system, natural, readable
from grader.course.images.picture import Picture, read_picture
from grader.course.images.source import UNDECIDED, Listed
from grader.errors import InputError
from grader.model.images import Part, Size
from grader.text.suggestions import suggestion

_PARTS = {
    **dict.fromkeys(("train", "training"), Part.TRAINING),
    **dict.fromkeys(("validation", "valid", "val"), Part.VALIDATION),
    **dict.fromkeys(("test", "testing", "heldout", "held-out"), Part.HELDOUT),
}
_MOST_FILES = 2_000_000
_DEEPEST = 8
_AHEAD = 64
_THREADS = 4


@dataclass(frozen=True, slots=True)
class _ClassFolder:
    path: str
    name: str
    part: int


class ImageTree:
    """Image files in folders.

    Args:
        root: The folder.
        shown: How messages name it.
        findings: Where to put what is left out.
        classes: The classes in the order of their labels; empty: whatever folders there are, by name.

    Raises:
        InputError: There are no folders of classes, two folders for one part, a class that is not in training, or one
            of `classes` is not there.
    """

    def __init__(self, root: Path, shown: str, findings: Findings, classes: tuple[str, ...] = ()) -> None:
        self._findings = findings
        self._root = _heart(str(root))
        folders = _class_folders(self._root, shown, findings)
        if classes:
            folders = _of_the_exercise(folders, classes, shown, findings)
        classes = classes or tuple(sorted({folder.name for folder in folders}, key=natural))
        self._paths: list[str] = []
        labels, parts = [], []
        for folder in folders:
            before = len(self._paths)
            self._paths.extend(self._files(folder.path, 0))
            if len(self._paths) > _MOST_FILES:
                raise InputError(f"{shown}: holds more than {_MOST_FILES:,} files; name a part of it.")
            labels.append(np.full(len(self._paths) - before, classes.index(folder.name), np.int64))
            parts.append(np.full(len(self._paths) - before, folder.part, np.int8))
        self.listed = Listed(classes, np.concatenate(labels), np.concatenate(parts))

    def name(self, index: int) -> str:
        """The path of an image below the root, as it can be printed."""
        return self._shown(self._paths[index])

    def pictures(self, size: Size) -> Iterator[Picture]:
        """Read every image, some at the same time, a few ahead of what has been taken."""
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
            waiting: deque[Future[Picture]] = deque()
            try:
                for path in self._paths:
                    waiting.append(pool.submit(partial(read_picture, path, size)))
                    if len(waiting) >= _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _shown(self, path: str) -> str:
        return readable(os.path.relpath(path, self._root))

    def _files(self, folder: str, depth: int) -> Iterator[str]:
        """Every regular file below a folder of a class, in the order of the names."""
        for entry in _entries(folder, self._root, self._findings):
            if not entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif depth >= _DEEPEST:
                self._findings.add(Kind.DEEP, self._shown(entry.path))
            else:
                yield from self._files(entry.path, depth + 1)


def _heart(root: str) -> str:
    """The folder that holds the classes: below folders that hold nothing but one folder of folders."""
    for _ in range(_DEEPEST):
        inner = [entry for entry in _listing(root) if _is_folder(entry)]
        if len(inner) != 1 or inner[0].name.casefold() in _PARTS:
            return root
        if not any(_is_folder(entry) for entry in _listing(inner[0].path)):
            return root
        root = inner[0].path
    return root


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir(follow_symlinks=False) and not is_made_by_a_system(entry.name)


def _listing(folder: str) -> list["os.DirEntry[str]"]:
    """What a folder holds; nothing where it cannot be opened, which is said when it is read."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _entries(folder: str, root: str, findings: Findings) -> list["os.DirEntry[str]"]:
    """The regular files and the folders in a folder, by name; all else is a finding."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: natural(entry.name))
    except OSError as error:
        findings.add(Kind.UNREADABLE, f"{readable(os.path.relpath(folder, root))} ({error.strerror})")
        return []
    kept = []
    for entry in entries:
        shown = readable(os.path.relpath(entry.path, root))
        if is_made_by_a_system(entry.name):
            findings.add(Kind.SYSTEM, shown)
        elif entry.is_symlink():
            findings.add(Kind.LINK, shown)
        elif entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False):
            if readable(entry.name) != entry.name:
                findings.add(Kind.ODD_NAME, shown)
            kept.append(entry)
        else:
            findings.add(Kind.SPECIAL, shown)
    return kept


def _folders(folder: str, root: str, findings: Findings) -> list["os.DirEntry[str]"]:
    """The folders in a folder; files that stand beside them are findings."""
    entries = _entries(folder, root, findings)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            findings.add(Kind.STRAY, readable(os.path.relpath(entry.path, root)))
    return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]


def _class_folders(root: str, shown: str, findings: Findings) -> list[_ClassFolder]:
    top = _folders(root, root, findings)
    split = {entry.path: _PARTS[entry.name.casefold()] for entry in top if entry.name.casefold() in _PARTS}
    if Part.TRAINING not in split.values():
        found = [_ClassFolder(entry.path, class_name(entry.name), UNDECIDED) for entry in top]
        if not found:
            raise InputError(f"{shown}: holds no folders; put the images of each class in a separate folder.")
        return found
    _check_parts(split, shown)
    for entry in top:
        if entry.path not in split:
            findings.add(Kind.STRAY, readable(entry.name) + "/")
    found = [
        _ClassFolder(entry.path, class_name(entry.name), part)
        for path, part in split.items()
        for entry in _folders(path, root, findings)
    ]
    _check_classes(found, shown, root)
    return found


def _check_parts(split: dict[str, Part], shown: str) -> None:
    for part in Part:
        names = [readable(Path(path).name) for path, each in split.items() if each is part]
        if len(names) > 1:
            raise InputError(
                f"{shown}: '{names[0]}' and '{names[1]}' name the same part; put their images in one of them."
            )


def _check_classes(found: list[_ClassFolder], shown: str, root: str) -> None:
    """Every class must be learnt before it can be asked for: mostly, a folder is misspelt."""
    learnt = {folder.name for folder in found if folder.part == Part.TRAINING}
    if not learnt:
        raise InputError(f"{shown}: the training folder holds no folders; put each class in a separate folder there.")
    for folder in found:
        if folder.name not in learnt:
            place = readable(os.path.relpath(folder.path, root))
            raise InputError(
                f"{shown}: '{place}' is a class that has no images to train with; {suggestion(folder.name, learnt)}."
            )


def _of_the_exercise(
    found: list[_ClassFolder], classes: tuple[str, ...], shown: str, findings: Findings
) -> list[_ClassFolder]:
    """The folders of classes that the exercise has, under the names that it gives them."""
    known = {class_name(name).casefold(): name for name in classes}
    kept = [replace(each, name=known[each.name.casefold()]) for each in found if each.name.casefold() in known]
    findings.add_all(
        Kind.OTHER_CLASS, sorted({each.name for each in found if each.name.casefold() not in known}), lambda name: name
    )
    missing = [name for name in classes if name not in {each.name for each in kept}]
    if missing:
        raise InputError(
            f"{shown}: has no folder '{missing[0]}', which is a class of the exercise; "
            f"{suggestion(missing[0], {each.name for each in found})}."
        )
    return kept
