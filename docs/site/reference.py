"""Tables of the reference, made from the code: settings with their values and defaults, help of commands, `key.py`.

The meaning of a setting is written once, on the page for its readers, and is read from there.
"""

import builtins
import json
import re
import types
import typing
from collections import abc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from pydantic import BaseModel

from grader import mistakes
from grader.assess import picture_options
from grader.assess.kinds import KINDS
from grader.assess.options import Options
from grader.cli.commands import COMMANDS, loaded
from grader.cli.documents import DOCUMENTS
from grader.cli.shared import Failure
from grader.course import settings, specification

DOCS = Path(__file__).parents[1]
COLUMNS = 88  # of the help of a command

# The checked forms of the files are private, because only their readers make them.
_EXERCISE, _COURSE = specification._Specification, settings._Settings
# Key of a table -> the line that its meanings follow.
_EXERCISE_TABLES = {
    "": "## exercise.toml",
    "limits": "### Limits",
    "hand_in": "### Submitted files",
    "notebooks": "### Several notebooks",
    "leaderboard": "### A leaderboard",
    "own_work": "### Questions about a student's own work",
    "images": "## Image data",
    "questions": "### Questions",
}
_COURSE_TABLES = {
    "": "### The settings of the course",
    "late": "| Key of `[late]`",
    "held_out": "| Key of `[held_out]`",
    "reports": "| Key of `[reports]`",
    "final": "| Key of `[final]`",
    "manual_grading": "| Key of `[manual_grading]`",
    "defaults": "| Key of `[defaults]`",
}
_CELLS = re.compile(r"(?<!\\)\|")


def help_of_commands() -> str:
    """The text that `--help` prints for each command."""
    return "\n\n".join(f"## {path}\n\n```text\n{text}\n```" for path, text in _helps())


def settings_of_exercise() -> str:
    """The tables of `exercise.toml`, then the options of each kind of question and of each picture."""
    tables = _tables(_EXERCISE, "authors.md", _EXERCISE_TABLES)
    kinds = (_table(f"Options of kind `{kind}`", options_of(kind).model_json_schema()) for kind in KINDS)
    drawn = (_table(f"Pictures of `{kind}`", model.model_json_schema()) for kind, model in pictures().items())
    return "\n\n".join([*tables, *kinds, *drawn])


def settings_of_course() -> str:
    """The tables of `course.toml`."""
    return "\n\n".join(_tables(_COURSE, "instructors.md", _COURSE_TABLES))


def classes_of_key() -> str:
    """The classes and functions that a `key.py` imports, from their docstrings."""
    directives = [
        ".. autoclass:: grader.authoring.key.Key\n"
        "   :members: numbers, derived, require, common, question, answer, heldout, are_apart",
        *(f".. autofunction:: grader.authoring.numbers.{name}" for name in ("choice", "integer", "sample", "matrix")),
        *(f".. autofunction:: grader.authoring.entries.{name}" for name in ("slip", "template", "because", "call")),
        ".. autoclass:: grader.authoring.entries.Follows",
        *(f".. autoclass:: grader.model.key.{name}" for name in ("Slip", "Call")),
        ".. autofunction:: grader.model.key.following",
        ".. autoclass:: grader.model.mistakes.Erring\n   :members:\n   :special-members: __call__",
        *(f".. autofunction:: grader.text.messages.{name}" for name in ("message", "counted", "joined", "number")),
        ".. automodule:: grader.cnn.by_hand\n   :members:",
        *(f".. automodule:: grader.mistakes.{each.name}\n   :members:" for each in iter_modules(mistakes.__path__)),
    ]
    return "```{eval-rst}\n" + "\n\n".join(directives) + "\n```"


def documents_of_commands() -> str:
    """A table of each document that `--json` prints: its keys and their meanings; then one of each value inside it."""
    lines = [["Command", "Document"], ["---"] * 2]
    lines += [[f"`grader {command}`", type_in_words(document)] for command, document in DOCUMENTS.items()]
    index = "\n".join(
        f"| {' | '.join(line)} |" for line in [*lines, ["a failed command", "object with the key `error`"]]
    )
    schemas = dict.fromkeys(found for document in DOCUMENTS.values() for found in _schemas(document))
    return "\n\n".join([index, *(_keys_of(schema) for schema in (*schemas, Failure))])


