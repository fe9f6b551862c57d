"""Fixtures that mark one answer, given by hand."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.assess.engine import assess
from grader.assess.heldout import ShuffledData
from grader.model.assessment import Finding
from grader.model.exercise import Question
from grader.model.key import Slip
from grader.model.record import Answer, ModelTable, ProbeResult
from tests.assess.assess_samples import SICK, answer_key, chain, exercise, question, record
from tests.reading import as_read

Mark = Callable[..., Any]


@pytest.fixture
def mark() -> Mark:
    """Mark one answer: `mark(question("number"), 26, given=value(26))`."""

    def marked(
        asked: Question,
        expected: Any,
        *,
        given: Answer | None = None,
        slips: tuple[Slip, ...] = (),
        sources: tuple[str, ...] = (),
        **fields: Any,
    ) -> Finding:
        answers = {asked.answer: given} if given else {}
        run = record(answers=answers, **fields)
        [finding] = assess("ada", exercise(asked), answer_key(expected, slips), run, {}, sources).findings
        read: Finding = as_read(finding)
        return read

    return marked


@pytest.fixture
def mark_model() -> Mark:
    """Mark a model against the one of the lecture, or against `reference`."""

    def marked(
        table: ModelTable | None, *, points: float = 12, reference: ModelTable | None = None, **more: Any
    ) -> Finding:
        fields = SimpleNamespace(**{"cells": (), "runs": (), "given": None, "shown": True, **more})
        asked = question("architecture", points, "model", hint="Read the slide.", show_expected=fields.shown)
        run = record(
            models={"model": table} if table else {},
            answers={"model": fields.given} if fields.given else {},
            cells=fields.runs,
        )
        key = answer_key("sick", sick=reference or chain(*SICK))
        [finding] = assess("ada", exercise(asked), key, run, {}, fields.cells).findings
        read: Finding = as_read(finding)
        return read

    return marked


@pytest.fixture
def mark_predictions() -> Mark:
    """Mark what `predict` returned for held-out labels."""

    def marked(
        probe: ProbeResult | None,
        truth: Any,
        *,
        classes: int = 10,
        thresholds: tuple[tuple[float, float], ...] = ((0.8, 0), (1.0, 10)),
        sources: tuple[str, ...] = (),
        options: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Finding:
        steps = [{"accuracy": accuracy, "points": points} for accuracy, points in thresholds]
        asked = question("accuracy", thresholds[-1][1], "predict", thresholds=steps, **(options or {}))
        key = answer_key(classes=tuple(str(label) for label in range(classes)))
        run = record(probes={"predict": probe} if probe else {}, **fields)
        [finding] = assess("ada", exercise(asked), key, run, {"q": ShuffledData(np.asarray(truth))}, sources).findings
        read: Finding = as_read(finding)
        return read

    return marked
