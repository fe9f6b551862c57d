"""Numbers that the lectures print: students without individual numbers meet each one, and it is computed again here.

The computations use NumPy and the layers of Keras in `facts.json`, never a key.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from grader.course.answer_key import Keys
from grader.model.key import AnswerKey
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, exercise_of

ALZAHRANI, BORACCHI, MARQUES, SICK = (
    "alzahrani-deep-learning-cnn",
    "boracchi-cnn-2020",
    "marques-intro-cnn-tf-keras",
    "sick-cas-dl-week4",
)
IMAGE = [[5, 8, 0, 4, 8], [3, 9, 2, 9, 2], [4, 9, 2, 3, 6], [5, 4, 8, 2, 0], [5, 8, 0, 0, 8]]
LAPLACIAN = [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]
PHOTO = [
    [255, 220, 150, 200, 110, 100],
    [240, 50, 35, 45, 200, 130],
    [0, 20, 245, 250, 230, 120],
    [170, 180, 235, 145, 170, 255],
    [190, 185, 170, 165, 130, 120],
    [255, 255, 245, 190, 200, 175],
]
FILTER = [[-0.7, 0.2, 0.1], [0.3, 0.5, 0.4], [-0.2, -0.4, 0.2]]
CURVE_DETECTOR = [[0, 0, 0, 0, 0, 30, 0], [0, 0, 0, 0, 30, 0, 0], *[[0, 0, 0, 30, 0, 0, 0]] * 5]
CURVE = [[0, 0, 0, 0, 0, 0, 30], [0, 0, 0, 0, 50, 50, 50], [0, 0, 0, 20, 50, 0, 0], *[[0, 0, 0, 50, 50, 0, 0]] * 4]
EAR = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 40, 0, 0, 0, 0, 0],
    [40, 0, 40, 0, 0, 0, 0],
    [40, 20, 0, 0, 0, 0, 0],
    [0, 50, 0, 0, 0, 0, 0],
    [0, 0, 50, 0, 0, 0, 0],
    [25, 25, 0, 50, 0, 0, 0],
]


@dataclass(frozen=True, slots=True)
class Printed:
    """A number that a lecture prints.

    Attributes:
        number: The number, or an array of numbers.
        lecture: The lecture.
        slide: The slide that the question names.
        question: `exercise/question`.
        computed: Computes the number again; None for a number that only the lecture can explain.
        reason: Where the printed number is wrong: words of the slip that says so.
        of: What of the answer is the number, if it is not the whole answer.
    """

    number: Any
    lecture: str
    slide: str
    question: str
    computed: Callable[[], Any]
    reason: str = ""
    of: Callable[[Any], Any] = lambda answer: answer


def layer(*window: int, filters: int) -> int:
    """Parameters of a layer: an array of weights, and a bias for each filter or neuron."""
    return int(np.empty((*window, filters), dtype=np.int8).size) + filters


def places(size: int, kernel: int, stride: int = 1) -> int:
    return len(range(0, size - kernel + 1, stride))


def total(model: str) -> int:
    """All parameters of a reference model, as Keras counts them."""
    facts = json.loads(COURSE.facts.read_bytes())[model]["table"]
    return sum(row["parameters"] for row in facts["layers"])


def correlated(image: Any, kernel: Any) -> list[Any]:
    windows = np.lib.stride_tricks.sliding_window_view(np.array(image, float), np.shape(kernel))
    result: list[Any] = np.round(np.einsum("rcij,ij->rc", windows, np.array(kernel, float)), 6).tolist()
    return result


def responses(rows: int = 7) -> list[int]:
    """What the curve detector gives for both patches, if only so many rows count."""
    detector = np.array(CURVE_DETECTOR)[:rows]
    return [int((detector * np.array(patch)[:rows]).sum()) for patch in (CURVE, EAR)]


def output_signal() -> list[float]:
    signal = 2 * np.exp(-0.3 * np.arange(8))
    result: list[float] = np.convolve(signal, [1, 0, -1]).tolist()
    return result


def dense_network(channels: int) -> int:
    return layer(32, 32, channels, filters=84) + layer(84, filters=10)


def wrong_signs() -> list[Any]:
    """The map of the slide: two signs of its second row are wrong."""
    feature_map = np.array(correlated(IMAGE, LAPLACIAN))
    feature_map[1, [0, 2]] *= -1
    return [list(row) for row in feature_map]


STRIDE = "Stride and padding in convolutional layers: the size of the output"
ONE_FILTER, WEIGHTS = "Convolutional layers: one deep filter", "Convolutional layers: the number of weights"
MLP, SUMMARY = "Most of parameters are in MLP", "model.summary()"
KERAS_SUMMARY = "CNNs with Tensorflow-Keras: the summary"
DENSE = "Intuition and justification for CNN: fully connected layers"
DENSE_SUMMARY = "Keras: gives nice summary of model architecture"
SCALING = "Improving the performance of CNNs: data pre-processing"
CURVES = "One kernel or filter searches for specific local feature"
PRINTED = (
    Printed(392_500, SICK, DENSE_SUMMARY, "dense-mnist/first_params", lambda: layer(28, 28, filters=500)),
    Printed(418_060, SICK, DENSE_SUMMARY, "dense-mnist/total_params", lambda: total("sick_mnist_dense")),
    Printed(
        [24, 24, 6], SICK, "Convolution continued", "conv-arithmetic/valid_shape", lambda: [places(28, 5)] * 2 + [6]
    ),
    Printed(26, ALZAHRANI, STRIDE, "conv-arithmetic/slid_size", lambda: places(28, 3)),
    Printed(13, ALZAHRANI, STRIDE, "conv-arithmetic/stride_size", lambda: places(28, 3, 2)),
    Printed(0.75, BORACCHI, "Pooling Layers", "conv-arithmetic/pool_discarded", lambda: 1 - 1 / np.ones((2, 2)).sum()),
    Printed(28, ALZAHRANI, ONE_FILTER, "conv-arithmetic/one_filter_params", lambda: layer(3, 3, 3, filters=1)),
    Printed(56, BORACCHI, "CNN Arithmetic", "conv-arithmetic/small_layer_params", lambda: layer(3, 3, 3, filters=2)),
    Printed(304, ALZAHRANI, WEIGHTS, "conv-arithmetic/conv_params", lambda: layer(5, 5, 3, filters=4)),
    Printed(
        252_084, MARQUES, KERAS_SUMMARY, "conv-arithmetic/flatten_dense_params", lambda: layer(5, 5, 120, filters=84)
    ),
    Printed(7_600, MARQUES, "Multiple Feature Maps", "lenet5/large_conv", lambda: layer(5, 5, 3, filters=100)),
    Printed(
        78_643_300, MARQUES, "Multiple Feature Maps", "lenet5/large_dense", lambda: layer(512, 512, 3, filters=100)
    ),
    Printed(61_706, BORACCHI, SUMMARY, "lenet5/boracchi_counts", lambda: total("lenet5_boracchi"), of=sum),
    Printed(61_706, MARQUES, KERAS_SUMMARY, "lenet5/lecun_total", lambda: total("lenet5_boracchi")),
    Printed(257_546, MARQUES, KERAS_SUMMARY, "lenet5/marques_counts", lambda: total("lenet5_marques"), of=sum),
    Printed(156, BORACCHI, SUMMARY, "lenet5/conv1_params", lambda: layer(5, 5, 1, filters=6)),
    Printed(2_416, BORACCHI, SUMMARY, "lenet5/conv2_params", lambda: layer(5, 5, 6, filters=16)),
    Printed(86_950, BORACCHI, MLP, "lenet5/mlp_grey", lambda: dense_network(1)),
    Printed(
        305_194,
        ALZAHRANI,
        "A CNN example with Keras and MNIST: the network",
        "mnist-keras/total_params",
        lambda: total("alzahrani_mnist_cnn"),
    ),
    Printed(
        108_810, BORACCHI, "Fully Connected Layers", "read-the-summary/code_total", lambda: total("boracchi_simple_cnn")
    ),
    Printed(
        433_290,
        BORACCHI,
        "Visualizing the model",
        "read-the-summary/printed_total",
        lambda: layer(3, 3, 1, filters=64) + layer(26, 26, 64, filters=10),
    ),
    Printed(
        251_210,
        SICK,
        "Keras: A high level API with best practice defaults",
        "read-the-summary/padded_total",
        lambda: total("sick_one_convolution"),
    ),
    Printed([8_100, 1_500], SICK, CURVES, "hand-convolution/responses", responses),
    Printed(
        [2, 1.48, -0.90, -0.67, -0.50, -0.37, -0.27, -0.20, -0.33, -0.24],
        MARQUES,
        "Convolution: the system h[n]",
        "hand-convolution/y",
        output_signal,
    ),
)
WRONG = (
    Printed(
        0.5,
        ALZAHRANI,
        SCALING,
        "preprocessing-and-regularisation/scaled",
        lambda: round(125 / 255, 1),
        "The slide makes the same mistake",
    ),
    Printed(
        [6_600, 0], SICK, CURVES, "hand-convolution/responses", lambda: responses(rows=6), "The slide is wrong here"
    ),
    Printed(
        wrong_signs(),
        MARQUES,
        "Convolution in CNNs: valid convolution",
        "hand-convolution/laplacian_valid",
        wrong_signs,
        "two signs in its middle row are wrong",
    ),
    Printed(
        np.transpose(correlated(PHOTO, FILTER)).tolist(),
        SICK,
        "Convolutional neural networks: input image 6x6x1",
        "hand-convolution/feature_map",
        lambda: np.transpose(correlated(PHOTO, FILTER)).tolist(),
        "The slide is wrong here",
    ),
    Printed(260_850, BORACCHI, MLP, "lenet5/mlp_colour", lambda: 3 * dense_network(1), "The slide is wrong here"),
    Printed(260_850, BORACCHI, MLP, "conv-arithmetic/mlp_colour", lambda: 3 * dense_network(1), "as the slide does"),
    Printed(306, BORACCHI, SUMMARY, "lenet5/conv1_params", lambda: 150 + 156, "The slide is wrong here"),
    Printed(
        3_145_728,
        ALZAHRANI,
        DENSE,
        "conv-arithmetic/dense_params",
        lambda: np.empty((3072, 1024), np.int8).size,
        "only the weights, as the slide does",
    ),
    Printed(
        2072 * 1024,
        ALZAHRANI,
        DENSE,
        "conv-arithmetic/dense_params",
        lambda: np.empty((2072, 1024), np.int8).size,
        "misprints",
    ),
    Printed(
        12,
        ALZAHRANI,
        "The structure of a convolutional network: receptive fields",
        "conv-arithmetic/receptive_field",
        lambda: 3 * (3 + 2 - 1),
        "The slide is wrong here",
    ),
    Printed(13.5, ALZAHRANI, STRIDE, "conv-arithmetic/stride_size", lambda: (28 - 3) / 2 + 1, "remainder"),
    Printed(
        236,
        BORACCHI,
        "CNN Arithmetic",
        "conv-arithmetic/small_layer_params",
        lambda: layer(3, 3, 13, filters=2),
        "The slide is wrong here",
    ),
    Printed(
        300,
        MARQUES,
        "MEMORY REQUIREMENTS",
        "conv-arithmetic/memory",
        lambda: 3 * 512 * 512 * 100 * 4 / 2**20,
        "as on the slide",
    ),
)
LAYERS = """
import json
import keras
from keras import layers as L

