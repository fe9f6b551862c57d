"""The catalogues hold every message, fit the source, and can be changed by a teacher."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from grader.errors import InputError
from grader.execute.claims import FAULTS
from grader.text import catalogues, extraction
from grader.text.language import current_language, places, say, say_counted, speaking
from grader.text.languages import languages
from grader.text.messages import Text, message

ROOT = Path(__file__).parents[1]
GRADER = ROOT / "grader"


def sources(catalog: Catalog) -> set[str]:
    return {str(message.id) for message in catalog if message.id}


@pytest.fixture
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogues that may be changed."""
    folder = tmp_path / "locale"
    shutil.copytree(catalogues.FOLDER, folder)
    monkeypatch.setattr(catalogues, "FOLDER", folder)
    return folder


def change(path: Path, source: str, text: str) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    place = lines.index(f'msgid "{source}"') + 1
    path.write_text("\n".join([*lines[:place], f'msgstr "{text}"', *lines[place + 1 :]]), encoding="utf-8")


@pytest.mark.parametrize("code", languages())
def test_every_message_of_the_source_is_in_each_catalogue(code: str) -> None:
    found = sources(catalogues.read_catalogue(catalogues.FOLDER / f"{code}.po"))
    assert found == sources(extraction.messages()), "run `make catalogues`"


def test_english_and_german_ship() -> None:
    assert {"de", "en"} <= set(languages())


def test_german_is_complete() -> None:
    assert extraction.missing(catalogues.read_catalogue(catalogues.FOLDER / "de.po")) == []


@pytest.mark.parametrize("code", languages())
def test_what_is_translated_has_the_places_of_its_message(code: str) -> None:
    catalog = catalogues.read_catalogue(catalogues.FOLDER / f"{code}.po")
    changed = [message for message in catalog if message.id and any(message.string or ())]
    assert [message.id for message in changed if not catalogues.is_translated(message)] == []


@pytest.mark.parametrize("path", sorted(GRADER.rglob("*.py")), ids=lambda path: str(path.relative_to(GRADER)))
def test_messages_stand_whole_in_the_source(path: Path) -> None:
    """A text that is put together before it is looked up is in no catalogue."""
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            texts = {"say": call.args[:1], "message": call.args[:1]}
            texts |= dict.fromkeys(("say_counted", "counted"), call.args[1:3])
            for text in texts.get(call.func.id, ()):
                assert not isinstance(text, (ast.JoinedStr, ast.BinOp)), f"line {call.lineno}"
                assert call.func.id in ("say", "message") or isinstance(text, ast.Constant), f"line {call.lineno}"


def test_faults_that_a_sandbox_names_have_messages() -> None:
    inside = (GRADER / "execute" / "inside" / "notebook.py").read_text()
    assert set(re.findall(r'"refused:([a-z ]+)"', inside)) == set(FAULTS)


def test_a_teacher_changes_the_tone_in_one_file(locale: Path) -> None:
    change(locale / "en.po", "Not right yet", "Nearly there")
    with speaking(catalogues.language("en")):
        assert say("Not right yet") == "Nearly there"
        assert say("Partly right") == "Partly right"


def test_a_text_that_german_lacks_is_the_english_one(locale: Path) -> None:
    change(locale / "de.po", "Not right yet", "")
    with speaking(catalogues.language("de")):
        assert say("Not right yet") == "Not right yet"
    change(locale / "en.po", "Not right yet", "Nearly there")
    with speaking(catalogues.language("de")):
        assert say("Not right yet") == "Nearly there"


@pytest.mark.parametrize("text", ["Du hast {nothing}.", "Du hast.", "Du hast {own} von {total}, {count", "{0} {count}"])
def test_a_text_with_wrong_places_falls_back_to_the_source(locale: Path, text: str) -> None:
    change(locale / "de.po", "map {number}", text)
    assert extraction.missing(catalogues.read_catalogue(locale / "de.po")) == ["map {number}"]
    with speaking(catalogues.language("de")):
        assert say("map {number}", number=3) == "map 3"


@pytest.mark.parametrize("form", [":>100000000", ":0100000000d", "!r", ":{number}", ".real", "[0]"])
def test_a_format_that_the_source_lacks_is_refused(locale: Path, form: str) -> None:
    test_a_text_with_wrong_places_falls_back_to_the_source(locale, f"Karte {{number{form}}}")


