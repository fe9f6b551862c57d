"""Takes a picture of a person: how it is taken, what is behind, what is in the way, and the light."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from canvas import Camera, Canvas, at_angle, darker, ellipse, hull, mix, skull_points
from faces import Head, Look
from people import Colour, Person
from PIL import Image, ImageDraw, ImageFilter

Picture = npt.NDArray[np.uint8]
Random = np.random.RandomState
SIZE = 48
ABOVE = ("sunglasses", "hat", "cap")  # what is in the way of the upper half of a face
BELOW = ("hand", "scarf", "microphone")
IN_THE_WAY, IN_THE_WAY_TWICE = 0.42, 0.08  # shares of the pictures with something there, and with two things


@dataclass(frozen=True, slots=True)
class Shot:
    """How a picture is taken."""

    look: Look
    yaw: float = 0.0  # degrees to the right of the picture
    pitch: float = 0.0  # degrees downwards
    roll: float = 0.0
    scale: float = 0.27  # half the width of the head, as a share of the picture
    middle: tuple[float, float] = (0.5, 0.48)
    light: tuple[float, float, float] = (-0.4, -0.5, 0.75)  # where it comes from: right, down, from the viewer
    hard: float = 0.4  # how much of the light comes from there, 0 to 1
    colour: Colour = (1.0, 1.0, 1.0)  # of the light
    exposure: float = 1.0
    contrast: float = 1.0
    grey: float = 0.0  # 1 is a black-and-white picture
    blur: float = 0.0  # radius, in pixels of a picture 48 wide
    grain: float = 0.0  # standard deviation, in grey levels
    mirrored: bool = False
    hidden_by: tuple[str, ...] = ()
    draws: int = 0  # seed of background, clothes and grain


def shot(random: Random, person: Person) -> Shot:
    """Draw how a picture of a person is taken.

    Args:
        random: To draw from.
        person: Whose picture.

    Returns:
        A picture as it may be found of a person who is often photographed.
    """
    look = Look(
        hair=person.styles[random.randint(len(person.styles))],
        smile=float(np.clip(random.normal(0.35, 0.5), -0.6, 1.2)),
        mouth_open=float(max(0.0, random.normal(-0.1, 0.5))) if random.uniform() < 0.7 else 0.0,
        eyes_open=0.1 if random.uniform() < 0.04 else float(random.uniform(0.65, 1.2)),
        brows_up=float(random.normal(0, 0.035)),
        gaze=(float(random.uniform(-1, 1)), float(random.uniform(-0.6, 0.8))),
        glasses=bool(random.uniform() < person.glasses),
        beard=bool(random.uniform() < person.beard),
        paint=person.paint * float(random.uniform(0.2, 1.1)),
        strands=int(random.randint(1 << 30)),
    )
    warm, tint = np.clip(random.normal(0, [0.13, 0.05]), -0.26, 0.26)
    side = random.choice([-1.0, 1.0])
    return Shot(
        look=look,
        yaw=float(np.clip(random.normal(0, 26), -55, 55)),
        pitch=float(np.clip(random.normal(0, 11), -25, 25)),
        roll=float(random.normal(0, 13)),
        scale=float(np.clip(random.normal(0.27, 0.045), 0.19, 0.38)),
        middle=(float(random.normal(0.5, 0.055)), float(random.normal(0.49, 0.05))),
        light=(
            side * float(random.uniform(0.1, 0.9)),
            float(random.uniform(-0.8, 0.2)),
            float(random.uniform(0.3, 0.9)),
        ),
        hard=float(random.uniform(0.2, 1.0)),
        colour=(float(1 + warm + tint), float(1 + tint * 0.5), float(1 - warm)),
        exposure=float(np.exp(random.normal(0, 0.32))),
        contrast=float(np.exp(random.normal(0, 0.25))),
        grey=1.0 if random.uniform() < 0.06 else float(random.uniform(-0.15, 0.45)),
        blur=float(max(0.0, random.normal(0.45, 0.575))),
        grain=float(random.uniform(0, 6)),
        mirrored=bool(random.uniform() < 0.5),
        hidden_by=_something_in_the_way(random),
        draws=int(random.randint(1 << 30)),
    )


def _something_in_the_way(random: Random) -> tuple[str, ...]:
    """Nothing mostly; else one thing, and now and then another one on the other half of the face."""
    share = random.uniform()
    one = str(random.choice(list(HIDING)))
    other = str(random.choice(BELOW if one in ABOVE else ABOVE))
    if share < IN_THE_WAY_TWICE:
        return (other, one) if one in BELOW else (one, other)
    return (one,) if share < IN_THE_WAY else ()


def picture(person: Person, taken: Shot, size: int = SIZE) -> Picture:
    """A picture of a person.

    Args:
        person: Who.
        taken: How.
        size: Height and width, in pixels.

    Returns:
        Red, green and blue, uint8, of shape (size, size, 3).
    """
    random = np.random.RandomState(taken.draws)
    canvas = Canvas(size)
    background(canvas, random)
    camera = Camera(canvas.pixels, taken.scale, taken.middle, taken.yaw, taken.pitch, taken.roll)
    clothes(canvas, camera, random)
    head = Head(canvas, camera, person, taken.look)
    head.paint()
    for name in taken.hidden_by:
        HIDING[name](head, random)
    lit = light(canvas, camera, taken)
    return finish(lit, taken, size, random)


# Behind the person


def background(canvas: Canvas, random: Random) -> None:
    """A wall, a room, a crowd, trees or lamps, out of focus."""
    side = canvas.pixels
    top, bottom = _any_colour(random), _any_colour(random)
    share = np.linspace(0, 1, side)[:, None, None]
    if random.uniform() < 0.4:
        share = share.transpose(1, 0, 2)
    plain = np.asarray(top) * (1 - share) + np.asarray(bottom) * share
    canvas.image.paste(Image.fromarray(np.broadcast_to(plain, (side, side, 3)).astype(np.uint8)))
    draw = ImageDraw.Draw(canvas.image)
    kind = random.choice(["plain", "room", "crowd", "trees", "lamps"])
    for _ in range({"plain": 0, "room": 9, "crowd": 9, "trees": 26, "lamps": 14}[kind]):
        x, y = random.uniform(0, side, 2)
        colour = tuple(int(part) for part in _any_colour(random))
        if kind == "room":
            wide, high = random.uniform(0.04, 0.4, 2) * side
            draw.rectangle([x - wide, y - high, x + wide / 4, y + high], fill=colour)
        elif kind == "crowd":
            radius = random.uniform(0.06, 0.14) * side
            draw.ellipse([x - radius * 1.6, y + radius, x + radius * 1.6, y + 5 * radius], fill=colour)
            skin = tuple(int(part) for part in mix((240, 200, 176), (110, 72, 52), random.uniform()))
            draw.ellipse([x - radius, y - 1.3 * radius, x + radius, y + 1.3 * radius], fill=skin)
        elif kind == "trees":
            radius = random.uniform(0.03, 0.13) * side
            green = tuple(int(part) for part in mix(_any_colour(random), (60, 110, 50), 0.7))
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=green)
        else:
            radius = random.uniform(0.02, 0.08) * side
            bright = tuple(int(part) for part in mix(_any_colour(random), (255, 236, 190), 0.6))
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=bright)
    canvas.image.paste(canvas.image.filter(ImageFilter.BoxBlur(side * random.uniform(0.004, 0.04))))


def clothes(canvas: Canvas, camera: Camera, random: Random) -> None:
    """Shoulders in a shirt, a jacket or a pullover."""
    colour, other = _any_colour(random), _any_colour(random)
    lean = random.uniform(-0.15, 0.15)
    half = np.array([(0.42, 1.3), (0.62, 1.62), (1.3, 1.86), (1.85, 2.15), (2.1, 2.9), (2.2, 5.0)])
    right = np.column_stack([half[:, 0], half[:, 1] + lean * half[:, 0], np.full(6, -0.25)])
    left = np.column_stack([-half[:, 0], half[:, 1] - lean * half[:, 0], np.full(6, -0.25)])
    flat = Camera(canvas.pixels, 1.0, (0, 0), 0, 0, np.degrees(camera.roll) * 0.3)
    flat.unit, flat.middle = camera.unit, camera.middle
    shape = flat(np.concatenate([right, left[::-1]]))
    canvas.shape(colour, shape)
    if random.uniform() < 0.5:
        for sign in (-1, 1):
            lapel = flat([(sign * 0.5, 1.5, 0), (sign * 0.95, 1.75, 0), (sign * 0.25, 4, 0), (0, 4, 0)])
            canvas.shape(darker(colour, 0.75), lapel)
        canvas.shape(other, flat([(-0.5, 1.5, 0), (0.5, 1.5, 0), (0, 3.4, 0)]))
    elif random.uniform() < 0.4:
        for row in np.arange(1.7, 5, 0.5):
            canvas.line(other, flat([(-2.2, row + 0.2, 0), (0, row, 0), (2.2, row + 0.2, 0)]), 0.16 * camera.unit)
    canvas.claim(canvas.mask(shape))


def _any_colour(random: Random) -> Colour:
    """Rather grey than loud."""
    grey = random.uniform(20, 235)
    red, green, blue = random.uniform(0, 255, 3)
    return mix((grey, grey, grey), (red, green, blue), random.uniform(0.05, 0.6))


# In front of the face


def sunglasses(head: Head, _random: Random) -> None:
    """Dark glasses over the eyes."""
    head.glasses(dark=True)


def hand(head: Head, random: Random) -> None:
    """A hand before the mouth, a cheek or an eye."""
    canvas, camera = head.canvas, head.camera
    side = random.choice([-1, 1])
    x, y = side * random.uniform(0.3, 0.75), random.uniform(0.45, 1.05)
    skin, shade = darker(head.person.skin, 0.97), darker(head.person.skin, 0.7)
    turn = side * random.uniform(-0.9, -0.1)
    wrist = camera([(x + side * 0.25, y + 0.5, 0.9), (x - side * 0.2, y + 0.5, 0.9)])
    below = camera([(x + side * 0.1, 4.0, 0.9), (x + side * 0.75, 4.0, 0.9)])
    canvas.shape(skin, hull(np.concatenate([wrist, below])))
    ((px, py),) = camera([(x, y + 0.35, 1.0)])
    palm = ellipse((px, py), 0.34 * camera.unit, 0.38 * camera.unit)
    canvas.shape(skin, palm)
    for finger in range(4):
        angle = turn + (finger - 1.5) * 0.2
        tip = np.array([np.sin(angle), -np.cos(angle)]) * camera.unit
        root = np.array([px, py]) + np.array([(finger - 1.5) * 0.17, -0.18]) * camera.unit
        path = np.stack([root, root + tip * (0.5 - 0.06 * abs(finger - 1.5))])
        canvas.line(shade, path, 0.2 * camera.unit)
        canvas.line(skin, path, 0.165 * camera.unit)
        canvas.shape(skin, ellipse(tuple(path[1]), 0.085 * camera.unit, 0.085 * camera.unit))
    canvas.claim(canvas.mask(palm))


def hat(head: Head, random: Random) -> None:
    """A woollen hat down to the brows."""
    canvas, camera = head.canvas, head.camera
    colour = _any_colour(random)
    low = random.uniform(-0.62, -0.45)
    _covered_crown(head, colour, low)
    angles = np.linspace(-90, 90, 21)
    band = np.concatenate(
        [at_angle(head.person, angles, low, 1.1), at_angle(head.person, angles[::-1], low - 0.24, 1.13)]
    )
    canvas.shape(darker(colour, 0.8), camera(band))


def cap(head: Head, random: Random) -> None:
    """A cap with a peak, and the peak's shadow."""
    canvas, camera = head.canvas, head.camera
    colour = _any_colour(random)
    _covered_crown(head, colour, -0.66)
    angles = np.linspace(-62, 62, 15)
    rim = at_angle(head.person, angles, -0.68, 1.1)
    peak = at_angle(head.person, angles, -0.52, 1.12) + np.outer(np.cos(np.radians(angles) * 1.4), (0, 0.02, 0.6))
    below = at_angle(head.person, angles, -0.25, 1.0)
    canvas.shape((40, 24, 24), camera(np.concatenate([rim, below[::-1]])), cover=0.35, soft=0.012)
    canvas.shape(darker(colour, 0.75), camera(np.concatenate([rim, peak[::-1]])))


