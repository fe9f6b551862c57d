"""Keeps catalogues up to date: finds the messages of the source, and says what is not translated yet.

Run it as `python -m grader.text.extraction` in the course folder, or as `make catalogues`.
"""

import ast
import io
import sys
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import write_po

from grader.text import catalogues

_PYTHON = "grader.text.extraction:python_messages"
_METHODS = [("**.py", _PYTHON), ("**/templates/*.html", "jinja2")]
# Our functions that take a message, and the places of its forms among the arguments, counted from 1; None: the first.
_KEYWORDS = {
    **dict.fromkeys(("say", "say_markup", "marked", "message", "template", "slip", "because")),
    "say_counted": (2, 3),
    "counted": (2, 3),
}
# Functions of keys that take several messages -> their arguments that are messages.
_SENTENCES: Mapping[str, Callable[[ast.Call], list[ast.expr]]] = {
    "slip": lambda call: call.args[1:3],
    "because": lambda call: [keyword.value for keyword in call.keywords],
}
_WIDTH = 120
# The date in a new file. With the date of the day, files would differ although no message does.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def messages() -> Catalog:
    """Collect all messages of reports, in the order of the files of the source."""
    catalog = Catalog(fuzzy=False)
    for file, _, text, _, _ in extract_from_dir(catalogues.FOLDER.parent, _METHODS, keywords=_KEYWORDS):
        catalog.add(text, locations=[(f"grader/{file}", 0)])
    return catalog


def python_messages(
    source: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Find the calls of our functions in a file, and the literal texts among their arguments.

    The parameters and the result have the form that Babel asks of an extractor.

    Args:
        source: The file.
        keywords: Names of the functions.
        comment_tags: Not used.
        options: Not used.

    Returns:
        For each call: its line, the name of the function, the text of its argument, or of each if there are several
        (None for an argument that is not a literal), and a list of comments, which is empty.
    """
    calls = [node for node in ast.walk(ast.parse(source.read())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if not isinstance(call.func, ast.Name) or call.func.id not in keywords:
            continue
        if call.func.id in _SENTENCES:
            for sentence in _SENTENCES[call.func.id](call):
                if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
                    yield call.lineno, call.func.id, sentence.value, []
            continue
        texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in call.args]
        yield call.lineno, call.func.id, texts[0] if len(texts) == 1 else tuple(texts), []


def exercise_texts(exercises: Path) -> Catalog:
    """Collect the texts that students may see of a course: titles, summaries, hints and choices, titles of concepts.

    Args:
        exercises: The folder with a folder for each exercise.
    """
    catalog = Catalog(fuzzy=False)
    for path in sorted(exercises.glob("*/exercise.toml")):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        for text in _texts_of_exercise(raw):
            catalog.add(text, locations=[(path.relative_to(exercises.parent).as_posix(), 0)])
    concepts = exercises / "concepts.toml"
    if concepts.is_file():
        for table in tomllib.loads(concepts.read_text(encoding="utf-8")).values():
            catalog.add(table["title"], locations=[(concepts.relative_to(exercises.parent).as_posix(), 0)])
    return catalog


def _texts_of_exercise(raw: dict[str, Any]) -> Iterator[str]:
    for table in (raw, *raw["questions"]):
        texts = [table.get(name) for name in ("title", "summary", "hint", "near_hint")]
        choices = table.get("choices")
        texts += choices.values() if choices else []
        yield from (text for text in texts if isinstance(text, str) and any(map(str.isalpha, text)))


def key_texts(solutions: Path) -> Catalog:
    """Collect the texts that only staff may see: reasons why an answer is wrong, from the keys of a course.

    They are the templates that a key passes to `message` and `counted`.

    Args:
        solutions: The folder with a folder for each solution.
    """
    catalog = Catalog(fuzzy=False)
    for path in sorted(solutions.glob("*/key.py")):
        locations = [(path.relative_to(solutions.parent).as_posix(), 0)]
        with path.open("rb") as file:
            for _, text, _, _ in extract(_PYTHON, file, keywords=_KEYWORDS):
                catalog.add(text, locations=locations)
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """List the messages that have no text, or one with other places for values."""
    return [_source(message) for message in catalog if message.id and not catalogues.is_translated(message)]


def update(path: Path, template: Catalog) -> Catalog:
    """Bring a catalogue up to date: new messages are added without a text, old ones go, and texts stay.

    Args:
        path: The `.po` file, named for its language; created if necessary.
        template: All messages that it should have.

    Returns:
        The new catalogue.

    Raises:
        InputError: The file cannot be read.
    """
    catalog = catalogues.read_catalogue(path) if path.exists() else Catalog(locale=path.stem, fuzzy=False)
    created_at = catalog.creation_date if path.exists() else _DATE
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.header_comment = f"# Texts in the language {path.stem}; see docs/instructors.md, Language and tone."
    catalog.project, catalog.version, catalog.creation_date, catalog.revision_date = (
        "grader",
        "",
        created_at,
        created_at,
    )
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    for message in catalog:
        message.flags -= {"python-format", "python-brace-format"}  # `95 % of` is no place for a value
    stream = io.BytesIO()
    write_po(stream, catalog, width=_WIDTH, omit_header=False, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stream.getvalue())
    return catalog


def main(root: Path) -> Iterator[str]:
    """Update all catalogues of the grader and of a course.

    Args:
        root: The course folder.

    Returns:
        Lines to print: one for each catalogue, and one for each message without a text.
    """
    for folder, template in (
        (catalogues.FOLDER, messages()),
        (root / "exercises" / "locale", exercise_texts(root / "exercises")),
        (root / "solutions" / "locale", key_texts(root / "solutions")),
    ):
        for path in sorted(folder.glob("*.po")):
            catalog = update(path, template)
            lacking = missing(catalog) if path.stem != catalogues.SOURCE else []
            yield f"{path}: {len(catalog) - len(lacking)} of {len(catalog)} texts"
            yield from (f"  missing: {text}" for text in lacking)


def _source(message: Message) -> str:
    return message.id[1] if isinstance(message.id, tuple) else str(message.id)


if __name__ == "__main__":
    for line in main(Path.cwd()):
        sys.stdout.write(f"{line}\n")
