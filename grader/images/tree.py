"""Reads a folder of images: a folder for each class, with or without `train`, `validation` and `test` above them."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from grader.errors import InputError
from grader.images.file_names import class_name, is_made_by_a_system, natural, readable
from grader.images.image_source import UNDECIDED, ImageList
from grader.images.issues import Issue, IssueLog
from grader.images.picture import Picture, read_picture
from grader.model.images import ImageSize, Subset
from grader.text.suggestions import suggestion

_SUBSETS = {
    **dict.fromkeys(("train", "training"), Subset.TRAINING),
    **dict.fromkeys(("validation", "valid", "val"), Subset.VALIDATION),
    **dict.fromkeys(("test", "testing", "heldout", "held-out"), Subset.HELDOUT),
}
_MOST_FILES = 2_000_000
_MOST_LEVELS = 8  # folders inside one another
_READ_AHEAD = 64  # images: bounds the memory if they are read faster than they are used
_THREADS = 4  # decoders release the lock of the interpreter


@dataclass(frozen=True, slots=True)
class _ClassFolder:
    """The images of one class in one subset.

    Attributes:
        path: The folder.
        name: The name of the class.
        subset: A value of `Subset`, or UNDECIDED.
    """

    path: str
    name: str
    subset: int


class ImageTree:
    """Image files in folders.

    Args:
        root: The folder.
        shown_root: The folder as messages give it.
        log: Counts files and folders that are left out.
        classes: The classes in the order of their labels; empty for all folders, sorted by name.

    Raises:
        InputError: There are no folders of classes, two folders for one subset, a class without training images, or
            one of `classes` is missing.
    """

    def __init__(self, root: Path, shown_root: str, log: IssueLog, classes: tuple[str, ...] = ()) -> None:
        self._log = log
        self._root = _folder_of_classes(str(root))
        folders = _class_folders(self._root, shown_root, log)
        if classes:
            folders = _of_the_exercise(folders, classes, shown_root, log)
        classes = classes or tuple(sorted({folder.name for folder in folders}, key=natural))
        self._paths: list[str] = []
        labels, subsets = [], []
        for folder in folders:
            before = len(self._paths)
            self._paths.extend(self._files(folder.path, 0))
            if len(self._paths) > _MOST_FILES:
                raise InputError(f"{shown_root}: contains more than {_MOST_FILES:,} files. Name a part of it.")
            labels.append(np.full(len(self._paths) - before, classes.index(folder.name), np.int64))
            subsets.append(np.full(len(self._paths) - before, folder.subset, np.int8))
        self.images = ImageList(classes, np.concatenate(labels), np.concatenate(subsets))

    def name(self, index: int) -> str:
        """The path of an image below the root, safe to print."""
        return self._shown(self._paths[index])

    def pictures(self, size: ImageSize) -> Iterator[Picture]:
        """Read every image in order, in several threads that are a few images ahead of the reader."""
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
            waiting: deque[Future[Picture]] = deque()
            try:
                for path in self._paths:
                    waiting.append(pool.submit(partial(read_picture, path, size)))
                    if len(waiting) >= _READ_AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)  # also if the reader stops early

    def _shown(self, path: str) -> str:
        return readable(os.path.relpath(path, self._root))

    def _files(self, folder: str, depth: int) -> Iterator[str]:
        """All regular files below a folder of a class, in the order of the names."""
        for entry in _entries(folder, self._root, self._log):
            if not entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif depth >= _MOST_LEVELS:
                self._log.add(Issue.DEEP, self._shown(entry.path))
            else:
                yield from self._files(entry.path, depth + 1)


def _folder_of_classes(root: str) -> str:
    """The folder that holds the classes: the root, or one below it if there is only one folder on the way.

    Archives often hold one folder with everything in it.
    """
    for _ in range(_MOST_LEVELS):
        inner = [entry for entry in _listing(root) if _is_folder(entry)]
        if len(inner) != 1 or inner[0].name.casefold() in _SUBSETS:
            return root
        if not any(_is_folder(entry) for entry in _listing(inner[0].path)):
            return root  # the one folder holds files: it is a class
        root = inner[0].path
    return root


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir(follow_symlinks=False) and not is_made_by_a_system(entry.name)


def _listing(folder: str) -> list["os.DirEntry[str]"]:
    """The entries of a folder; none if it cannot be opened, which `_entries` logs when the folder is read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _entries(folder: str, root: str, log: IssueLog) -> list["os.DirEntry[str]"]:
    """The regular files and the folders in a folder, sorted by name; everything else is logged."""
    try:
        with os.scandir(folder) as all_entries:
            entries = sorted(all_entries, key=lambda entry: natural(entry.name))
    except OSError as error:
        log.add(Issue.UNREADABLE, f"{readable(os.path.relpath(folder, root))} ({error.strerror})")
        return []
    usable = []
    for entry in entries:
        shown_path = readable(os.path.relpath(entry.path, root))
        if is_made_by_a_system(entry.name):
            log.add(Issue.SYSTEM, shown_path)
        elif entry.is_symlink():  # it may lead out of the folder
            log.add(Issue.LINK, shown_path)
        elif entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False):
            if readable(entry.name) != entry.name:
                log.add(Issue.ODD_NAME, shown_path)
            usable.append(entry)
        else:
            log.add(Issue.SPECIAL, shown_path)
    return usable


