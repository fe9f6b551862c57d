"""Two architectures side by side: what differs is seen at once, and equal layers are one line that opens."""

from grader.model.figures import LayerAlignment, LayerPair
from grader.report.figures import layer_alignment
from grader.report.figures.place import FigurePlace
from tests.report.page_reader import PageReader


def pair(op: str, expected_parameters: int = 0, found_parameters: int = 0) -> LayerPair:
    return LayerPair(
        op=op,
        expected="" if op == "extra" else "Dense 10",
        found="" if op == "missing" else "Dense 10",
        expected_parameters=expected_parameters,
        found_parameters=found_parameters,
    )


def drawn(*pairs: LayerPair, shows_expected: bool = True) -> str:
    place = FigurePlace(number=1, anchor="question-1", shows_expected=shows_expected, points=0)
    return str(layer_alignment.draw(LayerAlignment(rows=pairs, expected_parameters=0, found_parameters=0), place))


EQUAL, MISSING, OTHER_INPUT = pair("equal"), pair("missing"), pair("equal", 110, 90)


def test_equal_layers_in_a_row_are_one_line_that_opens() -> None:
    page = drawn(EQUAL, EQUAL, EQUAL, MISSING, EQUAL)
    words = PageReader(page).text
    assert "3 layers are equal" in words
    assert page.count("<details") == 1
    assert words.index("3 layers are equal") < words.index("missing")


def test_a_single_equal_layer_and_one_with_another_input_are_shown() -> None:
    page = drawn(EQUAL, MISSING, OTHER_INPUT, OTHER_INPUT)
    assert "<details" not in page
    assert page.count("other input") == 2


def test_two_equal_architectures_are_folded_as_a_whole() -> None:
    page = drawn(EQUAL, EQUAL, EQUAL)
    assert page.count("<details") == 1
    assert "layers are equal" not in page


def test_equal_layers_are_also_folded_where_the_expected_ones_may_not_be_shown() -> None:
    page = drawn(EQUAL, EQUAL, pair("altered"), shows_expected=False)
    assert "2 layers are equal" in page
    assert 'colspan="2"' in page
