"""Groups and submission times from a file, in the portal: the marks are those that the command line gives."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grader.model.mark import Mark
from grader.model.notice import NoticeKind
from grader.model.portal import JobState, Role
from grader.model.submission import TimeCertainty
from grader.pipeline.course_site import CourseSite
from tests.conftest import present
from tests.portal.people import SLUG, Person, answered, grade_all, right_answer

Enter = Callable[..., Person]
FILES = f"/class/{SLUG}/files"
DEADLINE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@pytest.fixture
def roe(site: CourseSite, enter: Enter) -> Person:
    """An instructor of a course in which Ada and Bob submitted a day late; Cora and the others have not submitted."""
    (site.course.exercises / "course.toml").write_text(
        f'[deadlines]\n{SLUG} = {DEADLINE:%Y-%m-%dT%H:%M:%SZ}\n\n[late]\npercent = 10\nper = "day"\ncap = 50\n'
    )
    for name, value in (("ada", right_answer(site.material(SLUG))), ("bob", 1)):
        enter(name).submit(answered(site, value, name))
    enter("cora")
    grade_all(site)
    return enter("roe", Role.INSTRUCTOR)


def send(person: Person, what: str, text: str, name: str = "a file.csv") -> Any:
    """Upload a file of groups or times."""
    return person.client.post(f"/class/{SLUG}/{what}", files={"file": (name, text.encode())})


def mark(site: CourseSite, student: str) -> Mark:
    """The mark that counts."""
    (of_student,) = present(site.book(SLUG)).marks(student)
    return of_student


def imported_files(site: CourseSite) -> list[str]:
    """The files that wait for a grader."""
    return [path.name for path in (site.results(SLUG).folder / "imports").glob("*")]


def test_stated_times_replace_those_of_submissions_and_the_deduction_goes(site: CourseSite, roe: Person) -> None:
    late = mark(site, "ada").assessment
    assert late.late is not None
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    in_time = DEADLINE - timedelta(hours=1)
    answer = send(
        roe, "times", f"student,time\nada,{in_time:%Y-%m-%dT%H:%M:%S}Z\nnobody,{in_time:%Y-%m-%dT%H:%M:%S}Z\n"
    )
    assert (answer.status_code, answer.headers["location"]) == (303, FILES)
    assert len(imported_files(site)) == 1
    grade_all(site)
    after = mark(site, "ada")
    assert after.attempt.submission.submitted_at == in_time
    assert present(after.attempt.submission.source).clock is TimeCertainty.STATED
    assert after.assessment.points > late.points
    assert imported_files(site) == []
    page = roe.get(FILES).text
    assert "Import of submission times" in page
    assert "there is no submission of &#39;nobody&#39;" in page
    ada = present(site.accounts.of_student("ada"))
    assert NoticeKind.MARK in [notice.kind for notice in site.notices.of_person(ada.account)]


def test_a_group_shares_its_submission(site: CourseSite, roe: Person) -> None:
    assert present(site.book(SLUG)).marks("cora") == []
    assert send(roe, "groups", "group,student\nOne,ada\nOne,cora\n").status_code == 303
    grade_all(site)
    assert mark(site, "cora").assessment.points == mark(site, "ada").assessment.points
    assert (site.course.solution_folder(SLUG) / "groups.csv").read_text() == "group,student\nOne,ada\nOne,cora\n"
    assert "Import of groups" in roe.get(FILES).text
    assert imported_files(site) == []
    log = [(event.who, event.what, event.about) for event in site.events(10)]
    assert ("roe", "import groups", f"{SLUG} a file.csv") in log


def test_a_file_that_is_sent_twice_is_stored_twice_and_then_deleted(site: CourseSite, roe: Person) -> None:
    for _ in range(2):
        assert send(roe, "groups", "group,student\nOne,ada\nOne,cora\n").status_code == 303
    grade_all(site)
    assert [task.state for task in site.tasks.of_exercise(SLUG, 5)] == [JobState.DONE, JobState.DONE]
    assert imported_files(site) == []


@pytest.mark.parametrize(
    ("what", "text", "words"),
    [
        ("times", "student,time\nada,soon\n", "a file.csv: line 2: &#39;soon&#39; is not a date with a time."),
        ("times", "student\nada\n", "a file.csv: has no column"),
        ("times", "student,time\n", "a file.csv: has no times. Fill some in."),
        ("groups", "group,student\nOne,ada\nTwo,ada\n", "put &#39;ada&#39; into two groups"),
        ("groups", "student\nada\n", "a file.csv: has no column"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_once(
    site: CourseSite, roe: Person, what: str, text: str, words: str
) -> None:
    answer = send(roe, what, text)
    assert answer.status_code == 400
    assert words in answer.text.replace("<code>", "").replace("</code>", "")
    assert site.tasks.count_open() == 0
    assert imported_files(site) == []


def test_groups_that_cannot_be_stored_change_nothing(
    site: CourseSite, roe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(roe, "groups", "group,student\nOne,ada\nOne,cora\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "solutions/tiny/groups.csv")

    monkeypatch.setattr("grader.pipeline.staff_tasks.store_groups", refuse)
    grade_all(site)
    assert present(site.book(SLUG)).marks("cora") == []
    assert "Permission denied" in roe.get(FILES).text
    assert imported_files(site) == []