def _covered_crown(head: Head, colour: Colour, low: float) -> None:
    canvas, camera, person = head.canvas, head.camera, head.person
    crown = hull(camera(skull_points(person, max(1.12, head.look.hair.volume * 1.02))))
    where = canvas.mask(crown)
    angles = np.linspace(-100, 100, 25)
    edge = camera(at_angle(person, angles, low, 1.12))
    down = np.array([-np.sin(camera.roll), np.cos(camera.roll)]) * 5 * camera.unit
    out = np.array([np.cos(camera.roll), np.sin(camera.roll)]) * 2 * camera.unit
    sides = np.stack([edge[-1] + out, edge[-1] + out + down, edge[0] - out + down, edge[0] - out])
    ImageDraw.Draw(where).polygon([(x, y) for x, y in np.concatenate([edge, sides]).tolist()], fill=0)
    canvas.paint(colour, where)
    canvas.claim(where)


def scarf(head: Head, random: Random) -> None:
    """A scarf around the neck and over the chin."""
    canvas, camera = head.canvas, head.camera
    colour = _any_colour(random)
    high = random.uniform(0.72, 1.12)
    angles = np.linspace(-90, 90, 15)
    top = at_angle(head.person, angles, high + 0.1 * np.cos(np.radians(angles)), 1.1)
    bottom = np.array([(1.25, 1.75, 0.1), (0.7, 2.1, 0.6), (-0.7, 2.1, 0.6), (-1.25, 1.75, 0.1)])
    shape = camera(np.concatenate([top, bottom]))
    canvas.shape(colour, shape)
    for drop in (0.3, 0.62):
        fold = at_angle(head.person, angles, high + drop + 0.12 * np.cos(np.radians(angles)), 1.12)
        canvas.line(darker(colour, 0.7), camera(fold), 0.05 * camera.unit)
    canvas.claim(canvas.mask(shape))


