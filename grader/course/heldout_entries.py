"""Reads the entries of `HELDOUT` in a key: which file has the held-out data of a question."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.course.data_files import MISSING, digest, problem_with
from grader.model.key import HeldOut
from grader.text.complaints import complaints


class HeldOutEntry(BaseModel):
    """An entry of `HELDOUT`, as an author writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    file: str = Field(min_length=1)
    classes: Annotated[list[str], Field(min_length=1)] | None = None
    exercise: str = ""
    optional: bool = False


def problems_of_entries(folder: Path, entries: Mapping[str, Any]) -> Iterator[str]:
    """Check entries and their files.

    Args:
        folder: The staff's exercise folder.
        entries: Question id -> entry, as the key has it.

    Returns:
        One line for each problem: fact and remedy.
    """
    for name, entry in entries.items():
        try:
            HeldOutEntry.model_validate(entry)
        except ValidationError as error:
            yield from (f"HELDOUT: question '{name}': {line}" for line in complaints(error, entry, HeldOutEntry))
            continue
        if is_absent(folder, entry):
            continue
        owner = _owner(folder, entry)
        problem = problem_with(owner, entry["file"]) or _problem_of_arrays(owner / entry["file"], entry.get("classes"))
        if problem:
            yield f"HELDOUT: question '{name}': file '{entry['file']}' {problem}."


def is_absent(folder: Path, entry: Mapping[str, Any]) -> bool:
    """Whether the file is missing and may be, because the course may not be allowed to pass the data on.

    Args:
        folder: The staff's exercise folder.
        entry: A valid entry.
    """
    return bool(entry.get("optional")) and problem_with(_owner(folder, entry), entry["file"]).startswith(MISSING)


def heldout_of(folder: Path, entry: Mapping[str, Any]) -> HeldOut:
    """The held-out data that an entry names.

    Args:
        folder: The staff's exercise folder.
        entry: A valid entry, whose file exists.
    """
    path = _owner(folder, entry) / entry["file"]
    classes = entry.get("classes")
    if classes is None:
        with np.load(path, allow_pickle=False) as arrays:
            classes = map(str, arrays["classes"])
    return HeldOut(path=path, sha256=digest(path), classes=tuple(classes))


def _owner(folder: Path, entry: Mapping[str, Any]) -> Path:
    """The staff's folder that has the file: that of another exercise, if the entry names one."""
    return folder.parent / Path(entry.get("exercise") or folder.name).name


def _problem_of_arrays(path: Path, classes: Sequence[str] | None) -> str:
    """Find the reason why an `.npz` file is not held-out data; empty if it is.

    It must have `inputs` (n, ...), whole `labels` (n,) below the number of classes and, unless the entry names these,
    `classes` (k,).
    """
    try:
        # Never with pickles: a data file may come from elsewhere, and unpickling runs code.
        with np.load(path, allow_pickle=False) as arrays:
            inputs, labels = np.shape(arrays["inputs"]), arrays["labels"]
            names = np.asarray(arrays["classes"] if classes is None else classes)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        return f"is not an .npz file ({error}). Save it with numpy.savez_compressed"
    except KeyError as error:
        missing = "`inputs` and `labels`" if "classes" not in str(error) else "`classes`, or name them in HELDOUT"
        return f"lacks an array ({error}). Save {missing}"
    if names.ndim != 1 or names.dtype.kind != "U" or not names.size:
        return f"has `classes` of shape {names.shape} and type {names.dtype}. They must be a list of texts"
    if not inputs or labels.shape != inputs[:1]:
        return f"has {inputs} inputs and {labels.shape} labels. Give one label for each input"
    if not np.issubdtype(labels.dtype, np.integer) or not labels.size:
        return f"has labels of type {labels.dtype}. They must be whole numbers, at least one"
    if labels.min() < 0 or labels.max() >= names.size:
        return f"has labels from {labels.min()} to {labels.max()}. {names.size} classes allow 0 to {names.size - 1}"
    return ""
