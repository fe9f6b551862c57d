"""Claims of a student's process -> checked values.

Whatever comes out of the sandbox passes through here. Nothing is executed, unpickled or believed:
texts are cut, numbers are checked, pictures are decoded and encoded again.
"""

import base64
import io
import math
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.execute.budget import RunBudget
from grader.model.record import (
    Answer,
    AnswerState,
    CellError,
    LayerRow,
    ModelTable,
    ObservationRun,
    ObservationState,
    ProbeResult,
    ProbeState,
    Shape,
)
from grader.text.messages import Message, Text, english, message

# Limits for single values; `RunBudget` has those for all together. No honest notebook comes near: they keep small
# messages from becoming large in memory or on a page.
ARRAY_LIMIT = 64 * 2**20  # bytes
_LONGEST_MESSAGE = 2_000
_MOST_PIXELS = 16_000_000
_LARGEST_SIDE = 8_000
_MOST_LAYERS = 2_000
_SUMS = 64  # as in `inside.weights`: 32 for kernels, 32 for the rest
_LARGEST_SUM = 1e100  # all weights of float32 together stay far below
_MOST_FRAMES = 100
_DEEPEST = 40  # far below what the recursion of any later reader can follow
_MOST_ITEMS = 500_000
_MOST_BITS = 256  # of a whole number, as in `inside.answers`; Python refuses to write very large ones
_MOST_SETTINGS = 100
_LONGEST_TEXT = 20_000
_LONGEST_DETAIL = 500
# Text is escaped or cleaned when a page is drawn. What could act is never kept, only named.
_TEXT_TYPES = ("text/plain", "text/html", "text/markdown", "text/latex", "application/json")
_ACTIVE_TYPES = ("image/svg+xml", "application/javascript")
_PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}

LEFT_OUT = "application/x-left-out"
"""Part of an output that names what is not shown: `picture`, the MIME type of anything else, or nothing."""

_NOT_SHOWN = ("picture", *_ACTIVE_TYPES, "")

FAULTS: Mapping[str, Callable[[str, str], Message]] = {
    "no function": lambda name, detail: message("`{name}` is of type {type}, not a function", name=name, type=detail),
    "no array": lambda _, detail: message("the result cannot be read as an array: {error}", error=detail),
    "text": lambda *_: message("the result is text, not numbers"),
    "values": lambda _, detail: message("the result contains values of type {type}, not numbers", type=detail),
    "no numbers": lambda _, detail: message("the result is of type {type}, not numbers", type=detail),
    "too large": lambda _, detail: message("the result has shape {shape}, which is far too large", shape=detail),
}
"""Why a result was refused inside the sandbox, which imports nothing of ours: it names one of these and a detail.

The message is made here, from the name of the function and the detail as text, so no sandbox chooses a template.
"""


class ClaimError(ValueError):
    """A message from the sandbox does not have the form that ours have."""


def answer(claim: Any, budget: RunBudget | None = None) -> Answer:
    """Check one answer.

    Args:
        claim: JSON data from the sandbox.
        budget: Is charged for it; a new one if it is not given.

    Returns:
        The answer: as it is claimed, with text that can be written.

    Raises:
        ClaimError: If it is not of the form that `inside.answers.encode` gives.
        SpentError: If the budget does not last.
    """
    fields = _mapping(claim)
    try:
        state = AnswerState(_text(fields.get("state")))
    except ValueError as error:
        raise ClaimError(str(error)) from error
    plain = _Plain(budget or RunBudget())
    value = plain.copy(fields.get("value")) if state is AnswerState.VALUE else None
    details = plain.copy(_mapping(fields["details"])) if fields.get("details") is not None else None
    return Answer(state, value, _text(fields.get("type_name", ""))[:100], details=details)


