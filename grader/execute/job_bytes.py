"""Jobs and records as bytes, to cross between machines: JSON and `.npy`, nothing that could be executed.

A message is 4 bytes length of the head (big endian), the head, the bodies. What comes back is checked like all
that leaves a sandbox: a machine on which students' code runs is believed no more than that code.
"""

import itertools
import json
import math
import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from grader.execute import claims
from grader.execute.budget import RunBudget, SpentError
from grader.execute.inside import wire
from grader.model.exercise import DataFile, Limits
from grader.model.job import Job, JobPart, Observation, Probe
from grader.model.preparation import Preparation
from grader.model.record import (
    Answer,
    CellError,
    CellRun,
    Isolation,
    ModelTable,
    ObservationRun,
    Outcome,
    PartRun,
    ProbeResult,
    Record,
    Resources,
)
from grader.model.submission import HandedIn
from grader.storage import codec
from grader.text.messages import Text, check_text

MOST_BYTES = 192 * 2**20
"""The longest record that another machine may send: what one run may hand over, and arrays."""
_MOST_REMARKS = 50
_LONGEST_REMARK = 5_000
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A JSON object and byte strings, to which the object refers by position."""

    head: dict[str, Any]
    bodies: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        """Pack the envelope into one byte string."""
        text = json.dumps(
            {**self.head, "bodies": [len(body) for body in self.bodies]}, allow_nan=False, default=codec.to_data
        ).encode()
        return b"".join((_LENGTH.pack(len(text)), text, *self.bodies))

    @classmethod
    def of(cls, content: bytes, budget: RunBudget | None = None) -> "Envelope":
        """Unpack an envelope.

        Args:
            content: Its bytes.
            budget: Is charged for it if it comes from a machine that is not trusted; None otherwise.

        Raises:
            WireError: If it is not an envelope.
            SpentError: If the budget does not last.
        """
        begin = _LENGTH.size + int.from_bytes(content[: _LENGTH.size], "big")
        text = content[_LENGTH.size : begin]
        if budget:  # before it is parsed, which is what takes memory
            budget.message(text)
        head = wire.parse_head(text)
        sizes = head.pop("bodies", None)
        if not (isinstance(sizes, list) and all(type(size) is int and size >= 0 for size in sizes)):
            raise wire.WireError("lengths of the bodies are not valid")
        ends = list(itertools.accumulate(sizes, initial=begin))
        if ends[-1] != len(content):
            raise wire.WireError(f"a message of {len(content)} bytes that claims {ends[-1]}")
        return cls(head, tuple(content[start:end] for start, end in itertools.pairwise(ends)))


def job_bytes(job: Job, handed_in: tuple[bytes, ...]) -> bytes:
    """Write a job as bytes. Of public files, only names and digests are in them, so that a machine gets each once.

    Fields are named one by one, so that only what a worker needs leaves this machine. Numbers keep their types, since
    the key of the job follows from them: 10 is not 10.0.

    Args:
        job: What is to run. Where its files lie on this machine is not in the bytes.
        handed_in: Contents of `job.handed_in`, in its order.

    Example:
        job_of(job_bytes(job, ())).key == job.key
    """
    bodies: list[bytes] = []

    def body(content: bytes) -> dict[str, int]:
        bodies.append(content)
        return {"body": len(bodies) - 1}

    head = {
        "cells": job.cells,
        "names": job.names,
        "probes": [
            {
                "name": probe.name,
                "function": probe.function,
                "digest": probe.digest,
                "arguments": [
                    body(argument) if isinstance(argument, bytes) else {"value": argument}
                    for argument in probe.arguments
                ],
            }
            for probe in job.probes
        ],
        "files": [{"name": file.name, "sha256": file.sha256} for file in job.files],
        "handed_in": [
            {"name": file.name, "sha256": file.sha256, **body(content)}
            for file, content in zip(job.handed_in, handed_in, strict=True)
        ],
        "limits": asdict(job.limits),
        "seed": job.seed,
        "environment": job.environment,
        "preparation": codec.to_data(job.preparation),
        "observations": [asdict(observation) for observation in job.observations],
        "on_files": [asdict(observation) for observation in job.on_files],
        "parts": [asdict(part) for part in job.parts],
        "saves": job.saves,
    }
    return Envelope(head, tuple(bodies)).to_bytes()


def job_of(content: bytes) -> Job:
    """Read the job that `job_bytes` wrote; its public files have no path on this machine.

    It comes from the grader, so its form is not checked field by field.
    """
    envelope = Envelope.of(content)
    head, bodies = envelope.head, envelope.bodies
    return Job(
        cells=tuple(head["cells"]),
        names=tuple(head["names"]),
        probes=tuple(_probe_of(fields, bodies) for fields in head["probes"]),
        files=tuple(DataFile(file["name"], Path(), file["sha256"]) for file in head["files"]),
        limits=Limits(**head["limits"]),
        seed=head["seed"],
        environment=tuple((name, version) for name, version in head["environment"]),
        handed_in=tuple(HandedIn(file["name"], bodies[file["body"]], file["sha256"]) for file in head["handed_in"]),
        preparation=codec.from_data(Preparation, head["preparation"]),
        observations=tuple(map(_observation_of, head["observations"])),
        on_files=tuple(map(_observation_of, head["on_files"])),
        parts=tuple(JobPart(**{**part, "uses": tuple(part["uses"])}) for part in head["parts"]),
        saves=tuple(head["saves"]),
    )


def _observation_of(fields: Mapping[str, Any]) -> Observation:
    return Observation(**{**fields, "reads": tuple(fields["reads"])})


def _probe_of(fields: Mapping[str, Any], bodies: tuple[bytes, ...]) -> Probe:
    arguments = (bodies[item["body"]] if "body" in item else item["value"] for item in fields["arguments"])
    return Probe(name=fields["name"], function=fields["function"], arguments=tuple(arguments), digest=fields["digest"])


def record_bytes(record: Record) -> bytes:
    """Write a record as bytes; arrays travel as they are."""
    bodies: list[bytes] = []
    head = _sendable(codec.to_data(record), bodies)
    return Envelope(head, tuple(bodies)).to_bytes()


def _sendable(data: Any, bodies: list[bytes]) -> Any:
    """The same data as the head of a message: bytes become positions in `bodies`, numbers that JSON lacks text."""
    if isinstance(data, bytes):
        bodies.append(data)
        return len(bodies) - 1
    if isinstance(data, float):
        return data if math.isfinite(data) else str(data)
    if isinstance(data, dict):
        return {name: _sendable(inner, bodies) for name, inner in data.items()}
    return [_sendable(inner, bodies) for inner in data] if isinstance(data, list | tuple) else data


def record_of(content: bytes, job: Job) -> Record:
    """Read the record of a job that ran on another machine, and check it field by field.

    Args:
        content: The bytes that this machine sent.
        job: The job that it was to run.

    Raises:
        ClaimError: If it is of another job, not of the form that `record_bytes` gives, or too large.
        WireError: If it is no message at all.
    """
    try:
        return _record_of(content, job, RunBudget.of_record(max(1, len(job.parts))))
    except SpentError as error:
        raise claims.ClaimError(str(error)) from error


def _record_of(content: bytes, job: Job, budget: RunBudget) -> Record:
    if len(content) > MOST_BYTES * max(1, len(job.parts)):
        raise SpentError(f"a record of {len(content)} bytes")
    envelope = Envelope.of(content, budget)
    head = envelope.head
    if head.get("key") != job.key:
        raise claims.ClaimError("a record of another job")
    sent = _Sent(envelope.bodies, job, budget)
    fields = {name: check(head.get(name), sent) for name, check in CHECKS.items()}
    return Record(key=job.key, environment=job.environment, **fields)


@dataclass(frozen=True, slots=True)
class _Sent:
    """All that the checks of the fields of a record need besides the field."""

    bodies: tuple[bytes, ...]
    job: Job
    budget: RunBudget


def _cells(claim: Any, sent: _Sent) -> tuple[CellRun, ...]:
    cells = tuple(_cell(cell, sent.budget) for cell in _list(claim))
    if len(cells) not in (0, len(sent.job.cells)):
        raise claims.ClaimError("a record with other cells than its job has")
    return cells


def _cell(claim: Any, budget: RunBudget) -> CellRun:
    fields = _mapping(claim)
    number = fields.get("execution_count")
    return CellRun(
        outputs=tuple(claims.output(output, budget) for output in _list(fields.get("outputs"))),
        execution_count=None if number is None else claims.count(number),
        seconds=claims.seconds(fields.get("seconds")),
        error=None if fields.get("error") is None else _error(_mapping(fields["error"])),
    )


def _answers(claim: Any, sent: _Sent) -> dict[str, Answer]:
    answers = _with_known_names(claim, sent.job.answer_names)
    return {name: _answer(fields, sent) for name, fields in answers.items()}


def _answer(claim: Any, sent: _Sent) -> Answer:
    answer = claims.answer(claim, sent.budget)
    gone_after = claims.count(claim.get("gone_after", 0))
    if gone_after > len(sent.job.cells):
        raise claims.ClaimError("an answer that was gone after a cell that does not exist")
    return replace(answer, gone_after=gone_after)


def _models(claim: Any, sent: _Sent) -> dict[str, ModelTable]:
    return {_text(name)[:200]: claims.model_table(table, sent.budget) for name, table in _mapping(claim).items()}


def _probes(claim: Any, sent: _Sent) -> dict[str, ProbeResult]:
    results = _with_known_names(claim, [probe.name for probe in sent.job.probes])
    return {name: _probe(fields, sent) for name, fields in results.items()}


def _probe(claim: Any, sent: _Sent) -> ProbeResult:
    fields = _mapping(claim)
    position = claims.count(fields.get("array"))
    if position >= len(sent.bodies):
        raise claims.ClaimError("an array that was not sent")
    result = claims.probe_result({**fields, "message": ""}, sent.bodies[position], sent.budget)
    return result if result.message else replace(result, message=_message(fields.get("message", "")))


def _observations(claim: Any, sent: _Sent) -> dict[str, ObservationRun]:
    reads = sent.job.reads_of_observations
    runs = _with_known_names(claim, reads)
    return {name: replace(_observation(fields), reads=reads[name]) for name, fields in runs.items()}


def _observation(claim: Any) -> ObservationRun:
    fields = _mapping(claim)
    return replace(claims.observation_run({**fields, "message": ""}), message=_message(fields.get("message", "")))


def _error(fields: Mapping[str, Any]) -> CellError:
    return replace(claims.cell_error({**fields, "message": ""}), message=_message(fields.get("message")))


def _message(claim: Any) -> Text:
    """A literal text, or a message of the grader that runs on the other machine."""
    try:
        return check_text(claim, _LONGEST_REMARK)
    except (ValueError, RecursionError) as error:
        raise claims.ClaimError(f"a text that is not one: {error}") from error


def _with_known_names(claim: Any, names: Collection[str]) -> dict[str, Any]:
    """An object with some of these names and no others."""
    fields = _mapping(claim)
    if not set(fields) <= set(names):
        raise claims.ClaimError("a record with answers that were not asked for")
    return fields


def _remarks(claim: Any, _sent: _Sent) -> tuple[Text, ...]:
    return tuple(_message(remark) for remark in _list(claim)[:_MOST_REMARKS])


def _parts(claim: Any, sent: _Sent) -> tuple[PartRun, ...]:
    """How the run of each notebook of the job ended; which notebooks there are is known from the job."""
    parts = [_mapping(part) for part in _list(claim)]
    if len(parts) not in (0, len(sent.job.parts)):
        raise claims.ClaimError("a record with other notebooks than its job has")
    return tuple(
        PartRun(
            part.notebook, part.cells, _member(Outcome, fields.get("outcome")), _remarks(fields.get("remarks"), sent)
        )
        for part, fields in zip(sent.job.parts, parts, strict=False)
    )


def _resources(claim: Any, _sent: _Sent) -> Resources:
    fields = _mapping(claim)
    values = [fields.get(name) for name in ("wall_seconds", "cpu_seconds", "peak_memory_mb", "output_kb")]
    if not all(isinstance(value, (int, float)) and 0 <= value < 1e12 for value in values):
        raise claims.ClaimError("expected what a run used")
    return Resources(*(float(value) for value in values if value is not None))


def _member(kind: Any, claim: Any) -> Any:
    try:
        return kind(claim)
    except ValueError as error:
        raise claims.ClaimError(str(error)) from error


def _mapping(claim: Any) -> dict[str, Any]:
    if not isinstance(claim, dict):
        raise claims.ClaimError("expected an object")
    return claim


def _list(claim: Any) -> list[Any]:
    if not isinstance(claim, list):
        raise claims.ClaimError("expected a list")
    return claim


def _text(claim: Any) -> str:
    if not isinstance(claim, str):
        raise claims.ClaimError("expected text")
    return claim.encode("utf-8", "replace").decode()


CHECKS: Mapping[str, Callable[[Any, _Sent], Any]] = {
    "outcome": lambda claim, _: _member(Outcome, claim),
    "cells": _cells,
    "answers": _answers,
    "models": _models,
    "histories": lambda claim, _: claims.histories(claim),
    "probes": _probes,
    "resources": _resources,
    "isolation": lambda claim, _: _member(Isolation, claim),
    "remarks": _remarks,
    "observations": _observations,
    "parts": _parts,
}
"""Field of a record -> what checks it where another machine has sent it. Key and environment are those of the job."""
