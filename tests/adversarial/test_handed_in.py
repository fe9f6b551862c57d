"""Archives, folders and files that were made to harm: one clear finding each, and the batch goes on."""

import csv
import io
import json
import os
import socket
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from grader import pipeline
from grader.cohort import alike_names
from grader.execute.local import LocalExecutor
from grader.intake.folders import collect
from grader.intake.names import readable
from grader.model.record import Outcome
from grader.report.tables import grades_csv
from tests.adversarial.batch import FULL, HONEST, Marked, assert_honest_unharmed, grade
from tests.conftest import notebook

pytestmark = [pytest.mark.slow, pytest.mark.long]

GOOD = notebook(*HONEST)
EVIL = notebook("# evil", *HONEST)


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(2025, 1, 2, 3, 4, 6))
    info.external_attr = mode << 16
    return info


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def overlapping() -> bytes:
    """Two members that share their bytes."""
    content = packed(("a.ipynb", EVIL), ("b.ipynb", EVIL))
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 1)
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


def a_million_members() -> bytes:
    """An archive whose table of contents alone would fill the memory."""
    entry = struct.pack("<4s4B4H3I5H2I", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 1_000_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 16_960, 16_960, len(directory), 0, 0)
    return directory + end


def lying_about_its_size() -> bytes:
    content = bytearray(packed(("a.ipynb", EVIL)))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 10)
    return bytes(content)


ARCHIVES = {
    "leads out": packed((member("../../leads-out.ipynb"), EVIL)),
    "leads beside": packed((member("../results-evil/x.ipynb"), EVIL)),
    "is absolute": packed((member("/tmp/quokka-absolute.ipynb"), EVIL)),
    "has a drive": packed((member("C:\\quokka.ipynb"), EVIL)),
    "has backslashes": packed((member("..\\..\\quokka.ipynb"), EVIL)),
    "is a symbolic link": packed((member("a.ipynb", stat.S_IFLNK | 0o777), b"/etc/passwd")),
    "is a pipe": packed((member("a.ipynb", stat.S_IFIFO | 0o666), b"")),
    "is a device": packed((member("a.ipynb", stat.S_IFCHR | 0o666), b"")),
    "is a bomb": packed(("a.ipynb", b"0" * 19_000_000)),
    "is a larger bomb": packed(("a.ipynb", b"0" * 200_000_000)),
    "is nested": packed(("a.zip", packed(("b.zip", packed(("c.ipynb", EVIL)))))),
    "overlaps": overlapping(),
    "has a million members": a_million_members(),
    "lies about its size": lying_about_its_size(),
    "is damaged": packed(("a.ipynb", EVIL))[:-30],
    "is none": b"PK\x03\x04" + b"\0" * 100,
    "is empty": b"",
}

SHELL = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
FILES = {
    "empty": b"",
    "blank": b" \n" * 1000,
    "zeros": bytes(100_000),
    "truncated": GOOD[: len(GOOD) // 2],
    "json of another kind": b'{"hello": "world"}',
    "a list": b"[1, 2, 3]",
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "nested in a cell": json.dumps(SHELL).encode()[:-1] + b', "cells": [{"cell_type": "code", "source": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
    "invalid UTF-8": b'{"cells": ["\xff\xfe\xfa"]}',
    "a merge conflict": GOOD.replace(b"{", b"<<<<<<< HEAD\n{", 1).replace(b"}", b"}\n=======\n>>>>>>> theirs", 1),
    "a script": b"import keras\nwidth = 26\nprint(width)\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a web page": b"<!DOCTYPE html><script>alert(1)</script>",
    "NaN": b'{"cells": NaN, "nbformat": Infinity}',
    "a long number": b'{"nbformat": ' + b"9" * 1_000_000 + b', "cells": 5}',
    "many cells": json.dumps({**SHELL, "cells": [{"cell_type": "code", "source": "1", "metadata": {}}] * 3_000}).encode(),
}  # fmt: skip

CELLS: list[dict[str, object]] = [
    {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None} for source in HONEST
]
READABLE = {
    "version 3": json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "code", "input": source, "language": "python", "outputs": []} for source in HONEST]}]}).encode(),
    "version 4.99": json.dumps({"nbformat": 4, "nbformat_minor": 99, "metadata": {}, "cells": CELLS}).encode(),
    "no version": json.dumps({"metadata": {}, "cells": CELLS}).encode(),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "strange cells": json.dumps({**SHELL, "cells": [*CELLS, 5, None, {"cell_type": "sql"}, {"cell_type": "code", "source": {"a": 1}}]}).encode(),
    "strange ids": json.dumps({**SHELL, "cells": [{**cell, "id": "../../x\n<script>"} for cell in CELLS]}).encode(),
    "halves of characters": json.dumps({**SHELL, "cells": [*CELLS, {"cell_type": "code", "source": "x = '\ud800'", "metadata": {}}]}).encode(),
}  # fmt: skip