def model_table(claim: Any, budget: RunBudget | None = None) -> ModelTable:
    """Check a layer table; `claim` and `budget` are as for `answer`.

    Raises:
        ClaimError: If it is not of the form that `inside.layers.describe` gives.
        SpentError: If the budget does not last.
    """
    plain = _Plain(budget or RunBudget())
    fields = _mapping(claim)
    layers = fields.get("layers")
    if not isinstance(layers, list) or len(layers) > _MOST_LAYERS:
        raise ClaimError("`layers` is not a list of layers")
    settings = list(_mapping(fields.get("compiled", {})).items())[:_MOST_SETTINGS]
    compiled = {_text(name)[:40]: plain.scalar(value) for name, value in settings}
    rows = tuple(_layer(layer, plain) for layer in layers)
    counted = fields.get("counted")
    return ModelTable(
        input_shape=_shape(fields.get("input_shape")),
        layers=rows,
        compiled=compiled,
        weights=_sums(fields.get("weights", [])),
        has_graph=fields.get("has_graph", True) is True,
        counted=None if counted is None else count(counted),
    )


def histories(claim: Any) -> dict[str, dict[str, tuple[float, ...]]]:
    """Check training histories: name -> metric -> value per epoch; NaN and infinities are kept.

    Raises:
        ClaimError: If they have another form.
    """
    return {
        _text(name)[:60]: {_text(metric)[:60]: _curve(values) for metric, values in list(_mapping(curves).items())[:40]}
        for name, curves in list(_mapping(claim).items())[:8]
    }


def cell_error(claim: Any) -> CellError:
    """Check the error that ended a cell; raises `ClaimError` if it has another form."""
    fields = _mapping(claim)
    return CellError(_text(fields.get("name"))[:100], _text(fields.get("message"))[:500], count(fields.get("line", 0)))


def output(claim: Any, budget: RunBudget | None = None) -> dict[str, Any]:
    """Check one nbformat output; `claim` and `budget` are as for `answer`.

    Returns:
        The output. Pictures are encoded again; `LEFT_OUT` names what cannot be shown, and pictures that are too many.

    Raises:
        ClaimError: If it is no output of nbformat 4.
        SpentError: If the budget does not last.
    """
    budget = budget or RunBudget()
    fields = _mapping(claim)
    kind = fields.get("output_type")
    if kind != "stream":  # pieces of a stream are joined, and paid for by their length
        budget.output()
    if kind == "stream":
        name = "stderr" if fields.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(fields.get("text"))}
    if kind == "error":
        trace = fields.get("traceback")
        frames = trace if isinstance(trace, list) else []
        if len(frames) > 2 * _MOST_FRAMES:  # how it began and how it ended
            frames = frames[:_MOST_FRAMES] + frames[-_MOST_FRAMES:]
        return {
            "output_type": "error",
            "ename": _text(fields.get("ename"))[:200],
            "evalue": _text(fields.get("evalue"))[:5000],
            "traceback": [_text(frame) for frame in frames],
        }
    if kind in ("display_data", "execute_result"):
        display: dict[str, Any] = {"output_type": kind, "data": _bundle(fields.get("data"), budget), "metadata": {}}
        if kind == "execute_result":
            display["execution_count"] = count(fields.get("execution_count") or 0)
        return display
    raise ClaimError(f"unknown output type {kind!r}")


def probe_result(claim: Mapping[str, Any], body: bytes, budget: RunBudget | None = None, name: str = "") -> ProbeResult:
    """Check the result of a student's function.

    Args:
        claim: JSON data from the sandbox.
        body: The result as bytes of a `.npy` file.
        budget: As for `answer`.
        name: The function that was called, for messages.

    Raises:
        ClaimError: If it has another form.
        SpentError: If the budget does not last.
    """
    (budget or RunBudget()).array(body)
    try:
        state = ProbeState(_text(claim.get("state")))
    except ValueError as error:
        raise ClaimError(str(error)) from error
    explanation: Text = _text(claim.get("message", ""))[:_LONGEST_MESSAGE]
    if state is ProbeState.REFUSED and (fault := claim.get("fault")):
        if not isinstance(fault, str) or fault not in FAULTS:
            raise ClaimError("an unknown fault of a result")
        explanation = FAULTS[fault](name, english(explanation)[:_LONGEST_DETAIL])
    duration = seconds(claim.get("seconds", 0.0))
    if state is not ProbeState.RETURNED:
        return ProbeResult(state, b"", explanation, duration)
    problem = array_problem(body)
    if problem:
        return ProbeResult(ProbeState.REFUSED, b"", problem, duration)
    return ProbeResult(state, body, explanation, duration)


