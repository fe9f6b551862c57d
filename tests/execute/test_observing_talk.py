"""What the grader makes of what a run says when it is asked for observations and files."""

from dataclasses import replace
from typing import Any

import pytest

from grader.execute.conversation import GRACE_SECONDS
from grader.execute.inside import wire
from grader.execute.saved import job_on_files, with_files_observed
from grader.model.job import Job, Observation, Probe
from grader.model.record import (
    Answer,
    AnswerState,
    ObservationRun,
    ObservationState,
    Outcome,
    ProbeResult,
    ProbeState,
    Record,
    Resources,
)
from tests.execute.test_conversation import JOB, LIMITS, Script, until

FIRST = Observation(name="first", code="def first(x): return 1", reads=("x",))
SECOND = Observation(name="second", code="def second(y): return 1", reads=("y",))
SAVED = Observation(name="saved", code="def saved(path='a.npy'): return 1", reads=("a.npy",), of_files=True)
PREDICT = Observation(name="predict", code="def predict(m='m.keras'): ...", reads=("m.keras",), of_files=True)
BOTH = replace(JOB, observations=(FIRST, SECOND), probes=(Probe("call", "f", (1,), "d"),))
FINISHED = ({"type": "started"}, {"type": "finished"})
VALUE = {"state": "value", "value": 3, "type_name": "int"}


def observed(**fields: Any) -> dict[str, Any]:
    return {"type": "observed", "state": "observed", "seconds": 0.1, "answer": VALUE, **fields}


def test_observations_are_asked_for_one_by_one_after_the_cells_and_before_the_calls() -> None:
    heard: list[dict[str, Any]] = []

    def talk(script: Script) -> None:
        script.say(*FINISHED)
        heard.append(script.heard())
        script.say({"type": "output", "output": {}}, observed())
        heard.append(script.heard())
        script.say(observed(state="missing", about="y"))
        heard.append(script.heard())

    draft = Script(BOTH).held(talk)
    assert [message.get("observe", {}).get("name") for message in heard] == ["first", "second", None]
    assert [message.get("function") for message in heard] == [None, None, "f"]
    assert heard[0]["observe"]["code"] == FIRST.code
    assert draft.so_far.answers["first"].value == 3
    assert draft.so_far.observations == {
        "first": ObservationRun(state=ObservationState.OBSERVED, seconds=0.1, reads=("x",)),
        "second": ObservationRun(state=ObservationState.MISSING, about="y", seconds=0.1, reads=("y",)),
    }


def test_the_code_of_observations_is_not_sent_with_the_cells() -> None:
    heard: list[dict[str, Any]] = []
    script = Script(BOTH)
    script._thread.start()
    with script.theirs:
        heard.append(script.heard())
    script._thread.join(20)
    assert "def first" not in str(heard)
    assert heard[0]["looked_at"] == ["y"]


def test_an_observation_over_its_limit_is_interrupted_and_the_next_one_runs() -> None:
    def talk(script: Script) -> None:
        script.say(*FINISHED)
        number = script.heard()["observe"]["number"]
        script.run.processor = LIMITS.probe_seconds + 1
        until(lambda: script.run.rings > 0)
        assert script.heard() == {"late": number}
        script.say(observed(state="late", in_cells=True))
        assert script.heard()["observe"]["name"] == "second"
        script.say(observed())

    runs = Script(BOTH).held(talk).so_far.observations
    assert runs["first"].state is ObservationState.LATE
    assert runs["first"].in_cells
    assert runs["second"].state is ObservationState.OBSERVED


def test_an_observation_that_cannot_be_interrupted_ends_the_run_and_keeps_what_came_before() -> None:
    def talk(script: Script) -> None:
        script.say(*FINISHED)
        script.heard()
        script.say(observed())
        script.heard()
        script.run.processor = LIMITS.probe_seconds + GRACE_SECONDS + 1
        script.heard()

    draft = Script(BOTH).held(talk)
    assert draft.so_far.answers["first"].value == 3
    assert draft.so_far.observations["second"] == ObservationRun(state=ObservationState.LATE, reads=("y",))
    assert draft.so_far.probes["call"].state is ProbeState.NOT_REACHED
    assert draft.so_far.outcome is Outcome.COMPLETED


FORGED: dict[str, dict[str, Any]] = {
    "no state": {"type": "observed", "answer": VALUE},
    "a state that is none": observed(state="right"),
    "no answer": {"type": "observed", "state": "observed"},
    "an answer that is none": observed(answer=5),
    "a strange model": observed(answer={**VALUE, "model": 7}),
    "an answer to a cell": {"type": "answer", "name": "first", "answer": VALUE},
    "the end of a cell": {"type": "done", "index": 0, "count": 1, "seconds": 1},
    "a text for a line": observed(line="five"),
}


