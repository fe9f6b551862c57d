"""`python -m reference_models --reproduce`: trainings that continue, and a page that says what they measured."""

import io
import json
import re
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from grader.errors import InputError
from reference_models import NAMES, load
from reference_models import __main__ as program
from reference_models.reproduction import data, page, stored
from reference_models.reproduction.page import Spread
from reference_models.reproduction.results import RESULTS, Printed, Recipe
from reference_models.reproduction.stored import Run
from tests.docs.pages import commands

CURVE = {"loss": [0.9, 0.5], "accuracy": [0.6, 0.8], "val_loss": [1.0, 0.7], "val_accuracy": [0.5, 0.75]}
RECIPES = [(result.name, recipe) for result in RESULTS.values() for recipe in result.recipes]
STORED = [(name, run) for name in RESULTS for run in stored.read(name)]


def run_of(recipe: Recipe, seed: int, accuracy: float = 0.7) -> Run:
    """A stored run of a recipe, as if it had been trained."""
    curve = {name: [*values, *values[-1:] * (recipe.epochs - 2)] for name, values in CURVE.items()}
    return Run(
        recipe=recipe.name,
        seed=seed,
        settings=recipe.settings(),
        data="images.npz",
        sha256="0" * 64,
        curve=curve,
        test_loss=0.8,
        test_accuracy=accuracy,
        seconds=10,
        processor_seconds=8,
        machine={"processor": "a processor", "cores": 2},
    )


# The page and the stored runs.


def test_the_tables_of_the_page_are_made_from_the_stored_runs() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert text.count("<!-- measured: ") == text.count("<!-- end -->") > len(RESULTS)
    assert page.with_tables(text) == text, "python -m reference_models --page"


def test_the_two_accuracies_that_one_slide_prints_differ_as_the_page_says() -> None:
    validation, test = 0.9779, 1 - 119 / 10000
    error = (validation * (1 - validation) / 20000 + test * (1 - test) / 10000) ** 0.5
    printed = RESULTS["lenet5"].recipes[0].printed
    assert printed is not None
    assert test == printed.high
    text = page.PAGE.read_text(encoding="utf-8")
    assert f"differ by {100 * (test - validation):.2f} percentage points." in text
    assert f"the standard error of this difference is {100 * error:.2f} percentage points" in text


def test_the_page_has_a_table_for_each_result() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert [name for name in RESULTS if f"<!-- measured: {name} -->" not in text] == []


@pytest.mark.parametrize("accuracy", [0.71, 0.93])
def test_a_stored_run_changes_the_tables(tmp_path: Path, accuracy: float) -> None:
    recipe = RESULTS["dense"].recipes[0]
    stored.add("dense", run_of(recipe, 1, accuracy), tmp_path)
    text = page.with_tables("<!-- measured: dense -->\n<!-- end -->\n", tmp_path)
    assert f"| 1 | 80.00 % | 75.00 % | {100 * accuracy:.2f} % ({100 * accuracy:.2f} %) | 8 s |" in text
    assert text.count("not measured here") == len(RESULTS["dense"].recipes) - 1


def test_a_table_shows_only_runs_of_the_recipe_as_it_is_now(tmp_path: Path) -> None:
    recipe = RESULTS["dense"].recipes[0]
    stored.add("dense", run_of(replace(recipe, epochs=recipe.epochs - 1), 1), tmp_path)
    text = page.with_tables("<!-- measured: dense -->\n<!-- end -->\n", tmp_path)
    assert text.count("not measured here") == len(RESULTS["dense"].recipes)


def test_a_result_that_is_not_measured_says_how_long_it_takes(tmp_path: Path) -> None:
    stored.add("cifar10-subset", run_of(RESULTS["cifar10-subset"].recipes[0], 1), tmp_path)  # 8 s for 8,000 images
    text = page.with_tables("<!-- measured: overview -->\n<!-- end -->\n", tmp_path)
    [row] = [line for line in text.splitlines() if line.endswith("--reproduce cifar10` |")]
    assert "| 78.46 % | not measured here over 5 seeds (missing: 5, about 420 min of processor time) |" in row


def test_the_overview_compares_no_accuracy_of_a_part(tmp_path: Path) -> None:
    text = page.with_tables("<!-- measured: overview -->\n<!-- end -->\n", tmp_path)
    compared = set(re.findall(r"--reproduce (\S+)` \|$", text, re.MULTILINE))
    assert set(RESULTS) - compared == {"cifar10-subset"}


def test_a_page_with_the_name_of_an_unknown_table_is_an_error() -> None:
    with pytest.raises(InputError, match="`measured: dens` must name one of overview, machine, dense"):
        page.with_tables("<!-- measured: dens -->\n<!-- end -->\n")


