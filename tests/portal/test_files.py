"""Exports and imports in the portal: the same files as on the command line, each noted in the audit log."""

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.model.portal import Role
from grader.pipeline import exporting
from grader.pipeline.course_site import CourseSite
from grader.pipeline.exporting import ExportRequest, Format
from grader.pipeline.portal_people import enrol_roster
from grader.pipeline.uploading import ArrivedFile, submit
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
PAGE, IMPORT = f"/class/{SLUG}/files", f"/class/{SLUG}/import"
ALONE = [form for form in Format if form not in (Format.CANVAS, Format.MOODLE_WORKSHEET, Format.RESEARCH)]


@pytest.fixture
def graded(site: CourseSite, enter: Enter) -> CourseSite:
    """A course in which `ada` and `bob` have submitted."""
    for name, value in (("ada", -1), ("bob", 1)):
        enter(name).submit(answered(site, value))
    grade_all(site)
    return site


def log(site: CourseSite) -> list[tuple[str, str, str]]:
    """Who did what to what, the newest line first."""
    return [(event.who, event.what, event.about) for event in site.events(20)]


def test_each_format_gives_the_files_of_the_command_line(graded: CourseSite, enter: Enter, tmp_path: Path) -> None:
    roe, folder = enter("roe", Role.INSTRUCTOR), graded.results(SLUG).folder / "exports"
    for form in ALONE:
        before = set(folder.glob("*.*"))
        page = roe.post(PAGE, form=form.value)
        assert page.status_code == 200
        (name,) = [path.name for path in set(folder.glob("*.*")) - before]
        assert f'href="/class/{SLUG}/exports/{name}"' in page.text
        sent = roe.get(f"/class/{SLUG}/exports/{name}")
        assert "attachment" in sent.headers["content-disposition"]
        target = tmp_path / "other" / name
        people = tmp_path / "people.csv"
        people.write_text("id,name,login\nada,ada,ada\nbob,bob,bob\n")
        request = ExportRequest(forms=(form,), file=target, roster=people)
        (written,) = exporting.export(graded.course, SLUG, graded.results(SLUG), request)
        problems = [line.replace("--roster", "“Roster (CSV)”") for line in written.problems]
        assert all(html.escape(line, quote=False) in page.text for line in problems)
        if form is not Format.GRADESCOPE:  # an archive has the times at which its files were written
            assert sent.content == target.read_bytes()
        lines = [("roe", "download", f"{SLUG} {name}"), ("roe", "export", f"{SLUG} {form.value}: {written.count}")]
        assert log(graded)[:2] == lines


def test_the_page_names_each_format_in_words(enter: Enter) -> None:
    page = enter("roe", Role.INSTRUCTOR).get(PAGE).text
    offered = dict(re.findall(r'<option value="([\w-]+)">([^<]+)</option>', page))
    forms = {form.value for form in Format if form is not Format.RESEARCH}
    assert forms <= set(offered)
    assert not [form for form in forms if offered[form] == form]


def test_what_needs_the_key_or_the_secret_is_left_to_the_command_line(graded: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    (graded.course.exercises / "course.toml").write_text(f"[deadlines]\n{SLUG} = {tomorrow:%Y-%m-%dT%H:%M:%SZ}\n")
    for form, said in (("research", "secret of the course"), ("feedback", "While students can still gain points")):
        answer = roe.client.post(PAGE, data={"form": form})
        assert answer.status_code == 400
        assert said in answer.text
    assert "<option>research</option>" not in roe.get(PAGE).text


def enrolled(site: CourseSite) -> None:
    """Accounts of a roster for `ada` and `bob`, who submit, and for `cyd`, who does not."""
    lines = (f"{name},{name.title()},{name}@x.org,A" for name in ("ada", "bob", "cyd"))
    enrol_roster(site, "\n".join(("id,name,email,section", *lines)).encode(), "class.csv", None)
    for name, value in (("ada", -1), ("bob", 1)):
        member = site.accounts.of_student(name)
        assert member is not None
        submit(site, SLUG, member, name, ArrivedFile(name="work.ipynb", content=answered(site, value)), [])
    grade_all(site)


def test_the_people_of_the_course_identify_the_students(site: CourseSite, enter: Enter) -> None:
    enrolled(site)
    roe = enter("roe", Role.INSTRUCTOR)
    assert "has no email" not in roe.post(PAGE, form="moodle").text
    moodle = list(csv.reader(io.StringIO(roe.get(f"/class/{SLUG}/exports/{SLUG}-moodle.csv").text)))
    assert [row[0] for row in moodle[1:]] == ["ada@x.org", "bob@x.org"]
    roe.post(PAGE, form="csv")
    rows = list(csv.DictReader(io.StringIO(roe.get(f"/class/{SLUG}/exports/{SLUG}-marks.csv").text)))
    assert [(row["id"], row["name"], row["email"], row["section"]) for row in rows] == [
        ("ada", "Ada", "ada@x.org", "A"),
        ("bob", "Bob", "bob@x.org", "A"),
        ("cyd", "Cyd", "cyd@x.org", "A"),
    ]


def test_a_roster_that_is_chosen_counts_instead_of_the_people(site: CourseSite, enter: Enter) -> None:
    enrolled(site)
    roe = enter("roe", Role.INSTRUCTOR)
    chosen = {"roster": ("other.csv", b"id,name,email\nada,Ada,lovelace@x.org\n")}
    page = roe.client.post(PAGE, data={"form": "moodle"}, files=chosen).text
    assert "is not in other.csv" in page
    (row,) = list(csv.reader(io.StringIO(roe.get(f"/class/{SLUG}/exports/{SLUG}-moodle.csv").text)))[1:]
    assert row[0] == "lovelace@x.org"


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.RESEARCH])
def test_messages_about_exports_name_fields_of_the_page_and_no_options(
    site: CourseSite, enter: Enter, form: Format
) -> None:
    enrolled(site)
    roe = enter("roe", Role.INSTRUCTOR)
    sheet = b"Student,ID,SIS User ID,SIS Login ID,Section,A (1),B (2)\nPoints Possible,,,,,9,9\nada,1,,ada,A,,\n"
    for files in ({}, {"source": ("from.csv", sheet)}):
        page = roe.client.post(PAGE, data={"form": form.value, "scale": "yes" * bool(files)}, files=files).text
        page = page[page.index("<main") :]
        assert not re.search(r"--(roster|from|to|scale|column|identifier|visibility)\b|grader export", page), page


