"""What a notebook is shown of the held-out data, and in which order."""

import io
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assess.alterations import alter
from grader.assess.heldout import HeldOutData, ShuffledData
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.submission import HandedIn
from tests.assess.assess_samples import question
from tests.conftest import present

CELLS = ("import keras", "def predict(images): ...")
PREDICT = question("accuracy", answer="predict")


def images(count: int = 60, size: int = 16, dtype: type[Any] = np.uint8) -> np.ndarray:
    generator = np.random.default_rng(3)
    return generator.integers(0, 256, (count, size, size, 3)).astype(dtype)


def data(altered: bool, count: int = 60) -> HeldOutData:
    return HeldOutData(images(count), np.arange(count) % 7, "ab" * 32, altered)


def shown_in(held: HeldOutData, number: int) -> np.ndarray:
    probe = held.probes(PREDICT, CELLS)[number]
    images: np.ndarray = np.load(io.BytesIO(held.arguments(CELLS)[probe.digest]), allow_pickle=False)
    return images


def inputs(shown: ShuffledData) -> np.ndarray:
    """The images as they are, in the order in which they are shown."""
    return present(shown.inputs)


def test_without_alterations_there_is_one_call_with_the_inputs_as_they_are() -> None:
    held = data(altered=False)
    assert [probe.name for probe in held.probes(PREDICT, CELLS)] == ["predict"]
    shown = held.shuffled(CELLS)
    assert shown.second is None
    assert np.array_equal(shown_in(held, 0), inputs(shown))
    assert sorted(map(bytes, shown_in(held, 0))) == sorted(map(bytes, held.inputs))


PIECES = st.lists(st.text(st.sampled_from("a\0 \n"), max_size=3), min_size=1, max_size=3).map(tuple)


@given(PIECES, PIECES, st.booleans())
def test_two_works_share_an_order_only_if_they_are_the_same(
    one: tuple[str, ...], other: tuple[str, ...], altered: bool
) -> None:
    held = data(altered, count=2)
    probes = [held.probes(PREDICT, work)[0].digest for work in (one, other)]
    assert (probes[0] == probes[1]) == (one == other)


def test_one_text_split_into_cells_in_another_way_is_other_work() -> None:
    works = [("a", "b"), ("a\0b",), ("ab",), ("a", "", "b"), ("a\0", "b"), ("", "ab")]
    assert len({data(True).probes(PREDICT, work)[0].digest for work in works}) == len(works)


def test_a_cell_cannot_stand_for_a_file() -> None:
    file = HandedIn("m.keras", b"1")
    with_file = Job(
        cells=CELLS, names=(), probes=(), files=(), limits=Limits(), seed=1, environment=(), handed_in=(file,)
    )
    for text in (f"m.keras {file.sha256}", f"file {file.sha256} m.keras"):
        assert (
            with_file.work
            != Job(cells=(*CELLS, text), names=(), probes=(), files=(), limits=Limits(), seed=1, environment=()).work
        )


def test_labels_follow_the_inputs() -> None:
    held = data(altered=False)
    by_image = {bytes(image): label for image, label in zip(held.inputs, held.labels, strict=True)}
    assert [by_image[bytes(image)] for image in shown_in(held, 0)] == held.shuffled(CELLS).labels.tolist()


def test_the_first_call_holds_no_image_as_it_is() -> None:
    held = data(altered=True)
    originals = set(map(bytes, held.inputs))
    assert not any(bytes(image) in originals for image in shown_in(held, 0))


def test_the_second_call_holds_the_same_altered_images_and_the_lighter_half_as_they_are() -> None:
    held = data(altered=True)
    shown, first, second = held.shuffled(CELLS), shown_in(held, 0), shown_in(held, 1)
    again = present(shown.second)
    places, altered = again.places, again.altered
    assert np.array_equal(second[altered], first[places[altered]])
    assert np.array_equal(second[~altered], inputs(shown)[places[~altered]])
    assert sorted(places[altered]) == list(range(60))
    assert len(places) == 90
    light = inputs(shown).mean(axis=(1, 2, 3))
    assert light[places[~altered]].min() >= np.delete(light, places[~altered]).max()


def test_the_second_call_has_another_order() -> None:
    second = present(data(altered=True).shuffled(CELLS).second)
    assert list(second.places[second.altered]) != sorted(second.places[second.altered])


def test_the_same_notebook_sees_the_same_and_another_one_another_order() -> None:
    one, same, other = (data(altered=True).shuffled(cells) for cells in (CELLS, CELLS, (*CELLS, "x")))
    assert np.array_equal(inputs(one), inputs(same))
    assert not np.array_equal(inputs(one), inputs(other))


@pytest.mark.parametrize("shape", [(20, 5), (20,), (20, 6, 6, 3)])
def test_what_are_no_images_cannot_be_altered(shape: tuple[int, ...]) -> None:
    held = HeldOutData(np.zeros(shape), np.zeros(20, int), "ab" * 32, True)
    assert "can be altered" in held.problem()
    assert HeldOutData(np.zeros(shape), np.zeros(20, int), "ab" * 32).problem() == ""


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.int16])
def test_altered_images_keep_their_form_and_range(dtype: type[Any]) -> None:
    before = images(dtype=dtype)
    after = alter(before, np.random.default_rng(1))
    assert (after.shape, after.dtype) == (before.shape, before.dtype)
    assert after.min() >= 0
    assert after.max() <= 255


def test_an_alteration_moves_by_two_pixels_at_most_and_repeats_the_edge() -> None:
    dots = np.zeros((200, 11, 11), np.uint8)
    dots[:, 5, 5] = 200
    found = np.array([np.argwhere(image)[0] for image in alter(dots, np.random.default_rng(5))]) - 5
    assert np.abs(found).max() == 2
    assert not (found == 0).all(axis=1).any()
    edge = np.full((50, 9, 9), 90.0)
    assert np.allclose(alter(edge, np.random.default_rng(5)).std(axis=(1, 2)), 0)


def test_an_alteration_changes_the_light_by_six_percent_at_most() -> None:
    flat = np.full((500, 8, 8, 3), 100, np.uint8)
    light = alter(flat, np.random.default_rng(2)).mean(axis=(1, 2, 3))
    assert 94 <= light.min() < 95.5
    assert 104.5 < light.max() <= 106


def test_the_same_code_with_another_file_sees_another_order() -> None:
    with_file, without = (
        Job(cells=CELLS, names=(), probes=(), files=(), limits=Limits(), seed=1, environment=(), handed_in=files)
        for files in ((HandedIn("m.keras", b"1"),), ())
    )
    other = Job(
        cells=CELLS,
        names=(),
        probes=(),
        files=(),
        limits=Limits(),
        seed=1,
        environment=(),
        handed_in=(HandedIn("m.keras", b"2"),),
    )
    seen = [inputs(data(altered=True).shuffled(job.work)) for job in (with_file, other, without)]
    assert without.work == tuple(f"cell {source}" for source in CELLS)
    assert not any(np.array_equal(one, two) for one, two in pairwise(seen))
