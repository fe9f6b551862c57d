"""exercises/course.toml: what is read, what is refused, and what is decided where clocks are turned."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grader.course.layout import Course
from grader.course.settings import moment, read_settings
from grader.errors import SpecificationError
from grader.model.course_settings import (
    AttemptPolicy,
    CourseSettings,
    HeldOutReports,
    LatePolicy,
    Per,
    PortalReports,
    ReportDetail,
)
from tests.conftest import ROOT

ROME = ZoneInfo("Europe/Rome")


def write(course: Course, text: str) -> None:
    (course.exercises / "course.toml").write_text(text, encoding="utf-8")


def test_a_course_without_the_file_has_the_defaults(course: Course) -> None:
    settings = read_settings(course)
    assert settings == CourseSettings(
        title="The course",
        language="en",
        time_zone="UTC",
        tries=AttemptPolicy.LATEST,
        late=None,
        deadlines={},
        remarks=(),
    )


def test_an_empty_file_is_like_none(course: Course) -> None:
    write(course, "")
    assert read_settings(course) == CourseSettings(title="The course")


def test_all_settings_are_read(course: Course) -> None:
    write(
        course,
        'title = "T"\nlanguage = "it"\ntime_zone = "Europe/Rome"\ntries = "best"\n'
        '[late]\ngrace_minutes = 15\npercent = 2.5\nper = "hour"\ncap = 40\n'
        "[deadlines]\nsmall = 2026-05-01T23:59:00\n"
        '[held_out]\nbefore_deadline = "exact"\nscored_attempts = 3\n'
        '[reports]\nbefore_deadline = "verdicts"\nafter_deadline = "reasons"\n'
        '[portal]\nexercises = ["small"]\n',
    )
    assert read_settings(course) == CourseSettings(
        title="T",
        language="it",
        time_zone="Europe/Rome",
        tries=AttemptPolicy.BEST,
        late=LatePolicy(timedelta(minutes=15), 2.5, Per.HOUR, 40),
        deadlines={"small": datetime(2026, 5, 1, 23, 59, tzinfo=ROME)},
        held_out=HeldOutReports(True, 3),
        reports=PortalReports(ReportDetail.VERDICTS, ReportDetail.REASONS),
        open_exercises=frozenset({"small"}),
    )


def test_all_exercises_are_open_unless_the_file_lists_some(course: Course) -> None:
    for text, is_open in (("", True), ("[portal]\n", True), ("[portal]\nexercises = []\n", False)):
        write(course, text)
        assert read_settings(course).is_open("small") is is_open


def test_a_policy_needs_only_its_percentage(course: Course) -> None:
    write(course, "[late]\npercent = 10\n")
    assert read_settings(course).late == LatePolicy(timedelta(0), 10, Per.DAY, 100)


def test_a_deadline_with_an_offset_is_that_moment_in_the_zone_of_the_course(course: Course) -> None:
    write(course, 'time_zone = "Europe/Rome"\n[deadlines]\nsmall = 2026-05-01T22:00:00Z\n')
    deadline = read_settings(course).deadlines["small"]
    assert deadline == datetime(2026, 5, 1, 22, tzinfo=UTC)
    assert deadline.isoformat() == "2026-05-02T00:00:00+02:00"


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        (datetime(2026, 3, 29, 1, 59, 59), datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),
        # 02:30 does not exist: by the old offset it is 01:30 UTC, by the new one 00:30 UTC.
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # 02:30 occurs twice: at 00:30 UTC in summer time, at 01:30 UTC in winter time.
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_local_time_that_occurs_twice_or_never_is_the_later_moment(local: datetime, instant: datetime) -> None:
    assert moment(local, ROME).astimezone(UTC) == instant


@pytest.mark.parametrize(
    ("at", "said", "taken"),
    [
        ("2026-03-29T02:30:00", "does not exist", "2026-03-29 03:30:00+02:00"),
        ("2026-10-25T02:30:00", "occurs twice", "2026-10-25 02:30:00+01:00"),
    ],
)
def test_what_is_decided_where_clocks_are_turned_is_said(course: Course, at: str, said: str, taken: str) -> None:
    write(course, f'time_zone = "Europe/Rome"\n[deadlines]\nsmall = {at}\n')
    (remark,) = read_settings(course).remarks
    assert remark.startswith(f"exercises/course.toml: deadlines: small: {at.replace('T', ' ')} {said} in Europe/Rome")
    assert f"The grader uses {taken}, the later of the two possible times." in remark


def test_an_ordinary_deadline_and_one_with_an_offset_need_no_remark(course: Course) -> None:
    write(course, 'time_zone = "Europe/Rome"\n[deadlines]\nsmall = 2026-10-25T02:30:00+02:00\n')
    settings = read_settings(course)
    assert settings.remarks == ()
    assert settings.deadlines["small"].astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("titel = 'T'\n", "the key 'titel' is not known. Did you mean 'title'? Available: "),
        ("title = ''\n", '`title` must not be empty. Received: "".'),
        ("language = 'English'\n", '`language` must be the code of a language, such as "en". Received: "English".'),
        (
            "time_zone = 'Europe/Roma'\n",
            '`time_zone` must be the name of a time zone. Received: "Europe/Roma". Did you mean',
        ),
        ("time_zone = 'Europe'\n", "`time_zone` must be the name of a time zone. Received: "),
        ("time_zone = '../UTC'\n", "`time_zone` must be the name of a time zone. Received: "),
        ("tries = 'last'\n", "`tries` must be 'latest', 'best' or 'first'. Received: \"last\"."),
        ("late = 3\n", "`late` must be a table. Received: 3."),
        ("[late]\nper = 'hour'\n", "late: `percent` is missing. Add `percent = ...`."),
        (
            "[reports]\nbefore_deadline = 'points'\n",
            "reports: `before_deadline` must be 'verdicts', 'reasons' or 'expected'. Received: \"points\".",
        ),
        ("[portal]\nexercises = ['smal']\n", "portal: exercises: there is no exercise 'smal'. Did you mean 'small'?"),
        ("[portal]\nexercises = 'small'\n", 'portal: `exercises` must be a list. Received: "small".'),
        ("[reports]\nbefore = 'reasons'\n", "reports: the key 'before' is not known. Available: "),
        (
            "[reports]\nbefore_deadline = 'expected'\nafter_deadline = 'reasons'\n",
            'reports: after_deadline is "reasons", which shows less than before_deadline ("expected").',
        ),
        (
            "[reports]\nfirst_attempts = ['expected', 'expected']\nafter_deadline = 'reasons'\n",
            'reports: after_deadline is "reasons", which shows less than first_attempts ("expected").',
        ),
        ("[reports]\nafter_deadline = 'verdicts'\n", 'reports: after_deadline is "verdicts", which shows less than'),
        ("[late]\npercent = 101\n", "late: `percent` must be 100 or less. Received: 101."),
        ("[late]\npercent = -1\n", "late: `percent` must be 0 or more. Received: -1."),
        ("[late]\npercent = 5\ncap = 101\n", "late: `cap` must be 100 or less. Received: 101."),
        (
            "[late]\npercent = 5\ngrace_min = 3\n",
            "late: the key 'grace_min' is not known. Did you mean 'grace_minutes'?",
        ),
        ("[late]\npercent = 5\nper = 'week'\n", "late: `per` must be 'hour' or 'day'. Received: \"week\"."),
        ("[deadlines]\nsmal = 2026-05-01T23:59:00\n", "deadlines: there is no exercise 'smal'. Did you mean 'small'?"),
        (
            "[deadlines]\nsmall = 2026-05-01\n",
            "deadlines: `small` must be a date with a time and without quotes, such as",
        ),
        (
            "[deadlines]\nsmall = '2026-05-01T23:59:00'\n",
            "deadlines: `small` must be a date with a time and without quotes",
        ),
        (
            "[deadlines]\nsmall = 0001-01-01T00:00:00\n",
            'deadlines: `small` must have a year from 1970 to 2999. Received: "0001-01-01 00:00:00".',
        ),
        ("deadlines = 3\n", "`deadlines` must be a table. Received: 3."),
        ("title = \n", "line 1: "),
    ],
)
def test_what_is_wrong_names_place_fact_and_remedy(course: Course, text: str, problem: str) -> None:
    write(course, text)
    with pytest.raises(SpecificationError) as caught:
        read_settings(course)
    assert str(caught.value).startswith(f"exercises/course.toml: {problem}")


def test_all_problems_are_told_at_once(course: Course) -> None:
    write(course, "tries = 'last'\n[deadlines]\nsmal = 2026-05-01T23:59:00\n")
    with pytest.raises(SpecificationError) as caught:
        read_settings(course)
    assert len(str(caught.value).split("\n")) == 2


def test_the_settings_of_this_course_are_valid() -> None:
    settings = read_settings(Course(ROOT))
    assert settings.title
    assert settings.deadlines == {}


FAULTS_OF_ENVIRONMENT = {
    'startup = "../startup.py"': "must be the name of a Python file in the folder exercises",
    'startup = "startup.txt"': "must be the name of a Python file in the folder exercises",
    'startup = "missing.py"': "environment: exercises/missing.py cannot be read",
    'startup = "broken.py"': "environment: exercises/broken.py is not valid Python",
    'packages = ["scikit-learn"]': "must be the name that notebooks import, such as sklearn",
    "keras2 = 1": "`keras2` must be true or false",
}


@pytest.mark.parametrize("line", FAULTS_OF_ENVIRONMENT)
def test_a_fault_in_the_environment_is_named(course: Course, line: str) -> None:
    (course.exercises / "broken.py").write_text("def f(:\n")
    (course.exercises / "course.toml").write_text(f"[environment]\n{line}\n")
    with pytest.raises(SpecificationError) as refused:
        read_settings(course)
    assert FAULTS_OF_ENVIRONMENT[line] in str(refused.value)