@pytest.mark.parametrize("name", RESULTS)
def test_all_stored_runs_are_complete_and_of_present_recipes(name: str) -> None:
    recipes = {recipe.name: recipe for recipe in RESULTS[name].recipes}
    for run in stored.read(name):
        recipe = recipes[run.recipe]
        assert run.settings == recipe.settings()
        assert {len(values) for values in run.curve.values()} == {recipe.epochs}
        assert set(run.curve) == set(CURVE)
        assert 0 <= run.test_accuracy <= 1


def test_runs_on_the_images_of_the_course_are_of_the_images_that_it_has_now() -> None:
    sha256 = data.digest(data.read("course", None).arrays)
    digests = {run.sha256 for _, run in STORED if run.settings["data"] == "course"}
    assert digests <= {sha256}


@pytest.mark.parametrize("seeds", [4, 5])
def test_the_overview_shows_accuracies_only_over_five_seeds(tmp_path: Path, seeds: int) -> None:
    for seed in range(1, seeds + 1):
        stored.add("lenet5", run_of(RESULTS["lenet5"].recipes[0], seed, 0.98 + seed / 1000), tmp_path)
    text = page.with_tables("<!-- measured: overview -->\n<!-- end -->\n", tmp_path)
    [row] = [line for line in text.splitlines() if line.endswith("--reproduce lenet5` |")]
    assert ("| 98.30 % | 98.10 % to 98.50 % | 97.82 % to 98.78 % | above | 5 |" in row) == (seeds == 5)
    assert ("not measured here over 5 seeds (missing: 1, about 1 min of processor time)" in row) == (seeds == 4)


# The interval of one more run.


@pytest.mark.parametrize("number", [2, 3, 5, 12, 21])
def test_the_interval_is_that_of_one_more_value_of_a_normal_distribution(number: int) -> None:
    values = tuple(0.5 + 0.002 * np.sin(index) for index in range(number))
    reach = t.ppf(0.975, number - 1) * np.std(values, ddof=1) * np.sqrt(1 + 1 / number)
    assert Spread(values).interval == pytest.approx((np.mean(values) - reach, np.mean(values) + reach), rel=1e-3)


def test_with_more_seeds_than_the_table_of_quantiles_the_interval_is_a_little_wide() -> None:
    values = tuple(0.5 + 0.002 * np.sin(index) for index in range(60))
    reach = t.ppf(0.975, 59) * np.std(values, ddof=1) * np.sqrt(1 + 1 / 60)
    low, high = Spread(values).interval
    assert reach < (high - low) / 2 < 1.06 * reach


def test_an_interval_stays_between_none_and_all() -> None:
    assert Spread((0.1, 0.9)).interval == (0.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "place"),
    [(0.9, 0.9, "above"), (0.5, 0.5, "below"), (0.7, 0.7, "within"), (0.5, 0.7, "within"), (0.7, 0.9, "within")],
)
def test_the_page_says_where_a_printed_accuracy_is(low: float, high: float, place: str) -> None:
    assert Spread((0.69, 0.70, 0.71)).place_of(Printed("printed", low, high)) == place


def test_one_run_does_not_say_where_a_printed_accuracy_is() -> None:
    assert Spread((0.7,)).place_of(Printed("printed", 0.7, 0.7)) == "unknown"


# Recipes.


@pytest.mark.parametrize(("result", "recipe"), RECIPES, ids=lambda part: getattr(part, "name", part))
def test_a_recipe_names_what_there_is(result: str, recipe: Recipe) -> None:
    assert recipe.data in data.SOURCES
    assert recipe.network in NAMES
    names = [other.name for other in RESULTS[result].recipes]
    assert names.count(recipe.name) == 1


# Images that a user names.


def numbers(shape: tuple[int, ...], images: int = 60000) -> dict[str, Any]:
    """Arrays as in `mnist.npz`, all zero."""
    return {
        "x_train": np.zeros((images, *shape), np.uint8),
        "y_train": np.zeros(images, np.uint8),
        "x_test": np.zeros((10, *shape), np.uint8),
        "y_test": np.zeros(10, np.uint8),
    }


def without_labels(arrays: dict[str, Any]) -> None:
    del arrays["y_test"]


def with_text(arrays: dict[str, Any]) -> None:
    arrays["y_train"] = np.full(60000, "cat")


def with_other_labels(arrays: dict[str, Any]) -> None:
    arrays["y_train"] = np.full(60000, 10)


def with_fewer_labels(arrays: dict[str, Any]) -> None:
    arrays["y_train"] = arrays["y_train"][1:]


