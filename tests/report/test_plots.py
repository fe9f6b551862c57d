"""The pictures of the report."""

import math

from grader.report import evidence, plots, svg
from grader.report.evidence import Curves
from grader.text.proportions import percent
from tests.conftest import present
from tests.report import report_samples as samples
from tests.report.conftest import Snapshot
from tests.report.page_reader import PageReader


def panels(loss: tuple[float, ...], val_loss: tuple[float, ...] | None = None) -> tuple[Curves, ...]:
    metrics = {"loss": loss} | ({"val_loss": val_loss} if val_loss else {})
    return evidence.curves({"history": metrics})


def panel(loss: tuple[float, ...], val_loss: tuple[float, ...] | None = None) -> Curves:
    (drawn,) = panels(loss, val_loss)
    return drawn


def test_overfitting_is_named_with_its_epoch() -> None:
    view = panel((0.6, 0.3, 0.2, 0.1, 0.05), (0.4, 0.3, 0.35, 0.4, 0.5))
    assert "best in epoch 2" in view.reading


def test_steady_training_is_not_called_overfitting() -> None:
    assert "overfits" not in panel((0.6, 0.3, 0.2, 0.1), (0.4, 0.3, 0.25, 0.24)).reading


def test_numbers_that_are_not_finite_interrupt_the_curve() -> None:
    view = panel((1.0, math.nan, 0.5, math.inf))
    assert view.lines[0].values == (1.0, None, 0.5, None)
    assert "learning rate" in view.reading
    assert "nan" not in plots.curves(view, "x")


def test_history_of_nothing_but_nan_has_no_picture() -> None:
    assert panels((math.nan, math.nan)) == ()


def test_a_flat_curve_looks_flat() -> None:
    assert panel((2.3, 2.31, 2.3)).ends == (0.0, 2.31)
    accuracy = evidence.curves({"history": {"accuracy": (0.95, 0.96)}})[0]
    assert accuracy.ends == (0.76, 0.96)


def test_one_epoch_can_be_drawn() -> None:
    assert "<circle" in plots.curves(panel((0.5,)), "x")


def test_constant_curve_can_be_drawn() -> None:
    for value in (0.0, 1.0, -3.0):
        assert "<path" in plots.curves(panel((value, value, value)), "x")


def test_thousands_of_epochs_stay_small() -> None:
    assert len(plots.curves(panel(tuple(1 / n for n in range(1, 20_001))), "x")) < 20_000


def test_training_and_validation_differ_by_more_than_colour() -> None:
    picture = plots.curves(panel((0.6, 0.3), (0.4, 0.3)), "x")
    text = PageReader(picture).text
    assert "training" in text
    assert "validation" in text
    assert "curve held-out" in picture


def test_confusion_names_the_commonest_mistake() -> None:
    view = present(evidence.confusion({"confusion": [[8, 2], [5, 5]], "classes": ["cat", "dog"]}))
    assert view.reading.startswith("Most often mixed up: dog taken for cat (5 of 10)")


def test_confusion_without_mistakes_says_so() -> None:
    assert "right label" in present(evidence.confusion({"confusion": [[3, 0], [0, 3]]})).reading


def test_confusion_of_very_many_classes_is_not_drawn() -> None:
    assert evidence.confusion({"confusion": [[0] * 30] * 30}) is None
    assert evidence.confusion({}) is None


def test_empty_class_can_be_drawn() -> None:
    assert "<svg" in plots.confusion(present(evidence.confusion({"confusion": [[0, 0], [0, 3]]})), "x")


def test_scale_marks_accuracy_outside_of_its_thresholds() -> None:
    steps = [{"accuracy": 0.85, "points": 0}, {"accuracy": 0.96, "points": 6}]
    for accuracy, points in ((0.1, 0.0), (1.0, 6.0)):
        view = present(evidence.scale({"accuracy": accuracy, "thresholds": steps, "interval": None}, points))
        assert f">{percent(accuracy)}</text>" in plots.scale(view, "x")


def test_a_single_epoch_stands_under_its_point() -> None:
    drawn = plots.curves(evidence.curves({"history": {"loss": (0.5,)}})[0], "x")
    assert ">epoch 1</text>" in drawn
    assert ">1</text>" not in drawn


def test_only_all_is_a_hundred_percent() -> None:
    assert (percent(1), percent(0.9996), percent(0.5), percent(0)) == ("100 %", "99.9 %", "50 %", "0 %")


def test_scale_needs_accuracy_and_thresholds() -> None:
    assert evidence.scale({"accuracy": 0.5}, 1.0) is None


def test_expected_architecture_that_may_not_be_shown_is_not_in_the_view() -> None:
    view = present(evidence.alignment({"alignment": samples.alignment()}, shown=False))
    assert all(edit.expected == "" and edit.expected_parameters == 0 for edit in view.edits)
    assert view.most_parameters == 3_211_392


def test_ticks_are_round_and_enclose_the_values() -> None:
    for low, high in ((0.013, 0.62), (0.81, 0.995), (5.0, 5.0), (0.0, 0.0), (1e-9, 3e5), (-2.0, -2.0)):
        marks = svg.ticks(low, high)
        assert marks[0] <= low
        assert marks[-1] >= high
        assert 2 <= len(marks) <= 8


def test_labels_are_cut() -> None:
    assert svg.shortened_label("x" * 50, 12) == "x" * 11 + "…"


def test_pictures_look_as_agreed(snapshot: Snapshot) -> None:
    curves = evidence.curves(samples.record().histories)
    snapshot("curves.svg", plots.curves(curves[0], "curves"))
    finding = samples.findings()[4]
    snapshot("confusion.svg", plots.confusion(present(evidence.confusion(finding.evidence)), "confusion"))
    snapshot("scale.svg", plots.scale(present(evidence.scale(finding.evidence, finding.points)), "scale"))
    snapshot("histogram.svg", plots.histogram((0, 1, 0, 2, 4, 8, 9, 3, 1, 0), "histogram"))


def test_a_layer_that_is_right_but_fed_otherwise_is_told_apart() -> None:
    row = {**samples.alignment()[0], "found_parameters": 3_000}
    [edit] = present(evidence.alignment({"alignment": [row]}, shown=True)).edits
    assert edit.fed_otherwise
    assert not any(edit.fed_otherwise for edit in present(evidence.alignment({"alignment": [row]}, shown=False)).edits)


def test_the_scale_rises_at_its_first_threshold() -> None:
    steps = [{"accuracy": 0.5, "points": 4}, {"accuracy": 0.9, "points": 6}]
    view = present(evidence.scale({"accuracy": 0.2, "thresholds": steps, "interval": None}, 0))
    picture = str(plots.scale(view, "scale"))
    path = picture.partition('d="M')[2].partition('"')[0].split("L")
    heights = [float(point.split()[1]) for point in path]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == heights[1] > heights[2]
