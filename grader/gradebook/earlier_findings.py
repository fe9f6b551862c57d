"""Findings as earlier graders stored them: with `evidence`, an object without a type, instead of figures and a score.

What cannot be read is left out, and the rest of the finding stays: a figure explains a mark, but decides nothing.
The next regrade stores the form of today.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from grader.model.assessment import Assessment, Finding
from grader.model.figures import (
    AccuracyScale,
    Cells,
    ConfusionMatrix,
    FeatureMaps,
    Figure,
    LayerAlignment,
    LayerPair,
    Mistake,
    ScaleThreshold,
    SurestMistakes,
    WindowSizes,
    WorkedCell,
)
from grader.model.score import Accuracy, Retrieval, RoundedScore, Score, SecondCall
from grader.model.windows import Axis
from grader.storage import codec

Evidence = Mapping[str, Any]
Value = TypeVar("Value")

_MARK = ',"evidence":'
"""Each finding of the earlier form holds it. No text of a student's does: there, quotation marks are escaped."""


@dataclass(frozen=True, slots=True)
class _Finding:
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Assessment:
    findings: tuple[_Finding, ...]


def with_figures(assessment: Assessment, text: str) -> Assessment:
    """The assessment with the figures and scores of its earlier form; as it is if the text has the form of today.

    Args:
        assessment: What was read from the text.
        text: As it was stored.
    """
    if _MARK not in text:
        return assessment
    earlier = codec.decode(_Assessment, text).findings
    pairs = zip(assessment.findings, earlier, strict=True)
    return replace(assessment, findings=tuple(_read(finding, before.evidence) for finding, before in pairs))


def _read(finding: Finding, evidence: Evidence) -> Finding:
    if not evidence:
        return finding
    figures = [_or_none(reader, evidence) for reader in _READERS]
    return replace(
        finding,
        figures=tuple(figure for figure in figures if figure),
        score=_or_none(_score, evidence),
        follows_from=tuple(map(str, evidence.get("follow_on") or ())),
        fault=str(evidence.get("check_error") or ""),
    )


def _or_none(reader: Callable[[Evidence], Value | None], evidence: Evidence) -> Value | None:
    try:
        return reader(evidence)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None


def _alignment(evidence: Evidence) -> LayerAlignment | None:
    rows = evidence.get("alignment")
    if not rows:
        return None
    totals = evidence.get("parameters") or {}
    texts, counts = ("expected", "found", "expected_shape", "found_shape"), ("expected_parameters", "found_parameters")
    return LayerAlignment(
        rows=tuple(
            LayerPair(
                op=str(row["op"]),
                **{name: str(row.get(name) or "") for name in texts},  # type: ignore[arg-type]
                **{name: int(row.get(name) or 0) for name in counts},  # type: ignore[arg-type]
            )
            for row in rows
        ),
        expected_parameters=totals.get("expected"),
        found_parameters=totals.get("found"),
    )


def _worked(evidence: Evidence) -> WorkedCell | None:
    data = evidence.get("worked")
    if not data:
        return None
    wrong = data["wrong"]
    return WorkedCell(
        image=_maps(data["image"]),
        filters=_maps(data["filter"] or ()),
        flipped=bool(data["flipped"]),
        before=_pair(data["before"]),
        after=_pair(data["after"]),
        window=_pair(data["window"]),
        stride=_pair(data["stride"]),
        by=data["by"],
        bias=data["bias"] or 0,
        relu=bool(data["relu"]),
        place=(int(data["place"][0]), int(data["place"][1]), int(data["place"][2])),
        found=_maps(data["found"] or ()),
        wrong=None if wrong is None else _places(wrong),
        shape=tuple(map(int, data["shape"])) if data["shape"] else None,
        value=data["value"],
    )


