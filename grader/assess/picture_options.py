"""The options of the pictures of a question: the numbers that they show, and how."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from grader.assess.options import Options
from grader.cnn.windows import By

_Name = Annotated[str, Field(min_length=1)]
"""Names one of the student's individual numbers."""
_Size = Annotated[int, Field(strict=True, gt=0)] | _Name
_Numbers = _Name | list[Any]


def _for_each_axis(value: Any) -> Any:
    """One size for each axis; a single size holds for both."""
    return value if isinstance(value, list) else [value, value]


_Sizes = Annotated[
    tuple[_Size, ...],
    BeforeValidator(_for_each_axis, json_schema_input_type=_Size | list[_Size]),
    Field(min_length=1, max_length=2),
]
_Ring = Annotated[int, Field(strict=True, ge=0)] | _Name
_Rings = Annotated[
    tuple[_Ring, ...],
    BeforeValidator(_for_each_axis, json_schema_input_type=_Ring | list[_Ring]),
    Field(min_length=1, max_length=2),
]


class ConvolutionPicture(Options):
    """A filter on an image, worked out at one place."""

    shows: Literal["convolution"]
    image: _Numbers
    filter: _Numbers
    stride: _Sizes = (1, 1)
    padding: _Rings = ("valid", "valid")
    flip: bool = False
    bias: Annotated[float, Field(strict=True)] | int | _Name = 0
    relu: bool = False


class PoolingPicture(Options):
    """Pooling of a map, worked out at one place."""

    shows: Literal["pooling"]
    image: _Numbers
    size: _Sizes
    stride: _Sizes | None = None
    by: By = "max"


class SizesPicture(Options):
    """Padding, window and step on an image of which only the size is known."""

    shows: Literal["sizes"]
    image: _Sizes
    filter: _Sizes
    stride: _Sizes = (1, 1)
    padding: _Rings = ("valid", "valid")


class MapsPicture(Options):
    """The answer as grey images."""

    shows: Literal["maps"]


Picture = Annotated[ConvolutionPicture | PoolingPicture | SizesPicture | MapsPicture, Field(discriminator="shows")]
Pictures = Annotated[
    tuple[Picture, ...],
    BeforeValidator(
        lambda value: value if isinstance(value, list) else [value], json_schema_input_type=Picture | list[Picture]
    ),
]