def microphone(head: Head, random: Random) -> None:
    """A microphone before the mouth."""
    canvas, camera = head.canvas, head.camera
    side = random.choice([-1, 1])
    ((mx, my), (ex, ey)) = camera([(side * 0.2, 1.0, 1.15), (side * 0.7, 2.9, 1.2)])
    canvas.line((40, 40, 44), np.array([(mx, my), (ex, ey)]), 0.22 * camera.unit)
    ball = ellipse((mx, my), 0.27 * camera.unit, 0.3 * camera.unit)
    canvas.shape((66, 66, 72), ball)
    canvas.shape(
        (120, 120, 126), ellipse((mx - 4, my - 4), 0.12 * camera.unit, 0.12 * camera.unit), cover=0.6, soft=0.01
    )


HIDING: Mapping[str, Callable[[Head, Random], None]] = {
    "sunglasses": sunglasses,
    "hand": hand,
    "hat": hat,
    "cap": cap,
    "scarf": scarf,
    "microphone": microphone,
}


# The light, and what a camera does


def light(canvas: Canvas, camera: Camera, taken: Shot) -> npt.NDArray[np.float32]:
    """The canvas as it is lit: the head like a ball that is lit from one side, its colour that of the light."""
    side = canvas.pixels
    steps = np.arange(side, dtype=np.float32)
    right = (steps[None, :] - camera.middle[0]) / (1.25 * camera.unit)
    down = (steps[:, None] - camera.middle[1]) / (1.6 * camera.unit)
    out = np.sqrt(np.clip(1 - right * right - down * down, 0.04, 1))
    long = np.sqrt(right * right + down * down + out * out)
    towards = np.asarray(taken.light) / np.sqrt(np.sum(np.square(taken.light)))
    facing = (right * towards[0] + down * towards[1] + out * towards[2]) / long
    shade = 1 - taken.hard * 0.75 + taken.hard * 0.95 * np.clip(facing, -0.25, 1)
    subject = np.asarray(canvas.subject.filter(ImageFilter.BoxBlur(side * 0.004)), np.float32) / 255
    albedo = np.asarray(canvas.image, np.float32)
    lit: npt.NDArray[np.float32] = albedo * (1 + (shade - 1) * subject)[..., None]
    return lit * np.asarray(taken.colour, np.float32)


