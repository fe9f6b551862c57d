"""The results that the lectures print, and the recipes with which they are trained here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

SEEDS = 5
"""How many seeds a recipe is trained with, unless it says otherwise."""

_OF_NO_TRAINING = ("name", "title", "seeds", "printed")


@dataclass(frozen=True, slots=True)
class Printed:
    """An accuracy that a lecture prints.

    Attributes:
        text: As the page shows it.
        low: The accuracy, between 0 and 1, or the lowest of several.
        high: The accuracy, or the highest of several.
    """

    text: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: Identifies the recipe within its result.
        title: The same for readers of the page.
        network: Name of a reference model.
        data: Name of the images: a key of `data.SOURCES`.
        images: How many of the training images are used, counted from the first.
        epochs: How often each of them is seen.
        batch: Images in a batch.
        optimizer: Name of an optimizer of Keras.
        rate: Its learning rate.
        pixels: `raw` (0 to 255), `scaled` (0 to 1), or standardised with the mean and the standard deviation
            of the training images: `standardised` pixel by pixel, `standardised channels` channel by channel.
        changed: Whether each epoch sees randomly changed copies, as `alzahrani_augmentation` makes them.
        seeds: With how many seeds it is trained: 1, 2, 3 and so on.
        printed: The accuracy that the lecture prints; None if it prints none for this recipe.
    """

    name: str
    title: str
    network: str
    data: str
    images: int
    epochs: int
    batch: int
    optimizer: str
    rate: float
    pixels: str
    changed: bool = False
    seeds: int = SEEDS
    printed: Printed | None = None

    def settings(self) -> dict[str, Any]:
        """What changes a training: not the names of the recipe, the number of seeds, and what is printed."""
        return {name: value for name, value in asdict(self).items() if name not in _OF_NO_TRAINING}


@dataclass(frozen=True, slots=True)
class Result:
    """A result of a lecture.

    Attributes:
        name: Identifies it on the command line.
        title: What was trained, for readers of the page.
        source: File of the lecture, and title of the slide.
        on: The images of the printed accuracy: `test` or `validation`.
        recipes: The first is that of the lecture; others differ from it, to explain a difference.
        curve: Name of a curve that the lecture prints, such as `val_accuracy` -> epoch -> value.
        is_part: Whether it is only a part of what the lecture trained, so that no accuracy is compared.
    """

    name: str
    title: str
    source: str
    on: str
    recipes: tuple[Recipe, ...]
    curve: Mapping[str, Mapping[int, float]] = field(default_factory=lambda: MappingProxyType({}))
    is_part: bool = False


def _other(recipe: Recipe, name: str, title: str, **changes: Any) -> Recipe:
    """A recipe that differs from that of the lecture, so that nothing printed belongs to it."""
    return replace(recipe, name=name, title=title, **{"printed": None, **changes})


_CIFAR_SLIDE = "alzahrani-deep-learning-cnn, “A CNN example with Keras and CIFAR-10”"

_DENSE = Recipe(
    "lecture",
    "ReLU, dropout, batch normalisation, 4,000 images",
    network="sick_mnist_dense_regularised",
    data="course",
    images=4000,
    epochs=100,
    batch=128,
    optimizer="adadelta",
    rate=1.0,
    pixels="scaled",
    printed=Printed("about 92 %", 0.915, 0.925),
)
_FIRST_CNN = Recipe(
    "lecture",
    "Adadelta with rate 1.0",
    network="sick_one_convolution",
    data="course",
    images=4000,
    epochs=30,
    batch=128,
    optimizer="adadelta",
    rate=1.0,
    pixels="standardised",
)
_ADADELTA = Recipe(
    "lecture",
    "54,000 images, pixels from 0 to 255, Adadelta with rate 0.001",
    network="alzahrani_mnist_cnn",
    data="mnist",
    images=54000,
    epochs=5,
    batch=100,
    optimizer="adadelta",
    rate=0.001,
    pixels="raw",
    printed=Printed("67.05 %", 0.6705, 0.6705),
)
_FEW_ADADELTA = _other(_ADADELTA, "few", "the same with the course's 4,000 images", data="course", images=4000)
_LENET = Recipe(
    "lecture",
    "40,000 images",
    network="lenet5_marques",
    data="mnist",
    images=40000,
    epochs=20,
    batch=1024,
    optimizer="adam",
    rate=0.001,
    pixels="scaled",
    printed=Printed("98.81 %", 0.9881, 0.9881),
)
_CIFAR = Recipe(
    "lecture",
    "50,000 images, 100 epochs",
    network="alzahrani_cifar10_cnn",
    data="cifar10",
    images=50000,
    epochs=100,
    batch=50,
    optimizer="adam",
    rate=0.001,
    pixels="standardised channels",
    changed=True,
    printed=Printed("78.46 %", 0.7846, 0.7846),
)
FULLY_CONNECTED = Printed("0.558, with other faces", 0.558, 0.558)
CONVOLUTIONAL = Printed("0.635 to 0.73, with other faces", 0.635, 0.73)

