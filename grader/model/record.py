"""What the sandbox handed back: data only, validated, never changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from grader.text.language import marked
from grader.text.messages import Message, Text, english, joined, message

Shape = tuple[int | None, ...]
_FILE_OF_CELL = re.compile(r" \((?:\d+\.py|<ipython-input-[^<>]*>), line \d+\)$")


ENDED_ITSELF = message("The notebook ended itself with quit() or exit(). The cells after it did not run.")
"""The remark of a record whose notebook did not run to its last cell because of a call of its own."""


UNRUN = message("It could not be run, so it has no mark until an instructor has looked at it.")
"""The remark of a record whose job ended every run before its first cell, where a known-good notebook ran well."""

TOO_BUSY = message("It was not run, because there was not enough processor time. Its contents are not the reason.")
"""The remark of a record whose run the machine starved; of `sandbox_failed` only."""


USED_KERAS2 = marked("It used names of Keras 2 that this course makes available: {names}.")
"""The template of the remark of a record whose notebook used such names."""


def is_harmless(remark: Text) -> bool:
    """Whether a remark of a record only tells what a course allows, so that nothing needs to be changed."""
    return isinstance(remark, Message) and remark.template == USED_KERAS2


class Outcome(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    INVALID_NOTEBOOK = "invalid_notebook"
    SANDBOX_FAILED = "sandbox_failed"


class Isolation(StrEnum):
    """What stood between the student's code and this machine, strongest first."""

    SANDBOX = "sandbox"
    DEGRADED = "degraded"
    NONE = "none"


CELL_TIMEOUT = "CellTimeout"
"""Name of the error of a cell that reached its own limit on time."""

NOTEBOOK_TIMEOUT = "Timeout"
"""Name of the error of the cell in which all cells together reached theirs."""


@dataclass(frozen=True, slots=True)
class CellError:
    """The exception that ended a cell; `line` counts from 1 in the cell, 0 if it is not known."""

    name: str
    message: Text
    line: int = 0

    @property
    def is_about_blank(self) -> bool:
        """Whether a `...` that was left in the cell caused the exception, to judge by its text."""
        return "ellipsis" in english(self.message).lower()

    @property
    def exception_text(self) -> Text:
        """The exception as Python writes it below a traceback, without the file that IPython makes of a cell."""
        if not isinstance(self.message, str):
            return joined(f"{self.name}:", self.message)
        text = _FILE_OF_CELL.sub("", self.message.strip())
        return f"{self.name}: {text}" if text else self.name  # a literal text, of which the first line can be taken


@dataclass(frozen=True, slots=True)
class CellRun:
    """One code cell after the run.

    Attributes:
        outputs: nbformat 4 outputs, already capped and with pictures encoded again.
        execution_count: As Jupyter counts; None if the cell never ran.
        seconds: Wall time.
        error: Why it stopped, if it did.
    """

    outputs: tuple[Mapping[str, Any], ...] = ()
    execution_count: int | None = None
    seconds: float = 0.0
    error: CellError | None = None


