"""Chains of questions: the consequences of a wrong answer, computed here independently of the answer keys.

A link computes a later answer from earlier answers of a student who makes no further mistake. Whole ways are
mistakes that are repeated, such as padding that the question does not ask for; they give several answers at once.
"""

from collections.abc import Callable, Mapping
from math import log, prod
from typing import Any

import numpy as np

Data = Mapping[str, Any]
Answers = Mapping[str, Any]
Step = Callable[[Data, Answers], Any]


def _pooled(values: Any) -> Any:
    array = np.array(values, float)
    rows, columns = array.shape[0] // 2, array.shape[1] // 2
    return array[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).max(axis=(1, 3))


def _around(images: Any, mean: Any) -> Any:
    return np.sqrt(((np.array(images, float) - np.array(mean, float)) ** 2).mean(axis=0))


def _laplacian(values: Any) -> Any:
    image = np.array(values, float)
    sides = image[:-2, 1:-1] + image[2:, 1:-1] + image[1:-1, :-2] + image[1:-1, 2:]
    return 4 * image[1:-1, 1:-1] - sides


def _without_padding(data: Data, answers: Answers) -> Any:
    inside = []
    for axis, (first, last) in enumerate((answers["connected"][:2], answers["connected"][2:])):
        size, stride, outputs = data["sizes"][axis], data["strides"][axis], data["upper"][axis]
        before = ((outputs - 1) * stride + data["field"][axis] - size) // 2
        inside += [max(0, first - before), min(size - 1, last - before)]
    return inside


def _same_border(data: Data, inner: Any) -> Any:
    image = np.pad(np.array(data["image"], float), 1)
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


def _first_step(data: Data, rate: float) -> float:
    gradient = data["gradient"]
    return float(rate * gradient * (1e-7 / (0.05 * gradient**2 + 1e-7)) ** 0.5)


def _window(data: Data, field: int) -> list[int]:
    apart = prod(stride for _, _, stride in data["layers"])
    return [data["neuron"] * apart, data["neuron"] * apart + field - 1]


