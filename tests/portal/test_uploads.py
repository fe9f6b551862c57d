"""The list of one's own uploads, and that of staff with links to the files."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from grader.course.layout import Course
from grader.model.portal import Role
from grader.pipeline import people
from grader.pipeline.course_site import CourseSite
from tests.portal.people import SLUG, Person, answered, grade_all, hidden

Enter = Callable[..., Person]
MODEL = bytes(2_500_000)


@pytest.fixture
def with_files(small: Course) -> None:
    """Let the exercise accept a model beside the notebook."""
    path = small.exercise_folder(SLUG) / "exercise.toml"
    head, mark, questions = path.read_text().partition("[[questions]]")
    path.write_text(f'{head}[hand_in]\nfiles = ["*.keras"]\n\n{mark}{questions}')


def send(person: Person, content: bytes, name: str) -> Any:
    """Submit a notebook with a model."""
    token = hidden(person.get(f"/exercises/{SLUG}").text, "token")
    files = [("files", (name, content)), ("files", ("model.keras", MODEL))]
    return person.client.post(f"/exercises/{SLUG}/attempts", data={"token": token}, files=files)


def rows(page: str) -> list[str]:
    """The rows of the table of uploads, as text."""
    table = re.search(r"<th scope=\"col\">State</th><th scope=\"col\">Files</th>.*?</table>", page, re.DOTALL)
    assert table, page
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", row)) for row in table[0].split("<tr>")[1:]]


@pytest.mark.usefixtures("with_files")
def test_a_student_sees_each_upload_with_its_files_sizes_and_state(site: CourseSite, enter: Enter) -> None:
    ada, bob = enter("ada"), enter("bob")
    send(ada, answered(site, 1), "first <b>.ipynb")
    grade_all(site)
    send(ada, answered(site, 2), "second.ipynb")
    bob.submit(answered(site, 3), name="other.ipynb")
    first, second = rows(ada.get(f"/exercises/{SLUG}").text)
    assert "Attempt 1" in first
    assert "Graded" in first
    assert "first &lt;b&gt;.ipynb 1 kB" in first
    assert "model.keras 2.5 MB" in first
    assert "Attempt 2" in second
    assert "Waiting for the grader" in second
    assert "second.ipynb" in second
    assert "other.ipynb" not in ada.get(f"/exercises/{SLUG}").text


@pytest.mark.usefixtures("with_files")
def test_staff_download_what_a_student_uploaded_and_the_audit_log_notes_it(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.ASSISTANT)
    send(ada, answered(site), 'a "name"\n.ipynb')
    page = roe.get(f"/class/{SLUG}/students/ada").text
    places = re.findall(rf'href="(/class/{SLUG}/uploads/1/\d+/ada)"', page)
    assert len(places) == 2
    answers = [roe.get(place) for place in places]
    assert [answer.content for answer in answers] == [answered(site), MODEL]
    for answer in answers:
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
    downloads = [event.about for event in site.events(10) if event.what == "download"]
    assert len(downloads) == 2
    assert all(about.startswith(f"{SLUG} ada: ") for about in downloads)
    assert downloads[0].endswith(": model.keras")


def test_files_that_are_not_there_are_missing(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site))
    for place in ("1/1/ada", "2/0/ada", "1/0/bob", "0/0/ada"):
        assert roe.get(f"/class/{SLUG}/uploads/{place}").status_code == 404
    grade_all(site)
    (upload,) = site.queue.of_student("ada", SLUG)
    for path in site.results(SLUG).handed_in.rglob(f"{upload.upload.notebook}*"):
        path.unlink()
    assert roe.get(f"/class/{SLUG}/uploads/1/0/ada").status_code == 404
    assert "/uploads/1/0/" not in roe.get(f"/class/{SLUG}/students/ada").text
    assert ada.get(f"/exercises/{SLUG}").status_code == 200


def test_the_log_forgets_whose_files_were_downloaded_when_a_student_is_deleted(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site))
    grade_all(site)
    assert roe.get(f"/class/{SLUG}/uploads/1/0/ada").status_code == 200
    people.delete_student(site.course, site.folder, None, "ada", "kim", is_dry_run=False)
    assert all("ada" not in event.about for event in site.events(50) if event.what == "download")
