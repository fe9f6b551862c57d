"""One file -> pixels: every format, and files that are none."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from grader.images.issues import Issue
from grader.images.picture import Picture, fitted, read_picture
from grader.model.images import ImageSize
from tests.images.image_samples import halves, photo, save

Colour = tuple[int, int, int]
SIZE = ImageSize(16, 16)
RED, BLUE, BLACK, WHITE = (250, 0, 0), (0, 0, 250), (0, 0, 0), (255, 255, 255)

FORMATS: dict[str, tuple[str, str, dict[str, Any], Colour, Colour, set[Issue]]] = {
    "JPEG": ("RGB", "a.jpg", {"quality": 95, "subsampling": 0}, RED, BLUE, set()),
    "progressive JPEG": ("RGB", "a.jpeg", {"quality": 95, "subsampling": 0, "progressive": True}, RED, BLUE, set()),
    "PNG": ("RGB", "a.png", {}, RED, BLUE, set()),
    "WebP": ("RGB", "a.webp", {"lossless": True}, RED, BLUE, set()),
    "PPM": ("RGB", "a.ppm", {}, RED, BLUE, set()),
    "PGM": ("L", "a.pgm", {}, BLACK, WHITE, {Issue.GREY}),
    "BMP": ("RGB", "a.bmp", {}, RED, BLUE, set()),
    "TIFF": ("RGB", "a.tiff", {}, RED, BLUE, set()),
    "GIF with a palette": ("P", "a.gif", {}, RED, BLUE, set()),
    "PNG with a palette": ("P", "a.png", {}, RED, BLUE, set()),
    "black and white": ("1", "a.png", {}, BLACK, WHITE, {Issue.GREY}),
    "CMYK in TIFF": ("CMYK", "a.tif", {}, RED, BLUE, {Issue.CMYK}),
    "CMYK in JPEG": ("CMYK", "a.jpg", {"quality": 95}, RED, BLUE, {Issue.CMYK}),
    "16 bits in PNG": ("I;16", "a.png", {}, BLACK, WHITE, {Issue.DEEP_COLOUR, Issue.GREY}),
    "16 bits in TIFF": ("I;16", "a.tif", {}, BLACK, WHITE, {Issue.DEEP_COLOUR, Issue.GREY}),
    "16 bits in PGM": ("I;16", "a.pgm", {}, BLACK, WHITE, {Issue.DEEP_COLOUR, Issue.GREY}),
    "opaque RGBA": ("RGBA", "a.png", {}, RED, BLUE, set()),
    "PNG called JPEG": ("RGB", "a.jpg", {"format": "PNG"}, RED, BLUE, set()),
    "JPEG without a suffix": ("RGB", "a", {"format": "JPEG", "quality": 95, "subsampling": 0}, RED, BLUE, set()),
}


def colours(picture: Picture) -> tuple[list[int], list[int]]:
    """The colour at the left and at the right."""
    assert picture.pixels is not None, picture
    assert picture.pixels.shape == (16, 16, 3)
    assert picture.pixels.dtype == np.uint8
    return picture.pixels[8, 2].tolist(), picture.pixels[8, 13].tolist()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_picture(name: str, tmp_path: Path) -> None:
    mode, file, options, left, right, issues = FORMATS[name]
    picture = read_picture(str(save(halves(mode), tmp_path / file, **options)), SIZE)
    found = colours(picture)
    assert np.abs(np.array(found) - np.array([left, right])).max() <= 12, found
    assert set(picture.issues) == issues


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    image = halves("RGBA")
    image.putalpha(Image.fromarray(np.repeat([[255] * 24 + [0] * 24], 48, axis=0).astype(np.uint8)))
    picture = read_picture(str(save(image, tmp_path / "a.png")), SIZE)
    assert colours(picture) == (list(RED), list(WHITE))
    assert picture.issues == (Issue.TRANSPARENT,)


def test_a_transparent_colour_of_a_palette_becomes_white(tmp_path: Path) -> None:
    image = halves("RGB").quantize(2)
    blue = image.getpixel((40, 8))
    picture = read_picture(str(save(image, tmp_path / "a.png", transparency=blue)), SIZE)
    assert colours(picture)[1] == list(WHITE)


@pytest.mark.parametrize(("orientation", "corner"), [(3, (8, 13)), (6, (2, 8)), (8, (13, 8))])
def test_a_photograph_is_turned_as_the_camera_was_held(
    orientation: int, corner: tuple[int, int], tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read_picture(str(save(halves(), tmp_path / "a.jpg", exif=exif, quality=95, subsampling=0)), SIZE)
    assert picture.pixels is not None
    assert np.abs(picture.pixels[corner].astype(int) - RED).max() <= 12
    assert picture.issues == (Issue.TURNED,)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_metadata_turn_nothing(tmp_path: Path) -> None:
    picture = read_picture(str(save(halves(), tmp_path / "a.jpg", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")), SIZE)
    assert picture.pixels is not None
    assert picture.issues == ()


def test_the_first_frame_of_an_animation_is_taken(tmp_path: Path) -> None:
    for name in ("a.gif", "a.png", "a.webp"):
        picture = read_picture(str(save(halves(), tmp_path / name, save_all=True, append_images=[photo(1)])), SIZE)
        assert np.abs(np.array(colours(picture)) - np.array([RED, BLUE])).max() <= 12, name
        assert picture.issues == (Issue.FRAMES,)


@pytest.mark.parametrize(("height", "width"), [(48, 144), (144, 48)])
def test_the_centre_of_another_shape_is_kept(height: int, width: int, tmp_path: Path) -> None:
    pixels = np.full((height, width, 3), 255, np.uint8)
    top, left = (height - 48) // 2, (width - 48) // 2
    pixels[top : top + 48, left : left + 48] = np.asarray(halves())
    picture = read_picture(str(save(Image.fromarray(pixels), tmp_path / "a.png")), SIZE)
    assert np.abs(np.array(colours(picture)) - np.array([RED, BLUE])).max() <= 12
    assert picture.issues == (Issue.CROPPED,)


def test_small_pictures_are_enlarged_and_tiny_ones_left_out(tmp_path: Path) -> None:
    small = read_picture(str(save(photo(1, 12, 12), tmp_path / "a.png")), SIZE)
    assert small.pixels is not None
    assert small.issues == (Issue.SMALL,)
    tiny = read_picture(str(save(photo(1, 7, 40), tmp_path / "b.png")), SIZE)
    assert (tiny.pixels, tiny.issues, tiny.detail) == (None, (Issue.TOO_SMALL,), "7 x 40")


def test_a_picture_of_the_right_size_keeps_every_pixel(tmp_path: Path) -> None:
    image = photo(5, 16, 16)
    picture = read_picture(str(save(image, tmp_path / "a.png")), SIZE)
    assert picture.pixels is not None
    assert (picture.pixels == np.asarray(image)).all()
    again = fitted(np.asarray(image), SIZE)
    assert again.pixels is not None
    assert (again.pixels == picture.pixels).all()


def test_a_picture_need_not_be_square(tmp_path: Path) -> None:
    picture = read_picture(str(save(photo(5, 40, 80), tmp_path / "a.png")), ImageSize(10, 20))
    assert picture.pixels is not None
    assert picture.pixels.shape == (10, 20, 3)
    assert picture.issues == ()


def test_one_colour_is_no_picture(tmp_path: Path) -> None:
    picture = read_picture(str(save(Image.new("RGB", (40, 40), (7, 8, 9)), tmp_path / "a.png")), SIZE)
    assert (picture.pixels, picture.issues) == (None, (Issue.BLANK,))


def bomb() -> bytes:
    """A PNG that says it is 30,000 pixels wide and high."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


