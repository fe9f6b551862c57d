"""Keys of the course say everything with messages, so that each language has its own text for it."""

import ast
from collections.abc import Iterator

import pytest

from grader.course.answer_key import Keys
from grader.course.key_module import KeyModule
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey, Slip
from grader.model.mistakes import Erring
from grader.text.messages import Joined, Message, Text, joined, message
from tests.conftest import ROOT

COURSE = Course(ROOT)
SEEDS = ("common", "variant 0", "variant 1", "variant 2", "variant 3", "variant 4")


def is_message(text: object) -> bool:
    """Whether no part of a text is a plain string, which would be English in every language."""
    if isinstance(text, Joined):
        return all(map(is_message, text.parts))
    return isinstance(text, Message)


def texts(key: AnswerKey) -> Iterator[Text]:
    """All that a key says of wrong answers and of choices."""
    slips: list[Slip] = [slip for listed in key.slips.values() for slip in listed]
    slips += [slip for listed in key.calls.values() for call in listed for slip in call.slips]
    for slip in slips:
        yield from (slip.reason, slip.remedy)
    for reasons in key.choices.values():
        yield from reasons.values()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (message("The biases are missing."), True),
        (joined(message("First layer:"), message("The biases are missing.")), True),
        ("The biases are missing.", False),
        (joined(message("First layer:"), "The biases are missing."), False),
    ],
    ids=["a message", "two messages", "a string", "a string after a message"],
)
def test_a_plain_string_is_noticed(text: Text, whole: bool) -> None:
    assert is_message(text) == whole


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_reasons_remedies_and_choices_are_messages(slug: str) -> None:
    keys = Keys(COURSE, read_exercise(COURSE, slug))
    for seed in SEEDS if keys.has_variants else SEEDS[:1]:
        listed = list(texts(keys.key(seed)))
        assert listed
        assert [text for text in listed if not is_message(text)] == []


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_mistakes_of_methods_are_messages(slug: str) -> None:
    module = KeyModule(COURSE.solution_folder(slug) / "key.py", slug)
    for seed in SEEDS if module.has_variants else SEEDS[:1]:
        asked: dict[tuple[Text, Text], None] = {}
        for work in module.table("methods", module.draw(f"{seed}:0")).values():
            work(Erring(met=asked))
        assert asked
        assert [mistake for mistake in asked if not all(is_message(text) for text in mistake if text)] == []


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_templates_of_keys_are_literals(slug: str) -> None:
    """Catalogues are made from the source: a template that is put together at run time is in none."""
    source = (COURSE.solution_folder(slug) / "key.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    templates = [
        template
        for call in calls
        if isinstance(call.func, ast.Name)
        for template in {"message": call.args[:1], "template": call.args[:1], "counted": call.args[1:3]}.get(
            call.func.id, []
        )
    ]
    assert templates
    assert [template.lineno for template in templates if not isinstance(template, ast.Constant)] == []


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_sentences_of_slips_are_literals_or_have_a_name(slug: str) -> None:
    """A name belongs to a message or a template, which are literals."""
    source = (COURSE.solution_folder(slug) / "key.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    sentences = [sentence for call in calls if getattr(call.func, "id", "") == "slip" for sentence in call.args[1:3]]
    assert [text.lineno for text in sentences if isinstance(text, ast.JoinedStr | ast.BinOp)] == []
    plain = {target.id for node in ast.walk(ast.parse(source)) for target in plain_names(node)}
    assert [text.lineno for text in sentences if isinstance(text, ast.Name) and text.id in plain] == []


def plain_names(node: ast.AST) -> list[ast.Name]:
    """The names that a statement gives to a text which is neither a message nor a template."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant | ast.JoinedStr):
        return []
    return [target for target in node.targets if isinstance(target, ast.Name)]