class AnswerState(StrEnum):
    """What was found under the name of an answer."""

    VALUE = "value"
    BLANK = "blank"
    MISSING = "missing"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as plain data.

    Attributes:
        state: Whether there is a value. BLANK is `...` (Ellipsis), as the student notebook has it.
        value: JSON data: None, bool, int, float, str, list or dict. An `...` inside a list is the
            string `"..."`; floats that JSON lacks are `"nan"`, `"inf"` and `"-inf"`, and then
            `type_name` is the type of the whole answer.
        type_name: Python type of what was found, for messages.
        gone_after: Number of the code cell, from 1, after which it was no longer there although it had been; 0 where
            that never was so.
        details: JSON data that belong to the value: `columns` and `index` of a DataFrame, `name` and `index` of a
            Series, `spec`, `batches` and `first` of a `tf.data.Dataset`. None where there are none.
    """

    state: AnswerState
    value: Any = None
    type_name: str = ""
    gone_after: int = 0
    details: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One layer of a model.

    Attributes:
        name: Its name in the model; says nothing about its meaning.
        kind: Keras class name, for example `Conv2D`.
        config: What `get_config()` gives, as JSON, without names; of an operation, its settings, and what it
            was called with as `arguments`, where "tensor" stands for a tensor.
        inbound: Names of the layers that feed it.
        input_shape: Shape of its (first) input, batch axis first; None where it is not known.
        output_shape: Shape of its (first) output, batch axis first; None where it is not known.
        parameters: Number of all its weights.
        trainable: Number of its trainable weights.
        operation: Whether it is a function that works on tensors, such as `keras.ops.relu`, and no layer; `kind` is
            then the name of the operation.
        first: Name of the row in which the same layer was used before; empty where this is its first use.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    inbound: tuple[str, ...]
    input_shape: Shape | None
    output_shape: Shape | None
    parameters: int
    trainable: int
    operation: bool = False
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTable:
    """The layers of a model in topological order, without input layers.

    Attributes:
        input_shape: Shape of the model's (first) input, batch axis first.
        layers: One row for each use of a layer and for each operation; layers of nested models stand in place of the
            nested model.
        compiled: Loss, optimizer and its settings where the model was compiled.
        weights: What tells its weights from others, as its process says; see `inside.weights`. Empty where there
            are none, or too many.
        has_graph: Whether the rows follow the model from its inputs to its outputs. If not, they are the layers that
            it holds, in the order in which they were made, and what it does with them is not known.
        counted: Number of its weights as Keras counts them; None where it was never built.
    """

    input_shape: Shape | None
    layers: tuple[LayerRow, ...]
    compiled: Mapping[str, Any] = field(default_factory=dict)
    weights: tuple[float, ...] = ()
    has_graph: bool = True
    counted: int | None = None

    def of_kind(self, *kinds: str) -> tuple[LayerRow, ...]:
        """The layers whose class has one of these names, in order."""
        return tuple(layer for layer in self.layers if layer.kind in kinds)

    @property
    def parameters(self) -> int:
        """Number of all weights; those of a layer that is used more than once count once."""
        return sum(layer.parameters for layer in self.layers if not layer.first)

    @property
    def trainable(self) -> int:
        """Number of trainable weights, likewise."""
        return sum(layer.trainable for layer in self.layers if not layer.first)


class ProbeState(StrEnum):
    """How the call of a student's function ended."""

    RETURNED = "returned"
    NOTHING = "nothing"
    MISSING = "missing"
    BLANK = "blank"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a student's function gave for the held-out inputs.

    Attributes:
        state: RETURNED with `array`; NOTHING where it gave back None, BLANK where the function or its result is `...`;
            else `message` says what happened.
        array: The result as `.npy` bytes (no pickle), in the order of the inputs handed in.
        message: For the student, for example the exception and its text.
        seconds: Wall time of the call.
    """

    state: ProbeState
    array: bytes = b""
    message: Text = ""
    seconds: float = 0.0


class ObservationState(StrEnum):
    """How an observation ended.

    OBSERVED: its value is an answer of the record. MISSING: a variable or file that it needs does not exist, or the
    variable is `...`. UNSUITABLE: an object of the notebook is not as the observation requires. RAISED: code of the
    notebook raised an exception. FAILED: the observation has an error. UNCLEAR: it raised an exception, perhaps because
    of an object of the notebook. LATE: it reached its limit on time.
    ENDED: the process ended meanwhile. TOO_LARGE: a file that it needs is too large. NOT_REACHED: the process ended
    before.
    """

    OBSERVED = "observed"
    MISSING = "missing"
    UNSUITABLE = "unsuitable"
    RAISED = "raised"
    FAILED = "failed"
    UNCLEAR = "unclear"
    LATE = "late"
    ENDED = "ended"
    TOO_LARGE = "too_large"
    NOT_REACHED = "not_reached"


OWN_CODE = "own code"
"""What an observation says is `wanted` of a saved model that contains code of the student's which was not loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRun:
    """What became of an observation: a claim of the notebook's process, like an answer.

    Attributes:
        state: How it ended.
        about: The variable or file that is the reason.
        found: Type of the variable.
        wanted: Type that it should have; with `.` in front, an attribute that it lacks.
        message: The exception and its text.
        line: Line of the staff's file at which it failed, from 1; 0 if it is not known.
        in_cells: Whether code of the notebook was running when it ended.
        seconds: Wall time.
        reads: The variables or files that it needs, as its job says.
    """

    state: ObservationState
    about: str = ""
    found: str = ""
    wanted: str = ""
    message: Text = ""
    line: int = 0
    in_cells: bool = False
    seconds: float = 0.0
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartRun:
    """How the run of one notebook ended, where a job runs several.

    Attributes:
        notebook: Its file name.
        cells: Number of its code cells.
        outcome: How its run ended.
        remarks: As in `Record`, of this notebook.
    """

    notebook: str
    cells: int
    outcome: Outcome
    remarks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Resources:
    """What the run used: seconds, MiB, KiB."""

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    output_kb: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is known of one run.

    Attributes:
        key: Key of the job.
        outcome: How the run ended.
        cells: One entry for each code cell of the job, in order.
        answers: Name -> plain data.
        models: Name -> layer table, for the answers that are Keras models; where an answer is a function, also
            for some other models of the notebook.
        histories: Name -> metric -> value per epoch, for every `History` in the notebook.
        probes: Name of a call -> its result; where a function is called once, its own name.
        resources: What it used.
        isolation: What protected this machine.
        environment: Versions, as in the job.
        remarks: What a reader of the report has to know, for example that output was cut.
        observations: Name of an observation -> what became of it; its value is an answer, or a model.
        parts: How the run of each notebook ended, if the job has parts.
    """

    key: str
    outcome: Outcome
    cells: tuple[CellRun, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    models: Mapping[str, ModelTable] = field(default_factory=dict)
    histories: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    probes: Mapping[str, ProbeResult] = field(default_factory=dict)
    resources: Resources = Resources()
    isolation: Isolation = Isolation.SANDBOX
    environment: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Text, ...] = ()
    observations: Mapping[str, ObservationRun] = field(default_factory=dict)
    parts: tuple[PartRun, ...] = ()

    @property
    def unrun(self) -> bool:
        """Whether it could not be run for a cause that lies in the submission or is not known: no ground for a mark."""
        return UNRUN in self.remarks
