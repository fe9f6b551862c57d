"""Networks, curves and confusion matrices as students could have made them, from a seed."""

from collections.abc import Iterator
from random import Random
from typing import Any

from grader.model.record import Answer, AnswerState, LayerRow, ModelTable, Outcome, Record
from tests.own_work import second_computation


def table(seed: int) -> ModelTable:
    """A convolutional network, or for every fifth seed a dense one; sizes by the second computation."""
    random = Random(seed)
    side = random.randint(20, 40)
    shape: tuple[int, ...] = (side, side, random.choice((1, 3))) if seed % 5 else (random.randint(8, 784),)
    layers = list(_convolutional(random) if seed % 5 else ())
    layers += [("Dense", {"units": random.randint(2, 128), "use_bias": random.random() < 0.9}) for _ in range(2)]
    layers.append(("Dense", {"units": random.randint(2, 10), "use_bias": True}))
    rows: list[LayerRow] = []
    input_shape = shape
    for number, (kind, config) in enumerate(layers):
        if kind == "Conv2D":
            sides = zip(shape, config["kernel_size"], strict=False)
            config["padding"] = config["padding"] if all(size >= window for size, window in sides) else "same"
        if kind.endswith("Pooling2D") and "pool_size" in config and min(shape[:2]) < max(config["pool_size"]):
            config["padding"] = "same"
        rows.append(
            LayerRow(
                name=f"layer{number}",
                kind=kind,
                config=config,
                inbound=(f"layer{number - 1}" if number else "input",),
                input_shape=(None, *shape),
                output_shape=(None, *second_computation.output(kind, config, shape)),
                parameters=second_computation.weights(kind, config, shape),
                trainable=0,
            )
        )
        shape = second_computation.output(kind, config, shape)
    return ModelTable(input_shape=(None, *input_shape), layers=tuple(rows))


def _convolutional(random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    for _ in range(random.randint(1, 4)):
        side, stride = random.randint(1, 5), random.choice((1, 1, 1, 2))
        window = (side, side) if random.random() < 0.9 else (side, random.randint(1, 5))
        yield (
            "Conv2D",
            {
                "filters": random.randint(2, 64),
                "kernel_size": window,
                "strides": (stride, stride),
                "padding": random.choice(("valid", "same")),
                "use_bias": random.random() < 0.8,
                "activation": "relu",
            },
        )
        if random.random() < 0.3:
            yield "BatchNormalization", {"axis": -1}
        if random.random() < 0.7:
            side = random.choice((2, 2, 3))
            stride = side if random.random() < 0.8 else 1
            sizes = {"pool_size": (side, side), "strides": (stride, stride)}
            yield (
                random.choice(("MaxPooling2D", "AveragePooling2D")),
                {**sizes, "padding": random.choice(("valid", "valid", "same"))},
            )
        if random.random() < 0.2:
            yield "Dropout", {"rate": 0.25}
    yield random.choice(("Flatten", "Flatten", "GlobalAveragePooling2D")), {}


def history(seed: int) -> dict[str, tuple[float, ...]]:
    """Losses of 4 to 12 epochs; the validation loss falls, then may rise."""
    random = Random(seed)
    epochs, turn = random.randint(4, 12), random.randint(1, 12)
    training = [1 / (epoch + 1) + 0.01 * random.random() for epoch in range(epochs)]
    validation = [1.1 / (min(epoch, turn) + 1) + 0.04 * random.random() * (epoch >= turn) for epoch in range(epochs)]
    return {"loss": tuple(training), "val_loss": tuple(validation)}


def matrix(seed: int) -> list[list[int]]:
    """A confusion matrix of 3 to 10 classes."""
    random = Random(seed)
    classes = random.randint(3, 10)
    return [
        [random.randint(20, 60) if row == column else random.randint(0, 6) for column in range(classes)]
        for row in range(classes)
    ]


def batch_size(seed: int) -> int:
    """A batch size from 8 to 300."""
    return Random(seed).randint(8, 300)


def record(seed: int) -> Record:
    """The record of a notebook with a model, a history and a confusion matrix."""
    return Record(
        key=f"{seed:064x}",
        outcome=Outcome.COMPLETED,
        models={"model": table(seed)},
        histories={"history": history(seed)},
        answers={"confusion": Answer(AnswerState.VALUE, matrix(seed), "list")},
    )


def cells(seed: int) -> tuple[str, ...]:
    """The cell that trains the model."""
    return (f"history = model.fit(images, labels, batch_size={batch_size(seed)}, epochs=5)",)
