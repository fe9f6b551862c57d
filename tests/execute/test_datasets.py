"""A notebook loads the data sets of its course as if it had a network, and cannot change them."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.execute import isolation
from grader.execute.fork_server import ForkServer
from grader.execute.local import LocalExecutor
from grader.model.dataset import DataSet, DataSource, SourceFile
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.preparation import Preparation
from grader.model.record import Isolation, Outcome, Record
from grader.storage.dataset_store import DataStore
from grader.storage.known_datasets import known_sources
from tests.conftest import NO_SANDBOX
from tests.dataset_samples import write_archive, write_cifar10, write_fashion_mnist, write_imdb, write_mnist

FLOWERS = DataSource(
    "flowers",
    (
        SourceFile(
            name="flowers.zip",
            url="https://example.org/flowers.zip",
            place="downloads/flowers/flowers.zip",
            unpacked="notebook/data/flowers",
        ),
    ),
)
TABLE = DataSource(
    "table", (SourceFile(name="table.csv", url="http://example.org/table.csv", place="notebook/table.csv"),)
)


REPLACED = DataSource("replaced", (SourceFile(name="table.csv", url="", place="notebook/replaced.csv"),))


@pytest.fixture(scope="session")
def datasets(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[DataSet, ...]:
    """Data sets in the store of the session."""
    samples, store = tmp_path_factory.mktemp("samples"), DataStore(data_folder)
    fashion, imdb = write_fashion_mnist(samples / "fashion"), write_imdb(samples / "imdb")
    (samples / "table.csv").write_text("a,b\n1,2\n")
    weights = samples / "weights.h5"
    weights.write_bytes(b"not really")
    files: dict[DataSource, dict[str, Path]] = {
        known_sources()["mnist"]: {"mnist.npz": write_mnist(samples / "mnist.npz")},
        known_sources()["fashion_mnist"]: {path.name: path for path in fashion.iterdir()},
        known_sources()["cifar10"]: {"cifar-10-python.tar.gz": write_cifar10(samples / "cifar.tgz")},
        known_sources()["imdb"]: {path.name: path for path in imdb.iterdir()},
        known_sources()["imagenet_class_index.json"]: {"imagenet_class_index.json": weights},
        FLOWERS: {"flowers.zip": write_archive(samples / "flowers.zip", {"rose/1.txt": b"red", "LICENSE": b"free"})},
        TABLE: {"table.csv": samples / "table.csv"},
    }
    for source, paths in files.items():
        store.put(source, paths)
    found = [store.find(source) for source in files]
    return tuple(dataset for dataset in found if dataset)


def job(*cells: str, names: tuple[str, ...] = (), datasets: tuple[DataSet, ...] = ()) -> Job:
    limits = Limits(cell_seconds=30, notebook_seconds=60)
    plain = Job(cells=cells, names=names, probes=(), files=(), limits=limits, seed=1, environment=())
    return plain.prepared(Preparation(datasets=datasets))


CELLS = (
    "from tensorflow.keras.datasets import mnist\n(x, y), _ = mnist.load_data()\nplain = list(x.shape)",
    "import os\n(x, y), _ = mnist.load_data(path=os.getcwd() + '/mnist.npz')\nwith_path = list(x.shape)",
    "import keras\n(x, y), _ = keras.datasets.fashion_mnist.load_data()\nfashion = y.tolist()",
    "(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()\ncifar = [list(x.shape), int(y[0, 0])]",
    "(x, y), _ = keras.datasets.imdb.load_data(num_words=10)\nimdb = keras.datasets.imdb.get_word_index()",
    "from keras.src.applications import imagenet_utils\n"
    "path = keras.utils.get_file('any.json', imagenet_utils.CLASS_INDEX_PATH)\nweights = open(path).read()",
    "rose = open('data/flowers/rose/1.txt').read()",
    "path = keras.utils.get_file('f', origin='https://example.org/flowers.zip', extract=True, cache_dir='.')\n"
    "extracted = sorted(os.listdir(path))",
    "import pandas as pd\ntable = pd.read_csv('http://example.org/table.csv').values.tolist()",
    "import urllib.request\n"
    "urllib.request.urlretrieve('https://example.org/flowers.zip', 'mine.zip')\nsize = os.path.getsize('mine.zip')",
)
EXPECTED = {
    "plain": [20, 28, 28],
    "with_path": [20, 28, 28],
    "fashion": [3, 7],
    "cifar": [[50000, 32, 32, 3], 4],
    "imdb": {"film": 1, "good": 2},
    "weights": "not really",
    "rose": "red",
    "extracted": ["LICENSE", "rose"],
    "table": [[1, 2]],
}


def assert_loaded(record: Record) -> None:
    assert record.outcome is Outcome.COMPLETED, record.remarks
    assert [cell.error for cell in record.cells if cell.error] == []
    assert {name: record.answers[name].value for name in EXPECTED} == EXPECTED


@pytest.mark.slow
def test_a_notebook_loads_the_data_sets_of_its_course(sandbox: LocalExecutor, datasets: tuple[DataSet, ...]) -> None:
    (record,) = sandbox.run([job(*CELLS, names=tuple(EXPECTED), datasets=datasets)])
    assert_loaded(record)
    recorded = dict(record.environment)
    assert recorded["data set mnist"] == datasets[0].sha256[:12]


@pytest.mark.slow
def test_a_notebook_loads_them_without_a_sandbox(degraded: LocalExecutor, datasets: tuple[DataSet, ...]) -> None:
    (record,) = degraded.run([job(*CELLS, names=tuple(EXPECTED), datasets=datasets)])
    assert_loaded(record)


HOSTILE = """
import os, pathlib
base = pathlib.Path(os.environ["KERAS_HOME"], "datasets")
def outcome(action, *arguments):
    try:
        action(*arguments)
        return "done"
    except OSError as error:
        return type(error).__name__ if not isinstance(error, PermissionError) else "PermissionError"
