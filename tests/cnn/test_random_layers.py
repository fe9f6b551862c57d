"""Layers that change images at random: one number means both directions, and defaults are known."""

from grader.assess.layer_wording import description, difference
from grader.cnn.layer_arithmetic import measure
from grader.cnn.layer_settings import pieces
from grader.cnn.layer_tables import NormalLayer
from tests.reading import as_read


def layer(kind: str, **config: object) -> NormalLayer:
    ((name, settings),) = pieces(kind, {"data_format": "channels_last", "seed": 3, **config}, rank=4)
    return NormalLayer(kind=name, settings=settings, size=measure(name, settings, [(None, 32, 32, 3)]))


def test_one_factor_means_both_directions() -> None:
    one = layer("RandomTranslation", height_factor=0.1, width_factor=0.1, fill_mode="nearest")
    pair = layer("RandomTranslation", height_factor=[-0.1, 0.1], width_factor=[-0.1, 0.1], fill_mode="nearest")
    assert one == pair
    assert as_read(description(one)) == "RandomTranslation, height up to ±0.1, width up to ±0.1, fill_mode nearest"


def test_a_factor_that_is_not_right_is_told_with_both() -> None:
    wanted, given = (layer("RandomRotation", factor=factor, fill_mode="nearest") for factor in (0.25, [-0.5, 0.5]))
    assert as_read(difference("factor", wanted, given)) == "factor is ±0.5 instead of ±0.25"
    lopsided = layer("RandomRotation", factor=[0.0, 0.5], fill_mode="nearest")
    assert as_read(difference("factor", wanted, lopsided)) == "factor is (0.0, 0.5) instead of ±0.25"


def test_what_is_not_given_is_what_keras_does() -> None:
    assert layer("RandomRotation", factor=0.25).settings["fill_mode"] == "reflect"
    assert layer("RandomFlip").settings["mode"] == "horizontal_and_vertical"


def test_images_keep_their_size_and_there_are_no_parameters() -> None:
    for kind in ("RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"):
        flipped = layer(kind)
        assert (flipped.output_shape, flipped.parameters) == ((None, 32, 32, 3), 0)
