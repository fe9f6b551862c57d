"""Makes the page of the slides and their questions, `docs/slides.md`: `make slides`."""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.course.specification import read_exercise

DOCS = Path(__file__).parent
PAGE = DOCS / "slides.md"
TITLES = DOCS / "slides.toml"

Place = tuple[str, str]
"""A lecture and the title of a slide."""
Questions = Mapping[Place, Sequence[str]]
"""Place -> its questions, as `exercise/question`."""

_HEAD = """# Slides and their questions

This page lists the slides of the five lectures in order, and the questions about each slide.
Neighbouring slides about the same topic are one row.
If several topics have the same title, our own words for the topic follow after a colon.
A row without a question names a row whose question asks the same, or says why there is nothing to ask.

`make slides` makes this page from the titles and reasons in `docs/slides.toml`
and from the keys `lecture` and `slide` of each question."""


@dataclass(frozen=True, slots=True)
class Slide:
    """A row of the page.

    Attributes:
        lecture: The lecture.
        title: The title, which no other slide of the lecture has.
        reason: Why there is nothing to ask; empty if a question or another slide is named.
        see: The slide whose questions ask the same, if there is one.
    """

    lecture: str
    title: str
    reason: str
    see: Place | None


def slides_of_lectures(titles: str) -> list[Slide]:
    """All slides in order.

    Args:
        titles: Text of `slides.toml`.
    """
    return [
        Slide(
            lecture=lecture,
            title=row["title"],
            reason=row.get("reason", ""),
            see=(row.get("in", lecture), row["see"]) if "see" in row else None,
        )
        for lecture, table in tomllib.loads(titles).items()
        for row in table["slides"]
    ]


def questions_of_slides(course: Course) -> dict[Place, list[str]]:
    """The questions of each slide, as `exercise/question`.

    Args:
        course: The course with the exercises.
    """
    of_slides: dict[Place, list[str]] = {}
    for slug in course.slugs():
        for question in read_exercise(course, slug).questions:
            place = (question.source.lecture, question.source.slide)
            of_slides.setdefault(place, []).append(f"{slug}/{question.id}")
    return of_slides


def problems(slides: Sequence[Slide], questions: Questions) -> Iterator[str]:
    """What is missing or wrong in the list of slides, in sentences for authors.

    Args:
        slides: All slides.
        questions: The questions of each slide.
    """
    known = {(slide.lecture, slide.title) for slide in slides}
    if len(known) < len(slides):
        yield "Two slides of a lecture have the same title. Add the topic after a colon."
    for place in questions.keys() - known:
        yield f"{', '.join(questions[place])}: '{place[1]}' of {place[0]} is not in slides.toml. Correct `slide`."
    for slide in slides:
        name = f"'{slide.title}' of {slide.lecture}"
        asked = bool(questions.get((slide.lecture, slide.title)))
        if asked + bool(slide.reason) + bool(slide.see) == 0:
            yield f"{name} has no question. Write one, or name a reason in slides.toml."
        elif asked + bool(slide.reason) + bool(slide.see) > 1:
            yield f"{name} has a question, `see` or `reason` at once. Remove what is too much from slides.toml."
        elif slide.see and not questions.get(slide.see):
            yield f"{name} refers to '{slide.see[1]}' of {slide.see[0]}, which has no question. Name another slide."


def page(slides: Sequence[Slide], questions: Questions) -> str:
    """The text of the page.

    Args:
        slides: All slides.
        questions: The questions of each slide.
    """
    parts = [_HEAD]
    for lecture in dict.fromkeys(slide.lecture for slide in slides):
        rows = [f"| {slide.title} | {_cell(slide, questions)} |" for slide in slides if slide.lecture == lecture]
        parts.append("\n".join([f"## `{lecture}`\n", "| Slide | Questions |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _cell(slide: Slide, questions: Questions) -> str:
    if slide.see:
        lecture, title = slide.see
        return f"See *{title}*." if lecture == slide.lecture else f"See *{title}* in `{lecture}`."
    return slide.reason or ", ".join(f"`{question}`" for question in questions[slide.lecture, slide.title])


def main() -> int:
    """Write the page, and name all problems instead if there are some.

    Returns:
        The exit status: 1 if there are problems.
    """
    slides, questions = slides_of_lectures(TITLES.read_text(encoding="utf-8")), questions_of_slides(Course(DOCS.parent))
    mistakes = list(problems(slides, questions))
    if not mistakes:
        PAGE.write_text(page(slides, questions), encoding="utf-8")
    print("\n".join(mistakes) or PAGE)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
