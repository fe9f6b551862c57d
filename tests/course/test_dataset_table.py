"""The table `[datasets]`: what it may name, and what is said of a mistake."""

import pytest

from grader.course.dataset_table import DatasetTable
from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.errors import SpecificationError

FAULTS = {
    'use = ["mnits"]': "must be the name of a data set. Received: \"mnits\". Did you mean 'mnist'?",
    "use = 1": "datasets: `use` must be a list",
    "[datasets.own.mnist]\nfile = 'a'": "datasets.own: 'mnist' cannot be the name of a data set",
    "[datasets.own.\"../x\"]\nfile = 'a'": "datasets.own: '../x' cannot be the name of a data set",
    "[datasets.own.a]": "datasets.own.a: has no 'url', 'file' or 'folder'",
    "[datasets.own.a]\nfolder = '../b'": "must be a path below the folder of the notebook",
    "[datasets.own.a]\nfolder = '/content'": "must be a path below the folder of the notebook",
    "[datasets.own.a]\nurl = 'file:///etc/passwd'": "must be the address of a file",
    "[datasets.own.a]\nurl = 'https://example.org'": "must be the address of a file",
    "[datasets.own.a]\nfile = 'a'\nchecksum = 'xyz'": "must be a checksum in hexadecimal",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_named_in_either_file(small: Course, text: str) -> None:
    table = f"[datasets]\n{text}\n" if text.startswith("use") else f"{text}\n"
    (small.exercises / "course.toml").write_text(table)
    with pytest.raises(SpecificationError) as refused:
        read_settings(small)
    assert FAULTS[text] in str(refused.value)
    path = small.exercises / "tiny" / "exercise.toml"
    path.write_text(f"{path.read_text()}\n{table}")
    with pytest.raises(SpecificationError) as refused:
        read_exercise(small, "tiny")
    assert FAULTS[text] in str(refused.value)


def test_an_exercise_names_data_sets_of_its_own(small: Course) -> None:
    path = small.exercises / "tiny" / "exercise.toml"
    path.write_text(f'{path.read_text()}\n[datasets]\nuse = ["mnist", "vgg16_weights_tf_dim_ordering_tf_kernels.h5"]\n')
    names = [source.name for source in read_exercise(small, "tiny").datasets]
    assert names == ["mnist", "vgg16_weights_tf_dim_ordering_tf_kernels.h5"]


@pytest.mark.parametrize(
    ("own", "place", "unpacked"),
    [
        ({"file": "data/a.csv"}, "notebook/data/a.csv", ""),
        ({"folder": "data"}, "", "notebook/data"),
        ({"url": "https://x.org/a.csv"}, "downloads/own/a.csv", ""),
        ({"url": "https://x.org/a.tar.gz"}, "downloads/own/a.tar.gz", "keras/datasets/a"),
        ({"url": "https://x.org/a.zip", "folder": "f"}, "downloads/own/a.zip", "notebook/f"),
    ],
)
def test_an_own_data_set_is_shown_where_the_course_says(own: dict[str, str], place: str, unpacked: str) -> None:
    ((source,),) = [DatasetTable.model_validate({"own": {"own": own}}).sources()]
    (file,) = source.files
    assert (file.place, file.unpacked) == (place, unpacked)
