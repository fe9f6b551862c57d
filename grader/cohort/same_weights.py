"""Who of a class has the same weights as another, or the same file: for a person to look at, never a mark.

Notebooks run from the same seed, so the same layers trained by the same recipe have the same weights, whoever
writes them. Models that the exercise asks for by their layers or trains itself, and notebooks that are equal, tell
nothing.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.model.assessment import Flag
from grader.model.record import ModelTable, Record
from grader.model.submission import HandedIn
from grader.text.language import marked
from grader.text.messages import Numeral, Text, message
from grader.text.python_source import bound_names
from grader.text.values import first_few

SAME_FILE = marked("the same file as another")
SAME = marked("the same weights as another")
NEARLY = marked("nearly the same weights as another")
KINDS = (SAME_FILE, SAME, NEARLY)

_SAME = 1e-6
_NEAR = 0.02
_ROWS_AT_ONCE = 256
_MOST_NAMED = 5

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Weights:
    """What tells the weights of one trained model from others.

    Attributes:
        model: Its name in the notebook.
        layers: Digest of its layers; only models with the same layers are compared.
        sums: Two halves, each linear in the weights: kernels, and weights of one axis.
        is_asked_for: Whether the exercise asks for this model or makes it itself, so that many may rightly have it.
    """

    model: str
    layers: str
    sums: tuple[float, ...]
    is_asked_for: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What is compared of one submission.

    Attributes:
        student: Who handed it in.
        code: Digest of all code cells.
        files: Name and SHA-256 of each file that came with the notebook.
        models: Its trained models.
    """

    student: str
    code: str
    files: tuple[tuple[str, str], ...]
    models: tuple[Weights, ...]


def work(
    student: str, cells: Sequence[str], files: Sequence[HandedIn], record: Record, given: Sequence[str] = ()
) -> Work:
    """What is compared of a submission.

    Args:
        student: Who handed it in.
        cells: Source of each code cell.
        files: What came with the notebook.
        record: What the run has left behind.
        given: Source of each code cell of the notebook that was given out.
    """
    asked = {*record.answers, *_made_by_the_exercise(cells, given)}
    return Work(
        student,
        hashlib.sha256("\0".join(cells).encode()).hexdigest(),
        tuple((file.name.encode("utf-8", "replace").decode(), file.sha256) for file in files),
        tuple(
            Weights(name, _layers(table), table.weights, name in asked)
            for name, table in record.models.items()
            if is_trained(table)
        ),
    )


def _made_by_the_exercise(cells: Sequence[str], given: Sequence[str]) -> frozenset[str]:
    """The names that only cells of the exercise, left as they were, give a value."""
    kept = {text.strip() for text in given}
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for text in cells:
        names[text.strip() in kept] |= bound_names(text)
    return frozenset(names[True] - names[False])