def observation_run(claim: Any) -> ObservationRun:
    """Check what became of an observation; raises `ClaimError` if it has another form."""
    fields = _mapping(claim)
    try:
        state = ObservationState(_text(fields.get("state")))
    except ValueError as error:
        raise ClaimError(str(error)) from error
    return ObservationRun(
        state=state,
        about=_text(fields.get("about", ""))[:200],
        found=_text(fields.get("found", ""))[:100],
        wanted=_text(fields.get("wanted", ""))[:100],
        message=_text(fields.get("message", ""))[:_LONGEST_DETAIL],
        line=count(fields.get("line", 0)),
        in_cells=fields.get("in_cells", False) is True,
        seconds=seconds(fields.get("seconds", 0.0)),
    )


def array_problem(body: bytes) -> Text:
    """Explain why bytes cannot be loaded as a plain numeric `.npy` array; empty if they can.

    The header is read before anything is allocated, so a claim of 8 TB costs nothing.

    Args:
        body: The bytes. An array of any shape is accepted if its dtype is boolean, an integer or a float, and if its
            size is that of the bytes.
    """
    stream = io.BytesIO(body)
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(stream)
    except (ValueError, OSError, SyntaxError, TypeError, EOFError, MemoryError, RecursionError) as error:
        # NumPy parses the header as a Python literal, which can fail in all of these ways.
        return message("the result is not an array: {error}", error=type(error).__name__)
    if dtype.kind not in "biuf":
        return message("the result contains values of type {type}, not numbers", type=dtype)
    size = math.prod(shape) * dtype.itemsize
    if any(side < 0 for side in shape) or size > ARRAY_LIMIT or size != len(body) - stream.tell():
        return message(
            "the result reports shape {shape}, which does not fit its {size} bytes", shape=shape, size=len(body)
        )
    return ""


def _bundle(claim: Any, budget: RunBudget) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for kind, value in list(_mapping(claim).items())[:20]:
        if kind in _PICTURES:
            picture = _picture(value, _PICTURES[kind], budget)
            if picture is None:
                data.setdefault(LEFT_OUT, "picture")
            else:
                data["image/png"] = picture
        elif kind == LEFT_OUT and value in _NOT_SHOWN:  # of a record that another machine sent
            data[kind] = value
        elif kind in _TEXT_TYPES and isinstance(value, str):
            data[kind] = _text(value)
        elif kind in _ACTIVE_TYPES:
            data.setdefault(LEFT_OUT, kind)
    if "text/plain" in data:
        data.pop(LEFT_OUT, None)
    return data or {LEFT_OUT: ""}


def _picture(value: Any, form: str, budget: RunBudget) -> str | None:
    """Decode a picture and encode its pixels anew as PNG; None where that cannot be done safely."""
    if not isinstance(value, str):
        return None
    from PIL import Image  # here, since every command would wait for it

    try:
        raw = base64.b64decode(value, validate=False)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(raw), formats=(form,))
            pixels = image.size[0] * image.size[1]  # as the header claims; nothing is decoded yet
            if max(image.size) > _LARGEST_SIDE or pixels > _MOST_PIXELS or not budget.can_decode(pixels):
                return None
            stream = io.BytesIO()
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            image.convert("RGBA" if has_alpha else "RGB").save(stream, "PNG")
    except Exception:  # no decoder promises which exceptions damaged bytes raise
        return None
    content = stream.getvalue()
    return base64.b64encode(content).decode() if budget.can_keep(content) else None


