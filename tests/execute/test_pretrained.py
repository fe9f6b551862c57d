"""Weights for `weights="imagenet"`: put on the machine once, then loaded by a notebook without a network."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from grader.errors import InputError
from grader.execute.local import LocalExecutor
from grader.model.dataset import DataSet
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.preparation import Preparation
from grader.model.record import Outcome, Record
from grader.pipeline.providing import provide
from grader.storage.dataset_store import data_store
from grader.storage.known_datasets import known_sources
from grader.storage.wanted_data import wanted_data
from tests.conftest import present

PLAIN = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5"
CHECKED = "weights_mobilenet_v3_small_minimalistic_224_1.0_float_no_top_v2.h5"
LOADS = {
    PLAIN: "MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, include_top=False, weights='imagenet')",
    CHECKED: "MobileNetV3Small(minimalistic=True, include_top=False, weights='imagenet')",
}
"""Files that Keras checks by no checksum and by a checksum, and the calls that load them."""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, float]]:
    """Random weights in the form of the published files, and the sum of the first layer's numbers."""
    import h5py
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    folder = tmp_path_factory.mktemp("weights")
    files = {}
    for name, call in LOADS.items():
        keras.utils.set_random_seed(7)
        model = eval(f"keras.applications.{call.replace(chr(39) + 'imagenet' + chr(39), 'None')}", {"keras": keras})
        with h5py.File(folder / name, "w") as file:
            save_weights_to_hdf5_group(file, model)
        files[name] = (folder / name, float(np.abs(model.get_weights()[0]).sum()))
    return files


def run(executor: LocalExecutor, call: str, datasets: tuple[DataSet, ...]) -> Record:
    cells = (
        f"import keras, numpy as np\nmodel = keras.applications.{call}",
        "total = float(np.abs(model.get_weights()[0]).sum())",
    )
    limits = Limits(cell_seconds=60, notebook_seconds=90)
    job = Job(cells=cells, names=("total",), probes=(), files=(), limits=limits, seed=1, environment=())
    (record,) = executor.run([job.prepared(Preparation(datasets=datasets))])
    return record


@pytest.mark.long
@pytest.mark.parametrize("name", LOADS)
def test_a_notebook_loads_weights_that_were_put_on_the_machine(
    name: str, weights: dict[str, tuple[Path, float]], sandbox: LocalExecutor, data_folder: Path
) -> None:
    path, total = weights[name]
    notes: list[str] = []
    provided = provide(None, name, path, accept_other=True, note=notes.append)
    assert (provided.files, notes) == ((data_folder / name / name,), [])
    assert hashlib.sha256(provided.files[0].read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()
    dataset = present(data_store().find(known_sources()[name]))
    record = run(sandbox, LOADS[name], (dataset,))
    assert (record.outcome, [cell.error for cell in record.cells if cell.error]) == (Outcome.COMPLETED, [])
    assert record.answers["total"].value == pytest.approx(total)


@pytest.mark.long
@pytest.mark.parametrize("name", LOADS)
def test_missing_weights_are_named(name: str, sandbox: LocalExecutor) -> None:
    wanted = present(wanted_data(run(sandbox, LOADS[name], ())))
    assert (wanted.cell, wanted.name) == (1, name)


def test_weights_with_another_checksum_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "store"))
    (tmp_path / CHECKED).write_bytes(b"other weights")
    with pytest.raises(InputError, match="its checksum differs from the published checksum of"):
        provide(None, CHECKED, tmp_path / CHECKED, accept_other=False, note=lambda _: None)
    assert data_store().names() == ()


NETWORKS = {
    "MobileNetV2": "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_128.h5",
    "resnet50": "resnet50_weights_tf_dim_ordering_tf_kernels.h5",
    "EfficientNetB0": "efficientnetb0.h5",
    "EfficientNetV2B0": "efficientnetv2-b0.h5",
    "InceptionV3": "inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
    "keras.applications.VGG16": "vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    "NASNetMobile": "nasnet_mobile.h5",
    "ConvNeXtTiny": "convnext_tiny.h5",
    "DenseNet121": "densenet121_weights_tf_dim_ordering_tf_kernels.h5",
}


@pytest.mark.parametrize(("network", "file"), NETWORKS.items())
def test_the_name_of_a_network_leads_to_the_files_of_its_weights(network: str, file: str) -> None:
    with pytest.raises(InputError) as error:
        provide(None, network, None, accept_other=False, note=lambda _: None)
    assert f"{network}: there is no data set of this name. Its weights are in" in str(error.value)
    assert file in str(error.value)