def is_trained(table: ModelTable) -> bool:
    """Whether weights of one axis, such as biases, have left where they begin; an untrained model tells nothing."""
    return any(table.weights[len(table.weights) // 2 :])


def compared(works: Sequence[Work]) -> Mapping[str, tuple[Flag, ...]]:
    """Compare all submissions of a class with each other.

    Args:
        works: One for each student.

    Returns:
        Student -> flags, for those who have a file or weights like somebody else's. Time grows with the square of
        the number of models with the same layers and about the same length of weights: 8,000 of them take some seconds.
    """
    found: dict[str, list[Flag]] = defaultdict(list)
    for student, text in _same_files(works):
        found[student].append(Flag(SAME_FILE, text))
    alike: dict[str, list[tuple[Work, Weights]]] = defaultdict(list)
    for one in works:
        for model in one.models:
            alike[f"{model.layers} {len(model.sums)}"].append((one, model))
    for group in alike.values():
        telling = [(one, model) for one, model in group if one.files or not model.is_asked_for]
        for student, flag in _same_weights(telling):
            found[student].append(flag)
    return {student: tuple(flags) for student, flags in found.items()}


def _layers(table: ModelTable) -> str:
    rows = [(layer.kind, layer.output_shape, layer.parameters) for layer in table.layers]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _same_files(works: Sequence[Work]) -> Iterator[tuple[str, Text]]:
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in works:
        for name, digest in one.files:
            owners[digest].append((one.student, name))
    for held in owners.values():
        students = sorted({student for student, _ in held})
        for student, name in held if len(students) > 1 else ():
            others = [other for other in students if other != student]
            yield (
                student,
                message(
                    "`{name}` is byte for byte a file that {others} handed in.",
                    name=name,
                    others=first_few(others, _MOST_NAMED),
                ),
            )


def _same_weights(group: Sequence[tuple[Work, Weights]]) -> Iterator[tuple[str, Flag]]:
    """The flags of models with the same layers."""
    if len({one.student for one, _ in group}) < 2:
        return
    sums = np.array([model.sums for _, model in group], dtype=np.float64)
    halves = [_scaled(half) for half in np.split(sums, 2, axis=1)]
    may_tell = _Comparable(group)
    found: dict[int, list[Flag]] = {}
    for rows, columns in _near_in_length(halves[0]):
        apart = np.maximum(*(_apart(half, rows, columns) for half in halves))
        apart[~may_tell.mask(rows, columns)] = np.inf
        for row in np.flatnonzero((apart <= _NEAR).any(axis=1)).tolist():
            own, distances = int(rows[row]), apart[row]
            for kind, near in ((SAME, distances <= _SAME), (NEARLY, (distances > _SAME) & (distances <= _NEAR))):
                if near.any():
                    others = [group[other] for other in columns[near].tolist()]
                    text = _text(group[own], others, kind, float(distances[near].max()))
                    found.setdefault(own, []).append(Flag(kind, text))
    for own, raised in sorted(found.items()):
        yield from ((group[own][0].student, flag) for flag in raised)


def _near_in_length(half: _Floats) -> Iterator[tuple[_Rows, _Rows]]:
    """Some models at a time, and those that may be near one of them.

    Two sets of weights are at least as far apart as their lengths differ, so the others need not be compared.
    """
    lengths = np.linalg.norm(half, axis=1)
    by_length = np.argsort(lengths)
    for start in range(0, len(by_length), _ROWS_AT_ONCE):
        rows = by_length[start : start + _ROWS_AT_ONCE]
        shortest, longest = lengths[rows[0]] * (1 - 2 * _NEAR), lengths[rows[-1]] * (1 + 2 * _NEAR)
        yield rows, np.flatnonzero((lengths >= shortest) & (lengths <= longest))


class _Comparable:
    """Which models of a group say something about each other."""

    def __init__(self, group: Sequence[tuple[Work, Weights]]) -> None:
        self._student = _numbered([one.student for one, _ in group])
        self._code = _numbered([one.code for one, _ in group])
        self._has_files = np.array([bool(one.files) for one, _ in group])
        self._is_free = np.array([not model.is_asked_for for _, model in group])

    def mask(self, rows: _Rows, columns: _Rows) -> npt.NDArray[np.bool_]:
        """Shape (rows, columns): another student's, and both out of files, or free models of notebooks that differ."""

        def differ(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
            return np.asarray(values[rows, None] != values[columns])

        from_files = self._has_files[rows, None] & self._has_files[columns]
        free = self._is_free[rows, None] & self._is_free[columns]
        return np.asarray(differ(self._student) & (from_files | (free & differ(self._code))))


def _numbered(names: Sequence[str]) -> npt.NDArray[np.intp]:
    return np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)[1].reshape(-1)


def _scaled(sums: _Floats) -> _Floats:
    """The same, the largest number being 1, so that no square is too large or too small."""
    return np.asarray(sums / (np.abs(sums).max() or 1.0))


def _apart(sums: _Floats, rows: _Rows, columns: _Rows) -> _Floats:
    """Distance of each pair, relative to the larger of both: shape (rows, columns)."""
    squares = (sums**2).sum(axis=1)
    distance = squares[rows, None] + squares[columns] - 2 * sums[rows] @ sums[columns].T
    larger = np.maximum(squares[rows, None], squares[columns])
    return np.asarray(np.sqrt(np.maximum(distance, 0) / np.where(larger > 0, larger, 1.0)))


def _text(own: tuple[Work, Weights], others: Sequence[tuple[Work, Weights]], kind: str, farthest: float) -> Text:
    mine, model = own
    names = sorted({one.student for one, _ in others})
    apart = Numeral(f"{max(farthest, 1e-4):.2%}")
    nearly = message("nearly the same weights (at most {apart} apart)", apart=apart)
    how = message("the same weights") if kind == SAME else nearly
    return message(
        "`{name}` has {how} as a model of {others}. {known}",
        name=model.model,
        how=how,
        others=first_few(names, _MOST_NAMED),
        known=_known(mine, [one for one, _ in others]),
    )


def _known(mine: Work, others: Sequence[Work]) -> Text:
    """What is known of where the weights come from."""
    with_files = sum(bool(one.files) for one in others)
    if mine.files and with_files == len(others):
        return message(
            "All of them handed in files with the notebook, so how the weights were trained is not known here."
        )
    if not mine.files and not with_files:
        return message(
            "Their notebooks differ, and no file was handed in. The same layers trained by the same recipe from the"
            " exercise's seed have the same weights: look at what the notebooks share beyond the lecture."
        )
    return message(
        "Some handed in files with the notebook and some did not: weights that one trained here may be those that"
        " another handed in."
    )
