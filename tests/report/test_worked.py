"""Hand convolutions, padding and stride, and feature maps as pictures."""

from typing import Any

import pytest

from grader.model.figures import FeatureMaps, Figure, WindowSizes, WorkedCell
from grader.report.figures import feature_maps, window_sizes, worked_cell
from grader.report.student import render_student
from grader.report.svg import Panel
from tests.report import picture_samples as samples
from tests.report import report_samples
from tests.report.conftest import Snapshot
from tests.report.page_reader import PageReader

MODULES: dict[type[Figure], Any] = {WorkedCell: worked_cell, WindowSizes: window_sizes, FeatureMaps: feature_maps}
SNAPSHOTS: dict[type[Figure], str] = {WorkedCell: "worked", WindowSizes: "sizes", FeatureMaps: "maps"}


def reading(figure: Figure, shown: bool = True) -> str:
    if isinstance(figure, FeatureMaps):
        return feature_maps.reading(feature_maps.view_of(figure, shown))
    words: str = MODULES[type(figure)].view_of(figure, shown).reading
    return words


def drawn(figure: Figure, shown: bool = True) -> list[Panel]:
    module = MODULES[type(figure)]
    panels: list[Panel] = module.panels(module.view_of(figure, shown), "x")
    return panels


def text(figure: Figure, shown: bool = True) -> str:
    return " ".join(PageReader(panel.picture).text for panel in drawn(figure, shown))


def page(**fields: Any) -> str:
    return render_student(samples.asked(**fields), (), samples.marked(), report_samples.record())


def test_the_reading_names_the_cell_the_window_and_the_sum() -> None:
    assert reading(samples.worked()) == (
        "2 cells are not right yet. The first of them is row 1, column 2. There, the filter covers rows 1 "
        "to 2 and columns 1 to 3 of the input and some padding beside them, and the sum of the "
        "products is 4, but you have 5."
    )


def test_products_and_their_running_sum_are_written() -> None:
    products = next(panel for panel in drawn(samples.worked()) if "sum" in panel.name)
    words = PageReader(products.picture).text
    for factors in ("2 · 4", "1 · −1", "3 · −1", "sum: 4"):
        assert factors in words
    assert "After each row: 0, 7, 4." in words


def test_wrong_cells_bear_a_mark_and_a_word() -> None:
    answer = drawn(samples.worked())[-1]
    assert answer.picture.count('class="steps-wrong-mark"') == 2 + 1  # and one in the legend
    assert "not right yet" in PageReader(answer.picture).text
    assert "Not right yet: row 1, column 2; row 2, column 3." in answer.picture


def test_an_answer_without_a_right_cell_says_so_in_one_word() -> None:
    every_cell = tuple((0, row, column) for row in range(4) for column in range(4))
    answer = drawn(samples.worked(wrong=every_cell))[-1]
    assert "Not right yet: all 16 cells." in answer.picture


def test_without_the_right_to_see_it_neither_products_nor_sum_are_drawn() -> None:
    names = [panel.name for panel in drawn(samples.worked(), shown=False)]
    assert names == ["The filter on the input", "The filter", "Your map"]
    assert "add up" not in reading(samples.worked(), shown=False)
    assert "sum: 4" not in text(samples.worked(), shown=False)


def test_padding_is_told_from_the_input() -> None:
    field = drawn(samples.worked())[0].picture
    assert field.count('class="steps-square padding"') == 1
    assert field.split('class="steps-square padding"')[0].rsplit('d="', 1)[1].count("M") == 20
    assert "padding included: 0 0 0 0 0 0; 0 1 2 0 3 0;" in field


def test_pooling_names_the_largest_and_multiplies_nothing() -> None:
    made = samples.pooling()
    assert "the largest value there is 5, but you have 4." in reading(made)
    assert [panel.name for panel in drawn(made)][1] == "The largest one"
    assert "·" not in text(made)


def test_the_mean_is_the_sum_over_the_number_of_cells() -> None:
    assert "11 / 4 = 2.75" in text(samples.pooling(by="mean", value=2.75))


def test_bias_and_relu_follow_the_sum() -> None:
    words = text(samples.worked(bias=-9, relu=True, value=0))
    assert "with bias: 4 + (−9) = −5" in words
    assert "after ReLU: 0" in words


def test_another_shape_is_named_and_nothing_is_marked() -> None:
    made = samples.worked(wrong=None, place=(0, 0, 0), found=(((1, 2),),))
    assert "Here is how to compute row 1, column 1 of a map with 4 × 4 cells." in reading(made)
    assert "wrong-mark" not in drawn(made)[-1].picture


