"""The mistakes with the highest confidence of a model, with pictures if the exercise allows them."""

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.heldout import ShuffledData
from grader.assess.predictions import Predictions
from grader.model.figures import Mistake

MOST = 6
_LARGEST_SIDE = 256  # pixels


def surest(
    heldout: ShuffledData, predictions: Predictions, classes: tuple[str, ...], pictures: bool
) -> tuple[Mistake, ...]:
    """Find the wrong labels with the highest confidence.

    Args:
        heldout: Labels and inputs in the order of the predictions.
        predictions: The predictions.
        classes: Names of the labels.
        pictures: Whether the held-out images may be shown.

    Returns:
        At most 6 mistakes, the surest first; empty if no confidence is known. A confidence has two decimals, because
        more could identify the image.
    """
    if predictions.confidences is None:
        return ()
    wrong = np.flatnonzero(predictions.labels != heldout.labels)
    places = wrong[np.argsort(-predictions.confidences[wrong], kind="stable")][:MOST]
    return tuple(
        Mistake(
            true=classes[int(heldout.labels[place])],
            found=classes[int(predictions.labels[place])],
            confidence=round(float(predictions.confidences[place]), 2),
            picture=picture(image) if pictures and (image := heldout.input(int(place))) is not None else "",
        )
        for place in places
    )


def picture(image: npt.NDArray[Any]) -> str:
    """Convert an image to the `data:` address of a PNG.

    Args:
        image: Shape (height, width), or (height, width, 1 or 3); uint8, or floats from 0 to 1 or to 255.

    Returns:
        The address; empty if the array has another shape or is larger than 256 pixels on a side.
    """
    from PIL import Image  # here, because few submissions need it, and every command would wait for the import

    pixels = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3) or max(pixels.shape) > _LARGEST_SIDE:
        return ""
    if pixels.dtype != np.uint8:
        scale = 255.0 if pixels.max(initial=0) <= 1 else 1.0
        pixels = np.clip(np.rint(pixels * scale), 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