_FACES_DENSE = Recipe(
    "dense",
    "fully connected network",
    network="celebrity_dense",
    data="orl",
    images=240,
    epochs=30,
    batch=15,
    optimizer="adam",
    rate=0.001,
    pixels="standardised",
    printed=FULLY_CONNECTED,
)


RESULTS = {
    result.name: result
    for result in (
        Result(
            "dense",
            "dense network, 4,000 images, 100 epochs",
            "sick-cas-dl-week4, “Home work - main result”",
            "test",
            (
                _DENSE,
                _other(
                    _DENSE,
                    "2400",
                    "the same with 2,400 images, as in the lecture's call of `fit`",
                    images=2400,
                ),
                _other(
                    _DENSE,
                    "sigmoid",
                    "the network before the homework: sigmoid, 4,000 images",
                    network="sick_mnist_dense",
                ),
                _other(
                    _DENSE,
                    "sigmoid-keras-3",
                    "sigmoid with Keras 3's rate for Adadelta, 0.001",
                    network="sick_mnist_dense",
                    rate=0.001,
                ),
            ),
        ),
        Result(
            "first-cnn",
            "the first CNN, 4,000 images, 30 epochs",
            "sick-cas-dl-week4, “Keras: A high level API with best practice defaults”",
            "test",
            (
                _FIRST_CNN,
                _other(_FIRST_CNN, "keras-3", "Adadelta with Keras 3's rate, 0.001", rate=0.001),
                _other(_FIRST_CNN, "scaled", "Adadelta with rate 1.0, pixels from 0 to 1", pixels="scaled"),
            ),
        ),
        Result(
            "adadelta",
            "CNN with Adadelta, MNIST, 5 epochs",
            "alzahrani-deep-learning-cnn, “A CNN example with Keras and MNIST”",
            "test",
            (
                _ADADELTA,
                _other(_ADADELTA, "old-rate", "Adadelta with the rate 1.0 of old Keras", rate=1.0, seeds=1),
                _other(_ADADELTA, "scaled", "pixels from 0 to 1", pixels="scaled", seeds=1),
                _other(_ADADELTA, "both", "rate 1.0 and pixels from 0 to 1", rate=1.0, pixels="scaled", seeds=1),
                _FEW_ADADELTA,
                _other(_FEW_ADADELTA, "few-old-rate", "4,000 images, rate 1.0", rate=1.0),
                _other(_FEW_ADADELTA, "few-scaled", "4,000 images, pixels from 0 to 1", pixels="scaled"),
                _other(
                    _FEW_ADADELTA,
                    "few-both",
                    "4,000 images, rate 1.0 and pixels from 0 to 1",
                    rate=1.0,
                    pixels="scaled",
                ),
            ),
            {
                "loss": {1: 17.8101, 2: 6.3888, 3: 3.4276, 4: 2.3581, 5: 1.8274},
                "accuracy": {1: 0.1313, 2: 0.2858, 3: 0.4512, 4: 0.5546, 5: 0.6263},
                "val_accuracy": {1: 0.2362, 2: 0.4280, 3: 0.5620, 4: 0.6443, 5: 0.6970},
            },
        ),
        Result(
            "lenet5",
            "network like LeNet-5, MNIST, 20 epochs",
            "marques-intro-cnn-tf-keras, “CNNs with Tensorflow-Keras”",
            "test",
            (
                _LENET,
                _other(_LENET, "few", "the course's 4,000 images", data="course", images=4000),
            ),
            {
                "loss": {1: 1.1475, 20: 0.0465},
                "accuracy": {1: 0.6818, 20: 0.9854},
                "val_accuracy": {1: 0.8418, 20: 0.9779},
            },
        ),
        Result(
            "faces",
            "faces of 40 people, 6 training pictures of each, 30 epochs",
            "sick-cas-dl-week4, “Homework: Do some real stuff”",
            "validation",
            (
                _FACES_DENSE,
                _other(
                    _FACES_DENSE,
                    "cnn",
                    "convolutional network",
                    network="celebrity_cnn",
                    printed=CONVOLUTIONAL,
                ),
            ),
        ),
        Result(
            "cifar10-subset",
            "CNN with batch normalisation, ELU and changed copies, a fifth of CIFAR-10",
            _CIFAR_SLIDE,
            "test",
            tuple(
                _other(
                    _CIFAR,
                    f"{images}",
                    f"{images:,} images, {epochs} epochs",
                    data="cifar10-subset",
                    images=images,
                    epochs=epochs,
                    seeds=1,
                )
                for images, epochs in ((1000, 8), (2000, 8), (4000, 8))
            ),
            is_part=True,
        ),
        Result(
            "cifar10",
            "the same network, CIFAR-10, 100 epochs",
            _CIFAR_SLIDE,
            "test",
            (_CIFAR,),
        ),
    )
}