def with_fewer_images(arrays: dict[str, Any]) -> None:
    arrays.update(numbers((28, 28), 59999))


def with_larger_images(arrays: dict[str, Any]) -> None:
    arrays.update(numbers((29, 28)))


def with_scaled_images(arrays: dict[str, Any]) -> None:
    arrays["x_test"] = arrays["x_test"].astype(np.float32)


def with_objects(arrays: dict[str, Any]) -> None:
    arrays["y_test"] = np.array([{}] * 10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without_labels, "is not an .npz file with x_train, y_train, x_test and y_test"),
        (with_objects, "is not an .npz file with x_train, y_train, x_test and y_test"),
        (with_text, "`y_train` must contain whole numbers from 0 to 9"),
        (with_other_labels, "`y_train` must contain whole numbers from 0 to 9"),
        (
            with_fewer_labels,
            r"at least one image. Received: uint8 \(60000, 28, 28, 1\) and 59999 labels",
        ),
        (with_fewer_images, "must have 60,000 training images or more. Received: 59,999"),
        (with_larger_images, r"`x_train` must have the type uint8 and the shape \(n, 28, 28, 1\)"),
        (with_scaled_images, r"`x_test` must have the type uint8 .* Received: float32"),
    ],
)
def test_a_file_with_other_arrays_is_an_error(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], message: str
) -> None:
    arrays = numbers((28, 28))
    change(arrays)
    np.savez_compressed(tmp_path / "mine.npz", **arrays)
    with pytest.raises(InputError, match=message):
        data.read("mnist", tmp_path / "mine.npz")


def test_a_file_as_keras_has_it_is_read_with_one_channel(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "mine.npz", **numbers((28, 28)))
    parts = data.read("mnist", tmp_path / "mine.npz")
    images = data.select(parts, 40000, seed=1)
    assert [images.training[0].shape, images.validation[0].shape] == [(40000, 28, 28, 1), (20000, 28, 28, 1)]
    assert images.test[0].shape == (10, 28, 28, 1)


def test_cifar_10_is_validated_with_the_test_images_as_in_the_lecture(tmp_path: Path) -> None:
    arrays = numbers((32, 32, 3), 10000) | {"y_train": np.zeros((10000, 1), np.uint8)}  # Keras has a column
    np.savez_compressed(tmp_path / "mine.npz", **arrays)
    images = data.select(data.read("cifar10-subset", tmp_path / "mine.npz"), 1000, seed=1)
    assert [len(images.training[1]), len(images.validation[1])] == [1000, 10]


def archive(path: Path, people: int = 40, pictures: int = 10, head: bytes = b"P5\n92 112\n255\n") -> Path:
    """An archive with a grey picture for each number of each person; each pixel is the person."""
    with tarfile.open(path, "w:gz") as tar:
        for person in range(1, people + 1):
            for number in range(1, pictures + 1):
                content = head + bytes([person]) * (92 * 112)
                member = tarfile.TarInfo(f"faces/s{person}/{number}.pgm")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return path


