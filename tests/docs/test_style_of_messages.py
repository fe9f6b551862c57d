"""Every message keeps to `docs/contributing/style.md`: reports, exercises, keys, help of commands, and errors."""

import ast
from collections.abc import Callable, Iterator

import pytest

from grader.errors import GraderError
from grader.text import catalogues
from tests.conftest import ROOT
from tests.docs.prose import faults
from tests.docs.test_commands import COMMANDS

CATALOGUES = ("grader/locale/en.po", "exercises/locale/de.po", "solutions/locale/de.po")
FEWEST = {"catalogues": 4000, "help": 100, "errors": 150}

ANSWER = "an answer to choose: it completes a question, so it has no other subject"

# Message -> why it may have a pattern.
EXCEPTIONS = {
    "all units work, and nothing is scaled": ANSWER,
    "it has enough parameters to memorise each training picture, and nothing prevents it from doing so": ANSWER,
    "nothing, as long as it is only done after each epoch": ANSWER,
    "nothing: it matches": ANSWER,
    "nothing: it is right as printed": ANSWER,
    "nothing: it scales each value": ANSWER,
}


LIST = "a line of a list, whose parts a semicolon divides"
CODE = "code, in which a semicolon divides commands"

# Text with `x` for each value -> why it may have a semicolon.
WITH_SEMICOLON = {
    "import tensorflow as tf; tf.distribute.MirroredStrategy()": CODE,
    "echo $$ > x/cgroup.procs; ": CODE,
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'": CODE,
    "x; script-src 'sha256-x'": CODE,
    'x = "x"  # these numbers are yours; other students have different ones': "a comment in a cell of a notebook",
    "# Texts in the language x; see docs/instructors.md, Language and tone.": "a comment at the top of a catalogue",
    "x: x -> x points; x": LIST,
}


def messages() -> Iterator[str]:
    """The messages of all catalogues, with both forms of those that count."""
    for path in CATALOGUES:
        for message in catalogues.read_catalogue(ROOT / path):
            if message.id:
                yield from message.id if isinstance(message.id, tuple) else (str(message.id),)


def helps() -> Iterator[str]:
    """The help of each command, and of each of its options."""
    for command in COMMANDS.values():
        yield command.help
        yield from (text for parameter in command.params if (text := getattr(parameter, "help", None)))


def errors() -> Iterator[str]:
    """The messages of errors that are written where they are raised, with `x` for each value."""
    names = _names(GraderError)
    for path in sorted((ROOT / "grader").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names:
                yield from filter(None, map(_text, call.args))


def texts_in_code() -> Iterator[str]:
    """Every text in the code of the grader that is not a docstring, with `x` for each value."""
    for path in sorted((ROOT / "grader").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in docstrings | parts:
                yield _text(node)


def joins_sentences(text: str) -> bool:
    """Whether a text has a semicolon before a space and more words; a separator of a list has no words."""
    return "; " in text and text != "; "


def _names(error: type[GraderError]) -> set[str]:
    return {error.__name__}.union(*(_names(kind) for kind in error.__subclasses__()))


def _text(node: ast.expr) -> str:
    """What a literal says; nothing for an expression that is no literal."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) or "x" for part in parts)
        case _:
            return ""


def has_faults(text: str) -> bool:
    """Whether a message has a pattern; code in backticks is a word like any other."""
    return bool(faults(text.replace("`", "")))


@pytest.mark.parametrize(
    ("source", "texts"), [("catalogues", messages), ("help", helps), ("errors", errors)], ids=FEWEST
)
def test_messages_avoid_the_patterns_that_the_guide_names(source: str, texts: Callable[[], Iterator[str]]) -> None:
    all_of_them = list(texts())
    assert len(all_of_them) >= FEWEST[source]
    assert [text for text in all_of_them if has_faults(text) and text not in EXCEPTIONS] == []


def test_exceptions_are_needed() -> None:
    texts = {*messages()}
    assert [text for text in EXCEPTIONS if text not in texts or not has_faults(text)] == []


def test_messages_are_separate_sentences_and_have_no_semicolon() -> None:
    texts = [*texts_in_code()]
    assert len(texts) >= 10_000
    assert [text for text in texts if joins_sentences(text) and text not in WITH_SEMICOLON] == []
    assert [text for text in WITH_SEMICOLON if text not in texts] == []


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("f'{place}: is no {kind}; ' 'name another.'", True),
        ("f'{fact}; {remedy}.'", True),
        ("f'{place}: is no {kind}. Name another.'", False),
        ("'; '", False),
        ("f'{count}, {\"; \".join(rest)}.'", False),
    ],
)
def test_a_semicolon_between_sentences_is_found(code: str, is_found: bool) -> None:
    assert joins_sentences(_text(ast.parse(code, mode="eval").body)) is is_found


def test_a_pattern_is_found_in_a_message_of_an_error() -> None:
    call = ast.parse("InputError(f'{place}: is no {kind}; ' 'name another.')", mode="eval").body
    assert isinstance(call, ast.Call)
    assert _text(call.args[0]) == "x: is no x; name another."
    assert has_faults(_text(call.args[0]))