def test_a_list_is_described_by_its_numbers_and_not_by_rows_and_columns() -> None:
    signal = {"image": (((1, 2, 0, 3),),), "filters": (((1, 2, 1),),), "before": (0, 1), "after": (0, 1)}
    of_list = {"window": (1, 3), "place": (0, 0, 0), "found": (((9, 5, 5, 6),),), "value": 4, "shape": (1, 1, 4)}
    made = samples.worked(**signal, **of_list, wrong=((0, 0, 0), (0, 0, 3)))
    assert reading(made).startswith("2 numbers are not right yet. The first of them is number 1. There, the filter")
    assert "The window begins at number 1 of these, padding included: 0 1 2 0 3 0." in drawn(made)[0].picture
    assert "Numbers: 9 5 5 6. Not right yet: number 1; number 4." in drawn(made)[-1].picture
    assert drawn(made)[-1].name == "Your list"
    of_other_length = samples.worked(**signal, **{**of_list, "found": (((9, 5),),)}, wrong=None)
    assert reading(of_other_length).startswith("Here is how to compute number 1 of the 4 numbers.")
    assert "row" not in reading(made) + reading(of_other_length)


def test_a_cell_that_was_left_blank_is_called_so() -> None:
    made = samples.worked(place=(0, 1, 2), value=-5)
    assert "you left it blank" in reading(made)


def test_channels_have_a_grid_each_and_one_running_sum() -> None:
    one = samples.worked()
    two = samples.worked(image=one.image * 2, filters=one.filters * 2, value=8)
    assert [panel.name for panel in drawn(two)][2] == "The filter on the input, channel 2"
    assert "sum: 8" in text(two)


def test_sizes_are_worked_out_in_words() -> None:
    words = reading(samples.sizes())
    assert "35 cells and 4 + 4 of padding make 43. The window covers 9 and moves by 2: (43 − 9) / 2 = 17 steps" in words
    assert "rounded down, = 14 steps after the first position, so 14 + 1 = 15 positions, and 2 cells are left" in words
    assert words.endswith("So the output has 18 × 15, but you have 14 × 13.")


def test_sizes_that_may_not_be_shown_are_neither_written_nor_drawn() -> None:
    made = samples.sizes()
    assert len(drawn(made, shown=False)) == 1
    words = text(made, shown=False) + reading(made, shown=False)
    assert "steps" not in words
    assert "left over" not in words
    assert "18 × 15" not in words


def test_large_images_are_drawn_to_scale_without_their_cells() -> None:
    assert "to scale" in drawn(samples.sizes())[0].picture
    assert 'class="plot-grid"' not in drawn(samples.sizes())[0].picture
    assert drawn(samples.small_sizes())[0].picture.count('class="plot-grid"') == 24


def test_one_number_is_compared_as_one_number() -> None:
    assert reading(samples.small_sizes(alone=True)).endswith("So the output has 6 × 6, but you have 7.")


def test_a_series_has_places_and_no_rows() -> None:
    words = reading(samples.series())
    assert words.startswith("400 cells. The window covers 9")
    assert words.endswith("So the output has 131 places, but you have 132 places.")


@pytest.mark.parametrize("found", [None, (10**5, 3), (0, 0), (1, 200)])
def test_an_answer_of_any_size_can_be_drawn(found: list[int] | None) -> None:
    assert "<svg" in drawn(samples.small_sizes(found=found))[1].picture


def test_maps_share_one_scale_of_grey() -> None:
    yours, expected = drawn(samples.maps())
    assert "black is −1, white is 3" in reading(samples.maps())
    assert 'fill="#000000"' in yours.picture
    assert 'fill="#000000"' not in expected.picture
    assert yours.picture.count('fill="#ffffff"') == expected.picture.count('fill="#ffffff"') == 1


def test_expected_maps_that_may_not_be_shown_are_not_drawn() -> None:
    assert [panel.name for panel in drawn(samples.maps(), shown=False)] == ["Yours"]


def test_flat_and_blank_maps_can_be_drawn() -> None:
    assert "<svg" in drawn(samples.maps(found=(((2, 2), (2, 2)),), expected=()))[0].picture
    assert "none of them" in drawn(samples.maps(found=(((None, None),),), expected=()))[0].picture


def test_large_maps_stay_small_files() -> None:
    large = (tuple(tuple((row * column) % 17 for column in range(64)) for row in range(64)),)
    assert len(drawn(samples.maps(found=large, expected=()))[0].picture) < 80_000


def test_every_picture_on_a_page_has_a_text_alternative() -> None:
    reader = PageReader(page())
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    pictures = [svg for svg in reader.named("svg") if svg.get("aria-hidden") != "true"]
    assert len(pictures) >= 15
    assert len(ids) == len(set(ids))
    assert all(set(picture["aria-labelledby"].split()) <= set(ids) for picture in pictures)
    assert reader.misnested == []


def test_pictures_look_as_agreed(snapshot: Snapshot) -> None:
    for number, figure in enumerate(samples.PICTURES):
        panels = "\n".join(f"<p>{panel.name}</p>{panel.picture}" for panel in drawn(figure))
        snapshot(f"{SNAPSHOTS[type(figure)]}-{number}.html", panels + "\n")
