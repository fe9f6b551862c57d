"""Who runs what next, and who is to blame: decided without any machine."""

from grader.execute.dispatch import MOST_DEATHS, MOST_FAILURES, Dispatch, Machine, Parcel
from grader.model.exercise import Limits
from grader.model.job import Job


def parcel(number: int = 0) -> Parcel:
    return Parcel(
        job=Job(cells=(str(number),), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=()),
        content=b"",
    )


def machines(*addresses: str, slots: int = 1) -> Dispatch:
    """Machines called `host:port`."""
    dispatch = Dispatch()
    for address in addresses:
        dispatch.join(Machine(address=address, host=address.partition(":")[0], slots=slots))
    return dispatch


def with_jobs(dispatch: Dispatch, count: int) -> list[Parcel]:
    parcels = [parcel(number) for number in range(count)]
    for each in parcels:
        dispatch.add(each)
    return parcels


def assigned(dispatch: Dispatch, now: float = 0.0) -> list[tuple[str, Parcel]]:
    return [(machine.address, each) for machine, each in dispatch.assign(now)]


def test_every_machine_runs_before_any_has_a_second_job() -> None:
    dispatch = machines("a:1", "b:1")
    with_jobs(dispatch, 10)
    given = [address for address, _ in assigned(dispatch)]
    assert sorted(given[:2]) == ["a:1", "b:1"]
    assert sorted(given) == ["a:1", "a:1", "b:1", "b:1"]


def test_a_machine_with_more_threads_gets_more() -> None:
    dispatch = machines("a:1", slots=3)
    with_jobs(dispatch, 10)
    assert len(assigned(dispatch)) == 6
    assert len(dispatch.machines["a:1"].running) == 3


def test_the_clock_of_a_job_begins_when_it_runs_and_not_when_it_is_sent() -> None:
    dispatch = machines("a:1")
    first, second = with_jobs(dispatch, 2)
    assigned(dispatch, now=1.0)
    machine = dispatch.machines["a:1"]
    assert machine.begun == {id(first): 1.0}
    dispatch.done(machine, first, now=5.0)
    assert machine.begun == {id(second): 5.0}


def test_only_what_ran_is_blamed_for_a_death() -> None:
    dispatch = machines("a:1")
    first, second = with_jobs(dispatch, 2)
    assigned(dispatch)
    assert dispatch.lost("a:1", died=True, problem="gone") == []
    assert (first.deaths, second.deaths) == (1, 0)
    dispatch.join(Machine(address="b:1", host="b", slots=1))
    assert assigned(dispatch) == [("b:1", first)], "it runs alone"


def test_what_a_machine_died_of_runs_alone_on_its_host() -> None:
    dispatch = machines("a:1", "a:2", "b:1")
    parcels = with_jobs(dispatch, 3)
    where = dict(assigned(dispatch))
    suspect = where["a:1"]
    dispatch.lost("a:1", died=True, problem="gone")
    assert assigned(dispatch) == [], "both hosts have other jobs, so nothing new starts beside them"
    beside = where["a:2"]
    dispatch.done(dispatch.machines["a:2"], beside, now=1.0)
    assert assigned(dispatch) == [("a:2", suspect)]
    dispatch.join(Machine(address="a:3", host="a", slots=1))
    more = parcel(9)
    dispatch.add(more)
    assert [address for address, _ in assigned(dispatch)] == ["b:1"], "nothing joins it on its host"
    assert len(parcels) == 3


def test_a_job_that_kills_three_machines_runs_no_more_and_harms_no_other() -> None:
    dispatch = machines("a:1", "a:2")
    killer, innocent = with_jobs(dispatch, 2)
    assigned(dispatch)
    for address in ("a:1", "a:2"):
        assert dispatch.lost(address, died=True, problem="the machine went down") == []
    given_up: list[Parcel] = []
    for number in range(3, 20):
        dispatch.join(Machine(address=f"a:{number}", host="a", slots=1))
        for address, each in assigned(dispatch):
            if each is killer:
                given_up += dispatch.lost(address, died=True, problem="the machine went down")
            else:
                dispatch.done(dispatch.machines[address], each, now=0.0)
    assert given_up == [killer]
    assert (killer.deaths, innocent.deaths) == (MOST_DEATHS, 1)
    assert assigned(dispatch) == [], "nothing is left"


def test_silence_is_never_the_jobs_fault() -> None:
    dispatch = machines("a:1", "b:1", "c:1")
    (job,) = with_jobs(dispatch, 1)
    given_up: list[Parcel] = []
    for _ in range(MOST_FAILURES):
        ((address, _),) = assigned(dispatch)
        given_up += dispatch.lost(address, died=False, problem="silent")
    assert given_up == [job]
    assert (job.deaths, job.failures) == (0, MOST_FAILURES)


def test_what_failed_on_one_machine_is_tried_on_another() -> None:
    dispatch = machines("a:1", "b:1")
    (job,) = with_jobs(dispatch, 1)
    tried = []
    for _ in range(2):
        ((address, _),) = assigned(dispatch)
        tried.append(address)
        assert not dispatch.failed(dispatch.machines[address], job, "broken", now=0.0)
    assert sorted(tried) == ["a:1", "b:1"]
    ((address, _),) = assigned(dispatch)
    assert dispatch.failed(dispatch.machines[address], job, "broken", now=0.0), "a third time is the last"


def test_a_job_that_failed_on_the_only_machine_is_tried_there_again() -> None:
    dispatch = machines("a:1")
    (job,) = with_jobs(dispatch, 1)
    for _ in range(MOST_FAILURES - 1):
        ((address, _),) = assigned(dispatch)
        assert not dispatch.failed(dispatch.machines[address], job, "broken", now=0.0)
    assert assigned(dispatch) == [("a:1", job)]


def test_a_scheduler_out_of_reach_blames_nobody() -> None:
    dispatch = machines("a:1", "b:1")
    jobs = with_jobs(dispatch, 4)
    assigned(dispatch)
    dispatch.withdraw(*dispatch.machines)
    assert not dispatch.machines
    assert [(job.deaths, job.failures) for job in jobs] == [(0, 0)] * 4
    dispatch.join(Machine(address="a:1", host="a", slots=4))
    assert {id(each) for _, each in assigned(dispatch)} == {id(job) for job in jobs}


def test_a_machine_that_fails_at_everything_is_unfit_unless_it_is_the_only_one() -> None:
    dispatch = machines("a:1", "b:1")
    with_jobs(dispatch, 8)
    bad = dispatch.machines["a:1"]
    for _ in range(MOST_FAILURES):
        list(dispatch.assign(0.0))
        assert not dispatch.unfit(bad)
        dispatch.failed(bad, bad.parcels[0], "no space", now=0.0)
    assert dispatch.unfit(bad)
    dispatch.withdraw("b:1")
    assert not dispatch.unfit(bad)


def test_one_job_that_fails_again_and_again_makes_no_machine_unfit() -> None:
    dispatch = machines("a:1")
    (job,) = with_jobs(dispatch, 1)
    for _ in range(MOST_FAILURES):
        list(dispatch.assign(0.0))
        dispatch.failed(dispatch.machines["a:1"], job, "odd", now=0.0)
    assert dispatch.machines["a:1"].failures == 1
