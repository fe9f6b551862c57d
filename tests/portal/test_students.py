"""What students do: submit, wait, read; and what they never see."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from shutil import copytree
from typing import Any

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment
from grader.model.course_settings import HeldOutReports, LatePolicy, Per
from grader.model.job import Job
from grader.model.portal import JobState, Role
from grader.model.record import Record
from grader.model.submission import Submission
from grader.pipeline import student_reports
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.staff_tasks import perform_next, queue_decisions
from grader.portal import wording
from grader.text.language import speaking
from tests.conftest import ROOT, notebook
from tests.fakes import Fake, ignore
from tests.portal.people import SLUG, Person, answered, grade_all, hidden, right_answer
from tests.test_several_notebooks import FakeParts

Enter = Callable[..., Person]


def deadline(site: CourseSite, at: datetime) -> None:
    """Give the exercise a deadline."""
    path = site.course.exercises / "course.toml"
    path.write_text(f'title = "The course"\ntime_zone = "Europe/Rome"\n[deadlines]\n{SLUG} = {at:%Y-%m-%dT%H:%M:%SZ}\n')


def test_from_the_form_to_the_report(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    sent = ada.submit(answered(site, right_answer(site.material(SLUG))))
    attempt = sent.headers["location"]
    assert attempt == f"/exercises/{SLUG}/attempts/1"
    waiting = ada.get(attempt).text
    assert "Your submission is next." in waiting
    assert re.search('<noscript><meta http-equiv="refresh" content="[0-9]+">', waiting)
    grade_all(site)
    graded = ada.get(attempt).text
    assert "Your submission has been graded." in graded
    assert 'http-equiv="refresh"' not in graded
    assert "Graded, marks not published yet" in ada.get("/course").text
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    course = ada.get("/course").text
    assert "Mark published" in course
    assert f"of {site.exercise(SLUG).exercise.max_points:g} points" in course
    assert "Feedback for" in ada.get(f"/exercises/{SLUG}/report/page").text


def test_the_marks_are_those_of_the_command_line(site: CourseSite, enter: Enter) -> None:
    for name, value in (("ada", right_answer(site.material(SLUG))), ("bob", -1)):
        enter(name).submit(answered(site, value, name))
    grade_all(site)
    material = site.material(SLUG)
    submissions = [
        Submission(student=name, exercise=SLUG, origin=f"{name}.ipynb", content=answered(site, value, name))
        for name, value in (("ada", right_answer(material)), ("bob", -1), ("cora", 0))
    ]
    # Into the same folder: both can be used for one course.
    marks = pipeline.grade(material, submissions[2:], site.results(SLUG), Fake(), ignore)
    assert [mark.student for mark in marks] == ["cora"]
    other = pipeline.Results(site.folder / "other")
    expected = pipeline.grade(material, submissions, other, Fake(), ignore)
    book = site.book(SLUG)
    assert book is not None
    found = {mark.student: mark.assessment for mark in book.marks()}
    assert {name: (item.points, item.outcome, item.findings) for name, item in found.items()} == {
        mark.student: (mark.assessment.points, mark.assessment.outcome, mark.assessment.findings) for mark in expected
    }
    other.database.close()


def test_a_second_attempt_is_graded_after_the_first(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.submit(answered(site, -1))
    ada.submit(answered(site, right_answer(site.material(SLUG))))
    assert grade_all(site) == 2
    book = site.book(SLUG)
    assert book is not None
    assert all(attempt.assessment for attempt in book.attempts("ada")["ada"])
    assert len(book.attempts("ada")["ada"]) == 2
    assert book.marks("ada")[0].assessment.findings[0].points > 0


def test_submitting_twice_by_accident_makes_one_attempt(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    places = {ada.submit(answered(site, 1), token="the form").headers["location"] for _ in range(3)}
    assert places == {f"/exercises/{SLUG}/attempts/1"}
    assert grade_all(site) == 1


def test_submitting_the_same_files_again_says_so_and_makes_no_attempt(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    first, again = (ada.submit(answered(site, 1)).headers["location"] for _ in range(2))
    assert "already submitted" not in ada.get(first).text
    assert again.partition("?")[0] == first
    assert "You have already submitted these files: attempt 1." in ada.get(again).text
    other = ada.submit(answered(site, 2)).headers["location"]
    assert "already submitted" not in ada.get(other).text
    assert grade_all(site) == 2


def test_other_files_in_a_form_that_was_sent_before_are_another_attempt(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    first, second = (ada.submit(answered(site, value), token="the form").headers["location"] for value in (1, 2))
    assert (first, second) == (f"/exercises/{SLUG}/attempts/1", f"/exercises/{SLUG}/attempts/2")
    assert len({queued.upload.digest for queued in site.queue.of_student("ada", SLUG)}) == 2


def test_a_token_of_another_student_is_no_way_to_their_upload(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, 1), token="guessed")
    enter("bob").submit(answered(site, 2), token="guessed")
    assert [len(site.queue.of_student(name)) for name in ("ada", "bob")] == [1, 1]


def test_what_cannot_be_an_attempt_is_refused_at_once_and_says_why(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    refused = {
        "no notebook": (b"only text", "work.ipynb", "not a notebook"),
        "another name": (answered(site, 1), "work.py", "You chose: work.py."),
        "empty": (b"", "work.ipynb", "ends with .ipynb"),
        "another exercise": (notebook("print('nothing of this exercise')"), "work.ipynb", "none of the cells"),
    }
    for kind, (content, name, why) in refused.items():
        answer = ada.submit(content, name=name)
        assert answer.status_code == 400, kind
        assert why in answer.text, (kind, answer.text)
    assert site.queue.of_student("ada") == []


def test_answers_that_are_missing_are_named_but_not_refused(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    names = site.exercise(SLUG).exercise.answer_names
    page = ada.get(ada.submit(answered(site, 1)).headers["location"]).text
    assert "These answers are not in your notebook" in page
    assert sum(f"<code>{name}</code>" in page for name in names) == len(names) - 1


def test_a_file_name_is_only_a_name(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.submit(answered(site, 1), name="..\\..\\secret/../work.ipynb")
    assert site.queue.of_student("ada")[0].upload.origin == "work.ipynb"


def test_before_the_deadline_a_published_report_has_no_expected_values(site: CourseSite, enter: Enter) -> None:
    deadline(site, datetime.now(UTC) + timedelta(days=3, hours=1))
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site, -1))
    grade_all(site)
    address = f"/exercises/{SLUG}/report/page"
    assert ada.get(address).status_code == 404
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    assert "3 days left" in ada.get("/course").text
    book = site.book(SLUG)
    assert book is not None
    (mark,) = book.marks("ada")
    expected = [str(finding.expected) for finding in mark.assessment.findings if finding.expected]
    assert expected
    whole = site.results(SLUG).report(mark.attempt.folder)
    assert whole is not None
    answers = _about_answers(ada.get(address).text)
    assert not [value for value in expected if re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", answers)]
    assert [value for value in expected if re.search(rf"(?<![\w.]){re.escape(value)}", _about_answers(whole.decode()))]
    assert "Not right yet" in ada.get(address).text
    assert "shows no expected values until the deadline" in ada.get(f"/exercises/{SLUG}/report").text
    deadline(site, datetime.now(UTC) - timedelta(days=1))
    assert ada.get(address).content == whole


def _about_answers(page: str) -> str:
    """The text of a page that is about answers: without style, pictures and details of the run."""
    page = page.partition('<section aria-labelledby="questions">')[2].partition('<section aria-labelledby="run"')[0]
    return re.sub(r"<[^>]*>", " ", page)


def test_an_outdated_report_without_expected_values_is_drawn_again(site: CourseSite, enter: Enter) -> None:
    deadline(site, datetime.now(UTC) + timedelta(days=3))
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site, -1))
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    assert ada.get(f"/exercises/{SLUG}/report/page").status_code == 200
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    path.write_text(re.sub("points = [0-9.]+", "points = 7", path.read_text()))
    pipeline.regrade(site.material(SLUG), site.results(SLUG))
    assert ada.get(f"/exercises/{SLUG}/report/page").headers["location"] == f"/exercises/{SLUG}/report"
    page = ada.get(f"/exercises/{SLUG}/report").text
    assert "/7" in page
    assert "<iframe" not in page
    grade_all(site)
    assert "/7" in ada.get(f"/exercises/{SLUG}/report/page").text


def test_dates_are_in_the_time_zone_of_the_student(site: CourseSite, enter: Enter) -> None:
    deadline(site, datetime(2030, 7, 1, 12, 0, tzinfo=UTC))
    ada = enter("ada")
    assert "2030-07-01, 14:00 (Europe/Rome, UTC+02:00)" in ada.get("/course").text
    assert ada.post("/account", language="de", zone="Asia/Tokyo").status_code == 303
    page = ada.get("/course").text
    assert re.search(r"21:00[^<]*Asia/Tokyo, UTC\+09:00", page)
    assert '<html lang="de">' in page
    assert "Noch nicht abgegeben" in page
    assert ada.post("/account", zone="Mars/Olympus").status_code == 400


def test_a_page_for_strangers_has_the_language_of_the_browser(enter: Enter) -> None:
    ada = enter("ada")
    ada.post("/sign-out")
    page = ada.client.get("/sign-in", headers={"accept-language": "de-CH,de;q=0.9,en;q=0.5"}).text
    assert "Anmelden" in page
    assert "Sign in" in ada.client.get("/sign-in", headers={"accept-language": "xx"}).text


def test_grading_that_fails_on_our_side_is_tried_again_and_then_shown_to_staff(site: CourseSite, enter: Enter) -> None:
    class Broken(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            raise InputError(f"the disk is full for {len(list(jobs))} jobs")

    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    place = ada.submit(answered(site, 1)).headers["location"]
    assert grade_all(site, Broken()) == 0
    assert "This costs you no points." in ada.get(place).text
    assert "the disk is full" not in ada.get(place).text
    page = roe.get(f"/class/{SLUG}").text
    assert "the disk is full" in page
    (failed,) = site.queue.of_state(JobState.FAILED)
    assert roe.post(f"/class/{SLUG}/jobs/{failed.job}/retry").status_code == 303
    assert grade_all(site) == 1
    assert "has been graded" in ada.get(place).text


def test_the_notebook_and_the_data_can_be_downloaded(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    released = site.course.exercise_folder(SLUG) / "notebook.ipynb"
    assert ada.get(f"/exercises/{SLUG}/notebook").content == released.read_bytes()
    for file in site.exercise(SLUG).exercise.files:
        assert ada.get(f"/exercises/{SLUG}/files/{file.name}").content == file.path.read_bytes()


def test_the_late_rule_and_the_time_left_are_sentences(site: CourseSite) -> None:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    left = [timedelta(days=2, hours=5), timedelta(hours=30), timedelta(minutes=90), timedelta(seconds=70), timedelta(0)]
    assert [wording.countdown(at + time, at) for time in left] == [
        "2 days left", "30 hours left", "90 minutes left", "1 minute left", "The deadline has passed.",
    ]  # fmt: skip
    settings = site.settings
    assert wording.late_rule(settings) == "A late submission loses no points."
    late = replace(settings, late=LatePolicy(grace=timedelta(0), percent=5, per=Per.DAY, cap=40))
    assert "5 % of the full points for each day" in wording.late_rule(late)
    assert late.late
    graced = replace(late, late=replace(late.late, grace=timedelta(minutes=15)))
    assert wording.late_rule(graced).endswith("up to 40 %. Up to 15 min after the deadline, no points are deducted.")
    with speaking(site.language("de")):
        assert wording.late_rule(graced).endswith("höchstens 40 %. Bis 15 min nach der Frist wird nichts abgezogen.")


def test_an_attempt_shows_its_points_and_what_changed_once_marks_are_published(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    places = []
    for value in (-1, right_answer(site.material(SLUG))):
        places.append(ada.submit(answered(site, value)).headers["location"])
        grade_all(site)
    assert all("Points for this attempt" not in ada.get(place).text for place in places)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    first, second = (ada.get(place).text for place in places)
    assert "Points for this attempt" in first
    assert "Before: " not in first
    assert second.count("Before: 0 points") == 1


def test_until_the_deadline_scores_on_held_out_data_are_rounded_everywhere(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the reports of the command line: exact scores of many attempts would reveal the labels."""
    deadline(site, datetime.now(UTC) + timedelta(days=3))
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    place = ada.submit(answered(site, right_answer(site.material(SLUG)))).headers["location"]
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    exact = ada.get("/course").text, ada.get(place).text

    def nothing(assessment: Assessment, rule: HeldOutReports, earlier: Sequence[Assessment]) -> Assessment:
        assert (rule, earlier) == (site.settings.held_out, [])
        return replace(assessment, findings=tuple(replace(item, points=0.0) for item in assessment.findings))

    monkeypatch.setattr(student_reports, "until_then", nothing)
    reduced = ada.get("/course").text, ada.get(place).text
    assert all(before != after for before, after in zip(exact, reduced, strict=True))
    assert "<dd>0 of " in reduced[0]
    deadline(site, datetime.now(UTC) - timedelta(seconds=1))
    assert "<dd>0 of " not in ada.get("/course").text


