"""The page about real notebooks: its settings are valid, and its commands work on small files."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import data
from grader.course.dataset_table import DatasetTable
from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.model.course_settings import CourseEnvironment
from grader.storage.known_datasets import known_sources
from tests.conftest import ROOT
from tests.dataset_samples import write_imdb, write_mnist
from tests.docs.pages import code, rows, section

PAGE = ROOT / "docs" / "how-to" / "real-notebooks.md"


def test_its_settings_are_valid_together(small: Course) -> None:
    tables = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    first, *later = "".join(tables).split("[environment]\n")
    (small.exercises / "course.toml").write_text(f"{first}[environment]\n{''.join(later)}")
    (small.exercises / "startup.py").write_text("import keras\n")
    assert read_settings(small).environment == CourseEnvironment("import keras\n", ("sklearn", "seaborn"), True, True)
    names = [source.name for source in read_settings(small).datasets]
    assert names == ["mnist", "imdb", "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "flowers"]


def test_it_lists_all_known_data_sets_and_all_keys_of_an_own_one() -> None:
    text = section(PAGE, "## Data sets")
    assert all(f"`{name}`" in text for name in known_sources() if not name.endswith(".h5"))
    own = DatasetTable.model_json_schema()["$defs"]["_OwnTable"]["properties"]
    assert {code(cells[0])[0] for cells in rows(text) if code(cells[0])} == set(own)


def test_its_commands_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    places = {"~/Downloads/imdb": str(write_imdb(tmp_path / "imdb"))}
    (block, repairs) = re.findall(r"^```text\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert all(line.startswith("grader repair lenet5") for line in repairs.splitlines())  # see `test_repairing.py`
    for line in block.splitlines():
        words = [places.get(word, word) for word in line.split()[2:]]
        if words == ["provide", "mnist"]:  # there is no network here
            words.append(str(write_mnist(tmp_path / "mnist.npz")))
        if words[0] == "provide":  # the files are samples
            words.append("--accept-other")
        result = CliRunner().invoke(data.command, words)
        assert result.exit_code == 0, result.output
    assert result.output == "imdb: on this machine\nmnist: on this machine\n"
