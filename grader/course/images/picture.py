"""One image file -> pixels of the size that an exercise wants. Nothing in a file can stop an import."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from grader.course.images.findings import Kind
from grader.course.images.names import readable
from grader.model.images import Size

Pixels = npt.NDArray[np.uint8]

Image.init()
# PPM reads PGM and PBM, too; AVIF is not in every Pillow.
_READ = ("JPEG", "PNG", "WEBP", "PPM", "GIF", "BMP", "TIFF", "AVIF")
FORMATS = tuple(name for name in _READ if name in Image.OPEN)
_SUFFIXES = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".pgm", ".ppm", ".pbm", ".pnm"),
    *(".gif", ".bmp", ".tif", ".tiff", ".avif"),
}
_MOST_BYTES = 256 * 2**20
_MOST_PIXELS = 64_000_000
_ORIENTATION = 0x0112
_UPRIGHT = 1
_ON_ITS_SIDE = (5, 6, 7, 8)
_SAME_SHAPE = 1.01
_HIGHEST = 65535
_ONE_COLOUR = 2  # grey levels between the darkest and the lightest value
_LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Picture:
    """What became of one image.

    Attributes:
        pixels: (height, width, 3), uint8; None if it is left out.
        notes: What there is to say about it.
        detail: Why it is left out, where there is more to say.
    """

    pixels: Pixels | None
    notes: tuple[Kind, ...] = ()
    detail: str = ""


class _RefusedError(Exception):
    """An image is left out."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        super().__init__(detail)
        self.kind = kind


def read_picture(path: str, size: Size) -> Picture:
    """Read an image file.

    Args:
        path: The file.
        size: What the image is brought to: cut to its shape around the centre, then resized.

    Returns:
        The pixels, or why there are none. Whatever a decoder raises becomes such a reason.
    """
    try:
        if (length := Path(path).stat().st_size) > _MOST_BYTES:
            raise _RefusedError(Kind.TOO_LARGE, f"{length / 2**20:.0f} MiB")
        with Image.open(path, formats=FORMATS) as image:
            return _picture(image, size)
    except _RefusedError as refused:
        return Picture(None, (refused.kind,), str(refused))
    except Image.DecompressionBombError:
        return Picture(None, (Kind.TOO_LARGE,), f"more than {2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6:.0f} Mpixel")
    except UnidentifiedImageError:
        is_called_image = Path(path).suffix.casefold() in _SUFFIXES
        return Picture(None, (Kind.BROKEN if is_called_image else Kind.UNKNOWN,), "")
    except Exception as error:  # a decoder that meets a broken file may raise anything
        return Picture(None, (Kind.BROKEN,), _reason(error))


def fitted(array: npt.NDArray[Any], size: Size) -> Picture:
    """Bring an array to a size.

    Args:
        array: (h, w, 3) or (h, w), uint8.
        size: What it is brought to.

    Returns:
        Its pixels, or why there are none.
    """
    try:
        return _picture(Image.fromarray(np.ascontiguousarray(array)), size)
    except _RefusedError as refused:
        return Picture(None, (refused.kind,), str(refused))


def _picture(image: Image.Image, size: Size) -> Picture:
    _check_size(image, size)
    frames, declared = getattr(image, "n_frames", 1) > 1 and image.format != "MPO", (image.width, image.height)
    if image.format == "JPEG":
        # A photograph far larger than needed is decoded at a fraction of its size.
        longest = 3 * max(size.height, size.width)
        image.draft(None, (longest, longest))
    image.load()
    turned, orientation = _turned(image)
    plain, notes = _eight_bits(turned)
    flat, more = _on_white(_resized(plain, size))
    pixels = np.asarray(flat.convert("RGB"))
    if int(np.ptp(pixels, axis=(0, 1)).max()) <= _ONE_COLOUR:
        raise _RefusedError(Kind.BLANK)
    first = [Kind.FRAMES] * frames + [Kind.TURNED] * (orientation != _UPRIGHT)
    width, height = declared[::-1] if orientation in _ON_ITS_SIDE else declared
    return Picture(pixels, (*first, *_shape_notes(width, height, size), *notes, *more))


def _check_size(image: Image.Image, size: Size) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise _RefusedError(Kind.TOO_LARGE, f"{image.width} x {image.height} pixels")
    shorter, longer = sorted((image.width, image.height))
    wanted_shorter, wanted_longer = sorted((size.width, size.height))
    if 2 * shorter < wanted_shorter or 2 * longer < wanted_longer:
        raise _RefusedError(Kind.TOO_SMALL, f"{image.height} x {image.width}")


def _turned(image: Image.Image) -> tuple[Image.Image, int]:
    """The image as the camera was held, and how that was; metadata that cannot be read turn nothing."""
    try:
        orientation = image.getexif().get(_ORIENTATION, _UPRIGHT)
        if orientation in range(_UPRIGHT + 1, max(_ON_ITS_SIDE) + 1):
            return ImageOps.exif_transpose(image), int(orientation)
    except Exception:  # broken metadata of an image that is whole
        pass
    return image, _UPRIGHT


def _shape_notes(width: int, height: int, size: Size) -> Iterator[Kind]:
    """What there is to say about the shape and the size of an upright image."""
    across, down = width / size.width, height / size.height
    if max(across, down) > _SAME_SHAPE * min(across, down):
        yield Kind.CROPPED
    if min(across, down) < 1:
        yield Kind.SMALL


def _eight_bits(image: Image.Image) -> tuple[Image.Image, list[Kind]]:
    """The same in one of the modes L, RGB and RGBA."""
    if image.mode.startswith(("I", "F")):
        return _rounded(image), [Kind.DEEP_COLOUR, Kind.GREY]
    if image.has_transparency_data:
        return image.convert("RGBA"), []
    if image.mode in ("1", "L"):
        return image.convert("L"), [Kind.GREY]
    if image.mode == "CMYK":
        return image.convert("RGB"), [Kind.CMYK]
    return image.convert("RGB"), []


def _rounded(image: Image.Image) -> Image.Image:
    """Grey values of 16 bits (or, as fractions, from 0 to 1) as 8 bits."""
    values = np.asarray(image, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= _HIGHEST):
        raise _RefusedError(Kind.BROKEN, f"values from {low:g} to {high:g}, not 0 to {_HIGHEST}")
    scale = 255.0 if image.mode == "F" and high <= 1 else 1.0 if image.mode == "F" and high <= 255 else 255 / _HIGHEST
    return Image.fromarray(np.rint(values * scale).astype(np.uint8))


def _resized(image: Image.Image, size: Size) -> Image.Image:
    """The largest part of the wanted shape around the centre, resized."""
    scale = min(image.width / size.width, image.height / size.height)
    width, height = min(size.width * scale, image.width), min(size.height * scale, image.height)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    box = (left, top, min(left + width, image.width), min(top + height, image.height))
    return image.resize((size.width, size.height), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _on_white(image: Image.Image) -> tuple[Image.Image, list[Kind]]:
    """An image without transparency; light that came through is white."""
    if image.mode != "RGBA":
        return image, []
    if np.asarray(image.getchannel("A")).min() == 255:
        return image.convert("RGB"), []
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB"), [Kind.TRANSPARENT]


def _reason(error: Exception) -> str:
    text = readable(" ".join(str(error).split())) or type(error).__name__
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"
