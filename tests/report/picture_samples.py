"""Evidence of pictures, built by hand."""

from typing import Any

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from tests.report.report_samples import assessment, exercise, question


def worked(**changes: Any) -> dict[str, Any]:
    """A 3 x 3 filter on a padded 4 x 4 image; two cells of the answer are not right."""
    return {
        "image": [[[1, 2, 0, 3], [0, 3, 1, 1], [2, 0, 4, 2], [1, 1, 0, 5]]],
        "filter": [[[0, -1, 0], [-1, 4, -1], [0, -1, 0]]],
        "flipped": False,
        "before": [1, 1],
        "after": [1, 1],
        "window": [3, 3],
        "stride": [1, 1],
        "by": "sum",
        "bias": 0,
        "relu": False,
        "place": [0, 0, 1],
        "found": [[[2, 5, -6, 11], [-6, 9, None, -2], [7, -10, 13, -2], [1, 3, -10, 18]]],
        "wrong": [[[False, True, False, False], [False, False, True, False], [False] * 4, [False] * 4]],
        "shape": [1, 4, 4],
        "value": 4,
        **changes,
    }


def pooling(**changes: Any) -> dict[str, Any]:
    """2 x 2 max pooling of a map."""
    facts = {"filter": None, "before": [0, 0], "after": [0, 0], "window": [2, 2], "stride": [2, 2], "by": "max"}
    answer = {"place": [0, 1, 1], "found": [[[3, 3], [2, 4]]], "wrong": [[[False, False], [False, True]]]}
    return worked(**facts, **answer, shape=[1, 2, 2], value=5, **changes)


def sizes(**changes: Any) -> dict[str, Any]:
    """A 9 x 7 filter on an image of 35 x 45, with padding and strides that differ."""
    return {
        "axes": [
            {"size": 35, "window": 9, "stride": 2, "before": 4, "after": 4},
            {"size": 45, "window": 7, "stride": 3, "before": 3, "after": 3},
        ],
        "output": [18, 15],
        "found": [14, 13],
        "alone": False,
        **changes,
    }


def small_sizes(**changes: Any) -> dict[str, Any]:
    """2 x 2 pooling of an odd size, small enough to draw each cell."""
    axis = {"size": 13, "window": 2, "stride": 2, "before": 0, "after": 0}
    return sizes(axes=[axis, axis], output=[6, 6], found=[7, 7], **changes)


def series(**changes: Any) -> dict[str, Any]:
    """A window over a time series."""
    axis = {"size": 400, "window": 9, "stride": 3, "before": 0, "after": 0}
    return sizes(axes=[axis], output=[131], found=[132], **changes)


def maps(**changes: Any) -> dict[str, Any]:
    """A feature map beside the expected one."""
    found, expected = [[[0, 0.5], [-1, 3]]], [[[0, 0.5], [0, 3]]]
    return {"found": found, "expected": expected, "right": False, **changes}


PICTURES = (
    {"worked": worked()},
    {"worked": pooling()},
    {"worked": worked(place=[0, 0, 0], wrong=None, value=-1, found=[[[1, 2, 3]]])},
    {"sizes": sizes()},
    {"sizes": small_sizes()},
    {"sizes": series()},
    {"maps": maps()},
)


def findings() -> list[Finding]:
    """One for each picture."""
    return [
        Finding(f"q{number}", Verdict.PARTIAL, 1.0, 2.0, reason="Not all is right.", evidence=evidence)
        for number, evidence in enumerate(PICTURES)
    ]


def asked(**fields: Any) -> Exercise:
    """The exercise that they belong to."""
    return exercise([question(f"q{number}", f"Picture {number}", **fields) for number in range(len(PICTURES))])


def marked() -> Assessment:
    """The assessment that holds them."""
    return assessment(made=findings())
