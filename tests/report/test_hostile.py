"""Hostile text in every field that a page shows stays text."""

from collections.abc import Callable

import pytest

from tests.report.hostile_pages import HOSTILE, hostile_dashboard, hostile_leaderboard, hostile_page
from tests.report.page_reader import PageReader, active_parts


@pytest.mark.parametrize("render", [hostile_page, hostile_dashboard, hostile_leaderboard])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_inert_in_every_field(text: str, render: Callable[[str], str]) -> None:
    html = render(text)
    assert active_parts(html) == []
    assert len(PageReader(html).named("title")) == 1 + html.count('<title id="')
    assert not any(ord(character) < 32 and character not in "\n\t" for character in html)
    assert "\x9b" not in html
    assert "\u202e" not in html
    html.encode("utf-8")


@pytest.mark.parametrize("render", [hostile_page, hostile_dashboard, hostile_leaderboard])
def test_hostile_text_can_be_read(render: Callable[[str], str]) -> None:
    assert HOSTILE[0] in PageReader(render(HOSTILE[0])).text


def test_templates_in_a_name_are_not_run() -> None:
    assert "{{ 7 * 7 }}" in PageReader(hostile_page(HOSTILE[13])).text


def test_students_html_cannot_dress_up_as_the_report() -> None:
    html = hostile_page(HOSTILE[11])
    reader = PageReader(html)
    assert [attributes.get("class") for _, attributes in reader.elements].count("mark-score") == 1
    assert [attributes.get("id") for _, attributes in reader.elements].count("main") == 1


def test_students_html_cannot_leave_its_cell() -> None:
    html = hostile_page("</section></details></main></div></div><p>out</p>")
    reader = PageReader(html)
    assert reader.misnested == []
    assert reader.open == []