def test_a_file_of_the_platform_is_filled_in(graded: CourseSite, enter: Enter) -> None:
    title = graded.exercise(SLUG).exercise.title
    head = f"Student,ID,SIS User ID,SIS Login ID,Section,{title} (7)\nPoints Possible,,,,,9\n"
    sheet = f"{head}ada,1,,ada,A,\nbob,2,,bob,A,\n"
    roe = enter("roe", Role.INSTRUCTOR)
    answer = roe.client.post(PAGE, data={"form": "canvas"}, files={"source": ("from.csv", sheet.encode())})
    assert answer.status_code == 200, answer.text
    filled = roe.get(f"/class/{SLUG}/exports/{SLUG}-canvas.csv").text
    book = graded.book(SLUG)
    assert book is not None
    for mark in book.marks():
        (row,) = [row for row in csv.reader(io.StringIO(filled)) if row[0] == mark.student]
        assert float(row[5]) == mark.assessment.points


def test_a_wrong_file_is_named_as_the_person_named_it(graded: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    answer = roe.client.post(PAGE, data={"form": "canvas"}, files={"source": ("from.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 400
    assert "from.csv" in answer.text
    assert "/tmp" not in answer.text
    assert not [line for line in log(graded) if line[1] == "export"]


def test_a_format_that_needs_a_file_says_so(graded: CourseSite, enter: Enter) -> None:
    answer = enter("roe", Role.INSTRUCTOR).post(PAGE, form="canvas")
    assert answer.status_code == 400
    assert "Choose the gradebook that Canvas exported" in answer.text
    assert "--from" not in answer.text
    assert not (graded.results(SLUG).folder / "exports").exists()


@pytest.mark.parametrize("name", ["../gradebook.sqlite", "..%2Fgradebook.sqlite", ".hidden", "no-such-file.csv"])
def test_only_files_of_exports_can_be_downloaded(graded: CourseSite, enter: Enter, name: str) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(PAGE, form="csv")
    (graded.results(SLUG).folder / "exports" / ".hidden").write_text("x")
    (graded.results(SLUG).folder / "exports" / "link.csv").symlink_to(graded.results(SLUG).folder / "gradebook.sqlite")
    assert roe.get(f"/class/{SLUG}/exports/{name}").status_code == 404
    assert roe.get(f"/class/{SLUG}/exports/link.csv").status_code == 404


def test_without_marks_nothing_is_exported(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert roe.get(PAGE).status_code == 200
    assert roe.post(PAGE, form="csv").status_code == 400
    assert roe.post(PAGE, form="no-such-format").status_code == 404
    assert not [line for line in log(site) if line[1] == "export"]


def filled_in(site: CourseSite, points: str, student: str = "ada") -> bytes:
    """A file with points for the first question of a student."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["student", "question", "title", "answer", "points", "max_points", "comment", "reason", "items"])
    rows.writerow([student, site.exercise(SLUG).exercise.questions[0].id, "", "", points, "", "Well seen.", "", ""])
    return text.getvalue().encode()


def test_points_of_a_file_give_the_same_marks_as_on_the_command_line(graded: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    answer = roe.client.post(IMPORT, files={"decisions": ("filled.csv", filled_in(graded, "0.5"))})
    assert answer.status_code == 303
    assert any(line[:2] == ("roe", "import") for line in log(graded))
    grade_all(graded)
    book = graded.book(SLUG)
    assert book is not None
    (mark,) = book.marks("ada")
    finding = mark.assessment.findings[0]
    assert (finding.points, finding.decided_by, finding.comment) == (0.5, "roe", "Well seen.")


@pytest.mark.parametrize(("points", "student"), [("many", "ada"), ("999", "ada"), ("1", "nobody"), ("-1", "ada")])
def test_a_wrong_row_stops_the_whole_file(graded: CourseSite, enter: Enter, points: str, student: str) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    answer = roe.client.post(IMPORT, files={"decisions": ("filled.csv", filled_in(graded, points, student))})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "/tmp" not in answer.text
    assert graded.tasks.count_open() == 0


def test_the_answers_to_grade_are_a_file(graded: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    answer = roe.post(f"/class/{SLUG}/answers")
    assert answer.status_code == 200
    assert answer.text.lstrip("\ufeff").startswith('"student","question"')
    assert any(line[:2] == ("roe", "export") for line in log(graded))
