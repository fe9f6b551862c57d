"""Pictures made for tests: each seed gives another one, smooth enough to be stored in any format."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from grader.course.layout import Course

SPECIFICATION = """\
title = "People"
summary = "Tell people apart."
lecture = "L"
seed = 3

[images]
height = 16
width = 16
{more}
[[questions]]
id = "a"
title = "A"
kind = "number"
answer = "a"
points = 1
"""


def photo(seed: int, height: int = 48, width: int = 48) -> Image.Image:
    """A colour picture of random smooth patches."""
    small = np.random.default_rng(seed).integers(20, 220, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def halves(mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right, 48 x 48; in grey modes dark and light."""
    pixels = np.zeros((48, 48, 3), np.uint8)
    pixels[:, :24], pixels[:, 24:] = (250, 0, 0), (0, 0, 250)
    if mode in ("1", "L", "LA", "I;16"):
        pixels[:, :24], pixels[:, 24:] = 0, 255
    if mode == "I;16":
        return Image.fromarray(pixels[:, :, 0].astype(np.uint16) * 257)
    return Image.fromarray(pixels).convert(mode)


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    """Write an image, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def people(root: Path, counts: dict[str, int], first: int = 0) -> Path:
    """A folder for each name with so many different pictures."""
    seed = first
    for name, count in counts.items():
        for number in range(count):
            save(photo(seed), root / name / f"{number}.png")
            seed += 1
    return root


def with_images(course: Course, slug: str = "people", more: str = "") -> Course:
    """Add an exercise that has a table `[images]`, and nothing else."""
    folder = course.exercises / slug
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(SPECIFICATION.format(more=more))
    return course


def arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Everything in an `.npz` file."""
    with np.load(path, allow_pickle=False) as data:
        return {name: data[name] for name in data.files}