def finish(lit: npt.NDArray[np.float32], taken: Shot, size: int, random: Random) -> Picture:
    """What a camera makes of it: fewer pixels, exposure, contrast, less colour, blur and grain."""
    shape = (size, lit.shape[0] // size, size, lit.shape[1] // size, 3)
    small = lit.reshape(shape).mean(axis=(1, 3))
    small = (small * taken.exposure - 118) * taken.contrast + 118
    grey = small @ np.array([0.3, 0.59, 0.11], np.float32)
    small = small + (grey[..., None] - small) * taken.grey
    image = Image.fromarray(np.clip(_shoulder(small), 0, 255).astype(np.uint8))
    if taken.blur > 0.15:
        image = image.filter(ImageFilter.GaussianBlur(taken.blur * size / SIZE))
    grain = random.normal(0, 1, (size, size, 1)) * 0.8 + random.normal(0, 1, (size, size, 3)) * 0.5
    shown = np.asarray(image, np.float64) + taken.grain * grain
    if taken.mirrored:
        shown = shown[:, ::-1]
    return np.clip(np.rint(shown), 0, 255).astype(np.uint8)


def _shoulder(values: Any) -> Any:
    """Bright parts are squeezed, as film does, before they are cut off."""
    return np.where(values > 200, 200 + 55 * np.tanh((values - 200) / 80), values)


def shown_plainly(person: Person, size: int = 192) -> Picture:
    """A person as in a passport, for the documentation.

    Args:
        person: Who.
        size: Height and width, in pixels.

    Returns:
        Red, green and blue, uint8, of shape (size, size, 3).
    """
    random = np.random.RandomState(1)
    taken = shot(random, person)
    look = replace(taken.look, hair=person.styles[0], smile=0.4, mouth_open=0.0, eyes_open=1.0, gaze=(0.0, 0.0))
    look = replace(look, glasses=person.glasses > 0.5, beard=person.beard > 0.4, brows_up=0.0)
    return picture(person, Shot(look=look, hard=0.35, draws=6), size)