BAD = {
    "an empty file": ("a.png", b"", Issue.BROKEN),
    "a truncated PNG": ("a.png", png(photo(1, 300, 300))[:-4000], Issue.BROKEN),
    "a truncated JPEG": ("a.jpg", jpeg(photo(1, 300, 300))[:2000], Issue.BROKEN),
    "a header and no more": ("a.pgm", b"P5 40 40 255\n", Issue.BROKEN),
    "a header that lies": ("a.pgm", b"P5 40 -40 255\n" + bytes(1600), Issue.BROKEN),
    "text": ("issues.txt", b"not an image", Issue.UNKNOWN),
    "text called image": ("a.jpg", b"<html>404 not found</html>", Issue.BROKEN),
    "a drawing": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Issue.UNKNOWN),
    "PostScript": ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 90 90\n", Issue.UNKNOWN),
    "a bomb": ("a.png", bomb(), Issue.TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gives_a_reason_and_stops_nothing(name: str, tmp_path: Path) -> None:
    file, content, issue = BAD[name]
    (tmp_path / file).write_bytes(content)
    picture = read_picture(str(tmp_path / file), SIZE)
    assert (picture.pixels, picture.issues) == (None, (issue,))
    assert len(picture.detail) <= 60


def test_a_file_that_cannot_be_opened_gives_a_reason(tmp_path: Path) -> None:
    picture = read_picture(str(tmp_path / "gone.png"), SIZE)
    assert (picture.pixels, picture.issues) == (None, (Issue.BROKEN,))


def test_values_beyond_16_bits_are_refused(tmp_path: Path) -> None:
    image = Image.fromarray(np.linspace(0, 1e6, 1600).reshape(40, 40).astype(np.int32))
    picture = read_picture(str(save(image, tmp_path / "a.tif")), SIZE)
    assert (picture.pixels, picture.issues) == (None, (Issue.BROKEN,))
    assert picture.detail.startswith("values from 0 to 1e+06")


def test_fractions_are_read_as_grey(tmp_path: Path) -> None:
    image = Image.fromarray(np.repeat([[0.0] * 24 + [1.0] * 24], 48, axis=0).astype(np.float32))
    assert colours(read_picture(str(save(image, tmp_path / "a.tif")), SIZE)) == (list(BLACK), list(WHITE))
