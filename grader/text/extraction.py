"""Keeps catalogues up to date: finds the messages of the source, and says what is not translated yet.

Run it as `python -m grader.text.extraction` in the folder of the course, or as `make catalogues`.
"""

import ast
import io
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import write_po

from grader.text import catalogues

_METHODS = [("**.py", "grader.text.extraction:python"), ("**/templates/*.html", "jinja2")]
_KEYWORDS = {
    **dict.fromkeys(("say", "say_markup", "marked", "message")),
    "say_counted": (2, 3),
    "counted": (2, 3),
}
_WIDTH = 120
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)  # the date in a new file; one that moved would be a change of each


def messages() -> Catalog:
    """All messages of reports, in the order of the files of the source."""
    found = Catalog(fuzzy=False)
    for file, _, text, _, _ in extract_from_dir(catalogues.FOLDER.parent, _METHODS, keywords=_KEYWORDS):
        found.add(text, locations=[(f"grader/{file}", 0)])
    return found


def python(
    source: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """What Babel asks of an extractor: the calls of our functions in a file, and the texts that they are given."""
    calls = [node for node in ast.walk(ast.parse(source.read())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in keywords:
            texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in call.args]
            yield call.lineno, call.func.id, texts[0] if len(texts) == 1 else tuple(texts), []


def exercise_texts(exercises: Path) -> Catalog:
    """What students may see of the exercises of a course: titles, summaries, hints and choices."""
    found = Catalog(fuzzy=False)
    for path in sorted(exercises.glob("*/exercise.toml")):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        for text in _of_exercise(raw):
            found.add(text, locations=[(path.relative_to(exercises.parent).as_posix(), 0)])
    return found


def _of_exercise(raw: dict[str, Any]) -> Iterator[str]:
    for table in (raw, *raw["questions"]):
        texts = [table.get(name) for name in ("title", "summary", "hint")]
        choices = table.get("choices")
        texts += choices.values() if choices else []
        yield from (text for text in texts if isinstance(text, str) and any(map(str.isalpha, text)))


def key_texts(solutions: Path) -> Catalog:
    """What only staff may see: why an answer is wrong, as the keys of a course say it.

    They are the templates that the key gives to `message` and `counted`.
    """
    found = Catalog(fuzzy=False)
    for path in sorted(solutions.glob("*/key.py")):
        locations = [(path.relative_to(solutions.parent).as_posix(), 0)]
        with path.open("rb") as file:
            for _, text, _, _ in extract("grader.text.extraction:python", file, keywords=_KEYWORDS):
                found.add(text, locations=locations)
    return found


def missing(catalog: Catalog) -> list[str]:
    """The messages that have no text, or one whose places for values are others."""
    return [_source(message) for message in catalog if message.id and not catalogues.is_translated(message)]


def update(path: Path, template: Catalog) -> Catalog:
    """Bring a catalogue up to date: what is new comes in without a text, what is gone goes, texts stay."""
    catalog = catalogues.read_catalogue(path) if path.exists() else Catalog(locale=path.stem, fuzzy=False)
    made = catalog.creation_date if path.exists() else _FIRST
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.header_comment = f"# Texts in the language {path.stem}; see docs/instructors.md, Language and tone."
    catalog.project, catalog.version, catalog.creation_date, catalog.revision_date = "grader", "", made, made
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    for message in catalog:
        message.flags -= {"python-format", "python-brace-format"}  # `95 % of` is no place for a value
    stream = io.BytesIO()
    write_po(stream, catalog, width=_WIDTH, omit_header=False, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stream.getvalue())
    return catalog


def main(root: Path) -> Iterator[str]:
    """Update all catalogues; gives a line for each, and one for each message without a text."""
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