LINKS: Mapping[str, Mapping[str, tuple[tuple[str, ...], Step]]] = {
    "activations-and-losses": {
        "sigmoid_slope": (("sigmoid",), lambda _, answers: answers["sigmoid"] - answers["sigmoid"] ** 2),
        "binary_cross_entropy": (
            ("sigmoid",),
            lambda data, answers: -log(answers["sigmoid"] if data["label"] else 1 - answers["sigmoid"]),
        ),
        "softmax_doubled": (
            ("softmax",),
            lambda _, answers: np.square(answers["softmax"]) / np.square(answers["softmax"]).sum(),
        ),
        "cross_entropy": (("softmax",), lambda data, answers: -log(answers["softmax"][data["true_class"]])),
    },
    "celebrities": {
        "dense_params": (("first_params",), lambda _, answers: answers["first_params"] + 401 * 200 + 201 * 8),
        "per_picture": (("dense_params",), lambda _, answers: answers["dense_params"] / 2000),
        "cnn_params": (
            ("flatten_length",),
            lambda _, answers: (
                28 * 32 + 289 * 32 + 289 * 64 + 577 * 64 + 4 * 392 + _dense(answers["flatten_length"], 200) + 1608
            ),
        ),
        "dense_share": (
            ("flatten_length", "cnn_params"),
            lambda _, answers: _dense(answers["flatten_length"], 200) / answers["cnn_params"],
        ),
    },
    "cifar10": {
        "channel_std": (
            ("channel_mean",),
            lambda data, answers: _around(data["pixels"], np.reshape(answers["channel_mean"], 3)),
        ),
        "standardised": (
            ("channel_mean", "channel_std"),
            lambda data, answers: _standardised(data["new_pixel"], answers["channel_mean"], answers["channel_std"]),
        ),
        "total_params": (
            ("conv3_params", "flatten_length", "norm_params"),
            lambda data, answers: (
                sum(
                    (9 * depth + 1) * filters
                    for depth, filters in (
                        (3, data["filters_1"]),
                        (data["filters_1"], data["filters_1"]),
                        (data["filters_2"], data["filters_2"]),
                        (data["filters_2"], data["filters_3"]),
                        (data["filters_3"], data["filters_3"]),
                    )
                )
                + answers["conv3_params"]
                + answers["norm_params"]
                + _dense(answers["flatten_length"], data["classes"])
            ),
        ),
        "frozen_params": (("norm_params",), lambda _, answers: answers["norm_params"] / 2),
        "trainable_params": (
            ("total_params", "frozen_params"),
            lambda _, answers: answers["total_params"] - answers["frozen_params"],
        ),
    },
    "conv-arithmetic": {
        "batchnorm_frozen": (("batchnorm_params",), lambda _, answers: answers["batchnorm_params"] / 2),
        "small_layer_params": (
            ("one_filter_params",),
            lambda data, answers: answers["one_filter_params"] * data["small_filters"],
        ),
    },
    "convolution-properties": {
        "parallel": (
            ("output",),
            lambda data, answers: np.array(answers["output"]) + np.convolve(data["x"], data["g"]),
        ),
        "delayed": (("output",), lambda data, answers: [0] * data["delay"] + list(answers["output"])),
        "edge_map": (("edge_padded",), lambda _, answers: _laplacian(answers["edge_padded"])),
        "connected_input": (("connected",), _without_padding),
        "half_memory": (("batch_memory",), lambda _, answers: answers["batch_memory"] / 2),
        "largest_batch": (
            ("half_memory",),
            lambda data, answers: int(data["memory"] * data["batch"] / answers["half_memory"] + 1e-9),
        ),
    },
    "dense-mnist": {
        "total_params": (
            ("first_params",),
            lambda data, answers: (
                answers["first_params"]
                + _dense(data["hidden1"], data["hidden2"])
                + _dense(data["hidden2"], data["classes"])
            ),
        ),
        "first_share": (
            ("first_params", "total_params"),
            lambda _, answers: answers["first_params"] / answers["total_params"],
        ),
        "batchnorm_frozen": (("batchnorm_params",), lambda _, answers: answers["batchnorm_params"] / 2),
        "folded_output": (
            ("folded_kernel", "folded_bias"),
            lambda data, answers: (
                np.array(data["x"]) @ np.array(answers["folded_kernel"]) + np.array(answers["folded_bias"])
            ),
        ),
    },
    "feature-maps": {
        "pooled": (("map_1",), lambda _, answers: _pooled(answers["map_1"])),
        "fires_at": (
            ("map_1",),
            lambda _, answers: list(np.unravel_index(np.array(answers["map_1"]).argmax(), np.shape(answers["map_1"]))),
        ),
        "seen": (
            ("fires_at",),
            lambda _, answers: [
                answers["fires_at"][0],
                answers["fires_at"][0] + 2,
                answers["fires_at"][1],
                answers["fires_at"][1] + 2,
            ],
        ),
        "shifted_at": (
            ("fires_at",),
            lambda data, answers: [answers["fires_at"][0] + data["down"], answers["fires_at"][1] + data["right"]],
        ),
        "window": (("fields",), lambda data, answers: _window(data, answers["fields"][-1])),
        "latent_distances": (("latents",), lambda _, answers: _apart(answers["latents"])),
        "pixel_nearest": (("pixel_distances",), lambda _, answers: _letter(answers["pixel_distances"], least=True)),
        "latent_nearest": (("latent_distances",), lambda _, answers: _letter(answers["latent_distances"], least=True)),
    },
    "first-lenet5": {
        "partial_params": (("reads",), lambda data, answers: int(25 * np.sum(answers["reads"])) + data["filters"]),
        "saved_params": (("partial_params",), lambda data, answers: 151 * data["filters"] - answers["partial_params"]),
        "trainable_total": (
            ("pooling_params", "partial_params"),
            lambda data, answers: (
                156
                + answers["pooling_params"]
                + answers["partial_params"]
                + _dense(25 * data["filters"], 120)
                + _dense(120, 84)
            ),
        ),
        "nearest": (("distances",), lambda _, answers: _letter(answers["distances"], least=True)),
        "error_rate": (("errors",), lambda _, answers: answers["errors"] / 100),
    },
    "hand-convolution": {
        "laplacian_same": (("laplacian_valid",), lambda data, answers: _same_border(data, answers["laplacian_valid"])),
        "laplacian_stride": (("laplacian_same",), lambda _, answers: np.array(answers["laplacian_same"])[::2, ::2]),
        "relu_map": (("feature_map",), lambda _, answers: np.clip(answers["feature_map"], 0, None)),
        "pooled_map": (("relu_map",), lambda _, answers: _pooled(answers["relu_map"])),
    },
    "keras-cnn": {
        "conv2_shape": (
            ("conv1_shape",),
            lambda _, answers: (answers["conv1_shape"][0] - 2, answers["conv1_shape"][1] - 2, 32),
        ),
        "conv2_params": (("conv1_shape",), lambda _, answers: (9 * answers["conv1_shape"][2] + 1) * 32),
        "pool_shape": (
            ("conv2_shape",),
            lambda _, answers: (
                answers["conv2_shape"][0] // 2,
                answers["conv2_shape"][1] // 2,
                answers["conv2_shape"][2],
            ),
        ),
        "flatten_shape": (("pool_shape",), lambda _, answers: (prod(answers["pool_shape"]),)),
        "dense1_params": (("flatten_shape",), lambda _, answers: _dense(prod(answers["flatten_shape"]), 128)),
        "total_params": (
            ("conv1_params", "conv2_params", "dense1_params", "dense2_params"),
            lambda _, answers: (
                answers["conv1_params"] + answers["conv2_params"] + answers["dense1_params"] + answers["dense2_params"]
            ),
        ),
    },
    "layers-in-detail": {
        "dilated_shape": (
            ("dilated_side",),
            lambda data, answers: (
                data["dilated_size"] - answers["dilated_side"] + 1,
                data["dilated_size"] - answers["dilated_side"] + 1,
                data["dilated_filters"],
            ),
        ),
        "dense_params": (
            ("dense_filters",),
            lambda _, answers: prod(answers["dense_filters"]) + answers["dense_filters"][3],
        ),
    },
    "lenet5": {
        "marques_share": (
            ("marques_counts",),
            lambda _, answers: (
                (answers["marques_counts"][3] + answers["marques_counts"][4]) / sum(answers["marques_counts"])
            ),
        ),
        "lecun_total": (("boracchi_counts",), lambda _, answers: sum(answers["boracchi_counts"])),
        "conv2_shape": (
            ("conv1_shape",),
            lambda data, answers: (
                answers["conv1_shape"][0] // 2 - data["kernel"] + 1,
                answers["conv1_shape"][1] // 2 - data["kernel"] + 1,
                data["filters_2"],
            ),
        ),
        "flatten_length": (
            ("conv2_shape",),
            lambda _, answers: (
                answers["conv2_shape"][0] // 2 * (answers["conv2_shape"][1] // 2) * answers["conv2_shape"][2]
            ),
        ),
        "conv2_params": (
            ("conv1_shape",),
            lambda data, answers: (data["kernel"] ** 2 * answers["conv1_shape"][2] + 1) * data["filters_2"],
        ),
        "dense1_params": (
            ("flatten_length",),
            lambda data, answers: _dense(answers["flatten_length"], data["hidden_1"]),
        ),
        "total_params": (
            ("conv1_params", "conv2_params", "dense1_params"),
            lambda data, answers: (
                answers["conv1_params"]
                + answers["conv2_params"]
                + answers["dense1_params"]
                + _dense(data["hidden_1"], data["hidden_2"])
                + _dense(data["hidden_2"], data["classes"])
            ),
        ),
        "dense_share": (
            ("conv1_params", "conv2_params", "total_params"),
            lambda _, answers: 1 - (answers["conv1_params"] + answers["conv2_params"]) / answers["total_params"],
        ),
        "colour_total": (
            ("total_params",),
            lambda data, answers: answers["total_params"] + 2 * data["kernel"] ** 2 * data["filters_1"],
        ),
        "mlp_colour": (
            ("mlp_grey",),
            lambda data, answers: answers["mlp_grey"] + 2 * data["side"] ** 2 * data["hidden_2"],
        ),
    },
    "linear-classifier": {
        "scores": (
            ("unroll",),
            lambda data, answers: np.array(data["W"]) @ np.array(answers["unroll"]) + np.array(data["b"]),
        ),
        "winner": (("scores",), lambda _, answers: _letter(answers["scores"])),
        "brighter_scores": (
            ("scores",),
            lambda data, answers: data["brighter"] * (np.array(answers["scores"]) - data["b"]) + np.array(data["b"]),
        ),
        "cross_entropy": (("softmax",), lambda data, answers: -log(answers["softmax"][data["true_class"]])),
    },
    "mnist-keras": {
        "dense1_params": (("flatten_length",), lambda data, answers: _dense(answers["flatten_length"], data["hidden"])),
        "total_params": (
            ("conv1_params", "conv2_params", "dense1_params"),
            lambda data, answers: (
                answers["conv1_params"]
                + answers["conv2_params"]
                + answers["dense1_params"]
                + _dense(data["hidden"], data["classes"])
            ),
        ),
        "updates": (("updates_per_epoch",), lambda data, answers: answers["updates_per_epoch"] * data["epochs"]),
        "first_step": (("default_rate",), lambda data, answers: _first_step(data, answers["default_rate"])),
        "steps_needed": (("first_step",), lambda data, answers: data["move"] / answers["first_step"]),
    },
    "preprocessing-and-regularisation": {
        "pixel_std": (("pixel_mean",), lambda data, answers: _around(data["train_images"], answers["pixel_mean"])),
        "test_score": (
            ("pixel_mean", "pixel_std"),
            lambda data, answers: _standardised(data["test_image"], answers["pixel_mean"], answers["pixel_std"]),
        ),
        "checkpoint_saves": (("stop_epoch",), lambda data, answers: _saves(data["val_loss"][: answers["stop_epoch"]])),
    },
    "read-the-summary": {
        "code_total": (
            ("code_flatten",),
            lambda data, answers: (
                (data["kernel"] ** 2 + 1) * data["filters"] + _dense(answers["code_flatten"], data["classes"])
            ),
        ),
        "trainable_params": (("frozen_params",), lambda data, answers: data["counted"] - answers["frozen_params"]),
    },
    "watch-the-training": {
        "restored": (("best_epoch",), lambda data, answers: data["log_val_accuracy"][answers["best_epoch"] - 1]),
        "last_batch": (
            ("evaluate_steps",),
            lambda data, answers: data["test_images"] - 32 * answers["evaluate_steps"] + 32,
        ),
        "all_steps": (("generator_steps",), lambda data, answers: answers["generator_steps"] * data["epochs"]),
        "lowest_step": (("logged_val_loss",), lambda _, answers: int(np.argmin(answers["logged_val_loss"]))),
    },
    "weights-and-curves": {
        "vector_length": (
            ("joined_shape",),
            lambda data, answers: int(prod(answers["joined_shape"])) + data["extra"],
        ),
        "functional_params": (
            ("vector_length",),
            lambda data, answers: 10 * data["maps"] + _dense(answers["vector_length"], data["classes"]),
        ),
    },
}
"""Exercise -> later question -> the questions that it rests on, and how it is worked out from them."""


