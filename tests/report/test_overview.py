"""The page that an instructor gets."""

import time
from dataclasses import replace

import report_samples as samples
from page_reader import PageReader, active_parts

from grader.model.assessment import Finding, Verdict
from grader.model.record import Isolation, Outcome
from grader.report.overview import class_view, render_overview


def row(student="Ada", made=None, seconds=3.0, **fields):
    assessment = samples.assessment(student, made, **fields)
    return samples.overview_row(assessment, link=f"{student}/report.html", seconds=seconds, origin=f"{student}.ipynb")


def test_every_student_is_linked_with_mark_and_outcome():
    html = render_overview(samples.exercise(), [row("Ada"), row("Bo", outcome=Outcome.TIMED_OUT)])
    reader = PageReader(html)
    assert {link.get("href") for link in reader.named("a")} >= {"Ada/report.html", "Bo/report.html"}
    assert "10.5/20" in reader.text
    assert "Ran out of time" in reader.text
    assert active_parts(html) == []


def test_students_are_in_the_order_of_their_names():
    view = class_view(samples.exercise(), [row("zoe"), row("Bo"), row("ada")])
    assert [each.student for each in view.rows] == ["ada", "Bo", "zoe"]


def test_unsettled_marks_are_in_no_statistics():
    broken = (Finding("model", Verdict.CHECK_ERROR, 0.0, 20.0, reason="no reference"),)
    view = class_view(samples.exercise(), [row("Ada"), row("Bo", broken), row("Cy", outcome=Outcome.SANDBOX_FAILED)])
    assert view.graded == 1
    assert view.mean == 52.5
    assert sum(view.histogram) == 1


def test_files_that_are_no_notebooks_are_in_no_statistics():
    view = class_view(samples.exercise(), [row("Ada"), row("Bo", outcome=Outcome.INVALID_NOTEBOOK)])
    assert (view.graded, view.mean, sum(view.histogram)) == (1, 52.5, 1)
    assert [trouble[0].student for trouble in view.troubles] == ["Bo"]


def test_what_could_not_be_graded_is_named_with_the_reason():
    broken = (Finding("model", Verdict.CHECK_ERROR, 0.0, 20.0, reason="no reference"),)
    text = PageReader(render_overview(samples.exercise(), [row("Bo", broken, remarks=("It is a link.",))])).text
    assert "Complete the model: our check broke: no reference. It is a link." in text
    assert "Bo.ipynb" in text
    assert "No mark yet" in text


def test_sentences_about_trouble_end_with_one_full_stop():
    late = row("Bo", outcome=Outcome.CRASHED, remarks=("Canvas marks it as late.", "It ended its own process"))
    assert class_view(samples.exercise(), [late]).troubles[0][1] == (
        "Python stopped. Canvas marks it as late. It ended its own process."
    )


def test_hardest_question_comes_first():
    view = class_view(samples.exercise(), [row()])
    shares = [each.share for each in view.difficulties]
    assert shares == sorted(shares)
    assert view.difficulties[-1].title == "Output shape of the first convolution"


def test_a_reason_of_one_student_stands_in_that_report_only():
    assert class_view(samples.exercise(), [row("Ada")]).reasons == ()


def test_reasons_are_counted_across_students():
    view = class_view(samples.exercise(), [row(f"s{number:02d}") for number in range(15)])
    assert view.reasons[0].students == 15
    assert len(view.reasons[0].rows) == 12
    assert view.reasons[0].more == 3


def test_slowest_runs_come_first():
    view = class_view(samples.exercise(), [row("Ada", seconds=1.0), row("Bo", seconds=9.0), row("Cy", seconds=0.0)])
    assert [each.student for each in view.slowest] == ["Bo", "Ada"]


def test_full_marks_are_in_the_last_column_of_the_histogram():
    full = (Finding("conv1", Verdict.PASSED, 2.0, 2.0),)
    assert class_view(samples.exercise(), [row("Ada", full)]).histogram == (0,) * 9 + (1,)


def test_weak_isolation_is_stamped():
    html = render_overview(samples.exercise(), [row(isolation=Isolation.NONE)])
    assert "1 notebook ran without the full sandbox" in html
    assert "No isolation" in html


def test_empty_class_has_a_page():
    assert "Every student" in render_overview(samples.exercise(), [])


def test_colon_in_a_folder_does_not_make_an_address():
    html = render_overview(samples.exercise(), [replace(row(), link="javascript:alert(1)//x/report.html")])
    assert 'href="javascript%3Aalert%281%29//x/report.html"' in html


def test_row_without_a_report_has_no_link():
    assert "report.html" not in render_overview(samples.exercise(), [replace(row(), link="")])


def test_a_thousand_students_are_quick_and_small():
    rows = [row(f"student-{number}", remarks=("An older try was set aside.",)) for number in range(1000)]
    render_overview(samples.exercise(), rows[:1])
    started = time.perf_counter()
    html = render_overview(samples.exercise(), rows)
    assert time.perf_counter() - started < 2
    assert len(html.encode()) < 5_000_000
