"""A canvas to paint on and a camera that looks at a head: the tools of `faces` and `scenes`."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from people import Colour, Person
from PIL import Image, ImageDraw, ImageFilter

Points = npt.NDArray[np.float64]
FINER = 4  # what is painted has this many times the pixels of the picture that is made of it
_ROWS = np.linspace(-1.4, 1.38, 30)
_ANGLES = np.linspace(-90, 90, 11)


@lru_cache(maxsize=128)
def levels(cover: float) -> list[int]:
    """For each level of a mask, the level of a mask that covers less."""
    return [round(level * cover) for level in range(256)]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two; `share` of the other one."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def darker(colour: Colour, factor: float) -> Colour:
    """A colour times a factor, which may be above 1, within what can be shown."""
    red, green, blue = (min(255.0, part * factor) for part in colour)
    return red, green, blue


class Canvas:
    """What has been painted, and where a person is on it.

    Args:
        size: Height and width of the picture, in pixels.
    """

    def __init__(self, size: int) -> None:
        self.pixels = size * FINER
        self.image = Image.new("RGB", (self.pixels, self.pixels))
        self.subject = Image.new("L", (self.pixels, self.pixels))

    def mask(self, *shapes: Points) -> Image.Image:
        """A mask of polygons, each an array (n, 2) of x and y in pixels."""
        found = Image.new("L", (self.pixels, self.pixels))
        draw = ImageDraw.Draw(found)
        for shape in shapes:
            draw.polygon([(x, y) for x, y in shape.tolist()], fill=255)
        return found

    def paint(self, colour: Colour, where: Image.Image, cover: float = 1.0, soft: float = 0.0) -> None:
        """Paint through a mask.

        Args:
            colour: Of the paint.
            where: A mask of the canvas's size.
            cover: 1 hides what is below, 0 is nothing.
            soft: Blur of the mask's edge, as a share of the canvas's width.
        """
        found = where.getbbox()
        if found is None:
            return
        edge = math.ceil(soft * self.pixels) + 1
        left, top, right, bottom = found
        box = (max(0, left - edge), max(0, top - edge), min(self.pixels, right + edge), min(self.pixels, bottom + edge))
        part = where.crop(box)
        if soft:
            part = part.filter(ImageFilter.BoxBlur(soft * self.pixels))
        if cover < 1:
            part = part.point(levels(round(cover, 2)))
        self.image.paste(_whole(colour), box, part)

    def shape(self, colour: Colour, *shapes: Points, cover: float = 1.0, soft: float = 0.0) -> None:
        """Paint polygons, each an array (n, 2) of x and y in pixels."""
        if cover < 1 or soft:
            self.paint(colour, self.mask(*shapes), cover, soft)
        else:
            draw = ImageDraw.Draw(self.image)
            for shape in shapes:
                draw.polygon([(x, y) for x, y in shape.tolist()], fill=_whole(colour))

    def line(self, colour: Colour, path: Points, width: float) -> None:
        """Paint a line along the points of an array (n, 2), as wide as `width` pixels."""
        ImageDraw.Draw(self.image).line(
            [(x, y) for x, y in path.tolist()], fill=_whole(colour), width=max(1, round(width)), joint="curve"
        )

    def claim(self, where: Image.Image) -> None:
        """Mark pixels as belonging to the person, so that the light on the person falls on them."""
        self.subject.paste(255, (0, 0), where)


class Camera:
    """Where the points of a head come to lie in the picture.

    Args:
        pixels: Width of the canvas.
        scale: Half the width of a head, as a share of the width of the canvas.
        middle: Where the middle of the head is, (x, y) as shares of the width of the canvas.
        yaw: How far the head is turned to the right of the picture, in degrees.
        pitch: How far it looks down.
        roll: How far it leans to the right of the picture.
    """

    def __init__(
        self, pixels: int, scale: float, middle: tuple[float, float], yaw: float, pitch: float, roll: float
    ) -> None:
        self.unit = scale * pixels
        self.middle = (middle[0] * pixels, middle[1] * pixels)
        self.yaw, self.pitch, self.roll = (math.radians(angle) for angle in (yaw, pitch, roll))

    def __call__(self, points: Any) -> Points:
        """Points (n, 3) of a head -> points (n, 2) in pixels."""
        x, y, z = np.asarray(points, np.float64).T
        x, z = x * math.cos(self.yaw) + z * math.sin(self.yaw), z * math.cos(self.yaw) - x * math.sin(self.yaw)
        y, z = y * math.cos(self.pitch) + z * math.sin(self.pitch), z * math.cos(self.pitch) - y * math.sin(self.pitch)
        x, y = x * math.cos(self.roll) - y * math.sin(self.roll), y * math.cos(self.roll) + x * math.sin(self.roll)
        near = self.unit * (1 + 0.07 * z)
        return np.stack([x * near + self.middle[0], y * near + self.middle[1]], axis=1)


@lru_cache(maxsize=256)
def outline(person: Person) -> tuple[Points, Points, Points]:
    """Heights, half widths and depths of a face, from the crown to the chin; each of shape (30,)."""
    low = 0.3 + (np.clip(_ROWS, 0.3, None) - 0.3) * person.length
    rows = np.where(_ROWS > 0.3, low, _ROWS)
    wide = np.interp(
        _ROWS,
        [-1.4, -1.25, -1.0, -0.6, -0.1, 0.3, 0.7, 1.0, 1.25, 1.38],
        [
            *(0.3, 0.6, 0.84, 0.97 * person.forehead, 0.98 * person.cheek, 0.96 * person.cheek),
            *(0.96 * person.jaw, 0.8 * person.jaw, 1.05 * person.chin, 0.55 * person.chin),
        ],
    )
    deep = np.interp(_ROWS, [-1.4, -1.2, -0.8, -0.3, 0.3, 0.8, 1.15, 1.38], [0.3, 0.62, 0.9, 1, 1, 0.97, 0.9, 0.76])
    for values in (wide, deep):
        values[1:-1] = (values[:-2] + 2 * values[1:-1] + values[2:]) / 4
    return rows, wide, deep


def on_face(person: Person, x: Any, y: Any, lift: Any = 0.0) -> Points:
    """Points of a face's surface.

    Args:
        person: Whose face.
        x: To the right, (n,).
        y: Down, (n,).
        lift: How far above the surface, (n,).

    Returns:
        Points (n, 3).
    """
    x, y, lift = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, np.float64)) for value in (x, y, lift)))
    rows, wide, deep = outline(person)
    across = np.clip(x / np.interp(y, rows, wide), -1, 1)
    return np.stack([x, y, np.interp(y, rows, deep) * np.sqrt(1 - across * across) + lift], axis=1)


def at_angle(person: Person, angle: Any, y: Any, out: float = 1.0) -> Points:
    """Points (n, 3) of a face's surface, by degrees from the nose and height; `out` of 1.1 is a tenth above it."""
    angle, y = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, np.float64)) for value in (angle, y)))
    rows, wide, deep = outline(person)
    turn = np.radians(angle)
    x = np.interp(y, rows, wide) * np.sin(turn)
    return np.stack([x * out, y, np.interp(y, rows, deep) * np.cos(turn) * out], axis=1)