# Text that would keep whoever reads it busy: with the names of answers, so that it is looked at.
BUSY = {
    "blank lines": "width" + "\n" * 200_000,
    "blanks": "width" + ("\n" + " " * 2_000) * 500,
    "open brackets": "width = " + "(" * 100_000,
    "signs": "width = " + "-" * 200_000 + "1",
    "a chain": "width = " + "1 + " * 100_000 + "1",
    "assignments": "other_width = " * 100_000 + "1",
    "an f-string": 'width = f"' + "{x}" * 100_000 + '"',
    "a long number": "width = " + "9" * 1_000_000,
    "percent signs": "width" + "= %" * 300_000,
}
BUSY_TEXT = {
    "brackets": "[" * 100_000,
    "stars": "*a " * 50_000,
    "quotes": "> " * 5_000 + "a",
    "a list": "".join(" " * 2 * depth + "- a\n" for depth in range(400)),
    "backticks": "".join("`" * length + "a" for length in range(1_000)),
    "a table": "|a" * 50_000 + "\n" + "|-" * 50_000,
    "dollars": "$a" * 50_000,
    "tags": "<div>" * 20_000,
}

NAMES = {
    "equals": "=HYPERLINK(1)", "plus": "+1+1", "minus": "-rf", "at": "@SUM(1)", "line": "a\nb", "return": "a\rb", "escape": "a\x1b[31mred",
    "quotes": "a'\"b", "emoji": "🦘🦘", "long": "x" * 240, "script": "<script>alert(1)<∕script>", "space": " ", "reserved": "con",
    "dots": "x..y", "percent": "%2e%2e%2fx", "right to left": "a\u202egpj", "comma": "a,b;c\td", "dollar": "$(touch quokka-touched)", "case": "Alice", "CASE": "alice",
}  # fmt: skip


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed-in")
    (folder / "honest.ipynb").write_bytes(GOOD)
    for name, content in ARCHIVES.items():
        (folder / f"{name}.zip").write_bytes(content)
    for name, content in {**FILES, **READABLE}.items():
        (folder / f"{name}.ipynb").write_bytes(content)
    for name, source in BUSY.items():
        (folder / f"busy {name}.ipynb").write_bytes(notebook(*HONEST, source))
    for name, source in BUSY_TEXT.items():
        markdown = {"cell_type": "markdown", "source": source, "metadata": {}}
        (folder / f"busy {name}.ipynb").write_bytes(json.dumps({**SHELL, "cells": [markdown, *CELLS]}).encode())
    for name in NAMES.values():
        (folder / f"{name}.ipynb").write_bytes(GOOD)
    with (folder / "2 GB.ipynb").open("wb") as file:
        file.truncate(2_000_000_000)
    secret = folder.parent / "quokka-secret.ipynb"
    secret.write_bytes(EVIL)
    (folder / "a link.ipynb").symlink_to(secret)
    (folder / "a folder that is a link").symlink_to(folder.parent)
    (folder / "a device.ipynb").symlink_to("/dev/zero")
    os.link(secret, folder / "a hard link.ipynb")
    os.mkfifo(folder / "a pipe.ipynb")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(os.path.relpath(folder / "a socket.ipynb"))
    return folder


@pytest.fixture(scope="module")
def found(material: pipeline.Material, executor: LocalExecutor, handed_in: Path, folder: Path) -> dict[str, Marked]:
    return grade(material, collect(handed_in, "quokka"), folder / "out", executor)


def unreadable(found: dict[str, Marked], name: str) -> str:
    """What is said about a submission that could not be read."""
    assert found[name].outcome is Outcome.INVALID_NOTEBOOK
    assert found[name].points == {"width": 0, "model": 0, "accuracy": 0}
    [said] = set(found[name].record.remarks or found[name].assessment.remarks[:1])
    return str(said)


