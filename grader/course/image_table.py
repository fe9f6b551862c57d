"""Reads the table `[images]` of `exercise.toml`."""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.model.images import ImageSettings, ImageSize

_MOST_SHARE = 0.9


def _array_file(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text or path.suffix != ".npz":
        raise ValueError("must be a path inside the folder, with '/', that ends in .npz")
    return text


def _different(names: list[str]) -> list[str]:
    # Some systems do not tell `Ann` and `ann` apart, so both cannot be folders of images.
    if len({name.casefold() for name in names}) < len(names) or len(names) == 1 or "" in names:
        raise ValueError("must list two or more different names")
    return names


_Side = Annotated[int, Field(ge=8, le=1024)]
_Share = Annotated[float, Field(gt=0, lt=_MOST_SHARE)]
_ArrayFile = Annotated[str, AfterValidator(_array_file)]


class ImageTable(BaseModel):
    """How the images of an exercise are prepared, as an author writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    height: _Side
    width: _Side
    validation: _Share = 0.15
    test: _Share = 0.15
    smallest_class: Annotated[int, Field(ge=3)] = 5
    classes: Annotated[list[str], AfterValidator(_different)] = []
    public: _ArrayFile | None = None
    heldout: _ArrayFile | None = None

    def settings(self, slug: str, seed: int) -> ImageSettings:
        """The table as a value.

        Args:
            slug: The exercise, for which files are named if the table does not name them.
            seed: The seed of the exercise.
        """
        return ImageSettings(
            size=ImageSize(self.height, self.width),
            validation=self.validation,
            test=self.test,
            smallest_class=self.smallest_class,
            classes=tuple(self.classes),
            public=self.public or f"data/{slug}.npz",
            heldout=self.heldout or f"heldout/{slug}.npz",
            seed=seed,
        )
