"""Students of one class with the same weights or the same file. Staff see a flag, and no mark changes.

All notebooks run with the same seed, so the same layers trained by the same recipe have the same weights, whoever
writes them. Models that the exercise asks for by their layers or trains itself, and notebooks that are equal, are
therefore no sign of copying.
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

SAME_FILE = marked("the same file as another student")
SAME = marked("the same weights as another student")
NEARLY = marked("nearly the same weights as another student")
KINDS = (SAME_FILE, SAME, NEARLY)

_SAME = 1e-6
"""Weights are the same up to this relative distance, which allows for rounding of sums."""
_NEAR = 0.02
"""Weights are nearly the same up to this relative distance."""
_ROWS_AT_ONCE = 256
"""Models that are compared with others at a time, which limits the memory for a large class."""
_MOST_NAMED = 5

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Weights:
    """Sums over the weights of one trained model, which differ if the weights do.

    Attributes:
        model: Its name in the notebook.
        layers: Digest of its layers; only models with the same layers are compared.
        sums: Two halves of the same length, each linear in the weights: kernels, and weights of one axis.
        is_asked_for: Whether the exercise asks for this model or makes it itself, so that many may rightly have it.
    """

    model: str
    layers: str
    sums: tuple[float, ...]
    is_asked_for: bool


@dataclass(frozen=True, slots=True)
class Work:
    """The parts of one submission that are compared with those of others.

    Attributes:
        student: Name of the student.
        code: Digest of all code cells.
        files: Name and SHA-256 of each file that came with the notebook.
        models: Its trained models.
        group: Name of the student's group, whose members are not compared with each other; empty if there is none.
    """

    student: str
    code: str
    files: tuple[tuple[str, str], ...]
    models: tuple[Weights, ...]
    group: str = ""

    @property
    def unit(self) -> tuple[str, str]:
        """Who is compared with others: the group, or else the student."""
        return (self.group, "") if self.group else ("", self.student)


def work_of(
    student: str, cells: Sequence[str], files: Sequence[HandedIn], record: Record, released_cells: Sequence[str] = ()
) -> Work:
    """Extract the parts of a submission that are compared with those of others.

    Args:
        student: Name of the student.
        cells: Source of each code cell.
        files: The files that came with the notebook.
        record: The record of its run.
        released_cells: Source of each code cell of the released notebook.
    """
    asked_for = {*record.answers, *_names_of_the_exercise(cells, released_cells)}
    models = tuple(
        Weights(model=name, layers=_layers(table), sums=table.weights, is_asked_for=name in asked_for)
        for name, table in record.models.items()
        if is_trained(table)
    )
    return Work(
        student=student,
        code=hashlib.sha256("\0".join(cells).encode()).hexdigest(),
        # Names may hold lone surrogates, which JSON in UTF-8 cannot.
        files=tuple((file.name.encode("utf-8", "replace").decode(), file.sha256) for file in files),
        models=models,
    )


def _names_of_the_exercise(cells: Sequence[str], released_cells: Sequence[str]) -> frozenset[str]:
    """The names that get a value only in unchanged cells of the exercise."""
    released = {text.strip() for text in released_cells}
    by_exercise: set[str] = set()
    by_student: set[str] = set()
    for text in cells:
        names = by_exercise if text.strip() in released else by_student
        names.update(bound_names(text))
    return frozenset(by_exercise - by_student)


def is_trained(table: ModelTable) -> bool:
    """Decide whether a model was trained: weights of one axis, such as biases, have left their first values.

    Untrained models all have the weights that the seed gives, so they are not compared.
    """
    return any(table.weights[len(table.weights) // 2 :])


def same_work_flags(works: Sequence[Work]) -> Mapping[str, tuple[Flag, ...]]:
    """Compare all submissions of a class with each other.

    The time grows with the square of the number of models that have the same layers and about the same length of
    weights: 8,000 of them take some seconds.

    Args:
        works: One for each student.

    Returns:
        Student -> flags, for students who have a file or weights that another one also has.
    """
    flags: dict[str, list[Flag]] = defaultdict(list)
    for student, text in _same_files(works):
        flags[student].append(Flag(SAME_FILE, text))
    groups: dict[str, list[tuple[Work, Weights]]] = defaultdict(list)
    for work in works:
        for model in work.models:
            groups[f"{model.layers} {len(model.sums)}"].append((work, model))
    for group in groups.values():
        # Weights from a file may come from elsewhere, so even a model that the exercise asks for is compared.
        candidates = [(work, model) for work, model in group if work.files or not model.is_asked_for]
        for student, flag in _same_weights(candidates):
            flags[student].append(flag)
    return {student: tuple(student_flags) for student, student_flags in flags.items()}


def _layers(table: ModelTable) -> str:
    rows = [(layer.kind, layer.output_shape, layer.parameters) for layer in table.layers]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _same_files(works: Sequence[Work]) -> Iterator[tuple[str, Text]]:
    """Student and text of each flag for a file that others have too."""
    copies_by_digest: dict[str, list[tuple[Work, str]]] = defaultdict(list)
    for work in works:
        for name, digest in work.files:
            copies_by_digest[digest].append((work, name))
    for copies in copies_by_digest.values():
        units = {work.unit for work, _ in copies}
        for work, name in copies if len(units) > 1 else ():
            strangers = sorted({other.student for other, _ in copies if other.unit != work.unit})
            others = first_few(strangers, _MOST_NAMED)
            yield (
                work.student,
                message(
                    "`{name}` is identical, byte for byte, to a file that {others} submitted.", name=name, others=others
                ),
            )


def _same_weights(group: Sequence[tuple[Work, Weights]]) -> Iterator[tuple[str, Flag]]:
    """Student and flag for each model of a group that has the weights of another; all have the same layers."""
    if len({work.unit for work, _ in group}) < 2:
        return
    sums = np.array([model.sums for _, model in group], dtype=np.float64)
    halves = [_scaled(half) for half in np.split(sums, 2, axis=1)]
    comparable = _Comparable(group)
    flags: dict[int, list[Flag]] = {}
    for rows, columns in _near_in_length(halves[0]):
        distances = np.maximum(*(_distances(half, rows, columns) for half in halves))
        distances[~comparable.mask(rows, columns)] = np.inf
        for row in np.flatnonzero((distances <= _NEAR).any(axis=1)).tolist():
            model, to_others = int(rows[row]), distances[row]
            for kind, near in ((SAME, to_others <= _SAME), (NEARLY, (to_others > _SAME) & (to_others <= _NEAR))):
                if near.any():
                    others = [group[other] for other in columns[near].tolist()]
                    text = _text(group[model], others, kind, float(to_others[near].max()))
                    flags.setdefault(model, []).append(Flag(kind, text))
    # Rows come by the length of their weights; flags come in the order of the class.
    for model, flags_of_model in sorted(flags.items()):
        yield from ((group[model][0].student, flag) for flag in flags_of_model)


def _near_in_length(half: _Floats) -> Iterator[tuple[_Rows, _Rows]]:
    """Some models at a time, and those that may be near one of them.

    The distance of two vectors is at least the difference of their lengths, so the others need not be compared.

    Args:
        half: Sums over weights, shape (models, sums).
    """
    lengths = np.linalg.norm(half, axis=1)
    by_length = np.argsort(lengths)
    for start in range(0, len(by_length), _ROWS_AT_ONCE):
        rows = by_length[start : start + _ROWS_AT_ONCE]
        shortest, longest = lengths[rows[0]] * (1 - 2 * _NEAR), lengths[rows[-1]] * (1 + 2 * _NEAR)
        yield rows, np.flatnonzero((lengths >= shortest) & (lengths <= longest))


class _Comparable:
    """The pairs of models of a group for which equal weights are worth a flag."""

    def __init__(self, group: Sequence[tuple[Work, Weights]]) -> None:
        units = {unit: str(number) for number, unit in enumerate({work.unit: None for work, _ in group})}
        self._unit = _numbered([units[work.unit] for work, _ in group])
        self._code = _numbered([work.code for work, _ in group])
        self._has_files = np.array([bool(work.files) for work, _ in group])
        self._is_free = np.array([not model.is_asked_for for _, model in group])

    def mask(self, rows: _Rows, columns: _Rows) -> npt.NDArray[np.bool_]:
        """Pairs of students of two units: both have files, or both have free models in notebooks that differ.

        Returns:
            Booleans, shape (rows, columns).
        """

        def differ(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
            return np.asarray(values[rows, None] != values[columns])

        from_files = self._has_files[rows, None] & self._has_files[columns]
        free = self._is_free[rows, None] & self._is_free[columns]
        return np.asarray(differ(self._unit) & (from_files | (free & differ(self._code))))


def _numbered(names: Sequence[str]) -> npt.NDArray[np.intp]:
    """A number for each name, equal for equal names, because NumPy compares numbers much faster; shape (names,)."""
    return np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)[1].reshape(-1)


def _scaled(sums: _Floats) -> _Floats:
    """The same shape, divided by the largest absolute value, so that no square is too large or too small."""
    return np.asarray(sums / (np.abs(sums).max() or 1.0))


def _distances(sums: _Floats, rows: _Rows, columns: _Rows) -> _Floats:
    """Distance of each pair, relative to the length of the longer one; shape (rows, columns)."""
    squares = (sums**2).sum(axis=1)
    # |a - b|**2 = |a|**2 + |b|**2 - 2ab needs one product of matrices, and no array of all differences. Rounding can
    # make it slightly negative.
    squared = squares[rows, None] + squares[columns] - 2 * sums[rows] @ sums[columns].T
    larger = np.maximum(squares[rows, None], squares[columns])
    return np.asarray(np.sqrt(np.maximum(squared, 0) / np.where(larger > 0, larger, 1.0)))


def _text(flagged: tuple[Work, Weights], others: Sequence[tuple[Work, Weights]], kind: str, farthest: float) -> Text:
    work, model = flagged
    names = sorted({other.student for other, _ in others})
    if kind == SAME:
        how = message("the same weights")
    else:
        how = message("nearly the same weights (at most {apart} apart)", apart=Numeral(f"{max(farthest, 1e-4):.2%}"))
    return message(
        "`{name}` has {how} as a model of {others}. {known}",
        name=model.model,
        how=how,
        others=first_few(names, _MOST_NAMED),
        known=_origin(work, [other for other, _ in others]),
    )


def _origin(work: Work, others: Sequence[Work]) -> Text:
    """A sentence on where the weights may come from."""
    with_files = sum(bool(other.files) for other in others)
    if work.files and with_files == len(others):
        return message(
            "All of them submitted files with the notebook, so the grader does not know how the weights were trained."
        )
    if not work.files and not with_files:
        return message(
            "Their notebooks differ, and they submitted no files. The same layers, trained by the "
            "same recipe from the exercise's seed, have the same weights: check what else the "
            "notebooks have in common."
        )
    return message(
        "Some of them submitted files with the notebook and some did not. Weights that one "
        "notebook trained here may be those that another student submitted."
    )
