"""Chains of questions: what follows from a wrong answer, worked out here once more, apart from the answer keys.

A link says how a later answer is worked out from earlier ones of a student who makes no further mistake. Whole ways are
mistakes that are made again and again, such as padding where none is asked for; they give several answers at once.
"""

from collections.abc import Callable, Mapping
from math import log, prod
from typing import Any

import numpy as np

Given = Mapping[str, Any]
Answers = Mapping[str, Any]
Step = Callable[[Given, Answers], Any]


_CELEBRITY_REST = 28 * 32 + 289 * 32 + 289 * 64 + 577 * 64 + 4 * (32 + 32 + 64 + 64 + 200) + 201 * 8


def _pooled(values: Any) -> Any:
    array = np.array(values, float)
    rows, columns = array.shape[0] // 2, array.shape[1] // 2
    return array[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).max(axis=(1, 3))


def _around(images: Any, mean: Any) -> Any:
    return np.sqrt(((np.array(images, float) - np.array(mean, float)) ** 2).mean(axis=0))


def _same_border(given: Given, inner: Any) -> Any:
    image = np.pad(np.array(given["image"], float), 1)
    full = 4 * image[1:-1, 1:-1] - image[:-2, 1:-1] - image[2:, 1:-1] - image[1:-1, :-2] - image[1:-1, 2:]
    full[1:-1, 1:-1] = inner
    return full


def _letter(values: Any, least: bool = False) -> str:
    array = np.array(values, float)
    return "abc"[int(array.argmin() if least else array.argmax())]


def _standardised(image: Any, mean: Any, spread: Any) -> Any:
    return (np.array(image, float) - np.array(mean, float)) / np.array(spread, float)


def _saves(losses: list[float]) -> int:
    return sum(loss < min([9.0, *losses[:place]]) for place, loss in enumerate(losses))


def _apart(latents: Any) -> Any:
    array = np.array(latents, float)
    return ((array[1:] - array[0]) ** 2).sum(axis=1)


def _dense(inputs: Any, units: int) -> Any:
    return inputs * units + units


def _first_step(given: Given, rate: float) -> float:
    gradient = given["gradient"]
    return float(rate * gradient * (1e-7 / (0.05 * gradient**2 + 1e-7)) ** 0.5)


def _window(given: Given, field: int) -> list[int]:
    apart = prod(stride for _, _, stride in given["layers"])
    return [given["neuron"] * apart, given["neuron"] * apart + field - 1]


