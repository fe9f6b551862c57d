"""The notebooks of a student -> the parts of an exercise that asks for several notebooks."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeVar

from grader.intake.notebooks import InvalidNotebookError, parse
from grader.intake.recognition import ReleasedNotebooks

_File = TypeVar("_File")


def choose_parts(
    files: Sequence[_File],
    released: ReleasedNotebooks,
    name_of: Callable[[_File], str],
    content_of: Callable[[_File], bytes],
    rank: Callable[[_File, str], Any],
) -> dict[str, _File]:
    """Choose a notebook for each part.

    The cells of a notebook decide, because students rename files. Only if they do not tell the parts apart, the file
    name decides.

    Args:
        files: The notebooks that a student submitted.
        released: File name of each part -> the notebook that students were given, in the order of the exercise.
        name_of: Gives the file name that the student chose.
        content_of: Gives the bytes of a notebook.
        rank: Gives a sort key from a file and the name of a part: of several files for a part, the greatest counts.

    Returns:
        Name of a part -> its file, in the order of the exercise; only the parts that were submitted.
    """
    candidates: dict[str, list[_File]] = defaultdict(list)
    for file in files:
        candidates[part_of(name_of(file), content_of(file), released)].append(file)
    unknown = candidates.pop("", [])
    file_of = {part: max(of_part, key=lambda file: rank(file, part)) for part, of_part in candidates.items()}
    left = [file for file in files if not any(file is other for other in (*file_of.values(), *unknown))]
    for part in released.notebooks:
        # A copy of one part that is named like another may have been continued as the other.
        named = [file for file in left if _named(name_of(file), tuple(released.notebooks)) == part]
        if part not in file_of and named:
            file_of[part] = max(named, key=lambda file: rank(file, part))
    # Nothing tells what these are, so they count as what is missing: doubt must cost no points.
    missing = [part for part in released.notebooks if part not in file_of]
    file_of |= dict(zip(missing, unknown, strict=False))
    return {part: file_of[part] for part in released.notebooks if part in file_of}


def part_of(name: str, content: bytes, released: ReleasedNotebooks) -> str:
    """The part that a notebook is; empty if neither its cells nor its name say it."""
    try:
        shares: Mapping[str, float] = released.shares(parse(content))
    except InvalidNotebookError:
        shares = {}
    best = sorted(shares, key=lambda part: -shares[part])
    if best and shares[best[0]] > (shares[best[1]] if len(best) > 1 else 0.0):
        return best[0]
    return _named(name, tuple(released.notebooks))


def _named(name: str, parts: Sequence[str]) -> str:
    """The part whose name is in a file name, the longest one; empty if there is none."""
    inside = [part for part in parts if _key(PurePosixPath(part).stem) in _key(name)]
    return max(inside, key=len, default="")


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