def _of_all(values: Any) -> tuple[Any, Any]:
    array = np.array(values, float)
    return float(array.mean()), float(array.std())


def _padded(_: Data) -> Answers:
    sizes = {"conv1_shape": (28, 28, 32), "conv2_shape": (28, 28, 32), "pool_shape": (14, 14, 32)}
    first = _dense(6272, 128)
    return sizes | {"flatten_shape": (6272,), "dense1_params": first, "total_params": 320 + 9248 + first + 1290}


def _one_mean(data: Data) -> Answers:
    mean, spread = _of_all(data["train_images"])
    means, spreads = np.full((2, 2), mean), np.full((2, 2), spread)
    return {
        "pixel_mean": means,
        "pixel_std": spreads,
        "test_score": _standardised(data["test_image"], means, spreads),
    }


def _leaked(data: Data) -> Answers:
    every = np.concatenate([np.array(data["train_images"], float), [data["test_image"]]])
    mean, spread = every.mean(axis=0), every.std(axis=0)
    return {
        "pixel_mean": mean,
        "pixel_std": spread,
        "test_score": _standardised(data["test_image"], mean, spread),
    }


def _one_channel(data: Data) -> Answers:
    mean, spread = _of_all(data["pixels"])
    return {
        "channel_mean": [mean] * 3,
        "channel_std": [spread] * 3,
        "standardised": _standardised(data["new_pixel"], mean, spread),
    }


def _no_biases(data: Data) -> Answers:
    scores = np.array(data["W"]) @ np.array(data["image"]).ravel(order="F")
    return {"scores": scores, "winner": _letter(scores), "brighter_scores": data["brighter"] * scores}


WAYS: Mapping[str, Mapping[str, Callable[[Data], Answers]]] = {
    "keras-cnn": {"padding in both convolutions": _padded},
    "preprocessing-and-regularisation": {"one mean for all pixels": _one_mean, "test image among them": _leaked},
    "cifar10": {"one mean for all channels": _one_channel},
    "linear-classifier": {"no biases": _no_biases},
}
"""Exercise -> a mistake in every step -> all answers that it changes, first the one in which it is made."""