def _places(wrong: Sequence[Sequence[Sequence[bool]]]) -> tuple[tuple[int, int, int], ...]:
    """Map, row and column of each cell that is not right."""
    return tuple(
        (number, row, column)
        for number, rows in enumerate(wrong)
        for row, cells in enumerate(rows)
        for column, is_wrong in enumerate(cells)
        if is_wrong
    )


def _sizes(evidence: Evidence) -> WindowSizes | None:
    data = evidence.get("sizes")
    if not data:
        return None
    return WindowSizes(
        axes=tuple(Axis(**axis) for axis in data["axes"]),
        output=tuple(map(int, data["output"])) if data["output"] else None,
        found=tuple(map(int, data["found"])) if data["found"] else None,
        alone=bool(data["alone"]),
    )


def _feature_maps(evidence: Evidence) -> FeatureMaps | None:
    data = evidence.get("maps")
    if not data:
        return None
    return FeatureMaps(found=_maps(data["found"]), expected=_maps(data["expected"] or ()), right=bool(data["right"]))


def _scale(evidence: Evidence) -> AccuracyScale | None:
    if evidence.get("accuracy") is None or not evidence.get("thresholds"):
        return None
    interval = evidence.get("interval")
    return AccuracyScale(
        accuracy=float(evidence["accuracy"]),
        interval=_interval(interval) if interval else None,
        thresholds=tuple(
            ScaleThreshold(float(step["accuracy"]), float(step["points"])) for step in evidence["thresholds"]
        ),
    )


def _confusion(evidence: Evidence) -> ConfusionMatrix | None:
    counts = tuple(tuple(int(cell) for cell in row) for row in evidence.get("confusion") or ())
    classes = evidence.get("classes") or range(len(counts))
    return ConfusionMatrix(classes=tuple(map(str, classes)), counts=counts) if counts else None


def _mistakes(evidence: Evidence) -> SurestMistakes | None:
    mistakes = tuple(
        Mistake(
            true=str(mistake["true"]),
            found=str(mistake["found"]),
            confidence=float(mistake["confidence"]),
            picture=str(mistake.get("picture") or ""),
        )
        for mistake in evidence.get("mistakes") or ()
    )
    return SurestMistakes(mistakes=mistakes) if mistakes else None


_READERS: tuple[Callable[[Evidence], Figure | None], ...] = (
    *(_alignment, _worked, _sizes, _feature_maps),
    *(_scale, _confusion, _mistakes),
)


def _score(evidence: Evidence) -> Score | None:
    until_deadline, rounded = evidence.get("until_deadline"), None
    if until_deadline:
        fields = ("points", "low", "high", "reason")
        rounded = RoundedScore(**{name: until_deadline[name] for name in fields})
    if evidence.get("accuracy") is not None:
        return Score(value=float(evidence["accuracy"]), rounded=rounded, accuracy=_accuracy(evidence))
    if evidence.get("f1") is not None:
        retrieval = Retrieval(precision=evidence["precision"], recall=evidence["recalled"], f1=evidence["f1"])
        return Score(value=retrieval.f1, rounded=rounded, retrieval=retrieval)
    return None


def _accuracy(evidence: Evidence) -> Accuracy:
    of_class = [sum(row) for row in evidence.get("confusion") or ()]
    images = sum(of_class)
    passes = evidence.get("passes")
    return Accuracy(
        value=float(evidence["accuracy"]),
        interval=_interval(evidence["interval"]),
        images=images,
        guessing=max(of_class) / images if images else 0.0,
        second_call=SecondCall(**passes) if passes else None,
        second_call_failure=str(evidence.get("second_call") or ""),
    )


def _interval(ends: Sequence[float]) -> tuple[float, float]:
    return float(ends[0]), float(ends[1])


def _pair(sizes: Sequence[int]) -> tuple[int, int]:
    return int(sizes[0]), int(sizes[1])


def _maps(maps: Sequence[Sequence[Sequence[float | None]]]) -> tuple[Cells, ...]:
    return tuple(tuple(tuple(row) for row in rows) for rows in maps)