@lru_cache(maxsize=256)
def face_points(person: Person, above: float = -9.0) -> Points:
    """Points (n, 3) all over a face, from the height `above` down to the chin."""
    rows = outline(person)[0]
    angles, heights = np.meshgrid(_ANGLES, rows[rows > above][::-2])
    return at_angle(person, angles.ravel(), heights.ravel())


@lru_cache(maxsize=256)
def skull_points(person: Person, volume: float) -> Points:
    """Points (n, 3) all over a head without its lower half; `volume` of 1.1 is a tenth above the skin."""
    turns, heights = np.meshgrid(np.linspace(0, 2 * np.pi, 24, endpoint=False), -np.cos(np.linspace(0.15, 1.93, 12)))
    around = np.sqrt(1 - heights * heights)
    wide = max(person.forehead, person.cheek) * 1.0
    x = wide * around * np.sin(turns) * volume
    z = (1.12 * around * np.cos(turns) - 0.12) * volume
    y = heights * 1.12 * volume - 0.28
    return np.stack([x.ravel(), y.ravel(), z.ravel()], axis=1)


def hull(points: Points) -> Points:
    """The convex hull of points (n, 2), as a polygon (m, 2)."""
    ordered = sorted(set(map(tuple, points.tolist())))

    def half(path: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        kept: list[tuple[float, ...]] = []
        for x, y in path:
            while len(kept) > 1 and (kept[-1][0] - kept[-2][0]) * (y - kept[-2][1]) <= (kept[-1][1] - kept[-2][1]) * (
                x - kept[-2][0]
            ):
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return np.array(half(ordered) + half(ordered[::-1]))


def ellipse(middle: tuple[float, float], wide: float, high: float, turn: float = 0.0) -> Points:
    """An ellipse as points (24, 2): its middle, half its width and height, and its turn in radians."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x, y = wide * np.cos(angles), high * np.sin(angles)
    return np.stack(
        [middle[0] + x * math.cos(turn) - y * math.sin(turn), middle[1] + y * math.cos(turn) + x * math.sin(turn)],
        axis=1,
    )


def _whole(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (int(min(255.0, max(0.0, part))) for part in colour)
    return red, green, blue