def test_all_notebooks_of_an_exercise_are_submitted_at_once(small: Course, site: CourseSite, enter: Enter) -> None:
    slug, second = "two-notebooks", "features.ipynb"
    for part in ("exercises", "solutions"):
        copytree(ROOT / "examples" / "kinds" / part / slug, small.root / part / slug)
    ada = enter("ada")
    page = ada.get(f"/exercises/{slug}").text
    assert f'href="/exercises/{slug}/files/{second}"' in page
    given = {
        name: ada.get(f"/exercises/{slug}/{path}").content
        for name, path in (("notebook.ipynb", "notebook"), (second, f"files/{second}"))
    }
    solved = [content.replace(b"size = ...", b"size = 3") for content in given.values()]
    module = ("files", ("my_layers.py", b"def apply(image, kernel): ..."))

    def send(*contents: bytes) -> Any:
        files = [("files", (f"{number}.ipynb", content)) for number, content in enumerate(contents)]
        data = {"token": hidden(ada.get(f"/exercises/{slug}").text, "token")}
        return ada.client.post(f"/exercises/{slug}/attempts", data=data, files=[*files, module])

    assert "1.ipynb: " in send(solved[0], b"{").text
    assert send(*reversed(solved)).status_code == 303
    [upload] = site.queue.of_student("ada", slug)
    assert [file.name for file in upload.upload.files] == ["my_layers.py", second]
    grade_all(site, FakeParts())
    book = site.book(slug)
    assert book is not None
    [mark] = book.marks()
    earned = {finding.question: finding.points for finding in mark.assessment.findings}
    assert (earned["weights"], earned["height"]) == (0, 1)


