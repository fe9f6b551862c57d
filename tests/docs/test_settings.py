"""`docs/authors.md` names every setting of an exercise and its key, and no other."""

import re
from dataclasses import fields
from importlib import import_module

from grader.assess import picture_options
from grader.assess.kinds import KINDS
from grader.assess.options import Options
from grader.course import heldout_entries, settings, specification
from grader.course.defaults import DefaultsTable
from grader.course.image_table import ImageTable
from grader.course.own_work_table import OwnWorkTable
from grader.model.exercise import NOTEBOOK_ONLY, Limits
from grader.model.key import Call, Slip
from grader.model.own_work import Concept
from tests.conftest import ROOT
from tests.docs.pages import code, rows, section

PAGE = ROOT / "docs" / "authors.md"
# The checked form of the files; private, since only their reader makes them.
SPECIFICATION, QUESTION, FILE = specification._Specification, specification._Question, specification._File
HELD_OUT = heldout_entries.HeldOutEntry
SETTINGS, LATE = settings._Settings, settings._LateTable
HELD_OUT_REPORTS, FINAL = settings._HeldOutTable, settings._FinalTable


def keys(heading: str) -> set[str]:
    """The settings that the table below a heading names."""
    return {key.strip("[]") for cells in rows(section(PAGE, heading)) for key in code(cells[0])}


def cells_of(heading: str, key: str) -> list[str]:
    return next(cells for cells in rows(section(PAGE, heading)) if key in code(cells[0]))


def test_every_key_of_an_exercise_is_documented() -> None:
    top = PAGE.read_text().split("\n## exercise.toml\n")[1].split("\n### ")[0]
    assert {key.strip("[]") for cells in rows(top) for key in code(cells[0])} == set(SPECIFICATION.model_fields)


def test_every_key_of_a_file_is_documented() -> None:
    named = re.findall(r"`(\w+)`:", cells_of("## exercise.toml", "[[files]]")[1])
    assert set(named) == set(FILE.model_fields)


def test_every_key_of_a_question_is_documented() -> None:
    assert keys("### Questions") == set(QUESTION.model_fields)


def test_every_key_of_a_criterion_is_documented() -> None:
    assert keys("### Criteria") == set(specification._Criterion.model_fields)


def test_every_limit_is_documented_with_its_default() -> None:
    table = {code(cells[0])[0]: float(cells[1]) for cells in rows(section(PAGE, "### Limits")) if code(cells[0])}
    assert table == {each.name: each.default for each in fields(Limits)}


def test_every_kind_is_documented_with_its_options() -> None:
    assert keys("## Kinds of questions") == set(KINDS)
    for kind in KINDS:
        module = import_module(f"grader.assess.kinds.{kind}")
        models = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Options)]
        options = next(each for each in models if each.__name__ == f"{kind.capitalize()}Options").model_fields
        named = code(cells_of("## Kinds of questions", kind)[1])
        assert {word for word in named if word.isidentifier()} == set(options), kind


def test_every_picture_is_documented_with_its_keys() -> None:
    table = [cells for cells in rows(section(PAGE, "## Pictures")) if code(cells[0]) != ["shows"]]
    named = {code(cells[0])[0].strip('"'): {word for word in code(cells[1]) if word.isidentifier()} for cells in table}
    models = [
        each.model_fields for each in vars(picture_options).values() if "Picture" in getattr(each, "__name__", "")
    ]
    shown = {fields["shows"].annotation.__args__[0]: set(fields) - {"shows"} for fields in models}
    assert named == shown


def test_everything_that_a_key_may_hold_is_documented() -> None:
    text = section(PAGE, "## key.py")
    assert all(f'"{name}"' in text for name in HELD_OUT.model_fields)
    for made in (Slip, Call):
        assert f"{made.__name__}({', '.join(field.name for field in fields(made))})" in text


def test_every_key_of_hand_in_is_documented_with_its_default() -> None:
    table = rows(section(PAGE, "### Submitted files"))
    assert keys("### Submitted files") == set(specification._HandIn.model_fields)
    defaults = {code(cells[0])[0]: cells[1] for cells in table if code(cells[0]) and cells[1]}
    assert defaults == {"max_mb": str(NOTEBOOK_ONLY.max_mb), "required": "false"}
    assert NOTEBOOK_ONLY.required is False


def test_every_key_of_own_work_and_every_concept_is_documented() -> None:
    keys_table, concepts = section(PAGE, "### Questions about a student's own work").split("| Concept |")
    table = {code(cells[0])[0]: cells[1] for cells in rows(keys_table) if code(cells[0])}
    assert set(table) == set(OwnWorkTable.model_fields)
    defaults = {key: float(shown) for key, shown in table.items() if shown[0].isdigit()}
    assert defaults == {key: getattr(OwnWorkTable().rules(), key) for key in ("questions", "points", "minutes")}
    assert {code(cells[0])[0] for cells in rows(concepts) if code(cells[0])} == set(Concept)


def test_every_key_of_further_notebooks_is_documented() -> None:
    assert keys("### Several notebooks") == set(specification._Notebook.model_fields)


def test_every_key_of_the_images_is_documented_with_its_default() -> None:
    text = section(PAGE, "## Image data").split("\n### ")[0]
    table = {key: cells[1] for cells in rows(text) for key in code(cells[0])}
    fields_of = ImageTable.model_fields
    assert set(table) == set(fields_of)
    numbers = {key: float(shown) for key, shown in table.items() if shown and not shown.startswith("`")}
    assert numbers == {key: field.default for key, field in fields_of.items() if isinstance(field.default, int | float)}
    made = ImageTable(height=8, width=8).settings("SLUG", 0)
    assert [code(table[key]) for key in ("public", "heldout")] == [[made.public], [made.heldout]]


def test_every_setting_of_the_course_is_documented_with_its_default() -> None:
    text = section(ROOT / "docs" / "instructors.md", "### The settings of the course")
    head, rest = text.split("| Key of `[late]`")
    late, rest = rest.split("| Key of `[held_out]`")
    held_out, rest = rest.split("| Key of `[reports]`")
    reports, rest = rest.split("| Key of `[final]`")
    final, rest = rest.split("| Key of `[manual_grading]`")
    manual, defaults = rest.split("| Key of `[defaults]`")
    named = {code(cells[0])[0].strip("[]"): cells[1].strip("`") for cells in rows(head) if code(cells[0])}
    assert set(named) == set(SETTINGS.model_fields)
    texts = {key: field.default for key, field in SETTINGS.model_fields.items() if isinstance(field.default, str)}
    assert {key: shown for key, shown in named.items() if shown} == texts
    for table, model in (
        (late, LATE),
        (held_out, HELD_OUT_REPORTS),
        (reports, settings._ReportsTable),
        (final, FINAL),
        (manual, settings._ManualTable),
        (defaults, DefaultsTable),
    ):
        named = {code(cells[0])[0]: cells[1].strip("`") for cells in rows(table) if code(cells[0])}
        assert set(named) == set(model.model_fields)
        optional = {
            key: str(field.default)
            for key, field in model.model_fields.items()
            if isinstance(field.default, str | int | float)
        }
        assert {key: shown for key, shown in named.items() if shown} == optional
