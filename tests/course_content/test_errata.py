"""The errata: both sides of every line are computed from what the lectures print."""

import ast
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (Path(__file__).parents[2] / "docs" / "errata.md").read_text().splitlines()
    if line.startswith("| `")
]
LAPLACIAN = [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]
IMAGE_5 = [[5, 8, 0, 4, 8], [3, 9, 2, 9, 2], [4, 9, 2, 3, 6], [5, 4, 8, 2, 0], [5, 8, 0, 0, 8]]
FILTER = [[-0.7, 0.2, 0.1], [0.3, 0.5, 0.4], [-0.2, -0.4, 0.2]]
IMAGE_6 = [
    [255, 220, 150, 200, 110, 100],
    [240, 50, 35, 45, 200, 130],
    [0, 20, 245, 250, 230, 120],
    [170, 180, 235, 145, 170, 255],
    [190, 185, 170, 165, 130, 120],
    [255, 255, 245, 190, 200, 175],
]
PRINTED_MAP = [[32.5, -105.5, 185.5, 54], [-105.5, 104, 217.5, 31], [-44, 224, 38.5, -18], [-60.5, 213.5, 52.5, 37.5]]
CURVE = [[0, 0, 0, 0, 0, 30, 0], [0, 0, 0, 0, 30, 0, 0], *([[0, 0, 0, 30, 0, 0, 0]] * 5)]
PATCH = [[0, 0, 0, 0, 0, 0, 30], [0, 0, 0, 0, 50, 50, 50], [0, 0, 0, 20, 50, 0, 0], *([[0, 0, 0, 50, 50, 0, 0]] * 4)]
OTHER_PATCH = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 40, 0, 0, 0, 0, 0],
    [40, 0, 40, 0, 0, 0, 0],
    [40, 20, 0, 0, 0, 0, 0],
    [0, 50, 0, 0, 0, 0, 0],
    [0, 0, 50, 0, 0, 0, 0],
    [25, 25, 0, 50, 0, 0, 0],
]

Array = npt.NDArray[np.float64]


def correlate(image: object, kernel: object, stride: int = 1) -> Array:
    x, w = np.asarray(image, float), np.asarray(kernel, float)
    rows = range(0, x.shape[0] - w.shape[0] + 1, stride)
    columns = range(0, x.shape[1] - w.shape[1] + 1, stride)
    return np.array([[(x[i : i + len(w), j : j + len(w)] * w).sum() for j in columns] for i in rows])


def pool(x: Array) -> Array:
    rows, columns = x.shape[0] // 2, x.shape[1] // 2
    pooled: Array = x.reshape(rows, 2, columns, 2).max(axis=(1, 3))
    return pooled


def row(lecture: str, printed: str) -> list[str]:
    (found,) = [cells for cells in ROWS if cells[0] == f"`{lecture}`" and printed in cells[2]]
    return found


ALZAHRANI, BORACCHI, MARQUES, SICK = (
    "alzahrani-deep-learning-cnn",
    "boracchi-cnn-2020",
    "marques-intro-cnn-tf-keras",
    "sick-cas-dl-week4",
)
RECEPTIVE_FIELD = 3 + 1 + (3 - 1) * 2
MAP = correlate(IMAGE_6, FILTER)

LINES = [
    (ALZAHRANI, "2072 * 1024", f"3072 * 1024 = {32 * 32 * 3 * 1024:,}", 2072 * 1024 != 3145728 == 3072 * 1024),
    (ALZAHRANI, "(28 - 3) / 2 + 1 = 13", f"{(28 - 3) / 2 + 1}, rounded down to {math.floor((28 - 3) / 2 + 1)}", True),
    (ALZAHRANI, "3 x 4 = 12", f"{RECEPTIVE_FIELD}, {RECEPTIVE_FIELD**2} pixels", RECEPTIVE_FIELD != 12),
    (ALZAHRANI, "125 / 255 = 0.5", f"{125 / 255:.3f}", 125 / 255 != 0.5),
    (BORACCHI, "- 1", "(e^x - e^-x) / (e^x + e^-x)", math.isclose(math.tanh(0.7), (math.e**0.7 - math.e**-0.7) / (math.e**0.7 + math.e**-0.7))),
    (BORACCHI, "150 + 156", f"150 + 6 = {6 * 5 * 5 + 6}", 6 * 5 * 5 == 150),
    (BORACCHI, f"86950 x 3 = {86950 * 3}", f"{32 * 32 * 3 * 84 + 84 + 84 * 10 + 10}", 1024 * 84 + 84 + 840 + 10 == 86950),
    (BORACCHI, "433,290", f"{640 + 13 * 13 * 64 * 10 + 10:,}", 640 + 26 * 26 * 64 * 10 + 10 == 433290),
    (MARQUES, "-17 in row 2", f"{correlate(IMAGE_5, LAPLACIAN)[1, 0]:g}", True),
    (MARQUES, "7 in row 2, column 3", f"{correlate(IMAGE_5, LAPLACIAN)[1, 2]:g}", True),
    (MARQUES, "2516582400", f"{512 * 512 * 100 * 32} bits, {512 * 512 * 100 * 4 // 2**20} MB", 3 * 512 * 512 * 100 * 32 == 2516582400),
    (MARQUES, "29 GB", f"{100 * 100 / 1024:.2f} GB", 300 * 100 / 1024 > 29),
    (SICK, "first row", ", ".join(f"{value:g}" for value in MAP[0].round(6)), np.allclose(MAP.T, PRINTED_MAP)),
    (SICK, "104, 217.5", " / ".join(", ".join(f"{value:g}" for value in line) for line in pool(np.maximum(MAP, 0)).round(6)), np.allclose(pool(np.maximum(np.array(PRINTED_MAP), 0)), [[104, 217.5], [224, 52.5]])),
    (SICK, "6600", f"{(np.array(PATCH) * CURVE).sum()}", True),
]  # fmt: skip


