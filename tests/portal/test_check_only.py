"""A check before submitting is not an attempt, and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.pipeline.course_site import CourseSite
from tests.conftest import notebook
from tests.portal.people import SLUG, Person, answered

Enter = Callable[..., Person]


def check(person: Person, content: bytes, name: str = "work.ipynb") -> Any:
    """Send a file with the button that runs nothing."""
    return person.client.post(
        f"/exercises/{SLUG}/quick-checks", data={"token": "form"}, files={"files": (name, content)}
    )


def files_of(site: CourseSite) -> set[Path]:
    """Every file below the results, except those of databases."""
    return {path for path in site.folder.rglob("*") if path.is_file() and "sqlite" not in path.name}


def test_a_check_says_what_it_did_and_stores_nothing(site: CourseSite, enter: Enter) -> None:
    ada, before = enter("ada"), files_of(site)
    assert f'formaction="/exercises/{SLUG}/quick-checks"' in ada.get(f"/exercises/{SLUG}").text
    page = check(ada, answered(site))
    assert page.status_code == 200
    assert "You have not submitted these files." in page.text
    assert "The portal did not run the notebook" in page.text
    assert site.queue.of_exercise(SLUG) == []
    assert files_of(site) == before


def test_a_check_names_the_answers_that_are_missing(site: CourseSite, enter: Enter) -> None:
    first, *others = site.exercise(SLUG).exercise.answer_names
    page = check(enter("ada"), notebook(f"{first} = 1"))
    (remark,) = (line for line in page.text.splitlines() if "These answers are not in your notebook:" in line)
    assert all(name in remark for name in others)
    assert first not in remark


def test_a_check_refuses_what_submitting_refuses(enter: Enter) -> None:
    ada = enter("ada")
    for content, name in ((b"no notebook", "work.ipynb"), (b"x", "work.txt"), (notebook("x = 1"), "work.ipynb")):
        page = check(ada, content, name)
        assert page.status_code == 400
        assert "You have not submitted these files." not in page.text


def test_a_check_does_not_use_up_the_form(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    check(ada, answered(site))
    assert ada.submit(answered(site), token="form").headers["location"] == f"/exercises/{SLUG}/attempts/1"
