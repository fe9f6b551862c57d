import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.alterations import alterations
from grader.intake.notebooks import Cell, Notebook
from tests.reading import as_read


def notebook(*ids: str) -> Notebook:
    return Notebook(tuple(Cell("code", "x", name) for name in ids))


GIVEN = notebook("intro", "model", "train", "predict")


@pytest.mark.parametrize(
    ("ids", "remarks"),
    [
        (("intro", "model", "train", "predict"), ()),
        (("intro", "mine", "model", "", "train", "predict"), ()),
        (("intro", "predict"), ("Cells of the exercise that are missing: 'model', 'train'.",)),
        (
            ("intro", "model", "model", "train", "predict"),
            ("Cells of the exercise that occur more than once: 'model'.",),
        ),
        (("model", "train", "predict", "intro"), ("Cells of the exercise that were moved: 'intro'.",)),
        (("", "", ""), ()),
        (("other", "ids"), ()),
        ((), ()),
    ],
)
def test_what_was_done_to_the_cells_is_said(ids: tuple[str, ...], remarks: tuple[str, ...]) -> None:
    assert as_read(alterations(notebook(*ids), GIVEN)) == remarks


def test_many_missing_cells_are_counted() -> None:
    given_out = notebook(*(f"c{number}" for number in range(20)))
    assert as_read(alterations(notebook("c0"), given_out)[0]).endswith("'c8' and 11 more.")


@given(st.permutations(["intro", "model", "train", "predict"]))
def test_any_other_order_is_said(ids: list[str]) -> None:
    said = alterations(notebook(*ids), GIVEN)
    assert bool(said) == (ids != ["intro", "model", "train", "predict"])
