"""The page that an instructor gets."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

from grader.model.assessment import Finding, Flag, Status, StoppedLine, Verdict
from grader.model.record import Isolation, Outcome
from grader.report.dashboard import DashboardRow, class_view, render_dashboard
from grader.report.student import render_student
from grader.report.tables import assessment_json
from tests.report import report_samples as samples
from tests.report import sample_pages
from tests.report.page_reader import PageReader, active_parts


def row(
    student: str = "Ada", made: tuple[Finding, ...] | None = None, seconds: float = 3.0, **fields: Any
) -> DashboardRow:
    assessment = samples.assessment(student, made, **fields)
    return samples.dashboard_row(assessment, link=f"{student}/report.html", seconds=seconds, origin=f"{student}.ipynb")


def test_every_student_is_linked_with_mark_and_outcome() -> None:
    html = render_dashboard(samples.exercise(), [row("Ada"), row("Bo", outcome=Outcome.TIMED_OUT)])
    reader = PageReader(html)
    assert {link.get("href") for link in reader.named("a")} >= {"Ada/report.html", "Bo/report.html"}
    assert "10.5/20" in reader.text
    assert "Ran out of time" in reader.text
    assert active_parts(html) == []


def test_students_are_in_the_order_of_their_names() -> None:
    view = class_view(samples.exercise(), [row("zoe"), row("Bo"), row("ada")])
    assert [each.student for each in view.rows] == ["ada", "Bo", "zoe"]


def test_unsettled_marks_are_in_no_statistics() -> None:
    broken = (
        Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0, reason="no reference"),
    )
    view = class_view(samples.exercise(), [row("Ada"), row("Bo", broken), row("Cy", outcome=Outcome.SANDBOX_FAILED)])
    assert view.graded == 1
    assert view.mean == 52.5
    assert sum(view.histogram) == 1


def test_files_that_are_no_notebooks_are_in_no_statistics() -> None:
    view = class_view(samples.exercise(), [row("Ada"), row("Bo", outcome=Outcome.INVALID_NOTEBOOK)])
    assert (view.graded, view.mean, sum(view.histogram)) == (1, 52.5, 1)
    assert [trouble[0].student for trouble in view.troubles] == ["Bo"]


def test_what_could_not_be_graded_is_named_with_the_reason() -> None:
    broken = (
        Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0, reason="no reference"),
    )
    text = PageReader(render_dashboard(samples.exercise(), [row("Bo", broken, remarks=("It is a link.",))])).text
    assert "Complete the model: our check failed: no reference. It is a link." in text
    assert "Bo.ipynb" in text
    assert "No mark yet" in text


def test_sentences_about_trouble_end_with_one_full_stop() -> None:
    late = row(
        "Bo",
        outcome=Outcome.CRASHED,
        remarks=("According to Canvas, the submission was late.", "It ended its own process"),
    )
    assert class_view(samples.exercise(), [late]).troubles[0][1] == (
        "Python stopped. According to Canvas, the submission was late. It ended its own process."
    )


def test_slowest_runs_come_first() -> None:
    view = class_view(samples.exercise(), [row("Ada", seconds=1.0), row("Bo", seconds=9.0), row("Cy", seconds=0.0)])
    assert [each.student for each in view.slowest] == ["Bo", "Ada"]


def test_full_marks_are_in_the_last_column_of_the_histogram() -> None:
    full = (Finding(question="conv1", verdict=Verdict.PASSED, points=2.0, max_points=2.0),)
    assert class_view(samples.exercise(), [row("Ada", full)]).histogram == (0,) * 9 + (1,)


def test_weak_isolation_is_stamped() -> None:
    html = render_dashboard(samples.exercise(), [row(isolation=Isolation.NONE)])
    assert "1 notebook ran without the full sandbox" in html
    assert "No isolation" in html


def test_empty_class_has_a_page() -> None:
    assert "Every student" in render_dashboard(samples.exercise(), [])


def test_colon_in_a_folder_does_not_make_an_address() -> None:
    html = render_dashboard(samples.exercise(), [replace(row(), link="javascript:alert(1)//x/report.html")])
    assert 'href="javascript%3Aalert%281%29//x/report.html"' in html


def test_row_without_a_report_has_no_link() -> None:
    assert "report.html" not in render_dashboard(samples.exercise(), [replace(row(), link="")])


def test_a_thousand_students_are_small() -> None:
    assert len(sample_pages.dashboard_page(1000).encode()) < 5_000_000


def flagged(student: str, *flags: tuple[str, str]) -> DashboardRow:
    return replace(row(student), flags=tuple(Flag(kind, text) for kind, text in flags))


def test_flags_are_in_one_place_and_what_few_have_comes_first() -> None:
    rows = [flagged("Ada", ("reduced isolation", "No sandbox.")), flagged("Cy", ("reduced isolation", "No sandbox."))]
    rows.append(flagged("Bo", ("known images", "98 % as they are, 40 % altered.")))
    html = render_dashboard(samples.exercise(), rows)
    text = PageReader(html).text
    assert "Observations to check" in text
    assert text.index("Known images") < text.index("Reduced isolation")
    assert html.count("No sandbox.") == 1
    assert "98 % as they are" in text
    assert active_parts(html) == []


def test_a_class_without_flags_has_no_such_section() -> None:
    assert "Observations to check" not in render_dashboard(samples.exercise(), [row("Ada")])


def test_flags_are_never_in_the_report_of_a_student() -> None:
    made = samples.assessment(flags=(Flag("known images", "98 % as they are."),))
    page = render_student(samples.exercise(), samples.CELLS, made, samples.record())
    assert "known images" not in page
    assert "98 % as they are" not in page
    assert "98 % as they are" in assessment_json(made)


def test_the_leaderboard_is_linked_where_there_is_one() -> None:
    html = render_dashboard(samples.exercise(), [row("Ada")], "leaderboard.html")
    assert "leaderboard.html" in {link.get("href") for link in PageReader(html).named("a")}
    assert "leaderboard.html" not in render_dashboard(samples.exercise(), [row("Ada")])


def test_every_submission_has_one_status() -> None:
    waits = (Finding(question="model", verdict=Verdict.NEEDS_HUMAN, points=0.0, max_points=6.0),)
    not_here = (Finding(question="model", verdict=Verdict.NEEDS_HUMAN, points=0.0, max_points=0.0),)
    broken = (
        Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=6.0, reason="no reference"),
    )
    right = (Finding(question="model", verdict=Verdict.PASSED, points=6.0, max_points=6.0),)
    assert row(made=right).status is Status.MARKED
    assert row(made=not_here).status is Status.MARKED
    assert row(made=waits).status is Status.WAITING
    assert row(made=waits, outcome=Outcome.TIMED_OUT).status is Status.STOPPED
    assert row(made=(), outcome=Outcome.INVALID_NOTEBOOK).status is Status.UNREADABLE
    assert row(made=broken, outcome=Outcome.TIMED_OUT).status is Status.UNSETTLED
    assert row(made=(), outcome=Outcome.SANDBOX_FAILED).status is Status.UNSETTLED


def test_the_list_can_be_narrowed_to_what_there_is_and_no_more() -> None:
    rows = [row("Ada"), row("Bo", outcome=Outcome.TIMED_OUT, isolation=Isolation.DEGRADED)]
    rows.append(flagged("Cy", ("known images", "98 %")))
    view = class_view(samples.exercise(), rows)
    assert [(token, count) for token, _, count in view.choices] == [
        ("waiting", 2),
        ("stopped", 1),
        ("flagged", 1),
        ("weak", 1),
    ]
    html = render_dashboard(samples.exercise(), rows)
    assert 'data-status="stopped weak"' in html
    assert "Did not finish <strong>1</strong>" in html


def test_questions_of_a_student_are_told_by_word_beside_the_shapes() -> None:
    assert row("Ada").verdicts_in_words == (
        "partly right: 1, 5; right: 2; not right yet: 3; not answered: 4; an instructor will look at it: 6"
    )
    assert f'aria-label="{row("Ada").verdicts_in_words}"' in render_dashboard(samples.exercise(), [row("Ada")])


def test_without_a_mark_there_is_no_number() -> None:
    broken = (
        Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0, reason="no reference"),
    )
    listed = render_dashboard(samples.exercise(), [row("Bo", broken)]).split('id="list"')[1]
    assert "0/20" not in listed
    assert "No mark yet" in listed


def test_the_one_script_is_the_one_that_the_policy_names() -> None:
    html = render_dashboard(samples.exercise(), [row("Ada")])
    (script,) = PageReader(html).scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = PageReader(html).named("meta")[1]["content"]
    assert policy.endswith(f"script-src 'sha256-{digest}'")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", "")


def test_reports_of_students_and_the_leaderboard_have_no_script() -> None:
    for html in (sample_pages.student_page(), sample_pages.picture_page(), sample_pages.leaderboard_page()):
        assert "<script" not in html
        assert "script-src" not in html


def test_without_script_heads_are_text_and_the_filter_is_hidden() -> None:
    reader = PageReader(sample_pages.dashboard_page())
    assert reader.named("button") == []
    (tools,) = [attributes for attributes in reader.named("div") if attributes.get("class") == "tools"]
    assert "hidden" in tools


def test_who_is_excused_has_a_status_of_their_own_and_is_in_no_statistics() -> None:
    view = class_view(samples.exercise(), [row("Ada", excused=True), row("Bo", decided=5.0)])
    assert [each.status for each in view.rows] == [Status.EXCUSED, Status.MARKED]
    assert (view.graded, view.mean) == (1, 25.0)
    listed = render_dashboard(samples.exercise(), [row("Ada", excused=True)]).split('id="list"')[1]
    assert "Excused" in listed
    assert "10.5" not in listed


def test_what_a_person_decided_is_marked_whatever_became_of_the_run() -> None:
    broken = (
        Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0, reason="no reference"),
    )
    for outcome in Outcome:
        assert row(made=broken, outcome=outcome, decided=5.0).status is Status.MARKED


def test_notebooks_that_stop_at_the_same_line_are_counted_together() -> None:
    load = StoppedLine(1, "from keras.utils import np_utils", "ImportError: cannot import name 'np_utils' <b>")
    rows = [replace(row(name), stopped_at=replace(load, cell=number)) for number, name in enumerate(["A", "B", "C"], 1)]
    others = [replace(row(name), stopped_at=StoppedLine(1, "x = 1 / 0", "ZeroDivisionError")) for name in ("D", "E")]
    (stop,) = class_view(samples.exercise(), [*rows, *others, row("F")]).common_stops
    assert [each.student for each in stop.rows] == ["A", "B", "C"]
    html = render_dashboard(samples.exercise(), [*rows, *others])
    text = PageReader(html).text
    assert "3 notebooks stop at this line: from keras.utils import np_utils" in " ".join(text.split())
    assert "<b>" not in html
    assert "same line" not in PageReader(render_dashboard(samples.exercise(), others)).text
