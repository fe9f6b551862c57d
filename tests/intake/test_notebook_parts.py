"""Which notebook of a student is which part: its cells decide, then its name, and doubt costs nothing."""

import json
from pathlib import Path

import pytest

from grader.intake.folders import collect
from grader.intake.notebooks import parse
from grader.intake.recognition import ReleasedNotebooks
from grader.model.exercise import MAIN_NOTEBOOK
from grader.model.submission import Submission


def notebook(*cells: tuple[str, str]) -> bytes:
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": cell_id,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": source,
            }
            for cell_id, source in cells
        ],
    }
    return json.dumps(content).encode()


FIRST = notebook(("imports", "import numpy as np"), ("filter", "kernel = ..."), ("filter-size", "weights = ..."))
SECOND = notebook(("imports", "import numpy as np"), ("map", "features = ..."), ("map-size", "height = ..."))
GIVEN = ReleasedNotebooks({MAIN_NOTEBOOK: parse(FIRST), "features.ipynb": parse(SECOND)})
PLAIN = notebook(("", "print(1)"))


def submitted(folder: Path, files: dict[str, bytes]) -> Submission:
    for name, content in files.items():
        path = folder / "ada" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    [submission] = collect(folder, "filters", parts=GIVEN)
    return submission


def parts(submission: Submission) -> dict[str, bytes]:
    main = {MAIN_NOTEBOOK: submission.content} if submission.content else {}
    return main | {file.name: file.content for file in submission.files}


BOTH = {MAIN_NOTEBOOK: FIRST, "features.ipynb": SECOND}
DAMAGED = b'{"cells": ['


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(BOTH, BOTH, id="names-of-the-exercise"),
        pytest.param({"a.ipynb": FIRST, "b.ipynb": SECOND}, BOTH, id="other-names"),
        pytest.param({"notebook.ipynb": SECOND, "features.ipynb": FIRST}, BOTH, id="each-named-like-the-other"),
        pytest.param({"lab/my notebook (2).ipynb": FIRST, "FEATURES-final.ipynb": SECOND}, BOTH, id="folders"),
        pytest.param({"features.ipynb": SECOND}, {"features.ipynb": SECOND}, id="only-the-second"),
        pytest.param({"features.ipynb": FIRST}, {MAIN_NOTEBOOK: FIRST}, id="the-first-named-like-the-second"),
        pytest.param(
            {"notebook.ipynb": PLAIN, "features.ipynb": PLAIN},
            {MAIN_NOTEBOOK: PLAIN, "features.ipynb": PLAIN},
            id="only-names-tell",
        ),
        pytest.param(
            {"notebook.ipynb": FIRST, "features.ipynb": DAMAGED},
            {MAIN_NOTEBOOK: FIRST, "features.ipynb": DAMAGED},
            id="damaged",
        ),
        pytest.param(
            {"notebook.ipynb": FIRST, "x.ipynb": PLAIN}, {MAIN_NOTEBOOK: FIRST, "features.ipynb": PLAIN}, id="unknown"
        ),
        pytest.param(
            {"notebook.ipynb": FIRST, "features.ipynb": FIRST},
            {MAIN_NOTEBOOK: FIRST, "features.ipynb": FIRST},
            id="a-copy-named-like-the-other",
        ),
    ],
)
def test_each_notebook_is_recognised(tmp_path: Path, files: dict[str, bytes], expected: dict[str, bytes]) -> None:
    assert parts(submitted(tmp_path, files)) == expected


def test_of_two_copies_of_a_part_the_one_with_its_name_counts_and_the_report_says_so(tmp_path: Path) -> None:
    other = FIRST.replace(b"...", b"1")
    submission = submitted(tmp_path, {"a copy.ipynb": other, MAIN_NOTEBOOK: FIRST, "features.ipynb": SECOND})
    assert parts(submission) == BOTH
    assert any("were not used" in str(remark) and "a copy.ipynb" in str(remark) for remark in submission.remarks)


def test_a_report_says_which_file_was_read_as_which_notebook(tmp_path: Path) -> None:
    submission = submitted(tmp_path, {"notebook.ipynb": SECOND, "b.ipynb": FIRST})
    assert [str(remark) for remark in submission.remarks] == [
        "'b.ipynb' was read as notebook.ipynb.",
        "'notebook.ipynb' was read as features.ipynb.",
    ]


def test_a_part_that_is_a_link_harms_only_itself(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "features.ipynb").symlink_to("/etc/passwd")
    submission = submitted(tmp_path, {MAIN_NOTEBOOK: FIRST})
    assert parts(submission) == {MAIN_NOTEBOOK: FIRST}
    assert any("features.ipynb" in str(remark) for remark in submission.remarks)


def test_a_canvas_export_keeps_the_notebooks_of_a_student_together(tmp_path: Path) -> None:
    for name, content in {
        "doejane_1001_5001_notebook.ipynb": FIRST,
        "doejane_1001_5002_features-1.ipynb": SECOND,
        "roeray_1002_5003_features.ipynb": SECOND,
    }.items():
        (tmp_path / name).write_bytes(content)
    jane, ray = collect(tmp_path, "filters", parts=GIVEN)
    assert parts(jane) == BOTH
    assert parts(ray) == {"features.ipynb": SECOND}


def test_an_exercise_with_one_notebook_takes_one(tmp_path: Path) -> None:
    for name, content in BOTH.items():
        (tmp_path / "ada").mkdir(exist_ok=True)
        (tmp_path / "ada" / name).write_bytes(content)
    [submission] = collect(tmp_path, "filters")
    assert submission.content in (FIRST, SECOND)
    assert submission.files == ()