def test_a_notebook_that_breaks_the_grader_costs_no_other_student_the_mark(site: CourseSite, enter: Enter) -> None:
    class Breaking(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            for job in jobs:
                if "# eve" in job.cells:
                    raise ValueError("a fault of the grader")
                yield from super().run([job])

    for name in ("ada", "eve", "zoe"):
        enter(name).submit(answered(site, 1, name))
    grade_all(site, Breaking())
    book = site.book(SLUG)
    assert book is not None
    assert [mark.student for mark in book.marks()] == ["ada", "zoe"]
    (failed,) = site.queue.of_state(JobState.FAILED)
    assert failed.upload.student == "eve"
    assert failed.problem == "ValueError: a fault of the grader"


def test_a_decision_before_the_deadline_is_in_the_report_without_expected_values(
    site: CourseSite, enter: Enter
) -> None:
    deadline(site, datetime.now(UTC) + timedelta(days=3))
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site, -1))
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    question = site.exercise(SLUG).exercise.questions[0]
    decision = Adjustment(
        student="ada",
        exercise=SLUG,
        kind=AdjustmentKind.POINTS,
        author="",
        reason="read by hand",
        at=now(),
        question=question.id,
        points=0.5,
    )
    queue_decisions(site, SLUG, roe.member, [decision])
    assert perform_next(site, Fake(), "test")
    answer = ada.get(f"/exercises/{SLUG}/report/page")
    assert answer.status_code == 200
    assert "read by hand" in answer.text
