"""Put CIFAR-10 where the exercise looks for it: `python solutions/cifar10/make_data.py [cifar10.npz]`.

The course may not give CIFAR-10 away, so each place that wants the accuracy marked fetches it for itself. Without an
argument `keras.datasets.cifar10` downloads it; a machine without network is given a file with the arrays `x_train`,
`y_train`, `x_test` and `y_test` instead. Both files that are written stay out of the repository.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "exercises" / "cifar10" / "data" / "cifar10-10000.npz"
HELDOUT = ROOT / "solutions" / "cifar10" / "heldout" / "cifar10-2000.npz"
SEED = 20240521
TRAIN, VALID, TEST = 900, 100, 200  # images of each class


def main() -> None:
    """Draw the samples and write them."""
    images, labels, test_images, test_labels = load(sys.argv[1]) if len(sys.argv) > 1 else download()
    rng = np.random.default_rng(SEED)
    rows = np.stack([rng.permutation(np.flatnonzero(labels == name))[: TRAIN + VALID] for name in range(10)])
    tested = np.stack([rng.permutation(np.flatnonzero(test_labels == name))[:TEST] for name in range(10)])
    train, valid = rng.permutation(rows[:, :TRAIN].ravel()), rng.permutation(rows[:, TRAIN:].ravel())
    heldout = rng.permutation(tested.ravel())
    save(PUBLIC, x_train=images[train], y_train=labels[train], x_valid=images[valid], y_valid=labels[valid])
    save(HELDOUT, inputs=test_images[heldout], labels=test_labels[heldout])


def load(file: str) -> tuple[Any, Any, Any, Any]:
    """Images and labels to train with, and to test with, from an `.npz` file."""
    with np.load(file, allow_pickle=False) as data:
        return data["x_train"], data["y_train"].ravel(), data["x_test"], data["y_test"].ravel()


def download() -> tuple[Any, Any, Any, Any]:
    """The same from `keras.datasets`, which keeps them in `~/.keras`."""
    from keras.datasets import cifar10

    (images, labels), (test_images, test_labels) = cifar10.load_data()
    return images, labels.ravel(), test_images, test_labels.ravel()


def save(path: Path, **arrays: Any) -> None:
    """Write an `.npz` file and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