def test_each_seed_splits_the_pictures_of_each_person_anew(tmp_path: Path) -> None:
    parts = data.read("orl", archive(tmp_path / "faces.tar.gz"))
    assert parts.arrays["people"].shape == (40, 10, 56, 46, 1)
    numbered = parts.arrays["people"].copy()
    numbered[:, :, 0, 0, 0] = np.arange(10)
    parts = replace(parts, arrays={"people": numbered})
    training = []
    for seed in (1, 1, 2):
        images = data.select(parts, 240, seed)
        sets = (images.training, images.validation, images.test)
        assert [len(labels) for _, labels in sets] == [240, 80, 80]
        assert all((inputs[:, 1, 1, 0] == labels + 1).all() for inputs, labels in sets)
        assert (
            len(
                {
                    (int(label), int(one[0, 0, 0]))
                    for inputs, labels in sets
                    for one, label in zip(inputs, labels, strict=True)
                }
            )
            == 400
        )
        training.append(images.training[0])
    assert (training[0] == training[1]).all()
    assert (training[0] != training[2]).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": 39}, r"must have 400 pictures s1/1\.pgm to s40/10\.pgm\. Received: 390"),
        ({"pictures": 9}, r"must have 400 pictures .* Received: 360"),
        ({"head": b"P6\n92 112\n255\n"}, r"faces/s1/1\.pgm must be a grey picture \(PGM\) of 92 x 112 pixels"),
        ({"head": b"P5\n112 92\n255\n"}, r"faces/s1/1\.pgm must be a grey picture \(PGM\) of 92 x 112 pixels"),
        ({"head": b"P5\n92 112\n255\n."}, r"faces/s1/1\.pgm must be a grey picture \(PGM\) of 92 x 112 pixels"),
    ],
)
def test_an_archive_with_other_faces_is_an_error(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        data.read("orl", archive(tmp_path / "faces.tar.gz", **change))


def cut(path: Path) -> None:
    path.write_bytes(archive(path).read_bytes()[:5000])


def text(path: Path) -> None:
    path.write_text("These are not images.")


def folder(path: Path) -> None:
    path.mkdir()


def absent(path: Path) -> None:
    assert not path.exists()


def one_array(path: Path) -> None:
    with path.open("wb") as stream:
        np.save(stream, np.zeros(3))


@pytest.mark.parametrize("make", [cut, text, folder, absent, one_array])
@pytest.mark.parametrize("name", ["lenet5", "faces", "cifar10"])
def test_bad_input_is_named_and_ends_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "mine.tar.gz"
    make(path)
    arguments = ["--reproduce", name, "--data", str(path), "--out", str(tmp_path / "runs")]
    assert program.main(arguments) == program.WRONG_USE
    message = capsys.readouterr().err
    assert message.startswith(f"{path}: ")
    assert message.rstrip().endswith("Name another file.")
    assert not (tmp_path / "runs").exists()


def test_without_a_file_the_images_of_this_machine_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    np.savez_compressed(tmp_path / "mnist" / "mnist.npz", **numbers((28, 28)))
    assert data.read("mnist", None).file == "mnist.npz"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--reproduce", "lenet5"],
            "the whole of MNIST, mnist.npz. Name the file with `--data FILE`, or run `grader data provide mnist`.",
        ),
        (
            ["--reproduce", "faces"],
            "needs the 400 pictures of The Database of Faces, as a tar archive. Name the file with `--data FILE`.",
        ),
        (
            ["--reproduce", "dense", "--recipe", "x"],
            "`--recipe` must be one of lecture, 2400, sigmoid, sigmoid-keras-3. Received: x.",
        ),
        (["--reproduce", "dense", "--epochs", "1"], "Store it elsewhere with `--out DIR`."),
    ],
)
def test_wrong_use_has_a_remedy_and_ends_with_status_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))
    assert program.main(arguments) == program.WRONG_USE
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["--reproduce", "lenet6"], ["--reproduce", "dense", "--seeds", "0"], ["--reproduce", "dense", "--page"]],
)
def test_a_wrong_option_ends_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(arguments)
    assert stopped.value.code == program.WRONG_USE


@pytest.mark.parametrize("content", ["", "{}", '{"runs": [{"seed": 1}]}', "[1]"])
def test_a_damaged_file_of_runs_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "dense.json").write_text(content)
    with pytest.raises(
        InputError, match=r"dense\.json: does not contain stored runs\. Correct the file, or delete it\."
    ):
        stored.read("dense", tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": None},
        {"seed": "1"},
        {"test_accuracy": None},
        {"settings": None},
        {"settings": {}},
        {"curve": {}},
        {"curve": CURVE | {"accuracy": [0.6]}},
        {"machine": None},
    ],
)
def test_a_damaged_run_is_found_before_anything_is_trained(tmp_path: Path, change: dict[str, Any]) -> None:
    stored.add("dense", run_of(RESULTS["dense"].recipes[0], 1), tmp_path)
    path = tmp_path / "dense.json"
    document = json.loads(path.read_text())
    document["runs"][0] |= change
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"dense\.json: does not contain stored runs\."):
        stored.read("dense", tmp_path)


