"""One image file -> pixels of the size that an exercise asks for. No file can stop an import, whatever is in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from grader.images.file_names import readable
from grader.images.issues import Issue
from grader.model.images import ImageSize

Pixels = npt.NDArray[np.uint8]

Image.init()
# Only these: Pillow opens other formats, too, some by running another program, such as Ghostscript for EPS.
# PPM also reads PGM and PBM. AVIF is not in every Pillow.
_READ = ("JPEG", "PNG", "WEBP", "PPM", "GIF", "BMP", "TIFF", "AVIF")
FORMATS = tuple(name for name in _READ if name in Image.OPEN)
_SUFFIXES = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".pgm", ".ppm", ".pbm", ".pnm"),
    *(".gif", ".bmp", ".tif", ".tiff", ".avif"),
}
_MOST_BYTES = 256 * 2**20
_MOST_PIXELS = 64_000_000
_ORIENTATION = 0x0112  # the tag of EXIF, and its values
_UPRIGHT = 1
_ON_ITS_SIDE = (5, 6, 7, 8)
_SAME_SHAPE = 1.01  # ratio of shapes up to which nothing worth a remark is cut off
_HIGHEST_16_BIT = 65535
_ONE_COLOUR = 2  # grey levels between the darkest and the lightest value
_LONGEST_REASON = 60  # characters


@dataclass(frozen=True, slots=True)
class Picture:
    """One image, as an import uses it.

    Attributes:
        pixels: (height, width, 3), uint8; None if it is left out.
        issues: Its issues.
        detail: Details on why it is left out, such as the words of the decoder.
    """

    pixels: Pixels | None
    issues: tuple[Issue, ...] = ()
    detail: str = ""


class _RefusedError(Exception):
    """An image is left out."""

    def __init__(self, issue: Issue, detail: str = "") -> None:
        super().__init__(detail)
        self.issue = issue


def read_picture(path: str, size: ImageSize) -> Picture:
    """Read an image file.

    Args:
        path: The file, of which nothing is trusted.
        size: The size of the result. The image is cut to this shape around its centre, then resized.

    Returns:
        The pixels, or the issue because of which there are none. All that a decoder raises becomes an issue.
    """
    try:
        if (length := Path(path).stat().st_size) > _MOST_BYTES:
            raise _RefusedError(Issue.TOO_LARGE, f"{length / 2**20:.0f} MiB")
        with Image.open(path, formats=FORMATS) as image:
            return _picture(image, size)
    except _RefusedError as refused:
        return Picture(None, (refused.issue,), str(refused))
    except Image.DecompressionBombError:
        return Picture(None, (Issue.TOO_LARGE,), f"more than {2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6:.0f} Mpixel")
    except UnidentifiedImageError:
        is_called_image = Path(path).suffix.casefold() in _SUFFIXES
        return Picture(None, (Issue.BROKEN if is_called_image else Issue.UNKNOWN,), "")
    except Exception as error:  # a decoder that meets a broken file may raise anything
        return Picture(None, (Issue.BROKEN,), _reason(error))


def fitted(array: npt.NDArray[np.uint8], size: ImageSize) -> Picture:
    """Bring the pixels of an image to a size.

    Args:
        array: (h, w, 3) or (h, w), uint8.
        size: The size of the result. The image is cut to this shape around its centre, then resized.

    Returns:
        The pixels, or the issue because of which there are none.
    """
    try:
        return _picture(Image.fromarray(np.ascontiguousarray(array)), size)
    except _RefusedError as refused:
        return Picture(None, (refused.issue,), str(refused))


def _picture(image: Image.Image, size: ImageSize) -> Picture:
    _check_size(image, size)  # before anything is decoded: the header says how much memory that would take
    has_frames = getattr(image, "n_frames", 1) > 1 and image.format != "MPO"  # MPO: views of one photograph
    declared = (image.width, image.height)
    if image.format == "JPEG":
        # A photograph far larger than needed is decoded at a fraction of its size.
        longest = 3 * max(size.height, size.width)
        image.draft(None, (longest, longest))
    image.load()
    upright, orientation = _upright(image)
    eight_bits, colour_issues = _eight_bits(upright)
    opaque, transparency_issues = _on_white(_resized(eight_bits, size))
    pixels = np.asarray(opaque.convert("RGB"))
    if int(np.ptp(pixels, axis=(0, 1)).max()) <= _ONE_COLOUR:
        raise _RefusedError(Issue.BLANK)
    file_issues = [Issue.FRAMES] * has_frames + [Issue.TURNED] * (orientation != _UPRIGHT)
    width, height = declared[::-1] if orientation in _ON_ITS_SIDE else declared
    shape_issues = _shape_issues(width, height, size)
    return Picture(pixels, (*file_issues, *shape_issues, *colour_issues, *transparency_issues))


def _check_size(image: Image.Image, size: ImageSize) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise _RefusedError(Issue.TOO_LARGE, f"{image.width} x {image.height} pixels")
    shorter, longer = sorted((image.width, image.height))
    target_shorter, target_longer = sorted((size.width, size.height))  # sorted: a camera may turn the image
    if 2 * shorter < target_shorter or 2 * longer < target_longer:
        raise _RefusedError(Issue.TOO_SMALL, f"{image.height} x {image.width}")


def _upright(image: Image.Image) -> tuple[Image.Image, int]:
    """The image, turned upright, and its orientation in EXIF; metadata that cannot be read turn nothing."""
    try:
        orientation = image.getexif().get(_ORIENTATION, _UPRIGHT)
        if orientation in range(_UPRIGHT + 1, max(_ON_ITS_SIDE) + 1):
            return ImageOps.exif_transpose(image), int(orientation)
    except Exception:  # broken metadata of an image that is whole
        pass
    return image, _UPRIGHT


def _shape_issues(width: int, height: int, size: ImageSize) -> Iterator[Issue]:
    """The issues with the shape and the size of an upright image."""
    across, down = width / size.width, height / size.height
    if max(across, down) > _SAME_SHAPE * min(across, down):
        yield Issue.CROPPED
    if min(across, down) < 1:
        yield Issue.SMALL


def _eight_bits(image: Image.Image) -> tuple[Image.Image, list[Issue]]:
    """The same image in one of the modes L, RGB and RGBA, and the issues with its colours."""
    if image.mode.startswith(("I", "F")):
        return _rounded(image), [Issue.DEEP_COLOUR, Issue.GREY]
    if image.has_transparency_data:
        return image.convert("RGBA"), []
    if image.mode in ("1", "L"):
        return image.convert("L"), [Issue.GREY]
    if image.mode == "CMYK":
        return image.convert("RGB"), [Issue.CMYK]
    return image.convert("RGB"), []


def _rounded(image: Image.Image) -> Image.Image:
    """Grey values of 16 bits (or, as fractions, from 0 to 1) as 8 bits."""
    values = np.asarray(image, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= _HIGHEST_16_BIT):  # also if a value is NaN
        raise _RefusedError(Issue.BROKEN, f"values from {low:g} to {high:g}, not 0 to {_HIGHEST_16_BIT}")
    if image.mode == "F" and high <= 1:
        scale = 255.0
    elif image.mode == "F" and high <= 255:
        scale = 1.0
    else:
        scale = 255 / _HIGHEST_16_BIT
    return Image.fromarray(np.rint(values * scale).astype(np.uint8))


def _resized(image: Image.Image, size: ImageSize) -> Image.Image:
    """The largest part around the centre that has the shape of `size`, resized to it."""
    scale = min(image.width / size.width, image.height / size.height)
    width, height = min(size.width * scale, image.width), min(size.height * scale, image.height)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    box = (left, top, min(left + width, image.width), min(top + height, image.height))
    return image.resize((size.width, size.height), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _on_white(image: Image.Image) -> tuple[Image.Image, list[Issue]]:
    """The image on a white background, so that nothing in it is transparent, and the issue if something was."""
    if image.mode != "RGBA":
        return image, []
    if np.asarray(image.getchannel("A")).min() == 255:
        return image.convert("RGB"), []
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB"), [Issue.TRANSPARENT]


def _reason(error: Exception) -> str:
    text = readable(" ".join(str(error).split())) or type(error).__name__
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"