def _schemas(document: Any) -> Iterator[Any]:
    """The forms of objects in a document, the outer ones first."""
    if typing.is_typeddict(document):
        yield document
        for hint in typing.get_type_hints(document).values():
            yield from _schemas(hint)
    for inner in typing.get_args(document):
        yield from _schemas(inner)


def _keys_of(schema: Any) -> str:
    summary, _, attributes = (schema.__doc__ or "").partition("Attributes:")
    meanings = dict(re.findall(r"^ {8}(\w+): (.+(?:\n {12}.+)*)", attributes, re.MULTILINE))
    lines = [["Key", "Value", "Meaning"], ["---"] * 3]
    for key, hint in typing.get_type_hints(schema).items():
        lines.append([f"`{key}`", type_in_words(hint), " ".join(meanings[key].split())])
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## {schema.__name__}\n\n{summary.strip()}\n\n{table}"


def type_in_words(hint: Any) -> str:
    """Say which JSON a value of a document is.

    Args:
        hint: The type of the value.
    """
    if typing.is_typeddict(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    inner = typing.get_args(hint)
    match typing.get_origin(hint):
        case builtins.list | builtins.tuple:
            return f"list of {type_in_words(inner[0])}"
        case abc.Mapping:
            return f"object of {type_in_words(inner[1])}"
        case types.UnionType | typing.Union:
            return " or ".join(map(type_in_words, inner))
        case typing.Literal:
            return " or ".join(f"`{value}`" for value in inner)
    return {str: "text", int: "whole number", float: "number", bool: "`true` or `false`", type(None): "`null`"}[hint]


# Name in a page -> its tables.
TABLES: Mapping[str, Callable[[], str]] = {
    "commands": help_of_commands,
    "exercise.toml": settings_of_exercise,
    "course.toml": settings_of_course,
    "json": documents_of_commands,
    "key.py": classes_of_key,
}


def options_of(kind: str) -> type[Options]:
    """The options of a kind of question."""
    models = {
        name: each
        for name, each in vars(import_module(f"grader.assess.kinds.{kind}")).items()
        if isinstance(each, type)
    }
    found = models[f"{kind.capitalize()}Options"]
    assert issubclass(found, Options)
    return found


def pictures() -> dict[str, type[Options]]:
    """The settings of each kind of picture."""
    models = typing.get_args(typing.get_args(picture_options.Picture)[0])
    return {typing.get_args(each.model_fields["shows"].annotation)[0]: each for each in models}


def _helps() -> Iterator[tuple[str, str]]:
    """Each command as it is typed, and its help."""
    for name in COMMANDS:
        found = loaded(name)
        inner = getattr(found, "commands", None)
        commands = {f"grader {name} {each}": inner[each] for each in inner} if inner else {f"grader {name}": found}
        for path, command in commands.items():
            context = command.context_class(command, info_name=path, terminal_width=COLUMNS, max_content_width=COLUMNS)
            yield path, command.get_help(context)


def _tables(model: type[BaseModel], page: str, places: Mapping[str, str]) -> Iterator[str]:
    """One table for a file, and one for each table inside it.

    Args:
        model: The checked form of the file.
        page: The page with the meanings, relative to `docs/`.
        places: Key of a table, or nothing for the whole file -> the line of the page that its meanings follow.
    """
    schema = model.model_json_schema()
    yield _table("Settings", schema, lambda key: meaning(page, places[""], key))
    for key, value in schema["properties"].items():
        for name in re.findall(r"#/\$defs/(\w+)", json.dumps(value)):
            yield _table(
                f"`[[{key}]]`" if value.get("type") == "array" else f"`[{key}]`",
                schema["$defs"][name],
                partial(_meaning_in, page, places, key),
            )


def _meaning_in(page: str, places: Mapping[str, str], table: str, key: str) -> str:
    """The meaning of a key of a table, which has lines of its own, or is described where the file is."""
    if table in places:
        return meaning(page, places[table], key)
    return _meaning_inside(meaning(page, places[""], table), key)


def _table(heading: str, schema: Mapping[str, Any], meaning_of: Callable[[str], str] | None = None) -> str:
    """A table of settings.

    Args:
        heading: The heading above it.
        schema: JSON schema of the settings.
        meaning_of: Key -> its meaning; without it, the table has no meanings.
    """
    properties, required = schema.get("properties", {}), schema.get("required", ())
    if not properties:
        return f"## {heading}\n\nThere are none."
    lines = [["Key", "Value", "Default", "Meaning"], ["---"] * 4]
    for key, value in properties.items():
        default = "required" if key in required else shown(value.get("default"))
        lines.append([f"`{key}`", words(value), default, meaning_of(key) if meaning_of else ""])
    return f"## {heading}\n\n" + "\n".join(f"| {' | '.join(line[: 4 if meaning_of else 3])} |" for line in lines)


def words(schema: Mapping[str, Any]) -> str:
    """Says which values a setting takes.

    Args:
        schema: JSON schema of the setting.
    """
    for several in ("anyOf", "oneOf"):
        if several in schema:
            found = dict.fromkeys(words(each) for each in schema[several] if each.get("type") != "null")
            return " or ".join(each for each in found if each != "whole number" or "number" not in found)
    if "enum" in schema:
        return " or ".join(f'`"{each}"`' for each in schema["enum"])
    if "const" in schema:
        return f'`"{schema["const"]}"`'
    if "$ref" in schema:
        return "table"
    return _words_of_type(schema)


def _words_of_type(schema: Mapping[str, Any]) -> str:
    match schema.get("type"):
        case "array":
            items = words(schema.get("items", {}))
            return {"any value": "list", "text": "list of texts", "table": "list of tables"}.get(
                items, f"list of {items}"
            )
        case "object":
            return (
                f"table of key = {words(schema['additionalProperties'])}"
                if "additionalProperties" in schema
                else "table"
            )
        case "integer":
            return f"whole number{_range(schema)}"
        case "number":
            return f"number{_range(schema)}"
        case "string":
            return "date and time" if schema.get("format") == "date-time" else "text"
        case "boolean":
            return "`true` or `false`"
        case _:
            return "any value"


def _range(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" from {low:,g} to {high:,g}"
    words = {"of {:,g} or more": low, "above {:,g}": above, "up to {:,g}": high, "below {:,g}": below}
    limits = [text.format(value) for text, value in words.items() if value is not None]
    return f" {' and '.join(limits)}" if limits else ""


def shown(default: Any) -> str:
    """A default as it is written in TOML; empty if there is none.

    Args:
        default: The default as JSON has it.
    """
    if isinstance(default, float):
        return f"`{default:.9f}".rstrip("0").rstrip(".") + "`"
    return "" if default in (None, "", [], {}) or isinstance(default, dict) else f"`{json.dumps(default)}`"


def meaning(page: str, place: str, key: str) -> str:
    """What a page says about a setting.

    Args:
        page: The page, relative to `docs/`.
        place: The line that the table with the setting follows: a heading, or the head of the table.
        key: The setting.

    Raises:
        KeyError: The table does not have the setting.
    """
    end = "$" if place.startswith("#") else ""  # another heading may begin with the same words
    text = re.split(rf"^{re.escape(place)}{end}", (DOCS / page).read_text(), maxsplit=1, flags=re.MULTILINE)[1]
    for line in text[: text.find("\n#")].splitlines():
        cells = [cell.strip() for cell in _CELLS.split(line.strip("|"))] if line.startswith("|") else [""]
        if key in (each.strip("[]") for each in re.findall(r"`([^`]+)`", cells[0])):
            in_docs = re.sub(r"\]\((?!#|https?:)", "](../", cells[-1])  # the pages of the reference are a folder down
            return in_docs.replace("](#", f"](../{page}#")
    raise KeyError(f"docs/{page}: the table below '{place}' must have `{key}`.")


def _meaning_inside(text: str, key: str) -> str:
    """What a cell says about one of several keys, each as "`key`: its meaning"."""
    found: str = dict(re.findall(r"`(\w+)`: (.+?)(?= `\w+`: |$)", text))[key]
    return found[:1].upper() + found[1:]