@pytest.mark.parametrize(("lecture", "printed", "right", "both_sides"), LINES, ids=lambda value: str(value)[:24])
def test_both_sides_of_a_line_are_as_computed(lecture: str, printed: str, right: str, both_sides: bool) -> None:
    assert both_sides
    assert right in row(lecture, printed)[3]


def test_a_sigmoid_of_zero_is_a_half() -> None:
    assert row(SICK, "all weights = 0")[3] == f"{1 / (1 + math.exp(0))}"


def test_the_scores_of_what_is_shown_are_others() -> None:
    weights = np.array(
        [[-8.1, 2.7, 9.5, -9.0, -5.4, 4.8], [9.0, 5.4, 4.8, 1.2, 9.5, -8.0], [1.2, 9.5, -8.0, 8.1, -2.7, 9.5]]
    )
    scores = weights @ [23, 21, 34, 12, 34, 23] + [-2, 32, -1]
    assert row(BORACCHI, "scores")[3] == ", ".join(f"{score:.4g}" for score in scores)


def test_the_second_patch_does_not_give_zero() -> None:
    (found,) = [cells for cells in ROWS if cells[2] == "0"]
    assert found[3] == str((np.array(OTHER_PATCH) * CURVE).sum())


def test_the_printed_weight_decay_makes_weights_grow() -> None:
    assert row(ALZAHRANI, "lambda w")[3] == "w - eta (grad J(w) + lambda w)"
    weight, rate, decay = 1.0, 0.1, 0.01
    assert weight - rate * (0 - decay * weight) > weight > weight - rate * (0 + decay * weight)


def test_the_printed_code_of_the_exercise_is_not_closed() -> None:
    printed = "model.add(Conv2D(filters=32, kernel_size=(3, 3), input_shape=(28,28,1))"
    with pytest.raises(SyntaxError):
        ast.parse(printed)
    assert ast.parse(printed + ")")


def test_padding_needs_the_rounding_down_as_well() -> None:
    found = row(ALZAHRANI, "padding 1 and stride 2")
    size = (28 + 2 * 1 - 3) / 2 + 1
    assert found[2].endswith(f"{size:g}")
    assert found[3] == str(math.floor(size))
    positions = correlate(np.pad(np.ones((28, 28)), 1), np.ones((3, 3)), stride=2)
    assert positions.shape == (14, 14)


def test_the_printed_formula_of_the_stride_has_open_brackets() -> None:
    found = row(ALZAHRANI, "stride_h + 1)")
    assert found[2].count("(") > found[2].count(")")
    assert found[3].count("(") == found[3].count(")")


def test_filters_read_input_slices() -> None:
    assert row(ALZAHRANI, "single output slice")[3] == "m filters over a single input slice"
    slices, multiplier = np.ones((2, 4, 4)), 3
    maps = [correlate(one, np.ones((3, 3))) for one in slices for _ in range(multiplier)]
    assert len(maps) == 2 * 3


def test_a_filter_begins_at_the_top_left() -> None:
    assert row(ALZAHRANI, "top-right")[3] == "It begins in the top-left corner."
    image = np.arange(16.0).reshape(4, 4)
    assert correlate(image, np.eye(1))[0, 0] == image[0, 0]


def test_zeros_of_the_padding_change_the_border() -> None:
    assert row(ALZAHRANI, "won't affect")[3] == "The padded zeros affect the result at the border."
    flat = np.ones((5, 5))
    assert not correlate(flat, LAPLACIAN).any()
    padded = correlate(np.pad(flat, 1), LAPLACIAN)
    assert (padded[0, 0], padded[0, 2], padded[2, 2]) == (2, 1, 0)


