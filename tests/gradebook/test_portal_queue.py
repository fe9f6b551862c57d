"""The queue of uploads: no job is lost, and no two graders have the same one, on SQLite and on PostgreSQL."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from grader.gradebook.accounts import Accounts
from grader.gradebook.database import Database
from grader.gradebook.queue import MOST_TRIES, Queue, extend_claims
from grader.model.portal import Enrolment, JobState, Upload
from tests.gradebook.book_samples import AT, COURSE, later

LEASE = timedelta(seconds=15)


@pytest.fixture
def queue(database: Database) -> Queue:
    """An empty queue of a course with one account."""
    Accounts(database, COURSE).enrol([Enrolment(login="ada", name="Ada", student="ada")], None, AT)
    return Queue(database, COURSE, Path)


def upload(student: str = "ada", content: str = "one", token: str = "", exercise: str = "tiny") -> Upload:
    """An upload; `content` stands for its notebook."""
    digest = f"{content:0<64}"
    return Upload(
        exercise=exercise,
        account=1,
        student=student,
        token=token or f"{exercise} {student} {content}",
        digest=digest,
        notebook=digest,
        submitted_at=AT,
    )


def test_one_form_makes_one_upload(queue: Queue) -> None:
    first = queue.add(upload(token="form"))
    assert queue.add(upload(token="form", content="two")).id == first.id
    assert [item.number for item in queue.of_student("ada", "tiny")] == [1]


def test_the_files_of_the_last_upload_are_not_queued_again_but_earlier_ones_are(queue: Queue) -> None:
    first = queue.add(upload(token="a"))
    assert queue.add(upload(token="b")).id == first.id
    queue.add(upload(token="c", content="two"))
    assert queue.add(upload(token="d")).number == 3


def test_several_that_submit_at_once_each_get_a_number(queue: Queue) -> None:
    threads = [threading.Thread(target=queue.add, args=(upload(content=str(number)),)) for number in range(8)]
    threads += [threading.Thread(target=queue.add, args=(upload(token="same", content="x"),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [item.number for item in queue.of_student("ada")]
    assert sorted(numbers) == list(range(1, 10))


def test_two_graders_never_have_the_same_job(queue: Queue) -> None:
    for number in range(12):
        queue.add(upload(student=f"student-{number}"))
    claimed: dict[str, list[int]] = {"one": [], "two": [], "three": []}

    def work(grader: str) -> None:
        while jobs := queue.claim(grader, AT, AT + LEASE, 1):
            claimed[grader] += [item.job for item in jobs]
            queue.finish(grader, [item.job for item in jobs], AT)

    threads = [threading.Thread(target=work, args=(grader,)) for grader in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = [job for jobs in claimed.values() for job in jobs]
    assert sorted(together) == sorted(set(together))
    assert queue.counts() == {JobState.DONE: 12}


def test_a_claim_has_one_exercise_and_each_student_once(queue: Queue) -> None:
    for item in (upload(), upload(content="two"), upload("bob"), upload("cora", exercise="other"), upload("dan")):
        queue.add(item)
    assert [item.upload.student for item in queue.claim("one", AT, AT + LEASE, 9)] == ["ada", "bob", "dan"]
    assert [item.number for item in queue.claim("two", AT, AT + LEASE, 9)] == [2]
    assert [item.upload.exercise for item in queue.claim("two", AT, AT + LEASE, 9)] == ["other"]
    assert queue.claim("two", AT, AT + LEASE, 9) == []


def test_those_who_wait_know_how_many_are_ahead(queue: Queue) -> None:
    for name in ("ada", "bob", "cora"):
        queue.add(upload(name))
    assert [item.ahead for item in queue.of_exercise("tiny")] == [0, 1, 2]
    queue.claim("one", AT, AT + LEASE, 1)
    assert [item.ahead for item in queue.of_exercise("tiny")] == [0, 0, 1]


def test_a_claim_that_is_not_extended_ends(database: Database, queue: Queue) -> None:
    queue.add(upload())
    (job,) = queue.claim("dead", AT, AT + LEASE, 1)
    assert queue.claim("other", later(0) + timedelta(seconds=14), AT + LEASE, 1) == []
    extend_claims(database, "dead", AT + 2 * LEASE)
    assert queue.claim("other", AT + timedelta(seconds=16), AT + 2 * LEASE, 1) == []
    (again,) = queue.claim("other", AT + timedelta(seconds=31), AT + 3 * LEASE, 1)
    assert again.job == job.job
    queue.finish("dead", [job.job], AT)  # it lives after all, but the job is no longer its own
    assert queue.counts() == {JobState.RUNNING: 1}
    queue.finish("other", [job.job], AT)
    assert queue.counts() == {JobState.DONE: 1}


def test_a_job_that_kills_its_graders_fails_and_blocks_no_other(queue: Queue) -> None:
    queue.add(upload())
    at = AT
    for _ in range(MOST_TRIES):
        assert len(queue.claim("grader", at, at + LEASE, 1)) == 1
        at += 2 * LEASE
    queue.add(upload("bob"))
    assert [item.upload.student for item in queue.claim("grader", at, at + LEASE, 1)] == ["bob"]
    (failed,) = queue.of_state(JobState.FAILED)
    assert failed.problem
    queue.retry(failed.job, 1, at)
    assert len(queue.claim("grader", at, at + LEASE, 1)) == 1


def test_what_a_grader_cannot_do_goes_back_and_fails_in_the_end(queue: Queue) -> None:
    queue.add(upload())
    for tries in range(MOST_TRIES):
        assert [item.tries for item in queue.claim("grader", AT, AT + LEASE, 1)] == [tries]
        queue.release("grader", "no space left on the disk", AT)
    (failed,) = queue.of_state(JobState.FAILED)
    assert failed.problem == "no space left on the disk"


def test_a_job_that_failed_once_is_claimed_alone(queue: Queue) -> None:
    for name in ("ada", "bob", "cora"):
        queue.add(upload(name))
    assert len(queue.claim("grader", AT, AT + LEASE, 9)) == 3
    queue.release("grader", "one of them", AT)
    queue.add(upload("dan"))
    for name in ("ada", "bob", "cora", "dan"):
        assert [item.upload.student for item in queue.claim("grader", AT, AT + LEASE, 9)] == [name]