def test_a_file_of_runs_that_is_nested_too_deep_is_named(tmp_path: Path) -> None:
    (tmp_path / "dense.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match=r"dense\.json: does not contain stored runs\."):
        stored.read("dense", tmp_path)


def test_a_run_is_read_as_it_was_stored_and_replaces_an_older_one(tmp_path: Path) -> None:
    first, second = RESULTS["dense"].recipes[:2]
    for run in (run_of(second, 2), run_of(first, 2, 0.1), run_of(first, 1), run_of(first, 2)):
        stored.add("dense", run, tmp_path)
    assert stored.read("dense", tmp_path) == [run_of(second, 2), run_of(first, 1), run_of(first, 2)]
    document = json.loads((tmp_path / "dense.json").read_text())
    assert document["command"] == "python -m reference_models --reproduce dense"


def test_the_commands_of_the_page_can_be_given() -> None:
    parser = program._parser()
    given = [command.words[3:] for command in commands(page.PAGE) if command.words[1:3] == ["-m", "reference_models"]]
    given += [shlex.split(page.INVENTED)[3:], *(["--reproduce", name] for name in RESULTS)]
    assert all(parser.parse_args(arguments) for arguments in given)


def test_make_figures_trains_every_result() -> None:
    makefile = (data.ROOT / "Makefile").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\t\$\(REPRODUCE\) (\S+)", makefile, re.MULTILINE)) == sorted(RESULTS)


# Short trainings.

TOLERANCE = 0.03
"""How far accuracies may differ on another processor, or with other versions, after the first epochs."""


@pytest.fixture
def networks() -> Iterator[None]:
    """Keras as a test needs it, and as it was before."""
    import keras

    yield
    keras.backend.clear_session()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "recipe"),
    [("dense", "lecture"), ("first-cnn", "lecture"), pytest.param("lenet5", "few", marks=pytest.mark.long)],
)
def test_a_short_training_follows_the_stored_curve_of_its_seed(tmp_path: Path, name: str, recipe: str) -> None:
    epochs = 2
    arguments = [
        "--reproduce",
        name,
        "--recipe",
        recipe,
        "--seeds",
        "1",
        "--epochs",
        f"{epochs}",
        "--out",
        str(tmp_path),
    ]
    # In a process of its own: networks that other tests train first would change the random numbers.
    subprocess.run([sys.executable, "-m", "reference_models", *arguments], cwd=data.ROOT, check=True)
    [run] = stored.read(name, tmp_path)
    [long] = [other for other in stored.read(name) if (other.recipe, other.seed) == (recipe, 1)]
    for curve in ("accuracy", "val_accuracy"):
        assert run.curve[curve] == pytest.approx(list(long.curve[curve])[:epochs], abs=TOLERANCE)
    assert run.curve["loss"] == pytest.approx(list(long.curve["loss"])[:epochs], rel=3 * TOLERANCE)
    assert run.sha256 == long.sha256
    assert (
        long.curve["accuracy"][0] + TOLERANCE < long.curve["accuracy"][epochs]
    )  # so the curve can be told from a flat one


@pytest.mark.slow
@pytest.mark.usefixtures("networks")
def test_a_second_start_continues_where_the_first_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from reference_models.reproduction import training

    trained: list[int] = []
    train = training.train

    def interrupted(recipe: Recipe, images: data.Images, seed: int) -> Run:
        if trained == [1]:
            trained.append(0)
            raise KeyboardInterrupt
        trained.append(seed)
        return train(recipe, images, seed)

    monkeypatch.setattr(training, "train", interrupted)
    arguments = ["--reproduce", "dense", "--recipe", "2400", "--seeds", "2", "--epochs", "1", "--out", str(tmp_path)]
    assert program.main(arguments) == program.INTERRUPTED
    assert "Finished runs are stored, and the same command continues from there." in capsys.readouterr().err
    [first] = stored.read("dense", tmp_path)
    assert program.main(arguments) == program.DONE
    assert trained == [1, 0, 2]
    assert "seed 1: is stored already" in capsys.readouterr().out
    assert [run.seed for run in stored.read("dense", tmp_path)] == [1, 2]
    assert stored.read("dense", tmp_path)[0] == first


@pytest.mark.slow
@pytest.mark.usefixtures("networks")
def test_the_networks_for_other_faces_have_the_layers_of_the_course() -> None:
    for name in ("celebrity_dense", "celebrity_cnn"):
        module = load(name)
        original, other = module.build(), module.network((56, 46, 1), 40)
        assert [layer.name for layer in original.layers] == [layer.name for layer in other.layers]
        assert (other.input_shape, other.output_shape) == ((None, 56, 46, 1), (None, 40))


@pytest.mark.slow
def test_pixels_are_prepared_as_the_recipe_says() -> None:
    from reference_models.reproduction.training import prepared

    images = np.random.default_rng(5).integers(0, 256, (50, 4, 4, 3), dtype=np.uint8)
    assert (prepared(images, images, "raw") == images).all()
    assert prepared(images, images, "scaled") == pytest.approx(images / 255, abs=1e-6)
    by_pixel = prepared(images, images, "standardised")
    assert by_pixel.mean(axis=0) == pytest.approx(np.zeros((4, 4, 3)), abs=1e-5)
    by_channel = prepared(images, images, "standardised channels")
    assert by_channel.mean(axis=(0, 1, 2)) == pytest.approx(np.zeros(3), abs=1e-5)
    assert by_channel.std(axis=(0, 1, 2)) == pytest.approx(np.ones(3), abs=1e-3)
    assert np.abs(by_channel.mean(axis=0)).max() > 0.1
