"""Records, keys and layer tables built by hand: assessing needs no notebook and no Keras."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.cnn.layer_arithmetic import measure
from grader.cnn.layer_settings import pieces
from grader.model.exercise import Exercise, Limits, Question, SlideReference
from grader.model.key import AnswerKey, HeldOut, Slip
from grader.model.record import (
    Answer,
    AnswerState,
    CellError,
    CellRun,
    LayerRow,
    ModelTable,
    Outcome,
    ProbeResult,
    ProbeState,
    Record,
)
from tests.conftest import present

SOURCE = SlideReference("a lecture", "a slide")
Spec = tuple[str, Mapping[str, Any]]

CONV = {
    "filters": 32,
    "kernel_size": [3, 3],
    "strides": [1, 1],
    "padding": "valid",
    "data_format": "channels_last",
    "dilation_rate": [1, 1],
    "groups": 1,
    "activation": "linear",
    "use_bias": True,
    "kernel_regularizer": None,
}
POOL = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid", "data_format": "channels_last"}
DENSE = {"units": 128, "activation": "linear", "use_bias": True, "quantization_config": None}


def conv(**config: Any) -> Spec:
    return "Conv2D", {**CONV, **config}


def pool(size: int = 2, kind: str = "MaxPooling2D", **config: Any) -> Spec:
    return kind, {**POOL, "pool_size": [size, size], "strides": [size, size], **config}


def dense(units: int, **config: Any) -> Spec:
    return "Dense", {**DENSE, "units": units, **config}


def activation(name: str) -> Spec:
    return "Activation", {"activation": name}


def dropout(rate: float) -> Spec:
    return "Dropout", {"rate": rate, "seed": None, "noise_shape": None}


FLATTEN: Spec = ("Flatten", {"data_format": "channels_last"})

SICK: list[Spec] = [
    conv(),
    activation("relu"),
    conv(),
    activation("relu"),
    pool(),
    dropout(0.25),
    FLATTEN,
    dense(128),
    activation("relu"),
    dropout(0.5),
    dense(10),
    activation("softmax"),
]


def chain(*specs: Spec, input_shape: tuple[int | None, ...] | None = (None, 28, 28, 1), prefix: str = "") -> ModelTable:
    """The table of a sequential model, as the sandbox would hand it back; no input shape: not built."""
    rows: list[LayerRow] = []
    shape, before = input_shape, "input_layer"
    for number, (kind, config) in enumerate(specs):
        name, output, count, trainable = f"{prefix}{kind.lower()}_{number}", shape, 0, 0
        if shape is not None:
            for piece, settings in pieces(kind, config, len(shape)):
                size = present(measure(piece, settings, [present(output)]))
                output, count, trainable = size.output_shape, count + size.parameters, trainable + size.trainable
        inbound = (before,) if input_shape else ()
        rows.append(
            LayerRow(
                name=name,
                kind=kind,
                config=config,
                inbound=inbound,
                input_shape=shape,
                output_shape=output,
                parameters=count,
                trainable=trainable,
            )
        )
        shape, before = output, name
    return ModelTable(input_shape=input_shape, layers=tuple(rows))


def value(thing: Any) -> Answer:
    return Answer(AnswerState.VALUE, thing, type(thing).__name__)


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array), allow_pickle=False)
    return stream.getvalue()


def returned(array: Any) -> ProbeResult:
    return ProbeResult(ProbeState.RETURNED, npy(array))


def failing(name: str, message: str) -> CellRun:
    return CellRun(execution_count=1, error=CellError(name, message))


def ran() -> CellRun:
    return CellRun(execution_count=1)


def question(kind: str, points: float = 4.0, answer: str = "answer", **options: Any) -> Question:
    """A question with id `q`; `hint` and `show_expected` may be given among the options."""
    plain = {name: options.pop(name) for name in ("hint", "show_expected") if name in options}
    return Question(
        id="q", title="A question", kind=kind, answer=answer, points=points, source=SOURCE, **plain, options=options
    )


def exercise(*questions: Question) -> Exercise:
    return Exercise(
        slug="sample",
        title="Sample",
        summary="",
        source=SOURCE,
        questions=questions,
        limits=Limits(),
        seed=1,
        files=(),
        folder=Path("exercises/sample"),
    )


def answer_key(
    expected: Any = None, slips: tuple[Slip, ...] = (), classes: tuple[str, ...] = (), **references: ModelTable
) -> AnswerKey:
    heldout = {"q": HeldOut(Path("heldout.npz"), "", classes)} if classes else {}
    return AnswerKey(
        answers={} if expected is None else {"q": expected},
        slips={"q": slips} if slips else {},
        heldout=heldout,
        references=references,
    )


def record(**fields: Any) -> Record:
    return replace(Record(key="key", outcome=Outcome.COMPLETED), **fields)