def test_german_has_its_forms_and_signs() -> None:
    with speaking(catalogues.language("de")):
        assert (current_language().decimal, current_language().group) == (",", ".")
        assert say_counted(1, "{amount} parameter", "{amount} parameters") == "1 Parameter"
        assert say_counted(600_810, "{amount} question", "{amount} questions") == "600.810 Aufgaben"


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (
            message(
                "'{name}' was not read: {problem}",
                name="lösung.ipynb",
                problem=message("The file is a symbolic link, and links are rejected. Submit the file itself."),
            ),
            "„lösung.ipynb“ wurde nicht gelesen: Es ist ein symbolischer Link; Links werden nicht angenommen."
            " Gib die Datei selbst ab.",
        ),
        (
            message("The notebook used more memory than the limit of {limit} MiB.", limit=3072),
            "Das Notebook hat mehr Speicher benutzt als die erlaubten 3072 MiB.",
        ),
        ("Somebody's own remark.", "Somebody's own remark."),
        (
            "The notebook used more memory than the limit of 3072 MiB.",
            "The notebook used more memory than the limit of 3072 MiB.",
        ),
    ],
)
def test_what_is_kept_with_a_run_is_told_in_the_language_of_the_report(kept: Text, told: str) -> None:
    """Literal texts, among them those that an earlier grader stored, stay as they are."""
    with speaking(catalogues.language("de")):
        assert str(kept) == told


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(InputError, match=r"there is no catalogue for the language 'xx'\. Use one of de, en\."):
        catalogues.language("xx")


def test_a_damaged_catalogue_is_named(locale: Path) -> None:
    (locale / "de.po").write_bytes(b'msgid "a\nmsgstr "\xff"')
    with pytest.raises(InputError, match=r"de\.po: cannot be read as a catalogue"):
        catalogues.language("de")


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the catalogues that are read from now on."""
    names: list[str] = []
    read = catalogues.read_catalogue

    def noted(path: Path) -> Catalog:
        names.append(path.name)
        return read(path)

    monkeypatch.setattr(catalogues, "read_catalogue", noted)
    return names


def test_a_language_is_read_again_only_if_one_of_its_files_has_changed(locale: Path, files_read: list[str]) -> None:
    for _ in range(3):
        catalogues.language("de")
    assert files_read == ["en.po", "de.po"]
    change(locale / "de.po", "map {number}", "Karte {number}")
    catalogues.language("de")
    assert files_read == ["en.po", "de.po"] * 2


def test_a_message_reads_no_catalogue(files_read: list[str]) -> None:
    with speaking(catalogues.language("de")):
        files_read.clear()
        texts = {say("`{name}` is still `...`.", name="width") for _ in range(1000)}
    assert texts == {"`width` ist noch `...`."}
    assert files_read == []


def test_upkeep_keeps_translations_and_reports_what_is_missing(tmp_path: Path) -> None:
    template = Catalog(fuzzy=False)
    for text in ("old", "{name} stays", "new"):
        template.add(text, locations=[("grader/a.py", 0)])
    path = tmp_path / "de.po"
    path.write_text('msgid "old"\nmsgstr "alt"\n\nmsgid "gone"\nmsgstr "weg"\n', encoding="utf-8")
    catalog = extraction.update(path, template)
    assert extraction.missing(catalog) == ["{name} stays", "new"]
    written = path.read_text(encoding="utf-8")
    assert 'msgid "old"\nmsgstr "alt"' in written
    assert "weg" not in written


# ---- Texts of the course -------------------------------------------------------------------------------------------


def test_texts_of_exercises_are_in_the_catalogue_of_the_course() -> None:
    found = catalogues.read_catalogue(ROOT / "exercises" / "locale" / "de.po")
    assert sources(found) == sources(extraction.exercise_texts(ROOT / "exercises")), "run `make catalogues`"


def test_texts_of_keys_are_in_the_catalogue_of_the_staff() -> None:
    found = catalogues.read_catalogue(ROOT / "solutions" / "locale" / "de.po")
    assert sources(found) == sources(extraction.key_texts(ROOT / "solutions")), "run `make catalogues`"


@pytest.mark.parametrize("folder", ["exercises", "solutions"])
def test_texts_of_the_course_have_the_places_of_their_source(folder: str) -> None:
    catalog = catalogues.read_catalogue(ROOT / folder / "locale" / "de.po")
    assert [message.id for message in catalog if message.string and not catalogues.is_translated(message)] == []


def test_no_text_of_a_key_is_in_what_students_may_see() -> None:
    """A remedy gives the answer away."""
    seen = sources(catalogues.read_catalogue(ROOT / "exercises" / "locale" / "de.po"))
    assert not seen & {text for text in sources(extraction.key_texts(ROOT / "solutions")) if places(text)}


def test_a_key_gives_the_templates_of_its_messages_and_no_other_text(tmp_path: Path) -> None:
    folder = tmp_path / "some-exercise"
    folder.mkdir()
    key = (
        '"""Doc string of the key."""\n'
        'NONE = message("The biases are missing.")\n'
        'PLAIN = "A text of a course in one language."\n'
        "def slips(given):\n"
        '    """What is wrong."""\n'
        '    each = message("Each of the {filters} filters has one: {right}.", filters=4, right=f"{4}")\n'
        "    return [Slip(3, NONE, each)]\n"
    )
    (folder / "key.py").write_text(key)
    assert sources(extraction.key_texts(tmp_path)) == {
        "The biases are missing.",
        "Each of the {filters} filters has one: {right}.",
    }
