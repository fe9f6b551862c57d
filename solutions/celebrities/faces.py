"""Paints the head of a person: skin, eyes, brows, nose, mouth, beard, hair and glasses."""

import math
from dataclasses import dataclass

import numpy as np
from canvas import (
    Camera,
    Canvas,
    Points,
    at_angle,
    darker,
    ellipse,
    face_points,
    hull,
    levels,
    mix,
    on_face,
    outline,
    skull_points,
)
from people import Colour, Hair, Person
from PIL import Image, ImageChops, ImageDraw, ImageFilter

_U = np.linspace(-1, 1, 13)
_DARK: Colour = (26, 20, 20)


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks in one picture."""

    hair: Hair
    smile: float = 0.0  # -1 sad to 1 glad
    mouth_open: float = 0.0  # 0 to 1
    eyes_open: float = 1.0  # 0 closed to 1.3 wide open
    brows_up: float = 0.0  # in units of the head
    gaze: tuple[float, float] = (0.0, 0.0)  # -1 to 1 to the right and down
    glasses: bool = False
    beard: bool = False
    paint: float = 0.0  # make-up, 0 to 1
    strands: int = 0  # seed of the strands of hair


class Head:
    """One head on a canvas.

    Args:
        canvas: To paint on.
        camera: Where the points of the head come to lie.
        person: Whose head.
        look: How it looks in this picture.
    """

    def __init__(self, canvas: Canvas, camera: Camera, person: Person, look: Look) -> None:
        self.canvas, self.camera, self.person, self.look = canvas, camera, person, look
        self.skin = hull(camera(face_points(person, -1.2)))
        self.shadow = mix(darker(person.skin, 0.62), (90, 30, 20), 0.12)

    def paint(self) -> None:
        """Paint the head, from the back to the front."""
        self.back_of_hair()
        self.neck()
        self.ears()
        self.canvas.shape(self.person.skin, self.skin)
        self.canvas.claim(self.canvas.mask(self.skin))
        self.cheeks()
        for side in (-1, 1):
            self.eye(side)
        self.nose()
        if self.person.lines:
            self.lines()
        if self.look.beard:
            self.beard()
        self.mouth()
        self.front_of_hair()
        for side in (-1, 1):
            self.brow(side)
        if self.look.glasses:
            self.glasses()

    # Where the head is attached

    def neck(self) -> None:
        """The neck, and the shadow of the chin on it."""
        low = 0.3 + 1.08 * self.person.length
        wide = 0.46 + 0.16 * (self.person.jaw - 0.7) / 0.3
        edge = np.array([(-wide, 0.5, 0.1), (wide, 0.5, 0.1), (wide, low + 0.5, 0.0), (1.15 * wide, 3.6, -0.1)])
        other = edge[::-1] * (-1, 1, 1)
        shape = self.camera(np.concatenate([edge[1:], other[:-1]]))
        self.canvas.shape(darker(self.person.skin, 0.86), shape)
        self.canvas.claim(self.canvas.mask(shape))
        chin = on_face(self.person, 0.8 * self.person.jaw * _U, low - 0.28 * _U * _U)
        below = self.camera(chin + np.array([0, 0.14, -0.25]))
        shade = ImageChops.multiply(self.canvas.mask(hull(np.concatenate([below, self.skin]))), self.canvas.mask(shape))
        self.canvas.paint(self.shadow, shade, cover=0.55, soft=0.012)

    def ears(self) -> None:
        """Both ears; hair and head hide what is not to be seen of them."""
        for side in (-1, 1):
            x = side * self.person.cheek * 0.97
            ((mx, my),) = self.camera([(x, 0.12, -0.15)])
            high = self.person.ear * self.camera.unit
            wide = high * (0.42 + 0.35 * max(0.0, -side * math.sin(self.camera.yaw)))
            lobe = ellipse((mx, my), wide, high, self.camera.roll + side * 0.15)
            self.canvas.shape(darker(self.person.skin, 0.93), lobe)
            self.canvas.claim(self.canvas.mask(lobe))
            inner = ellipse((mx, my), wide * 0.5, high * 0.6, self.camera.roll + side * 0.15)
            self.canvas.shape(self.shadow, inner, cover=0.5)

    # The face

    def flat(self, x: object, y: object, lift: object = 0.0) -> Points:
        """Points of the face's surface, in pixels."""
        return self.camera(on_face(self.person, x, y, lift))

    def cheeks(self) -> None:
        """Red of the cheeks, the hollows below them, and freckles."""
        person, canvas = self.person, self.canvas
        for side in (-1, 1):
            red = self.flat(side * (0.52 + 0.2 * np.cos(_U * np.pi)), 0.42 + 0.15 * np.sin(_U * np.pi))
            canvas.shape(mix(person.skin, (214, 70, 70), 0.4), red, cover=0.28 + 0.3 * self.look.paint, soft=0.02)
            hollow = self.flat(side * (0.66 + 0.14 * np.cos(_U * np.pi)), 0.76 + 0.26 * np.sin(_U * np.pi))
            canvas.shape(self.shadow, hollow, cover=0.22 + 0.2 * (1 - person.jaw), soft=0.02)
        chin = self.flat(0.2 * _U, 0.3 + (0.86 + 0.05 * _U * _U) * person.length)
        canvas.line(mix(person.skin, self.shadow, 0.35), chin, 0.05 * self.camera.unit)
        if person.freckles:
            spots = np.random.RandomState(7)
            x, y = spots.uniform(-0.62, 0.62, 60), spots.uniform(0.12, 0.56, 60)
            for px, py in self.flat(x, y):
                canvas.shape(darker(person.skin, 0.72), ellipse((px, py), *(0.026 * self.camera.unit,) * 2), cover=0.7)
        if person.mole:
            ((px, py),) = self.flat(*person.mole)
            canvas.shape((60, 34, 28), ellipse((px, py), *(0.036 * self.camera.unit,) * 2))

    def eye(self, side: int) -> None:
        """An eye in its socket; `side` is -1 for the left one of the picture."""
        person, look, canvas, unit = self.person, self.look, self.canvas, self.camera.unit
        wide, high = person.eye_width, person.eye_height
        x = side * (person.eye_apart + wide * _U)
        tilt = -person.eye_slant * _U
        arch = np.sqrt(np.clip(1 - _U * _U, 0, 1))
        upper = tilt - high * arch * (look.eyes_open - 0.55 * person.eye_lid * min(1.0, look.eyes_open))
        lower = tilt + 0.62 * high * arch * min(1.0, 0.35 + 0.65 * look.eyes_open) * (1 - 0.3 * max(0.0, look.smile))
        socket = self.flat(
            side * (person.eye_apart + 1.35 * wide * np.cos(_U * np.pi)), -0.08 + 0.2 * np.sin(_U * np.pi)
        )
        canvas.shape(self.shadow, socket, cover=0.38, soft=0.015)
        lid = self.flat(x, tilt - high * arch * (1.15 + 0.25 * person.eye_lid))
        opening = np.concatenate([self.flat(x, upper), self.flat(x, lower)[::-1]])
        lidded = np.concatenate([lid, self.flat(x, lower)[::-1]])
        canvas.shape(mix(darker(person.skin, 0.94), (110, 70, 90), 0.45 * look.paint), lidded)
        if look.eyes_open > 0.15:
            white = canvas.mask(opening)
            canvas.paint((232, 228, 224), white)
            ((ix, iy),) = self.flat(side * person.eye_apart + 0.09 * look.gaze[0], 0.04 * look.gaze[1] - 0.2 * high)
            radius = unit * (0.55 * high + 0.045)
            turned = max(0.6, math.cos(self.camera.yaw))
            for colour, share in ((darker(person.iris, 0.55), 1.0), (person.iris, 0.84), (_DARK, 0.45)):
                ball = canvas.mask(ellipse((ix, iy), radius * share * turned, radius * share))
                canvas.paint(colour, ImageChops.multiply(ball, white))
            canvas.shape((250, 250, 250), ellipse((ix - 0.3 * radius, iy - 0.35 * radius), *(0.2 * radius,) * 2))
        lashes = mix(mix(self.shadow, _DARK, 0.75), _DARK, look.paint)
        canvas.line(lashes, self.flat(x, upper), unit * (0.035 + 0.035 * look.paint))
        canvas.line(mix(person.skin, self.shadow, 0.7), self.flat(x, lower), unit * 0.02)
        if person.lines > 0.3:
            bag = self.flat(x, lower + 0.11 + 0.02 * arch)
            canvas.line(mix(person.skin, self.shadow, 0.6 * person.lines), bag, unit * 0.025)

    def brow(self, side: int) -> None:
        """A brow, thicker towards the nose."""
        person, unit = self.person, self.camera.unit
        along = (_U + 1) / 2
        x = side * (person.eye_apart - 0.26 + 0.55 * along)
        middle = person.brow_y - self.look.brows_up - person.brow_arch * np.sin(np.pi * along**1.3)
        middle = middle - person.brow_slant * (2 * along - 1)
        thick = person.brow_thick * (0.62 - 0.45 * along**2)
        band = np.concatenate([self.flat(x, middle - thick, 0.03), self.flat(x, middle + thick, 0.03)[::-1]])
        colour = mix(darker(self.person.hair, 0.7), self.shadow, 0.2)
        self.canvas.shape(colour, band, cover=0.9)
        self.canvas.line(colour, self.flat(x, middle, 0.03), unit * 0.02)

    def nose(self) -> None:
        """The nose: its shaded side, its wings and nostrils, and a highlight on its tip."""
        person, canvas, unit = self.person, self.canvas, self.camera.unit
        tip, wide, lift = person.nose_tip, person.nose_width, person.nose_lift
        ridge = self.flat(
            np.array([0, 0, 0, 0]), np.array([-0.12, 0.15, tip - 0.14, tip]), [0.04, 0.5 * lift, 0.9 * lift, lift]
        )
        shaded = -1 if self.camera.yaw > 0 else 1
        for side, cover in ((shaded, 0.5), (-shaded, 0.2)):
            x = side * np.array([person.nose_bridge, person.nose_bridge * 1.2, wide * 0.8, wide, 0.6 * wide])
            foot = self.flat(x, np.array([-0.12, 0.15, tip - 0.14, tip + 0.02, tip + 0.1]), [0, 0.05, 0.08, 0.1, 0.14])
            canvas.shape(self.shadow, np.concatenate([ridge, foot[::-1]]), cover=cover, soft=0.008)
        base = np.concatenate(
            [self.flat(wide * _U, tip + 0.02 + 0.09 * np.sqrt(1 - _U * _U), 0.1 + 0.12 * (1 - np.abs(_U))), ridge[-1:]]
        )
        canvas.shape(self.shadow, base, cover=0.5, soft=0.006)
        for side in (-1, 1):
            ((nx, ny),) = self.flat(side * 0.5 * wide, tip + 0.06, 0.2)
            hole = ellipse((nx, ny), unit * 0.24 * wide, unit * 0.04, self.camera.roll - side * 0.3)
            canvas.shape(darker(self.shadow, 0.4), hole, cover=0.85)
        light = mix(person.skin, (255, 255, 255), 0.35)
        ((tx, ty),) = self.flat(0, tip - 0.1, lift)
        canvas.shape(light, ellipse((tx, ty), 0.3 * wide * unit, 0.25 * wide * unit), cover=0.6, soft=0.008)
        canvas.line(mix(person.skin, light, 0.5), ridge[:3], unit * person.nose_bridge * 0.6)

    def mouth(self) -> None:
        """Lips, and teeth if they are apart."""
        person, look, canvas = self.person, self.look, self.canvas
        wide = person.mouth_width * (1 + 0.16 * look.smile)
        middle = 0.3 + (person.mouth_y - 0.3) * person.length
        x, arch = wide * _U, np.sqrt(np.clip(1 - _U * _U, 0, 1))
        line = middle - 0.17 * look.smile * (_U * _U - 0.4) - 0.02 * _U * _U
        gap = 0.2 * look.mouth_open * arch
        bow = 1 - 0.28 * np.exp(-((_U / 0.16) ** 2))
        upper = line - 0.25 * gap - person.lip_upper * arch * bow * 1.15
        lower = line + gap + person.lip_lower * arch
        colour = mix(mix(person.lips, person.skin, 0.2), (186, 30, 56), 0.5 * look.paint)
        top, bottom = self.flat(x, line - 0.25 * gap, 0.05), self.flat(x, line + gap, 0.05)
        canvas.shape(darker(colour, 0.88), np.concatenate([self.flat(x, upper, 0.05), top[::-1]]))
        canvas.shape(colour, np.concatenate([bottom, self.flat(x, lower, 0.05)[::-1]]))
        if look.mouth_open > 0.1:
            canvas.shape((70, 24, 28), np.concatenate([top, bottom[::-1]]))
            teeth = self.flat(0.86 * x, line - 0.25 * gap + np.minimum(0.85 * gap, 0.11 * arch), 0.05)
            canvas.shape((238, 234, 226), np.concatenate([self.flat(0.86 * x, line - 0.25 * gap, 0.05), teeth[::-1]]))
        else:
            canvas.line(darker(self.shadow, 0.55), top, self.camera.unit * 0.028)
        below = self.flat(0.5 * x, lower[6] + 0.06 + 0 * x)
        canvas.line(mix(person.skin, self.shadow, 0.4), below, self.camera.unit * 0.05)

    def lines(self) -> None:
        """Lines of age, and those of a smile."""
        person, canvas = self.person, self.canvas
        strength = min(1.0, person.lines * (0.75 + 0.4 * max(0.0, self.look.smile)))
        colour = mix(person.skin, self.shadow, 0.75 * strength)
        down = (_U + 1) / 2
        for side in (-1, 1):
            fold = self.flat(side * (person.nose_width * 1.05 + 0.24 * down), person.nose_tip + 0.42 * down, 0.02)
            canvas.line(colour, fold, 0.03 * self.camera.unit)
        for height in (-0.52, -0.64) if person.lines > 0.6 else ():
            canvas.line(colour, self.flat(0.5 * _U, height - 0.03 * np.cos(_U * 2)), 0.022 * self.camera.unit)

    def beard(self) -> None:
        """A beard of the person's kind."""
        person = self.person
        middle = 0.3 + (person.mouth_y - 0.3) * person.length
        colour = mix(darker(person.hair, 0.85), self.shadow, 0.15)
        angles = np.linspace(-88, 88, 25)
        lip = person.nose_tip + 0.13
        high = np.interp(np.abs(angles), [0, 20, 34, 50, 72, 88], [lip, lip + 0.04, 0.78, 0.74, 0.3, 0.0])
        edge = self.camera(at_angle(person, angles, high, 1.02))
        jaw = hull(self.camera(face_points(person, 0.35)) + np.array([0, 0.05 * self.camera.unit]))
        below = self.canvas.mask(np.concatenate([edge, self._below(edge)]))
        whole = ImageChops.multiply(below, self.canvas.mask(jaw))
        front = self.camera(at_angle(person, 30 * np.cos(_U * np.pi), middle + 0.19 + 0.36 * np.sin(_U * np.pi), 1.03))
        lip_hair = np.concatenate(
            [self.flat(0.4 * _U, lip + 0.09 * _U**2), self.flat(0.44 * _U, lip + 0.11 + 0.13 * _U**2)[::-1]]
        )
        if person.beard_kind == "full":
            self.canvas.paint(colour, whole, cover=0.9, soft=0.006)
        elif person.beard_kind == "stubble":
            self.canvas.paint(colour, whole, cover=0.36, soft=0.012)
        else:
            self.canvas.shape(colour, lip_hair, cover=0.9, soft=0.004)
            if person.beard_kind == "goatee":
                self.canvas.shape(colour, front, cover=0.9, soft=0.006)

    def _below(self, edge: Points) -> Points:
        """Two corners far below a line that goes from left to right, to close it to a polygon."""
        down = 4 * self.camera.unit
        along = np.array([-math.sin(self.camera.roll), math.cos(self.camera.roll)]) * down
        return np.stack([edge[-1] + along, edge[0] + along])

    # Hair and glasses

    def back_of_hair(self) -> None:
        """Hair behind the head and neck."""
        hair = self.look.hair
        shape = self._crown()
        if hair.length > 0.3:
            shape = hull(np.concatenate([shape, self.camera(self._ends(1.04, hair.length, -0.55, 0.1))]))
        self.canvas.shape(darker(self.person.hair, 0.6), self._curly(shape))
        self.canvas.claim(self.canvas.mask(self._curly(shape)))

    def _crown(self) -> Points:
        return hull(self.camera(skull_points(self.person, self.look.hair.volume)))

    def _ends(self, out: float, low: float, back: float, front: float) -> Points:
        """Corners of what hangs down beside the face, rounded below; points (n, 3)."""
        side = out * self.look.hair.volume * max(self.person.forehead, self.person.cheek)
        rows = ((1.0, 0.2), (1.03, low - 0.35), (1.0, low - 0.15), (0.9, low - 0.03), (0.7, low))
        return np.array([(x * side * wide, y, z) for wide, y in rows for x in (-1, 1) for z in (back, front)])

    def _curly(self, shape: Points) -> Points:
        """An outline with curls, if the hair has any."""
        curl = self.look.hair.curl * self.camera.unit
        if not curl:
            return shape
        closed = np.concatenate([shape, shape[:1]])
        long = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
        at = np.linspace(0, long[-1], 120)
        dense = np.stack([np.interp(at, long, closed[:, axis]) for axis in (0, 1)], axis=1)
        away = dense - dense.mean(axis=0)
        away = away / (np.hypot(*away.T)[:, None] + 1e-9)
        return np.asarray(dense + away * (curl * np.sin(at * 7 / (self.camera.unit * 0.9))[:, None]))

    def edge_of_hair(self) -> Points:
        """Where hair ends on the face, (n, 2) from the left of the picture to the right."""
        hair = self.look.hair
        angles = np.linspace(-hair.cover, hair.cover, 31)
        off = (angles - hair.parting) / 90
        heights = hair.line + hair.fall * np.clip(np.abs(off), 0, 1.2) ** 1.2
        heights = heights - hair.recedes * np.exp(-(((np.abs(angles) - 36) / 15) ** 2))
        if hair.length <= 0.3:
            sides = np.clip((np.abs(angles) - 52) / 30, 0, 1) ** 1.5
            heights = heights + (hair.length - heights) * sides
        elif hair.cover < 90:
            sides = np.clip((np.abs(angles) / hair.cover - 0.72) / 0.28, 0, 1) ** 2
            heights = heights + (0.5 - heights) * sides
        return self.camera(at_angle(self.person, angles, heights, 1.02))

    def front_of_hair(self) -> None:
        """Hair above and beside the face, with strands."""
        hair, canvas = self.look.hair, self.canvas
        edge = self.edge_of_hair()
        whole = self._crown()
        if hair.length > 0.3:
            whole = hull(np.concatenate([whole, self.camera(self._ends(1.0, min(hair.length, 1.9), -0.3, 0.3))]))
        where = canvas.mask(self._curly(whole))
        window = np.concatenate([edge, self._sides(edge)])
        ImageDraw.Draw(where).polygon([(x, y) for x, y in window.tolist()], fill=0)
        shade = where.filter(ImageFilter.BoxBlur(0.02 * canvas.pixels))
        canvas.paint(self.shadow, ImageChops.multiply(shade, canvas.mask(self.skin)), cover=0.6)
        if hair.bun:
            ((bx, by),) = self.camera([(0, -1.5 - 0.4 * hair.bun, -0.5)])
            knot = ellipse((bx, by), hair.bun * self.camera.unit, 0.85 * hair.bun * self.camera.unit)
            canvas.shape(darker(self.person.hair, 0.9), knot)
            canvas.claim(canvas.mask(knot))
        canvas.paint(self.person.hair, where)
        canvas.claim(where)
        self._strands(where, whole)

    def _sides(self, edge: Points) -> Points:
        """How the window in the hair goes on below its ends: along the cheeks, or straight down."""
        hair = self.look.hair
        if hair.length <= 0.3:
            out = np.array([math.cos(self.camera.roll), math.sin(self.camera.roll)]) * self.camera.unit
            low = self._below(edge)
            return np.stack([edge[-1] + out, low[0] + out, low[1] - out, edge[0] - out])
        bottom = outline(self.person)[0][-1]
        heights = np.linspace(0.5, bottom, 8)
        cover = np.linspace(hair.cover, 90, 8)
        right = self.camera(at_angle(self.person, cover, heights, 1.02))
        left = self.camera(at_angle(self.person, -cover, heights, 1.02))
        return np.concatenate([right, self._below(np.stack([left[-1], right[-1]])), left[::-1]])

    def _strands(self, where: Image.Image, whole: Points) -> None:
        """Strands lighter and darker than the hair, from the crown down, and the shine on it."""
        canvas, unit = self.canvas, self.camera.unit
        draws = np.random.RandomState(self.look.strands)
        layer = canvas.image.copy()
        draw = ImageDraw.Draw(layer)
        ((top_x, top_y),) = self.camera([(math.sin(math.radians(self.look.hair.parting)) * 0.7, -1.15, 0.5)])
        for _ in range(34):
            end = whole[draws.randint(len(whole))] + draws.normal(0, 0.12 * unit, 2)
            share = draws.uniform(0.35, 1.05)
            bend = draws.uniform(0.2, 0.6) * unit
            steps = np.linspace(0.05, share, 7)
            x = top_x + (end[0] - top_x) * steps
            y = top_y + (end[1] - top_y) * steps - bend * np.sin(np.pi * np.clip(steps, 0, 1)) * 0.5
            tone = draws.choice([0.62, 0.78, 1.22, 1.4])
            colour = tuple(int(part) for part in darker(self.person.hair, tone))
            draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill=colour, width=max(1, round(0.035 * unit)))
        canvas.image.paste(layer, (0, 0), where.point(levels(0.6)))

    def glasses(self, dark: bool = False) -> None:
        """Glasses, or sunglasses."""
        person, canvas, unit = self.person, self.canvas, self.camera.unit
        frame: Colour = (20, 20, 22) if dark else (46, 36, 34)
        around = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        power = 1.0 if person.round_glasses and not dark else 0.6
        for side in (-1, 1):
            x = np.sign(np.cos(around)) * np.abs(np.cos(around)) ** power
            y = np.sign(np.sin(around)) * np.abs(np.sin(around)) ** power
            rim = self.flat(side * person.eye_apart + 0.31 * x, 0.02 + 0.25 * y, 0.14)
            if dark:
                canvas.shape((22, 22, 26), rim)
            else:
                canvas.shape((214, 226, 236), rim, cover=0.16)
            canvas.line(frame, np.concatenate([rim, rim[:2]]), 0.05 * unit)
            temple = self.camera([(side * (person.eye_apart + 0.3), 0, 0.8), (side * 1.0, -0.02, 0.0)])
            canvas.line(frame, temple, 0.045 * unit)
        canvas.line(frame, self.flat(np.array([-0.12, 0, 0.12]), np.array([0, -0.03, 0]), 0.16), 0.045 * unit)
