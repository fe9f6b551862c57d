"""The eight invented people of `celebrities`: what stays the same from picture to picture of one of them.

Lengths are in units of half the width of a head: a head is about 2 wide and 2.7 high, its middle is the origin, x goes
to the right of the picture, y down, z towards the viewer. Colours are (red, green, blue), 0 to 255.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Hair:
    """How hair is worn. The hair ends on the forehead at `line`; it falls from a parting if `fall` is not 0."""

    volume: float = 1.08  # of the head with hair, as a multiple of the head without
    length: float = -0.1  # y at which it ends at the sides
    line: float = -0.85  # y at which it begins above the nose; deeper is a fringe
    parting: float = 0.0  # in degrees from the nose, to the right
    fall: float = 0.0  # how much deeper it hangs at the temples
    recedes: float = 0.0  # how far it is gone at both sides of the forehead
    cover: float = 90.0  # in degrees from the nose: how much of the cheeks it leaves free
    curl: float = 0.0  # how far curls stand out
    bun: float = 0.0  # radius of a bun on top


@dataclass(frozen=True, slots=True)
class Person:
    """Face, colours and habits of one person."""

    name: str
    skin: Colour
    hair: Colour
    iris: Colour
    lips: Colour
    forehead: float = 0.95
    cheek: float = 1.0
    jaw: float = 0.86
    chin: float = 0.45
    length: float = 1.0  # of the face, as a multiple
    eye_apart: float = 0.42  # from the nose to the middle of an eye
    eye_width: float = 0.21
    eye_height: float = 0.11
    eye_slant: float = 0.0  # how much higher the outer corner is
    eye_lid: float = 0.3  # how much of the eye a heavy lid takes, 0 to 1
    brow_y: float = -0.33
    brow_thick: float = 0.08
    brow_arch: float = 0.07
    brow_slant: float = 0.0  # how much higher the outer end is
    nose_tip: float = 0.5  # y
    nose_width: float = 0.24
    nose_lift: float = 0.34  # how far it stands out
    nose_bridge: float = 0.09
    mouth_y: float = 0.84
    mouth_width: float = 0.36
    lip_upper: float = 0.07
    lip_lower: float = 0.1
    ear: float = 0.3
    paint: float = 0.0  # make-up, 0 to 1
    lines: float = 0.0  # of age, 0 to 1
    freckles: float = 0.0
    mole: tuple[float, float] | None = None
    glasses: float = 0.0  # how often they are worn, 0 to 1
    round_glasses: float = 0.0
    beard: float = 0.0  # how often there is one
    beard_kind: str = "full"  # full, goatee, moustache or stubble
    styles: tuple[Hair, ...] = (Hair(),)  # worn equally often


def blend(one: Person, other: Person, share: float) -> Person:
    """Somebody between two people.

    Args:
        one: Whose hair is worn.
        other: The other one.
        share: How much of the other one there is, 0 to 1.

    Returns:
        A person with the numbers and colours between those of the two, and with what is no number from `one`.
    """
    mixed: dict[str, Any] = {}
    for field in fields(Person):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, float):
            mixed[field.name] = first + (second - first) * share
        elif field.name in ("skin", "hair", "iris", "lips"):
            mixed[field.name] = tuple(a + (b - a) * share for a, b in zip(first, second, strict=True))
        else:
            mixed[field.name] = first
    return Person(**mixed)


SHORT = Hair(volume=1.07, length=-0.05, line=-0.84, fall=0.1)
SWEPT = Hair(volume=1.13, length=-0.1, line=-0.82, parting=-32, fall=0.34)
LONG = Hair(volume=1.1, length=2.3, line=-0.95, parting=4, fall=0.75, cover=66)
TIED = Hair(volume=1.04, length=-0.15, line=-0.9, fall=0.2)

PEOPLE: tuple[Person, ...] = (
    Person(
        name="Alma", skin=(243, 197, 172), hair=(117, 56, 27), iris=(87, 132, 81), lips=(200, 92, 93),
        forehead=0.97, cheek=1.03, jaw=0.86, chin=0.4, length=0.95, eye_apart=0.44, eye_width=0.24, eye_height=0.145,
        eye_slant=0.02, eye_lid=0.1, brow_y=-0.38, brow_thick=0.055, brow_arch=0.1, nose_tip=0.44, nose_width=0.2,
        nose_lift=0.28, nose_bridge=0.07, mouth_y=0.82, mouth_width=0.36, lip_upper=0.075, lip_lower=0.11, paint=0.5,
        freckles=0.9,
        styles=(Hair(volume=1.16, length=2.0, line=-0.9, parting=-22, fall=0.7, cover=68, curl=0.07),
                Hair(volume=1.05, length=-0.1, line=-0.88, parting=-22, fall=0.3, bun=0.45)),
    ),
    Person(
        name="Bruno", skin=(206, 155, 117), hair=(32, 21, 17), iris=(70, 42, 26), lips=(168, 92, 78),
        forehead=0.95, cheek=1.0, jaw=0.98, chin=0.58, length=1.0, eye_apart=0.4, eye_width=0.2, eye_height=0.09,
        eye_slant=-0.02, eye_lid=0.45, brow_y=-0.25, brow_thick=0.135, brow_arch=0.03, brow_slant=0.02, nose_tip=0.56,
        nose_width=0.27, nose_lift=0.42, nose_bridge=0.12, mouth_y=0.9, mouth_width=0.4, lip_upper=0.05,
        lip_lower=0.085, lines=0.4, beard=0.65, beard_kind="full",
        styles=(SHORT, Hair(volume=1.12, length=0.0, line=-0.86, parting=28, fall=0.3)),
    ),
    Person(
        name="Chidi", skin=(103, 60, 37), hair=(10, 8, 10), iris=(40, 19, 11), lips=(115, 65, 61),
        forehead=0.98, cheek=0.98, jaw=0.84, chin=0.5, length=1.05, eye_apart=0.43, eye_width=0.21, eye_height=0.12,
        eye_slant=0.03, eye_lid=0.25, brow_y=-0.32, brow_thick=0.085, brow_arch=0.06, nose_tip=0.5, nose_width=0.36,
        nose_lift=0.26, nose_bridge=0.13, mouth_y=0.86, mouth_width=0.42, lip_upper=0.1, lip_lower=0.14, beard=0.5,
        beard_kind="goatee",
        styles=(Hair(volume=1.03, length=-0.3, line=-0.9, recedes=0.08), Hair(volume=1.03, length=-0.3, line=-0.86),
                Hair(volume=1.26, length=-0.05, line=-0.82, fall=0.05, curl=0.05)),
    ),
    Person(
        name="Dalia", skin=(168, 112, 77), hair=(20, 13, 15), iris=(47, 24, 13), lips=(155, 55, 66),
        forehead=0.93, cheek=0.97, jaw=0.76, chin=0.34, length=1.03, eye_apart=0.43, eye_width=0.25, eye_height=0.125,
        eye_slant=0.06, eye_lid=0.2, brow_y=-0.36, brow_thick=0.085, brow_arch=0.12, brow_slant=0.01, nose_tip=0.54,
        nose_width=0.22, nose_lift=0.38, nose_bridge=0.085, mouth_y=0.87, mouth_width=0.35, lip_upper=0.1,
        lip_lower=0.13, paint=0.9, mole=(0.34, 0.66),
        styles=(LONG, Hair(volume=1.04, length=-0.15, line=-0.92, fall=0.25, bun=0.36)),
    ),
    Person(
        name="Edvin", skin=(233, 185, 164), hair=(165, 166, 165), iris=(97, 127, 156), lips=(175, 112, 103),
        forehead=1.0, cheek=0.94, jaw=0.82, chin=0.46, length=1.1, eye_apart=0.4, eye_width=0.185, eye_height=0.08,
        eye_slant=-0.04, eye_lid=0.5, brow_y=-0.27, brow_thick=0.08, brow_arch=0.03, brow_slant=-0.05, nose_tip=0.6,
        nose_width=0.28, nose_lift=0.44, nose_bridge=0.1, mouth_y=0.93, mouth_width=0.36, lip_upper=0.03,
        lip_lower=0.055, ear=0.38, lines=1.0, glasses=0.75, round_glasses=1.0,
        styles=(Hair(volume=1.05, length=0.0, line=-1.16, recedes=0.1),),
    ),
    Person(
        name="Fumiko", skin=(238, 200, 162), hair=(12, 13, 20), iris=(37, 22, 16), lips=(193, 82, 88),
        forehead=0.95, cheek=1.06, jaw=0.86, chin=0.4, length=0.96, eye_apart=0.45, eye_width=0.22, eye_height=0.075,
        eye_slant=0.05, eye_lid=0.55, brow_y=-0.32, brow_thick=0.055, brow_arch=0.04, nose_tip=0.46, nose_width=0.25,
        nose_lift=0.22, nose_bridge=0.1, mouth_y=0.82, mouth_width=0.29, lip_upper=0.07, lip_lower=0.1, paint=0.4,
        styles=(Hair(volume=1.13, length=1.15, line=-0.42, fall=0.06, cover=66),
                Hair(volume=1.08, length=2.0, line=-0.5, fall=0.08, cover=68)),
    ),
    Person(
        name="Gustav", skin=(248, 207, 187), hair=(200, 151, 92), iris=(80, 134, 183), lips=(205, 125, 113),
        forehead=0.9, cheek=0.92, jaw=0.84, chin=0.4, length=1.08, eye_apart=0.38, eye_width=0.2, eye_height=0.1,
        eye_slant=-0.03, eye_lid=0.35, brow_y=-0.28, brow_thick=0.06, brow_arch=0.04, brow_slant=-0.02, nose_tip=0.56,
        nose_width=0.2, nose_lift=0.4, nose_bridge=0.08, mouth_y=0.88, mouth_width=0.42, lip_upper=0.045,
        lip_lower=0.075, ear=0.36, beard=0.3, beard_kind="stubble",
        styles=(SWEPT, Hair(volume=1.15, length=0.05, line=-0.62, fall=0.2)),
    ),
    Person(
        name="Hanna", skin=(226, 175, 144), hair=(165, 116, 65), iris=(115, 79, 43), lips=(213, 97, 93),
        forehead=1.0, cheek=0.99, jaw=0.74, chin=0.34, length=1.0, eye_apart=0.4, eye_width=0.22, eye_height=0.115,
        eye_slant=0.04, eye_lid=0.3, brow_y=-0.33, brow_thick=0.07, brow_arch=0.08, brow_slant=0.0, nose_tip=0.5,
        nose_width=0.23, nose_lift=0.33, nose_bridge=0.09, mouth_y=0.84, mouth_width=0.46, lip_upper=0.06,
        lip_lower=0.12, paint=0.6, glasses=0.25,
        styles=(Hair(volume=1.12, length=1.4, line=-0.88, parting=30, fall=0.6, cover=70),
                TIED, Hair(volume=1.1, length=2.3, line=-0.9, parting=30, fall=0.65, cover=70)),
    ),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(person.name for person in PEOPLE)
BY_NAME: Mapping[str, Person] = {person.name: person for person in PEOPLE}
