"""One job for several notebooks: it is split and joined without mixing their names."""

from grader.model.exercise import Limits
from grader.model.job import Job, JobPart, Observation, Probe
from grader.model.job_parts import jobs_of_parts, joined, record_of_part, with_parts
from grader.model.record import (
    Answer,
    AnswerState,
    CellRun,
    Isolation,
    ObservationRun,
    ObservationState,
    Outcome,
    Record,
    Resources,
)
from grader.text.messages import message

EMPTY = Job(cells=(), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=())


def job(*cells: str, observation: str = "epochs") -> Job:
    return Job(
        cells=cells,
        names=("model", "size"),
        probes=(Probe("predict", "predict", (), "0"),),
        files=(),
        limits=Limits(),
        seed=0,
        environment=(),
        observations=(
            Observation(name=observation, code="def epochs(history): ...", reads=("history",)),
            Observation(name="len(history.epoch)", code="len(history.epoch)", reads=("history",), is_expression=True),
        ),
        on_files=(Observation(name="saved", code="def saved(m='m.npy'): ...", reads=("m.npy",), of_files=True),),
    )


A, B = job("a = 1", "b = 2"), job("c = 3", observation="others")
PARTS = (JobPart(notebook="notebook.ipynb", cells=2), JobPart(notebook="b.ipynb", cells=1, uses=("kernel.npy",)))
WHOLE = with_parts(EMPTY, list(zip(PARTS, (A, B), strict=True)))


def record(of: Job, value: int, outcome: Outcome = Outcome.COMPLETED) -> Record:
    return Record(
        key=of.key,
        outcome=outcome,
        cells=tuple(CellRun((), 1) for _ in of.cells),
        answers={"size": Answer(AnswerState.VALUE, value, "int"), "history": Answer(AnswerState.UNSUPPORTED)},
        histories={"history": {"loss": (1.0,)}},
        resources=Resources(1.0, 2.0, 100.0 * value, 1.0),
        observations={"epochs": ObservationRun(state=ObservationState.OBSERVED, reads=("history",))},
        remarks=(message("about {value}", value=value),),
    )


def test_a_job_is_split_into_the_jobs_that_it_was_made_of() -> None:
    first, second = jobs_of_parts(WHOLE)
    assert (first.saves, second.saves) == (("kernel.npy",), ())
    assert first.saved_files == ("m.npy", "kernel.npy")
    assert [first.names, first.probes, first.observations, first.on_files] == [
        A.names,
        A.probes,
        A.observations,
        A.on_files,
    ]
    assert second == B


def test_the_same_name_in_two_notebooks_is_two_answers() -> None:
    first, second = record(A, 1), record(B, 2, Outcome.TIMED_OUT)
    whole = joined(WHOLE, [first, second], Isolation.SANDBOX)
    assert whole.key == WHOLE.key
    assert whole.outcome is Outcome.TIMED_OUT
    assert set(whole.answers) <= set(WHOLE.answer_names)
    assert len(whole.cells) == 3
    assert whole.resources == Resources(2.0, 4.0, 200.0, 2.0)
    for part, run in (("notebook.ipynb", first), ("b.ipynb", second)):
        of_part = record_of_part(whole, part)
        assert of_part is not None
        for field in ("outcome", "cells", "answers", "histories", "observations", "remarks"):
            assert getattr(of_part, field) == getattr(run, field), field
    assert record_of_part(whole, "c.ipynb") is None


def test_the_names_of_the_reads_of_an_observation_are_those_of_its_notebook_also_from_another_machine() -> None:
    whole = joined(WHOLE, [record(A, 1), record(B, 2)], Isolation.SANDBOX)
    sent = {
        name: ObservationRun(state=run.state, reads=WHOLE.reads_of_observations.get(name, ()))
        for name, run in whole.observations.items()
    }
    of_part = record_of_part(Record(key="", outcome=whole.outcome, parts=whole.parts, observations=sent), "b.ipynb")
    assert of_part is not None
    assert all(":" not in read for run in of_part.observations.values() for read in run.reads)


def test_a_notebook_whose_run_failed_keeps_its_cells_in_the_record() -> None:
    failed = Record(key=A.key, outcome=Outcome.SANDBOX_FAILED)
    whole = joined(WHOLE, [failed, record(B, 2)], Isolation.SANDBOX)
    assert whole.outcome is Outcome.SANDBOX_FAILED
    assert len(whole.cells) == 3


def test_a_record_of_a_job_that_could_not_run_says_the_same_of_each_notebook() -> None:
    of_part = record_of_part(Record(key="k", outcome=Outcome.SANDBOX_FAILED, remarks=("why",)), "b.ipynb")
    assert of_part is not None
    assert (of_part.outcome, of_part.remarks) == (Outcome.SANDBOX_FAILED, ("why",))


def test_the_key_of_a_job_depends_on_its_parts() -> None:
    other = with_parts(EMPTY, [(JobPart(notebook="notebook.ipynb", cells=2), A), (PARTS[1], B)])
    assert other.key == WHOLE.key
    without_file = with_parts(EMPTY, [(PARTS[0], A), (JobPart(notebook="b.ipynb", cells=1), B)])
    assert without_file.key != WHOLE.key
    assert A.key == job("a = 1", "b = 2").key
