"""The pictures of the report."""

import math
from dataclasses import replace

from grader.model.figures import AccuracyScale, ConfusionMatrix, ScaleThreshold
from grader.report import curve_panels, plots, svg
from grader.report.curve_panels import Curves
from grader.report.figures import FigurePlace, accuracy_scale, confusion_matrix, draw, layer_alignment
from grader.text.proportions import percent
from tests.reading import as_read
from tests.report import report_samples as samples
from tests.report.conftest import Snapshot
from tests.report.page_reader import PageReader


def panels(loss: tuple[float, ...], val_loss: tuple[float, ...] | None = None) -> tuple[Curves, ...]:
    metrics = {"loss": loss} | ({"val_loss": val_loss} if val_loss else {})
    return curve_panels.curves({"history": metrics})


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
    accuracy = curve_panels.curves({"history": {"accuracy": (0.95, 0.96)}})[0]
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
    matrix = ConfusionMatrix(classes=("cat", "dog"), counts=((8, 2), (5, 5)))
    assert confusion_matrix.reading(matrix).startswith("Most often mixed up: dog labelled as cat (5 of 10)")


def test_confusion_without_mistakes_says_so() -> None:
    matrix = ConfusionMatrix(classes=("cat", "dog"), counts=((3, 0), (0, 3)))
    assert "labelled correctly" in confusion_matrix.reading(matrix)


def test_confusion_of_very_many_classes_is_not_drawn() -> None:
    classes = tuple(map(str, range(21)))
    place = FigurePlace(anchor="question-1", number=1, shows_expected=True, points=0.0)
    assert draw(ConfusionMatrix(classes=classes, counts=((1,) * 21,) * 21), place) == ""
    assert "<svg" in draw(ConfusionMatrix(classes=classes[:20], counts=((1,) * 20,) * 20), place)


def test_empty_class_can_be_drawn() -> None:
    matrix = ConfusionMatrix(classes=("cat", "dog"), counts=((0, 0), (0, 3)))
    assert "<svg" in confusion_matrix.picture(matrix, "x")


def test_scale_marks_accuracy_outside_of_its_thresholds() -> None:
    steps = (ScaleThreshold(0.85, 0), ScaleThreshold(0.96, 6))
    for accuracy, points in ((0.1, 0.0), (1.0, 6.0)):
        figure = AccuracyScale(accuracy=accuracy, interval=None, thresholds=steps)
        assert f">{percent(accuracy)}</text>" in accuracy_scale.picture(figure, points, "x")


def test_a_single_epoch_stands_under_its_point() -> None:
    drawn = plots.curves(curve_panels.curves({"history": {"loss": (0.5,)}})[0], "x")
    assert ">epoch 1</text>" in drawn
    assert ">1</text>" not in drawn


def test_only_all_is_a_hundred_percent() -> None:
    assert as_read((percent(1), percent(0.9996), percent(0.5), percent(0))) == ("100 %", "99.9 %", "50 %", "0 %")


def test_expected_architecture_that_may_not_be_shown_is_not_in_the_view() -> None:
    view = layer_alignment.view_of(samples.alignment(), shows_expected=False)
    assert all(row.expected == "" and row.expected_parameters == 0 for row in view.rows)
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
    curves = curve_panels.curves(samples.record().histories)
    snapshot("curves.svg", plots.curves(curves[0], "curves"))
    finding = samples.findings()[4]
    scale, confusion = finding.figures
    assert isinstance(scale, AccuracyScale)
    assert isinstance(confusion, ConfusionMatrix)
    snapshot("confusion.svg", confusion_matrix.picture(confusion, "confusion"))
    snapshot("scale.svg", accuracy_scale.picture(scale, finding.points, "scale"))
    snapshot("histogram.svg", plots.histogram((0, 1, 0, 2, 4, 8, 9, 3, 1, 0), "histogram"))


def test_a_layer_that_is_right_but_fed_otherwise_is_told_apart() -> None:
    row = replace(samples.alignment().rows[0], found_parameters=3_000)
    shown, hidden = (layer_alignment.view_of(replace(samples.alignment(), rows=(row,)), seen) for seen in (True, False))
    assert shown.has_other_input(shown.rows[0])
    assert not hidden.has_other_input(hidden.rows[0])


def test_the_scale_rises_at_its_first_threshold() -> None:
    figure = AccuracyScale(accuracy=0.2, interval=None, thresholds=(ScaleThreshold(0.5, 4), ScaleThreshold(0.9, 6)))
    picture = str(accuracy_scale.picture(figure, 0, "scale"))
    path = picture.partition('d="M')[2].partition('"')[0].split("L")
    heights = [float(point.split()[1]) for point in path]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == heights[1] > heights[2]
