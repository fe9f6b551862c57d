"""Pictures of students, decoded and encoded again: whatever else a file contains never reaches a page."""

import base64
import io
import warnings

_FORMATS = ("PNG", "JPEG", "WEBP")
_MOST_BYTES = 30_000_000
_MOST_PIXELS = 40_000_000
_LARGEST_SIDE = 1_200
_QUALITY = 80
START = "data:image/jpeg;base64,"


def as_address(content: bytes) -> str:
    """Make an address of a picture that a page can contain.

    The picture is turned upright, made at most 1,200 pixels wide and high, and placed on white. It keeps no metadata,
    such as the place where a photo was taken.

    Args:
        content: Bytes of a PNG, JPEG or WebP file, chosen by a student.

    Returns:
        A `data:` address of a JPEG; empty if it is not such a picture, is damaged, or has more than 40 million pixels.
    """
    if len(content) > _MOST_BYTES:
        return ""
    from PIL import Image, ImageOps  # here, since every command would wait for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
            if image.size[0] * image.size[1] > _MOST_PIXELS:  # as the header claims; nothing is decoded yet
                return ""
            image.draft("RGB", (_LARGEST_SIDE, _LARGEST_SIDE))  # a large photo is decoded at a smaller size
            image.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            layers = upright.convert("RGBA")
            paper = Image.new("RGB", layers.size, "white")
            paper.paste(layers, mask=layers.getchannel("A"))
            stream = io.BytesIO()
            paper.save(stream, "JPEG", quality=_QUALITY)
    except Exception:  # no decoder promises which exceptions damaged bytes raise
        return ""
    return START + base64.b64encode(stream.getvalue()).decode()
