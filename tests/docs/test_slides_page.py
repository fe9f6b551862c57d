"""The page of the slides and their questions: complete, honest and up to date."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.course.layout import Course
from tests.conftest import ROOT

DOCS = ROOT / "docs"
LECTURE = "a-lecture"
EMPTY_REASONS = ("todo", "tbd", "no question", "not yet", "later", "none", "n/a")


@cache
def module() -> ModuleType:
    """The module that makes the page."""
    specification = importlib.util.spec_from_file_location("make_slides", DOCS / "make_slides.py")
    assert specification is not None
    assert specification.loader is not None
    loaded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(loaded)
    return loaded


@cache
def slides() -> list[Any]:
    titles = (DOCS / "slides.toml").read_text(encoding="utf-8")
    return list(module().slides_of_lectures(titles))


@cache
def questions() -> dict[tuple[str, str], list[str]]:
    return dict(module().questions_of_slides(Course(ROOT)))


def problems(rows: str, of_slides: dict[tuple[str, str], list[str]]) -> list[str]:
    """What is wrong with a lecture of these rows."""
    made = module()
    return list(made.problems(made.slides_of_lectures(f"[{LECTURE}]\nslides = [{rows}]"), of_slides))


def test_every_slide_has_a_question_or_a_reason_and_every_question_a_slide() -> None:
    assert list(module().problems(slides(), questions())) == []


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / "slides.md").read_text(encoding="utf-8") == module().page(slides(), questions()), "make slides"


def test_the_page_names_every_question_of_every_exercise() -> None:
    page = (DOCS / "slides.md").read_text(encoding="utf-8")
    asked = [question for of_slide in questions().values() for question in of_slide]
    assert len(asked) > 250
    assert [question for question in asked if f"`{question}`" not in page] == []


def test_slides_of_the_same_lecture_and_title_are_named_apart() -> None:
    titles = [(slide.lecture, slide.title) for slide in slides()]
    assert len(set(titles)) == len(titles)
    assert len({lecture for lecture, _ in titles}) == 5


def test_a_reason_is_a_sentence_and_no_promise() -> None:
    for slide in slides():
        if slide.reason:
            assert slide.reason.endswith("."), slide
            assert not any(words in slide.reason.lower() for words in EMPTY_REASONS), slide


@pytest.mark.parametrize(
    ("lecture", "title"),
    [
        ("boracchi-cnn-2020", "Training output"),
        ("boracchi-cnn-2020", "Convolutional Neural Networks (CNN): the figure with an error"),
        ("boracchi-cnn-2020", "Conv2D help"),
        ("boracchi-cnn-2020", "We will manipulate 4D tensors"),
        ("boracchi-cnn-2020", "Latent representation in CNNs"),
        ("boracchi-cnn-2020", "Tensorboard"),
        ("alzahrani-deep-learning-cnn", "Improving the performance of CNNs: underfitting and overfitting"),
        ("alzahrani-deep-learning-cnn", "Convolutional layers: a dense layer as a convolution"),
        ("alzahrani-deep-learning-cnn", "A CNN example with Keras and MNIST: evaluate and predict"),
        ("alzahrani-deep-learning-cnn", "A CNN example with Keras and CIFAR-10: compile and fit"),
        ("marques-intro-cnn-tf-keras", "MEMORY REQUIREMENTS"),
        ("marques-intro-cnn-tf-keras", "CNNs with Tensorflow-Keras: the first LeNet-5"),
        ("marques-intro-cnn-tf-keras", "CNNs with Tensorflow-Keras: the errors"),
        ("marques-intro-cnn-tf-keras", "Convolution: algebraic properties"),
        ("marques-intro-cnn-tf-keras", "Convolution in CNNs: adjacent pixels as padding"),
        ("sick-cas-dl-week4", "Keras: import keras and the required layers"),
        ("sick-cas-dl-week4", "Displaying learned weights at different steps of training via backpropagation"),
        ("sick-cas-dl-week4", "Home work - main result"),
        ("cnn-using-keras-notes", "Avoiding Overfitting Through Regularization: L1, L2 and max-norm"),
        ("cnn-using-keras-notes", "Avoiding Overfitting Through Regularization: batch normalization"),
        ("cnn-using-keras-notes", "Convolutional Layers: zero padding and stride"),
    ],
)
def test_a_slide_that_can_be_asked_about_has_a_question_of_its_own(lecture: str, title: str) -> None:
    """No reason may take the place of these questions."""
    assert questions()[lecture, title]


def test_a_slide_without_a_question_or_a_reason_is_a_problem() -> None:
    (problem,) = problems('{ title = "Pooling" }', {})
    assert problem == "'Pooling' of a-lecture has no question. Write one, or name a reason in slides.toml."


def test_a_question_about_an_unknown_slide_is_a_problem() -> None:
    asked = {(LECTURE, "Pooling"): ["lenet5/a"], (LECTURE, "Poolings"): ["lenet5/b"]}
    (problem,) = problems('{ title = "Pooling" }', asked)
    assert problem == "lenet5/b: 'Poolings' of a-lecture is not in slides.toml. Correct `slide`."


def test_a_reason_beside_a_question_is_a_problem() -> None:
    asked = {(LECTURE, "Pooling"): ["lenet5/a"]}
    (problem,) = problems('{ title = "Pooling", reason = "A picture." }', asked)
    assert "Remove what is too much" in problem


@pytest.mark.parametrize("target", ["Padding", "Heading"])
def test_a_reference_to_a_slide_without_a_question_is_a_problem(target: str) -> None:
    rows = f'{{ title = "Pooling", see = "{target}" }}, {{ title = "Heading", reason = "A heading." }}'
    (problem,) = problems(rows, {})
    assert f"refers to '{target}' of a-lecture, which has no question" in problem


def test_a_title_that_occurs_twice_is_a_problem() -> None:
    asked = {(LECTURE, "Pooling"): ["lenet5/a"]}
    (problem,) = problems('{ title = "Pooling" }, { title = "Pooling" }', asked)
    assert "Add the topic after a colon" in problem


def test_the_command_names_all_problems_and_leaves_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    titles = tmp_path / "slides.toml"
    titles.write_text("")
    monkeypatch.setattr(module(), "TITLES", titles)
    monkeypatch.setattr(module(), "PAGE", tmp_path / "slides.md")
    assert module().main() == 1
    assert "is not in slides.toml" in capsys.readouterr().out
    assert not (tmp_path / "slides.md").exists()


def test_the_errata_name_slides_of_the_list() -> None:
    rows = [line.split("|") for line in (DOCS / "errata.md").read_text().splitlines() if line.startswith("| `")]
    places = {(row[1].strip(" `"), row[2].strip()) for row in rows}
    assert len(places) > 20
    assert places <= {(slide.lecture, slide.title) for slide in slides()}