def _folders(folder: str, root: str, log: IssueLog) -> list["os.DirEntry[str]"]:
    """The folders in a folder; files beside them are logged."""
    entries = _entries(folder, root, log)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            log.add(Issue.STRAY, readable(os.path.relpath(entry.path, root)))
    return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]


def _class_folders(root: str, shown_root: str, log: IssueLog) -> list[_ClassFolder]:
    top = _folders(root, root, log)
    subset_of = {entry.path: _SUBSETS[entry.name.casefold()] for entry in top if entry.name.casefold() in _SUBSETS}
    # Without a training folder, `test` and the like are names of classes.
    if Subset.TRAINING not in subset_of.values():
        if not top:
            raise InputError(f"{shown_root}: contains no folders. Put the images of each class in a separate folder.")
        return [_ClassFolder(entry.path, class_name(entry.name), UNDECIDED) for entry in top]
    _check_subsets(subset_of, shown_root)
    for entry in top:
        if entry.path not in subset_of:
            log.add(Issue.STRAY, readable(entry.name) + "/")
    folders = [
        _ClassFolder(entry.path, class_name(entry.name), subset)
        for path, subset in subset_of.items()
        for entry in _folders(path, root, log)
    ]
    _check_classes(folders, shown_root, root)
    return folders


def _check_subsets(subset_of: dict[str, Subset], shown_root: str) -> None:
    for subset in Subset:
        names = [readable(Path(path).name) for path, its_subset in subset_of.items() if its_subset is subset]
        if len(names) > 1:
            raise InputError(
                f"{shown_root}: '{names[0]}' and '{names[1]}' name the same part. Put their images in one of them."
            )


def _check_classes(folders: Sequence[_ClassFolder], shown_root: str, root: str) -> None:
    """Check that every class has training images; if one has none, a folder is usually misspelt."""
    learnt = {folder.name for folder in folders if folder.subset == Subset.TRAINING}
    if not learnt:
        raise InputError(
            f"{shown_root}: the training folder contains no folders. Put each class in a separate folder there."
        )
    for folder in folders:
        if folder.name not in learnt:
            place = readable(os.path.relpath(folder.path, root))
            raise InputError(
                f"{shown_root}: '{place}' is a class that has no images to train with. "
                f"{suggestion(folder.name, learnt)}."
            )


def _of_the_exercise(
    folders: Sequence[_ClassFolder], classes: tuple[str, ...], shown_root: str, log: IssueLog
) -> list[_ClassFolder]:
    """The folders of the classes that the exercise has, with the names that it gives them."""
    name_of = {class_name(name).casefold(): name for name in classes}
    usable, others = [], set()
    for folder in folders:
        if name := name_of.get(folder.name.casefold()):
            usable.append(replace(folder, name=name))
        else:
            others.add(folder.name)
    log.add_all(Issue.OTHER_CLASS, sorted(others), lambda name: name)
    present = {folder.name for folder in usable}
    missing = [name for name in classes if name not in present]
    if missing:
        raise InputError(
            f"{shown_root}: has no folder '{missing[0]}', which is a class of the exercise. "
            f"{suggestion(missing[0], {folder.name for folder in folders})}."
        )
    return usable