def _sums(claim: Any) -> tuple[float, ...]:
    if not isinstance(claim, list) or len(claim) not in (0, _SUMS) or any(isinstance(value, str) for value in claim):
        raise ClaimError("the fingerprint of the weights is not a short list of numbers")
    sums = tuple(_point(value) for value in claim)
    if not all(abs(value) <= _LARGEST_SUM for value in sums):  # NaN is not, either
        raise ClaimError("the fingerprint of the weights is not finite")
    return sums


def _layer(claim: Any, plain: "_Plain") -> LayerRow:
    fields = _mapping(claim)
    inbound = fields.get("inbound", [])
    return LayerRow(
        name=_text(fields.get("name"))[:200],
        kind=_text(fields.get("kind"))[:100],
        config=plain.copy(_mapping(fields.get("config", {}))),
        inbound=tuple(_text(name)[:200] for name in inbound[:100]) if isinstance(inbound, list) else (),
        input_shape=_shape(fields.get("input_shape")),
        output_shape=_shape(fields.get("output_shape")),
        parameters=count(fields.get("parameters")),
        trainable=count(fields.get("trainable")),
        operation=fields.get("operation", False) is True,
        first=_text(fields.get("first", ""))[:200],
    )


def _shape(claim: Any) -> Shape | None:
    if claim is None:
        return None
    if not isinstance(claim, list) or len(claim) > 8:
        raise ClaimError("a shape is not a short list")
    return tuple(None if size is None else count(size) for size in claim)


def _curve(claim: Any) -> tuple[float, ...]:
    if not isinstance(claim, list):
        raise ClaimError("a training curve is not a list")
    return tuple(_point(value) for value in claim[:2000])


def _point(value: Any) -> float:
    if value in ("nan", "inf", "-inf"):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > sys.float_info.max:
        raise ClaimError("a training curve contains a value that is not a number")
    return float(value)


class _Plain:
    """Copies JSON data and refuses what a later reader could not follow: what is too deep, too long or too large.

    Args:
        budget: Is charged for its texts.
    """

    def __init__(self, budget: RunBudget) -> None:
        self._budget = budget
        self._left = _MOST_ITEMS

    def copy(self, claim: Any, depth: int = 0) -> Any:
        """Copy the data, with text that can be written; raises `ClaimError` if they are refused."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise ClaimError("data is nested too deep, or has too many items")
        if isinstance(claim, list):
            return [self.copy(item, depth + 1) for item in claim]
        if isinstance(claim, dict):
            return {self._text(name): self.copy(item, depth + 1) for name, item in claim.items()}
        return self.scalar(claim)

    def scalar(self, claim: Any) -> str | float | int | bool | None:
        """Copy a single value."""
        if isinstance(claim, int) and claim.bit_length() > _MOST_BITS:
            raise ClaimError("a whole number has too many digits")
        return claim if claim is None or isinstance(claim, (bool, int, float)) else self._text(claim)

    def _text(self, claim: Any) -> str:
        if isinstance(claim, str) and len(claim) > _LONGEST_TEXT:
            raise ClaimError("a text is too long")
        return self._budget.text(_text(claim))


def _mapping(claim: Any) -> dict[str, Any]:
    if not isinstance(claim, dict):
        raise ClaimError("expected an object")
    return claim


def _text(claim: Any) -> str:
    if not isinstance(claim, str):
        raise ClaimError("expected text")
    return claim.encode("utf-8", "replace").decode()


def count(claim: Any) -> int:
    """Check a whole number from 0 to 2**63 - 1; raises `ClaimError` if it is not one."""
    if isinstance(claim, bool) or not isinstance(claim, int) or not 0 <= claim < 2**63:
        raise ClaimError("expected a whole number of 0 or more")
    return claim


def seconds(claim: Any) -> float:
    """Check a duration in seconds, below 1,000,000; raises `ClaimError` if it is not one."""
    if isinstance(claim, bool) or not isinstance(claim, (int, float)) or not 0 <= claim < 1e6:
        raise ClaimError("expected seconds")
    return float(claim)
