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
FIGURE = "the amount that is deducted, in a column of amounts"
LATER = "it is older than the guide and not reworded yet"

# Message -> why it may have a pattern.
EXCEPTIONS = {
    "all units work, and nothing is scaled": ANSWER,
    "it has enough parameters to learn each training picture by heart, and nothing keeps it from that": ANSWER,
    "nothing, as long as it is done after each epoch only": ANSWER,
    "nothing: it fits": ANSWER,
    "nothing: it is right as printed": ANSWER,
    "nothing: it scales each value": ANSWER,
    "nothing": FIGURE,
    "'{name}' was left aside: {why}.": LATER,
    "Cells of the exercise that stand in another place: {names}.": LATER,
    (
        "Files in this archive are named as Canvas or Moodle name those of several people; these names were "
        "not heeded. If it is the archive of a class, it has to be graded by itself."
    ): LATER,
    "In cell {cell} the line that sets `{name}` stands inside quotes (from line {line}), so it does not run.": LATER,
    (
        "In epoch {epoch} the loss was no finite number: the learning rate is too high, or the inputs are not scaled."
    ): LATER,
    "It holds the word '{part}', which stands for the work rather than for a person.": LATER,
    "It is a hard link: the same file has another name elsewhere. Hand in a copy of its own.": LATER,
    "Left aside, since the exercise takes no such files: {names}.": LATER,
    "Many of the listed ones are fine: list only those that you would stand by after looking at them.": LATER,
    "Set `{name}` on a line of its own.": LATER,
    "Some labels are no whole numbers, as scores or probabilities would be.": LATER,
    "Take `{detail}` out, or set `{name}` in a cell of its own.": LATER,
    "The axes stand in the wrong order.": LATER,
    "The depth stands first; in Keras it is the last axis.": LATER,
    (
        "The file holds the marks of a merge conflict (<<<<<<<, >>>>>>>), so it is no notebook any more. "
        "Settle the conflict, or start from one of the two versions, and hand it in again."
    ): LATER,
    "The list is empty, so nothing was found.": LATER,
    "The numbers are right, but they stand in one row; keep the shape.": LATER,
    "The right numbers stand in other places.": LATER,
    (
        "The time that stands beside it cannot be read ('{text}'), so it is not known when it was handed in; "
        "nothing is deducted for that."
    ): LATER,
    "Use `%time` or `%%time`, or set `{name}` in a cell of its own.": LATER,
    (
        "What Keras 3 reads is a .keras file from model.save, or a .weights.h5 file from model.save_weights; "
        "checkpoints of TensorFlow and pickles it does not."
    ): LATER,
    "What `{name}` returned could not be taken over: {message}.": LATER,
    (
        "What `{name}` returned could not be taken over: {message}. Asked for: one whole number for each "
        "image, from 0 to {last}."
    ): LATER,
    "What the notebook's process handed over was damaged; the rest was not used.": LATER,
    "Write the value itself in cell {cell} instead of `input()`: when it is marked nobody is there to type.": LATER,
    (
        "Your model is a class of your own, and its `call` could not be followed: what it does between its "
        "layers is not known. {seen} of the {count} layers asked for were seen. Nothing is taken off for what"
        " cannot be seen; a person will look at it."
    ): LATER,
    (
        "`{name}` returned None here: it came to its end without a `return`, which stands in a branch or a "
        "loop only. End it with `return ...`, the result in place of the dots."
    ): LATER,
    (
        "it is the same layer as layer {number}, used again, so both have the same weights; a layer of its "
        "own was asked for"
    ): LATER,
    "its cells are no list": LATER,
    "nothing came back that can be read": LATER,
    "nothing is left of the feature map": LATER,
    "the result is no array: {error}": LATER,
    "{answer} is no index: indices are whole numbers.": LATER,
    (
        "{question}: the last validation accuracy is {validated}, on held-out images it is {accuracy}: was "
        "the model trained on validation images, too?"
    ): LATER,
}


def messages() -> Iterator[str]:
    """The messages of all catalogues, with both forms of those that count."""
    for path in CATALOGUES:
        for message in catalogues.read(ROOT / path):
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


def test_a_pattern_is_found_in_a_message_of_an_error() -> None:
    call = ast.parse("InputError(f'{place}: is no {kind}; ' 'name another.')", mode="eval").body
    assert isinstance(call, ast.Call)
    assert _text(call.args[0]) == "x: is no x; name another."
    assert has_faults(_text(call.args[0]))