LINKS: Mapping[str, Mapping[str, tuple[tuple[str, ...], Step]]] = {
    "activations-and-losses": {
        "sigmoid_slope": (("sigmoid",), lambda _, own: own["sigmoid"] - own["sigmoid"] ** 2),
        "binary_cross_entropy": (
            ("sigmoid",),
            lambda given, own: -log(own["sigmoid"] if given["label"] else 1 - own["sigmoid"]),
        ),
        "softmax_doubled": (
            ("softmax",),
            lambda _, own: np.square(own["softmax"]) / np.square(own["softmax"]).sum(),
        ),
        "cross_entropy": (("softmax",), lambda given, own: -log(own["softmax"][given["true_class"]])),
    },
    "celebrities": {
        "dense_params": (("first_params",), lambda _, own: own["first_params"] + 401 * 200 + 201 * 8),
        "per_picture": (("dense_params",), lambda _, own: own["dense_params"] / 2000),
        "cnn_params": (
            ("flatten_length",),
            lambda _, own: (
                28 * 32 + 289 * 32 + 289 * 64 + 577 * 64 + 4 * 392 + _dense(own["flatten_length"], 200) + 1608
            ),
        ),
        "dense_share": (
            ("flatten_length", "cnn_params"),
            lambda _, own: _dense(own["flatten_length"], 200) / own["cnn_params"],
        ),
    },
    "cifar10": {
        "channel_std": (
            ("channel_mean",),
            lambda given, own: _around(given["pixels"], np.reshape(own["channel_mean"], 3)),
        ),
        "standardised": (
            ("channel_mean", "channel_std"),
            lambda given, own: _standardised(given["new_pixel"], own["channel_mean"], own["channel_std"]),
        ),
        "total_params": (
            ("conv3_params", "flatten_length", "norm_params"),
            lambda given, own: (
                sum(
                    (9 * depth + 1) * filters
                    for depth, filters in (
                        (3, given["filters_1"]),
                        (given["filters_1"], given["filters_1"]),
                        (given["filters_2"], given["filters_2"]),
                        (given["filters_2"], given["filters_3"]),
                        (given["filters_3"], given["filters_3"]),
                    )
                )
                + own["conv3_params"]
                + own["norm_params"]
                + _dense(own["flatten_length"], given["classes"])
            ),
        ),
        "frozen_params": (("norm_params",), lambda _, own: own["norm_params"] / 2),
        "trainable_params": (
            ("total_params", "frozen_params"),
            lambda _, own: own["total_params"] - own["frozen_params"],
        ),
    },
    "conv-arithmetic": {"batchnorm_frozen": (("batchnorm_params",), lambda _, own: own["batchnorm_params"] / 2)},
    "dense-mnist": {
        "total_params": (
            ("first_params",),
            lambda given, own: (
                own["first_params"]
                + _dense(given["hidden1"], given["hidden2"])
                + _dense(given["hidden2"], given["classes"])
            ),
        ),
        "first_share": (("first_params", "total_params"), lambda _, own: own["first_params"] / own["total_params"]),
        "batchnorm_frozen": (("batchnorm_params",), lambda _, own: own["batchnorm_params"] / 2),
        "folded_output": (
            ("folded_kernel", "folded_bias"),
            lambda given, own: np.array(given["x"]) @ np.array(own["folded_kernel"]) + np.array(own["folded_bias"]),
        ),
    },
    "feature-maps": {
        "pooled": (("map_1",), lambda _, own: _pooled(own["map_1"])),
        "fires_at": (
            ("map_1",),
            lambda _, own: list(np.unravel_index(np.array(own["map_1"]).argmax(), np.shape(own["map_1"]))),
        ),
        "seen": (
            ("fires_at",),
            lambda _, own: [own["fires_at"][0], own["fires_at"][0] + 2, own["fires_at"][1], own["fires_at"][1] + 2],
        ),
        "shifted_at": (
            ("fires_at",),
            lambda given, own: [own["fires_at"][0] + given["down"], own["fires_at"][1] + given["right"]],
        ),
        "window": (("fields",), lambda given, own: _window(given, own["fields"][-1])),
        "latent_distances": (("latents",), lambda _, own: _apart(own["latents"])),
        "pixel_nearest": (("pixel_distances",), lambda _, own: _letter(own["pixel_distances"], least=True)),
        "latent_nearest": (("latent_distances",), lambda _, own: _letter(own["latent_distances"], least=True)),
    },
    "hand-convolution": {
        "laplacian_same": (("laplacian_valid",), lambda given, own: _same_border(given, own["laplacian_valid"])),
        "laplacian_stride": (("laplacian_same",), lambda _, own: np.array(own["laplacian_same"])[::2, ::2]),
        "relu_map": (("feature_map",), lambda _, own: np.clip(own["feature_map"], 0, None)),
        "pooled_map": (("relu_map",), lambda _, own: _pooled(own["relu_map"])),
    },
    "keras-cnn": {
        "conv2_shape": (("conv1_shape",), lambda _, own: (own["conv1_shape"][0] - 2, own["conv1_shape"][1] - 2, 32)),
        "conv2_params": (("conv1_shape",), lambda _, own: (9 * own["conv1_shape"][2] + 1) * 32),
        "pool_shape": (
            ("conv2_shape",),
            lambda _, own: (own["conv2_shape"][0] // 2, own["conv2_shape"][1] // 2, own["conv2_shape"][2]),
        ),
        "flatten_shape": (("pool_shape",), lambda _, own: (prod(own["pool_shape"]),)),
        "dense1_params": (("flatten_shape",), lambda _, own: _dense(prod(own["flatten_shape"]), 128)),
        "total_params": (
            ("conv1_params", "conv2_params", "dense1_params", "dense2_params"),
            lambda _, own: own["conv1_params"] + own["conv2_params"] + own["dense1_params"] + own["dense2_params"],
        ),
    },
    "lenet5": {
        "marques_share": (
            ("marques_counts",),
            lambda _, own: (own["marques_counts"][3] + own["marques_counts"][4]) / sum(own["marques_counts"]),
        ),
        "lecun_total": (("boracchi_counts",), lambda _, own: sum(own["boracchi_counts"])),
        "conv2_shape": (
            ("conv1_shape",),
            lambda given, own: (
                own["conv1_shape"][0] // 2 - given["kernel"] + 1,
                own["conv1_shape"][1] // 2 - given["kernel"] + 1,
                given["filters_2"],
            ),
        ),
        "flatten_length": (
            ("conv2_shape",),
            lambda _, own: own["conv2_shape"][0] // 2 * (own["conv2_shape"][1] // 2) * own["conv2_shape"][2],
        ),
        "conv2_params": (
            ("conv1_shape",),
            lambda given, own: (given["kernel"] ** 2 * own["conv1_shape"][2] + 1) * given["filters_2"],
        ),
        "dense1_params": (("flatten_length",), lambda given, own: _dense(own["flatten_length"], given["hidden_1"])),
        "total_params": (
            ("conv1_params", "conv2_params", "dense1_params"),
            lambda given, own: (
                own["conv1_params"]
                + own["conv2_params"]
                + own["dense1_params"]
                + _dense(given["hidden_1"], given["hidden_2"])
                + _dense(given["hidden_2"], given["classes"])
            ),
        ),
        "dense_share": (
            ("conv1_params", "conv2_params", "total_params"),
            lambda _, own: 1 - (own["conv1_params"] + own["conv2_params"]) / own["total_params"],
        ),
        "colour_total": (
            ("total_params",),
            lambda given, own: own["total_params"] + 2 * given["kernel"] ** 2 * given["filters_1"],
        ),
        "mlp_colour": (
            ("mlp_grey",),
            lambda given, own: own["mlp_grey"] + 2 * given["side"] ** 2 * given["hidden_2"],
        ),
    },
    "linear-classifier": {
        "scores": (
            ("unroll",),
            lambda given, own: np.array(given["W"]) @ np.array(own["unroll"]) + np.array(given["b"]),
        ),
        "winner": (("scores",), lambda _, own: _letter(own["scores"])),
        "brighter_scores": (
            ("scores",),
            lambda given, own: given["brighter"] * (np.array(own["scores"]) - given["b"]) + np.array(given["b"]),
        ),
        "cross_entropy": (("softmax",), lambda given, own: -log(own["softmax"][given["true_class"]])),
    },
    "mnist-keras": {
        "dense1_params": (("flatten_length",), lambda given, own: _dense(own["flatten_length"], given["hidden"])),
        "total_params": (
            ("conv1_params", "conv2_params", "dense1_params"),
            lambda given, own: (
                own["conv1_params"]
                + own["conv2_params"]
                + own["dense1_params"]
                + _dense(given["hidden"], given["classes"])
            ),
        ),
        "updates": (("updates_per_epoch",), lambda given, own: own["updates_per_epoch"] * given["epochs"]),
        "first_step": (("default_rate",), lambda given, own: _first_step(given, own["default_rate"])),
        "steps_needed": (("first_step",), lambda given, own: given["move"] / own["first_step"]),
    },
    "preprocessing-and-regularisation": {
        "pixel_std": (("pixel_mean",), lambda given, own: _around(given["train_images"], own["pixel_mean"])),
        "test_score": (
            ("pixel_mean", "pixel_std"),
            lambda given, own: _standardised(given["test_image"], own["pixel_mean"], own["pixel_std"]),
        ),
        "checkpoint_saves": (("stop_epoch",), lambda given, own: _saves(given["val_loss"][: own["stop_epoch"]])),
    },
    "read-the-summary": {
        "code_total": (
            ("code_flatten",),
            lambda given, own: (
                (given["kernel"] ** 2 + 1) * given["filters"] + _dense(own["code_flatten"], given["classes"])
            ),
        ),
        "trainable_params": (("frozen_params",), lambda given, own: given["counted"] - own["frozen_params"]),
    },
}
"""Exercise -> later question -> the questions that it rests on, and how it is worked out from them."""


def _of_all(values: Any) -> tuple[Any, Any]:
    array = np.array(values, float)
    return float(array.mean()), float(array.std())


def _padded(_: Given) -> Answers:
    sizes = {"conv1_shape": (28, 28, 32), "conv2_shape": (28, 28, 32), "pool_shape": (14, 14, 32)}
    first = _dense(6272, 128)
    return sizes | {"flatten_shape": (6272,), "dense1_params": first, "total_params": 320 + 9248 + first + 1290}


def _one_mean(given: Given) -> Answers:
    mean, spread = _of_all(given["train_images"])
    means, spreads = np.full((2, 2), mean), np.full((2, 2), spread)
    return {
        "pixel_mean": means,
        "pixel_std": spreads,
        "test_score": _standardised(given["test_image"], means, spreads),
    }


def _leaked(given: Given) -> Answers:
    every = np.concatenate([np.array(given["train_images"], float), [given["test_image"]]])
    mean, spread = every.mean(axis=0), every.std(axis=0)
    return {
        "pixel_mean": mean,
        "pixel_std": spread,
        "test_score": _standardised(given["test_image"], mean, spread),
    }


def _one_channel(given: Given) -> Answers:
    mean, spread = _of_all(given["pixels"])
    return {
        "channel_mean": [mean] * 3,
        "channel_std": [spread] * 3,
        "standardised": _standardised(given["new_pixel"], mean, spread),
    }


def _no_biases(given: Given) -> Answers:
    scores = np.array(given["W"]) @ np.array(given["image"]).ravel(order="F")
    return {"scores": scores, "winner": _letter(scores), "brighter_scores": given["brighter"] * scores}


WAYS: Mapping[str, Mapping[str, Callable[[Given], Answers]]] = {
    "keras-cnn": {"padding in both convolutions": _padded},
    "preprocessing-and-regularisation": {"one mean for all pixels": _one_mean, "test image among them": _leaked},
    "cifar10": {"one mean for all channels": _one_channel},
    "linear-classifier": {"no biases": _no_biases},
}
"""Exercise -> a mistake that is made in every step -> all answers that it changes, the first of them the mistake."""