def test_the_honest_one_among_them_has_all_its_marks(found: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(found, alone)


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused_and_says_why(found: dict[str, Marked], name: str) -> None:
    [student] = [student for student in found if student == name or student.startswith(f"{name} ")] or [name]
    assert len(unreadable(found, student)) > 20


@pytest.mark.parametrize("name", [*FILES, "2 GB"])
def test_a_file_that_is_no_notebook_is_said_to_be_none(found: dict[str, Marked], name: str) -> None:
    assert len(unreadable(found, name)) > 20


@pytest.mark.parametrize("name", ["a link", "a folder that is a link", "a device", "a hard link", "a pipe", "a socket"])
def test_links_and_devices_are_refused_and_never_followed(found: dict[str, Marked], name: str) -> None:
    assert "link" in unreadable(found, name) or "pipe" in unreadable(found, name)
    assert "evil" not in found[name].page


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_graded(found: dict[str, Marked], name: str) -> None:
    assert found[name].points == FULL, found[name].said


@pytest.mark.parametrize("name", [*BUSY, *BUSY_TEXT])
def test_text_made_to_keep_a_reader_busy_does_not(found: dict[str, Marked], name: str) -> None:
    assert found[f"busy {name}"].points | {"accuracy": 4} == FULL


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_a_student_and_nothing_but_a_name(found: dict[str, Marked], name: str) -> None:
    shown = readable(NAMES[name])
    assert found[shown].points == FULL
    assert "<script" not in found[shown].page
    assert "\x1b" not in found[shown].page


def test_a_name_is_neutral_in_the_table(found: dict[str, Marked], folder: Path) -> None:
    rows = list(csv.reader(io.StringIO((folder / "out" / "grades.csv").read_text())))
    assert len(rows) == 1 + len(found)
    assert [
        cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r")) or cell.startswith("-r")
    ] == []


def test_results_lie_where_they_belong(found: dict[str, Marked], folder: Path, handed_in: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"out"}
    assert not list(handed_in.parent.glob("leads-out*"))
    assert not Path("quokka-touched").exists()
    assert not Path("/tmp/quokka-absolute.ipynb").exists()
    ours = ("records", "handed-in")
    folders = {path.name.casefold() for path in (folder / "out").iterdir() if path.is_dir() and path.name not in ours}
    assert len(folders) == len(found)
    assert all(len(name) < 100 and name.isprintable() and "/" not in name for name in folders)


def test_the_same_files_give_the_same_submissions(handed_in: Path) -> None:
    assert collect(handed_in, "quokka") == collect(handed_in, "quokka")


def test_names_that_look_alike_are_said_to(found: dict[str, Marked]) -> None:
    for name, other in (("alice", "Alice"), ("Alice", "alice")):
        assert "nearly the same name" not in found[name].said
        assert [str(flag.text) for flag in found[name].assessment.flags if flag.kind == alike_names.ALIKE] == [
            f"Another submission has nearly the same name: '{other}'. Both were graded."
        ]


def test_taking_them_in_needs_little_memory(handed_in: Path) -> None:
    tracemalloc.start()
    collect(handed_in, "quokka")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250_000_000


def test_an_archive_never_removes_nor_replaces_another_student(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    late = zipfile.ZipInfo("honest_12_assignsubmission_file_/quokka_notebook.ipynb", (2090, 1, 1, 0, 0, 0))
    canvas = zipfile.ZipInfo("honest_12_99_quokka-99.ipynb", (2090, 1, 1, 0, 0, 0))
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "honest_12_2223_hw.ipynb").write_bytes(GOOD)
    (drop / "mallory_13_2224_sub.zip").write_bytes(packed((late, EVIL), (canvas, EVIL)))
    (drop / "quokka.zip").write_bytes(packed(("quokka/notebook.ipynb", EVIL)))
    (drop / "submitted.zip").write_bytes(packed(("honest/quokka/notebook.ipynb", EVIL)))
    found = grade(material, collect(drop, "quokka"), tmp_path / "results", executor)
    assert sorted(found) == ["honest", "mallory", "quokka", "submitted"]
    assert found["honest"].points == FULL
    assert "# evil" not in found["honest"].page
    assert found["honest"].record.remarks == ()


def test_the_archive_of_a_class_may_hold_hostile_members(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    content = packed(
        ("honest.ipynb", GOOD),
        (member("../../out.ipynb"), EVIL),
        (member("link.ipynb", stat.S_IFLNK | 0o777), b"honest.ipynb"),
        ("bomb.ipynb", b"0" * 19_000_000),
        ("twice.ipynb", GOOD),
        ("twice/second.ipynb", EVIL),
        ("HONEST.ipynb", EVIL),
    )
    (tmp_path / "class.zip").write_bytes(content)
    found = grade(material, collect(tmp_path / "class.zip", "quokka"), tmp_path / "results", executor)
    assert found["honest"].points == FULL
    assert found["HONEST"].points == FULL
    assert "counts, not" in found["twice"].said
    refused = [marked for marked in found.values() if marked.outcome is Outcome.INVALID_NOTEBOOK]
    assert len(refused) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"class.zip", "results"}
    assert grades_csv(material.exercise, [marked.assessment for marked in found.values()]).count("\n") >= len(found)