@pytest.mark.parametrize("message", FORGED.values(), ids=FORGED)
def test_what_is_no_reply_ends_the_run(message: dict[str, Any]) -> None:
    def talk(script: Script) -> None:
        script.say(*FINISHED)
        script.heard()
        script.say(message)

    draft = Script(BOTH).held(talk)
    assert draft.so_far.observations["first"].state is ObservationState.ENDED
    assert draft.so_far.observations["second"].state is ObservationState.NOT_REACHED


def test_a_cell_cannot_say_what_an_observation_leaves() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "answer", "name": "first", "answer": VALUE})

    draft = Script(BOTH).held(talk)
    assert draft.so_far.outcome is Outcome.CRASHED
    assert draft.so_far.answers["first"].state is AnswerState.MISSING


@pytest.mark.parametrize(
    ("reply", "body", "state", "saved"),
    [
        ({"type": "file", "state": "sent"}, b"12", ObservationState.NOT_REACHED, {"a.npy": b"12"}),
        ({"type": "file", "state": "missing"}, b"", ObservationState.MISSING, {}),
        ({"type": "file", "state": "too_large"}, b"", ObservationState.TOO_LARGE, {}),
        ({"type": "file", "state": 5}, b"12", ObservationState.MISSING, {}),
    ],
)
def test_files_are_asked_for_before_anything_else_runs(
    reply: dict[str, Any], body: bytes, state: ObservationState, saved: dict[str, bytes]
) -> None:
    def talk(script: Script) -> None:
        script.say(*FINISHED)
        assert script.heard()["file"] == "a.npy"
        script.theirs.sendall(wire.packed(reply, (body,)))
        assert "observe" in script.heard()

    draft = Script(replace(BOTH, on_files=(SAVED,))).held(talk)
    assert draft.so_far.observations["saved"].state is state
    assert draft.saved == saved


ON_FILES: Job = replace(
    BOTH, on_files=(SAVED, PREDICT), probes=(*BOTH.probes, Probe("accuracy", "predict", (b"1",), "e"))
)
AT_END = Record(
    key=ON_FILES.key,
    outcome=Outcome.COMPLETED,
    answers={"first": Answer(AnswerState.VALUE, 1), "saved": Answer(AnswerState.MISSING)},
    probes={"call": ProbeResult(ProbeState.RETURNED), "accuracy": ProbeResult(ProbeState.NOT_REACHED)},
    observations={
        "first": ObservationRun(state=ObservationState.OBSERVED),
        "saved": ObservationRun(state=ObservationState.NOT_REACHED),
        "predict": ObservationRun(state=ObservationState.NOT_REACHED),
    },
    resources=Resources(1.0, 1.0, 200.0, 4.0),
)


def test_the_second_run_has_the_files_and_nothing_of_the_notebook() -> None:
    second = job_on_files(ON_FILES, AT_END, {"a.npy": b"1", "m.keras": b"2"})
    assert second is not None
    assert (second.cells, second.names, second.on_files) == ((), (), ())
    assert [file.name for file in second.handed_in] == ["a.npy", "m.keras"]
    assert [observation.name for observation in second.observations] == ["saved", "predict"]
    assert [probe.name for probe in second.probes] == ["accuracy"]


def test_without_its_file_an_observation_does_not_run() -> None:
    second = job_on_files(ON_FILES, AT_END, {"a.npy": b"1"})
    assert second is not None
    assert [observation.name for observation in second.observations] == ["saved"]
    assert second.probes == ()
    assert job_on_files(ON_FILES, AT_END, {}) is None


def test_the_record_has_what_both_runs_left() -> None:
    second = Record(
        key="other",
        outcome=Outcome.COMPLETED,
        answers={"saved": Answer(AnswerState.VALUE, 2)},
        probes={"accuracy": ProbeResult(ProbeState.RETURNED)},
        observations={"saved": ObservationRun(state=ObservationState.OBSERVED)},
        resources=Resources(0.5, 0.25, 300.0, 1.0),
    )
    both = with_files_observed(AT_END, second)
    assert both.key == ON_FILES.key
    assert {name: answer.value for name, answer in both.answers.items()} == {"first": 1, "saved": 2}
    assert {name: result.state for name, result in both.probes.items()} == dict.fromkeys(
        ("call", "accuracy"), ProbeState.RETURNED
    )
    assert both.observations["saved"].state is ObservationState.OBSERVED
    assert both.observations["first"].state is ObservationState.OBSERVED
    assert both.resources == Resources(1.5, 1.25, 300.0, 5.0)


def test_the_key_of_a_job_follows_from_its_observations() -> None:
    changed = replace(FIRST, code="def first(x): return 2")
    keys = {job.key for job in (JOB, BOTH, replace(BOTH, observations=(changed, SECOND)), ON_FILES)}
    assert len(keys) == 4
    assert replace(BOTH, observations=(SECOND, FIRST)).key == BOTH.key


def test_a_job_without_observations_has_the_key_that_it_always_had() -> None:
    assert JOB.key == "241ed4a1fca237bb421ca455a2a6890602ee6596078c9988eb93921cb8755895"