def test_mirrored_digits_are_named_as_unfit() -> None:
    assert row(ALZAHRANI, "Flips")[3] == "This is not true for digits."
    two = np.array([[1, 1, 1], [0, 0, 1], [1, 1, 1], [1, 0, 0], [1, 1, 1]])
    six = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 1], [1, 0, 1], [1, 1, 1]])
    nine = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1], [0, 0, 1], [1, 1, 1]])
    assert not np.array_equal(two, two[:, ::-1])
    assert np.array_equal(six[::-1, ::-1], nine)


def test_the_parameters_of_the_drawing_are_those_of_three_maps() -> None:
    found = row(BORACCHI, "13 input maps")
    counts = {maps: 2 * (3 * 3 * maps + 1) for maps in (3, 13)}
    assert found[3] == "3 input maps"
    assert f"with {counts[3]} parameters" in found[4]
    assert f"there would be {counts[13]}" in found[4]


def test_the_sum_of_a_convolution_runs_over_both_axes() -> None:
    assert row(BORACCHI, "w_ij x_i")[3] == "y = sum over i and j of w_ij x_ij + b"
    weights, region = np.array(FILTER), np.array(IMAGE_5)[:3, :3]
    assert math.isclose((weights * region).sum(), correlate(region, weights)[0, 0])


def test_the_chain_rule_goes_through_the_output_of_the_first_layer() -> None:
    assert row(SICK, "dz2/dy2")[3] == "dz2/dy1 * dy1/dz1"
    first, second, step = 0.3, 0.7, 1e-6

    def z2(z1: float) -> float:
        return second / (1 + math.exp(-z1))

    y1 = 1 / (1 + math.exp(-first))
    y2 = 1 / (1 + math.exp(-z2(first)))
    measured = (z2(first + step) - z2(first - step)) / (2 * step)
    assert math.isclose(second * y1 * (1 - y1), measured, rel_tol=1e-6)
    assert not math.isclose(1 / (y2 * (1 - y2)) * y2 * (1 - y2), measured, rel_tol=1e-2)


def test_the_second_convolution_to_fill_in_is_not_closed() -> None:
    found = row(SICK, "second convolution to fill in")
    printed = "model.add(Conv2D(filters= ..., kernel_size=(..., ...))"
    with pytest.raises(SyntaxError):
        ast.parse(printed)
    assert ast.parse(printed + ")")
    assert found[3] == "kernel_size=(..., ...)))"


def test_the_code_uses_names_that_it_never_imports() -> None:
    assert row("marques-intro-cnn-tf-keras", "mnist.load_data()")
    imported = {"models", "layers"}
    used = {
        node.id
        for node in ast.walk(ast.parse("mnist.load_data(); keras.utils.to_categorical(y)"))
        if isinstance(node, ast.Name)
    }
    assert used & {"mnist", "keras"} == {"mnist", "keras"} - imported


def test_batch_normalisation_keeps_four_numbers_for_each_channel() -> None:
    found = row("cnn-using-keras-notes", "4 parameters per input")
    assert f"have {4 * 32}, not {4 * 26 * 26 * 32:,}" in found[4]


def test_what_is_called_a_checkpoint_is_a_callback() -> None:
    said = [
        row(BORACCHI, printed)[3] for printed in ("checkpoint list", "Checkpoints are used", "train a model further")
    ]
    assert said == [
        "Add tb to the list of callbacks.",
        "EarlyStopping is used to stop training.",
        "It might not help to train a model further.",
    ]
    assert row(SICK, "test acc")[3] == "The legend must say: validation acc."


def test_what_is_said_to_hold_holds() -> None:
    padded = np.pad(np.array(IMAGE_5), 1)
    assert correlate(padded, LAPLACIAN, 2).tolist() == [[9, -14, 26], [-1, -14, 19], [7, -16, 32]]
    assert correlate(padded, LAPLACIAN)[4].tolist() == [7, 23, -16, -10, 32]
    assert 784 * 500 + 500 + 500 * 50 + 50 + 50 * 10 + 10 == 418060
    assert 320 + 28 * 28 * 32 * 10 + 10 == 251210
    assert 156 + 2416 + 48120 + 10164 + 850 == 61706
    assert 2 * 3 * 3 * 3 + 2 == 56
    assert 156 + 2416 + 2040 + 252084 + 850 == 257546
    assert (252084 + 850) / 257546 > 0.98
    assert (3 * 5 * 5 + 1) * 100 == 7600
    assert (3 * 512 * 512 + 1) * 100 == 78643300
    assert 320 + 9248 + 294976 + 650 == 305194
    assert ((3 * 5 * 5 + 1) * 4, 3 * 5 * 5 + 1, 3 * 3 * 3 + 1) == (304, 76, 28)
    assert ((5 + 2 - 3) // 2 + 1, (7 + 2 - 3) // 2 + 1) == (3, 4)
    assert math.isclose((0.05 - 0.03) / 0.05, 0.4)


def test_every_line_names_lecture_slide_and_reason() -> None:
    assert len(ROWS) >= 20
    assert all(len(cells) == 5 and all(cells) for cells in ROWS)
