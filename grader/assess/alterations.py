"""Images altered so little that a person hardly sees it, but enough that their bytes cannot be looked up."""

from typing import Any

import numpy as np
import numpy.typing as npt

SHIFT = 2  # pixels, at most
BRIGHTNESS = 0.06  # a share: factors from 0.94 to 1.06
# An image that is not moved at all would differ by its brightness only, so (0, 0) is not among them.
_SHIFTS = [(y, x) for y in range(-SHIFT, SHIFT + 1) for x in range(-SHIFT, SHIFT + 1) if (y, x) != (0, 0)]


def alter(images: npt.NDArray[Any], generator: np.random.Generator) -> npt.NDArray[Any]:
    """Move each image by 1 or 2 pixels, and make it up to 6 % lighter or darker.

    Args:
        images: Shape (n, height, width) or (n, height, width, channels), any numeric dtype.
        generator: Draws the shift and the brightness of each image.

    Returns:
        The same shape and dtype. Pixels that come in at an edge repeat the edge. Values stay within 0 to 255
        for uint8, and within the range of all images together for another dtype.
    """
    height, width = images.shape[1:3]
    padding = [(0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), *[(0, 0)] * (images.ndim - 3)]
    padded = np.pad(images, padding, mode="edge")
    shift_numbers = generator.integers(len(_SHIFTS), size=len(images))
    shifted = np.empty_like(images)
    for number, (down, right) in enumerate(_SHIFTS):
        top, left = SHIFT - down, SHIFT - right
        shifted[shift_numbers == number] = padded[shift_numbers == number, top : top + height, left : left + width]
    factors = generator.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS, size=(len(images), *[1] * (images.ndim - 1)))
    low, high = (0, 255) if images.dtype == np.uint8 else (images.min(initial=0), images.max(initial=0))
    brightened = np.clip(shifted * factors, low, high)
    return (np.rint(brightened) if images.dtype.kind in "iu" else brightened).astype(images.dtype)