refused = [
    outcome((base / "mnist.npz").write_bytes, b"mine"),
    outcome(os.truncate, base / "mnist.npz", 0),
    outcome(os.chmod, base / "mnist.npz", 0o666),
    outcome(os.unlink, base / "mnist.npz"),
    outcome(os.rename, base / "mnist.npz", "mine.npz"),
    outcome(os.replace, "other", base / "mnist.npz"),
    outcome(os.symlink, "/etc/passwd", base / "cifar-10-batches-py-target" / "link"),
    outcome((base / "cifar-10-batches-py-target" / "new").write_bytes, b"mine"),
    outcome((pathlib.Path("data") / "flowers" / "rose" / "1.txt").write_bytes, b"mine"),
]
mounts = open("/proc/self/mountinfo").read()
store = os.listdir("/opt/data")
"""


@pytest.mark.slow
def test_a_notebook_cannot_change_a_data_set_or_see_others(
    sandbox: LocalExecutor, datasets: tuple[DataSet, ...], data_folder: Path
) -> None:
    mnist, _, cifar, _, _, flowers, _ = datasets
    before = {path: path.read_bytes() for path in data_folder.rglob("*") if path.is_file()}
    names = ("refused", "mounts", "store")
    (record,) = sandbox.run(
        [job("open('other', 'w').close()" + HOSTILE, names=names, datasets=(mnist, cifar, flowers))]
    )
    assert [cell.error for cell in record.cells if cell.error] == []
    assert "done" not in record.answers["refused"].value
    assert record.answers["store"].value == []
    assert str(data_folder) not in record.answers["mounts"].value
    assert "imdb" not in record.answers["mounts"].value
    assert {path: path.read_bytes() for path in before} == before
    (next_record,) = sandbox.run([job(CELLS[0], names=("plain",))])
    assert next_record.cells[0].error is not None, "no data set of the run before is left"


@pytest.mark.slow
@pytest.mark.long
def test_a_data_set_that_was_replaced_is_shown_with_its_new_content(
    sandbox: LocalExecutor, data_folder: Path, tmp_path: Path
) -> None:
    store, found = DataStore(data_folder), []
    for content in ("1", "2", "1"):
        (tmp_path / "table.csv").write_text(f"a\n{content}\n")
        store.put(REPLACED, {"table.csv": tmp_path / "table.csv"})
        dataset = store.find(REPLACED)
        assert dataset
        (record,) = sandbox.run([job("text = open('replaced.csv').read()", names=("text",), datasets=(dataset,))])
        found.append(record.answers["text"].value)
    assert found == ["a\n1\n", "a\n2\n", "a\n1\n"]


@pytest.mark.slow
def test_a_store_that_is_created_later_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "store"))
    (tmp_path / "table.csv").write_text("a\n")
    with LocalExecutor(1, ForkServer, Isolation.SANDBOX) as executor:
        executor.run([job("1")])
        DataStore(tmp_path / "store").put(REPLACED, {"table.csv": tmp_path / "table.csv"})
        dataset = DataStore(tmp_path / "store").find(REPLACED)
        assert dataset
        (record,) = executor.run([job("text = open('replaced.csv').read()", names=("text",), datasets=(dataset,))])
    assert record.answers["text"].value == "a\n"


def test_a_data_set_is_part_of_the_key_by_its_content(datasets: tuple[DataSet, ...]) -> None:
    mnist = datasets[0]
    keys = [job("1").key, job("1", datasets=(mnist,)).key]
    keys.append(job("1", datasets=(replace(mnist, sha256="0" * 64),)).key)
    assert len(set(keys)) == 3
    assert job("1", datasets=(mnist,)).key == keys[1]


def test_a_machine_without_the_data_set_blames_itself(sandbox: LocalExecutor, datasets: tuple[DataSet, ...]) -> None:
    (record,) = sandbox.run([job("1", datasets=(replace(datasets[0], sha256="0" * 64),))])
    assert record.outcome is Outcome.SANDBOX_FAILED
    assert str(record.remarks[0]) == (
        "The data set mnist is missing on the machine that should run the notebook, or that machine has a different version."
    )