def total(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers]).count_params()

def side(stride):
    return keras.Sequential([keras.Input((28, 28, 1)), L.Conv2D(1, 3, strides=stride)]).output_shape[1]

print(json.dumps({
    "conv-arithmetic/valid_shape": keras.Sequential([keras.Input((28, 28, 3)), L.Conv2D(6, 5)]).output_shape[1:],
    "conv-arithmetic/slid_size": side(1),
    "conv-arithmetic/stride_size": side(2),
    "conv-arithmetic/one_filter_params": total((32, 32, 3), L.Conv2D(1, 3)),
    "conv-arithmetic/small_layer_params": total((32, 32, 3), L.Conv2D(2, 3)),
    "conv-arithmetic/conv_params": total((32, 32, 3), L.Conv2D(4, 5)),
    "lenet5/large_conv": total((512, 512, 3), L.Conv2D(100, 5)),
    "lenet5/mlp_grey": total((32, 32, 1), L.Flatten(), L.Dense(84), L.Dense(10)),
    "read-the-summary/code_total": total((28, 28, 1), L.Conv2D(64, 3), L.MaxPooling2D(), L.Flatten(), L.Dense(10)),
    "read-the-summary/printed_total": total((28, 28, 1), L.Conv2D(64, 3), L.Flatten(), L.Dense(10)),
}))
"""


@cache
def common_key(slug: str) -> AnswerKey:
    return Keys(COURSE, exercise_of(slug)).key()


def name(printed: Any) -> str:
    return printed.question if isinstance(printed, Printed) else str(printed)


@pytest.mark.parametrize("printed", PRINTED, ids=name)
def test_a_printed_number_is_an_answer_without_a_roster(printed: Printed) -> None:
    slug, question = printed.question.split("/")
    np.testing.assert_allclose(printed.of(common_key(slug).answers[question]), printed.number, atol=0.005)


@pytest.mark.parametrize("printed", WRONG, ids=name)
def test_a_number_that_is_printed_wrongly_has_a_slip_that_says_so(printed: Printed) -> None:
    slug, question = printed.question.split("/")
    slips = common_key(slug).slips[question]
    assert printed.number in [slip.value for slip in slips if printed.reason in str(slip.reason)]


@pytest.mark.parametrize("printed", [*PRINTED, *WRONG], ids=name)
def test_a_printed_number_is_computed_again_without_the_key(printed: Printed) -> None:
    np.testing.assert_allclose(printed.computed(), printed.number, atol=0.005)


@pytest.mark.parametrize("printed", [*PRINTED, *WRONG], ids=name)
def test_the_question_recommends_the_slide_that_prints_the_number(printed: Printed) -> None:
    slug, identifier = printed.question.split("/")
    (question,) = [question for question in exercise_of(slug).questions if question.id == identifier]
    assert (question.source.lecture, question.source.slide) == (printed.lecture, printed.slide)


@pytest.mark.slow
def test_keras_counts_the_same() -> None:
    counted = from_keras(LAYERS)
    printed = {printed.question: printed.number for printed in PRINTED}
    assert counted == {question: printed[question] for question in counted}
