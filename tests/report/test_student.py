"""The page that a student gets."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.figures import Mistake, SurestMistakes
from grader.model.record import CellError, CellRun, Isolation, Outcome, Record
from grader.report.figures import confusion_matrix
from grader.report.student import render_student
from grader.report.views import QuestionView, StudentView, student_view
from grader.report.words import ISOLATIONS, OUTCOMES, VERDICTS, ending
from tests.conftest import present
from tests.report import report_samples as samples
from tests.report.page_reader import PageReader, active_parts


def page(
    exercise: Exercise | None = None,
    cells: tuple[tuple[str, str], ...] = samples.CELLS,
    assessment: Assessment | None = None,
    record: Record | None = None,
) -> str:
    return render_student(
        exercise or samples.exercise(), cells, assessment or samples.assessment(), record or samples.record()
    )


def view(
    assessment: Assessment | None = None, record: Record | None = None, exercise: Exercise | None = None
) -> StudentView:
    return student_view(exercise or samples.exercise(), assessment or samples.assessment(), record or samples.record())


def card(finding: Finding, **question: Any) -> QuestionView:
    asked = samples.question(finding.question, **question)
    return view(samples.assessment(made=(finding,)), exercise=samples.exercise((asked,))).questions[0]


def test_page_tells_the_mark_and_every_answer() -> None:
    text = PageReader(page()).text
    for words in ("10.5", "of 20 points", "52.5 %", "589,824", "589,952", "Add MaxPooling2D", "sick-cas-dl-week4"):
        assert words in text


def test_every_verdict_is_told_by_word_and_by_a_shape_of_its_own() -> None:
    questions = [samples.question(verdict.value, verdict.value, 1.0) for verdict in Verdict]
    findings = [Finding(question=verdict.value, verdict=verdict, points=0.0, max_points=1.0) for verdict in Verdict]
    html = page(samples.exercise(questions), assessment=samples.assessment(made=findings))
    shapes = {
        verdict: html.split(f'<svg class="verdict-shape {verdict.value}"')[1].split("</svg>")[0] for verdict in Verdict
    }
    assert len(set(shapes.values())) == len(Verdict)
    assert all(VERDICTS[verdict] in html for verdict in Verdict)


def test_page_has_a_strict_policy_and_nothing_that_acts() -> None:
    html = page()
    policy = PageReader(html).named("meta")[1]
    assert policy["content"].startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert "script" not in policy["content"]
    assert active_parts(html) == []


def test_page_without_own_pictures_stays_small() -> None:
    assert len(page().encode()) < 300_000


def test_elements_are_nested_and_ids_are_unique() -> None:
    reader = PageReader(page())
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert reader.misnested == []
    assert reader.open == []
    assert len(ids) == len(set(ids))


def test_headings_leave_no_level_out() -> None:
    levels = [int(tag[1]) for tag, _ in PageReader(page()).elements if tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_every_picture_has_a_text_alternative() -> None:
    reader = PageReader(page())
    pictures = [svg for svg in reader.named("svg") if svg.get("aria-hidden") != "true"]
    ids = {attributes["id"] for _, attributes in reader.elements if "id" in attributes}
    assert len(pictures) == 5
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= ids
    assert all(image.get("alt") for image in reader.named("img"))


def test_every_link_inside_the_page_has_its_target() -> None:
    reader = PageReader(page())
    ids = {attributes["id"] for _, attributes in reader.elements if "id" in attributes}
    inside = [link["href"][1:] for link in reader.named("a") if link.get("href", "").startswith("#")]
    assert "cell-5" in inside
    assert set(inside) <= ids


def test_expected_answer_is_shown_only_where_it_may_be() -> None:
    hidden = Finding(
        question="conv1",
        verdict=Verdict.FAILED,
        points=0.0,
        max_points=2.0,
        expected="SECRET-26",
        found="28",
        parts=samples.findings()[0].parts,
        figures=(samples.alignment(),),
    )
    html = page(samples.exercise((samples.question(show_expected=False),)), (), samples.assessment(made=(hidden,)))
    assert "SECRET-26" not in html
    assert "MaxPooling2D" not in html
    assert "Dropout 0.5" in html


def test_the_notebook_of_another_exercise_has_no_next_steps_but_to_hand_in_the_right_one() -> None:
    made = samples.assessment(
        made=(
            Finding(question="conv1", verdict=Verdict.NOT_ATTEMPTED, points=0.0, max_points=2.0, hint="Add the bias."),
        )
    )
    told = "This is the notebook of another exercise: LeNet. Submit the one for Padding."
    shown = view(replace(made, notice=told), exercise=samples.exercise((samples.question("conv1"),)))
    assert (shown.lost.listed, [card.hint for card in shown.questions]) == ((), [""])
    assert shown.notices[0].text == told
    assert view(made, exercise=samples.exercise((samples.question("conv1"),))).lost.listed[0].text == "Add the bias."


@pytest.mark.parametrize(
    ("comparison", "reason", "why"),
    [
        ("Expected 12, found 1.", "You rounded down.", "You rounded down."),
        ("Expected 12, found 1.", "", "Expected 12, found 1."),
        ("", "This is half of 12.", "This is half of 12."),
    ],
)
def test_why_does_not_repeat_the_answer_and_the_expected_one(comparison: str, reason: str, why: str) -> None:
    finding = Finding(
        question="conv1",
        verdict=Verdict.FAILED,
        points=0.0,
        max_points=2.0,
        expected="12",
        found="1",
        reason=reason,
        comparison=comparison,
    )
    assert card(finding).reason == why


def test_why_is_whole_where_the_expected_answer_is_not_shown() -> None:
    finding = Finding(
        question="conv1",
        verdict=Verdict.FAILED,
        points=0.0,
        max_points=2.0,
        found="1",
        reason="It says 1. That is too few.",
    )
    assert card(finding).reason == "It says 1. That is too few."


def test_strengths_are_cut_to_a_few_and_counted() -> None:
    questions = [samples.question(f"q{number}", f"Title {number}") for number in range(7)]
    findings = [
        Finding(question=question.id, verdict=Verdict.PASSED, points=2.0, max_points=2.0) for question in questions
    ]
    strengths = view(samples.assessment(made=findings), exercise=samples.exercise(questions)).strengths
    assert strengths[-1] == "and 3 more"
    assert len(strengths) == 5


def test_an_answer_that_follows_from_a_wrong_one_has_the_right_method_and_is_no_strength() -> None:
    questions = [samples.question(f"q{number}", f"Size {number}", 1.0) for number in (1, 2, 3)]
    follows = Finding(
        question="q2",
        verdict=Verdict.PASSED,
        points=1.0,
        max_points=1.0,
        expected="108,810",
        found="433,290",
        follows_from=("q1",),
    )
    wrong = Finding(question="q1", verdict=Verdict.FAILED, points=0.0, max_points=1.0)
    right = Finding(question="q3", verdict=Verdict.PASSED, points=1.0, max_points=1.0, expected="26", found="26")
    exercise, made = samples.exercise(questions), samples.assessment(made=(wrong, follows, right))
    assert view(made, exercise=exercise).strengths == ("Size 3",)
    html = page(exercise, (), made)
    card_of_second = PageReader(html.partition('id="question-2"')[2].partition("</article>")[0]).text
    assert "Right method, but your earlier answer was different" in card_of_second
    assert "With the right earlier answer" in card_of_second
    assert "108,810" in card_of_second
    index = html.partition('<ol class="index">')[2].partition("</ol>")[0]
    assert index.count("Right method</span>") == 1
    assert "With the right earlier answer" not in html.partition('id="question-3"')[2]


def test_the_answer_with_the_right_earlier_one_is_not_shown_where_expected_answers_are_hidden() -> None:
    follows = Finding(
        question="conv1",
        verdict=Verdict.PASSED,
        points=2.0,
        max_points=2.0,
        expected="SECRET-26",
        follows_from=("model",),
    )
    html = page(samples.exercise((samples.question(show_expected=False),)), (), samples.assessment(made=(follows,)))
    assert "SECRET-26" not in html
    assert "Right method" in html


def test_an_answer_that_a_person_graded_is_simply_right() -> None:
    decided = Finding(
        question="conv1",
        verdict=Verdict.PASSED,
        points=2.0,
        max_points=2.0,
        follows_from=("model",),
        decided_by="Grace",
    )
    assert card(decided).word == "Right"


def test_full_marks_have_a_headline_and_nothing_to_gain() -> None:
    finding = Finding(question="conv1", verdict=Verdict.PASSED, points=2.0, max_points=2.0)
    made = view(samples.assessment(made=(finding,)), exercise=samples.exercise((samples.question(),)))
    assert made.headline == "Everything is right: 1 of 1 question."
    assert made.lost.listed == ()


def test_headline_counts_what_is_right_partly_right_and_blank() -> None:
    blank = Finding(question="conv1", verdict=Verdict.NOT_ATTEMPTED, points=0.0, max_points=2.0)
    one = samples.exercise((samples.question(),))
    assert view().headline == "1 of 6 questions right, 2 partly right, 1 not answered yet."
    assert view(samples.assessment(made=(blank,)), exercise=one).headline == "No question has an answer yet."
    assert view(samples.assessment(made=()), exercise=one).headline == "No answer could be marked."


def test_every_outcome_but_completed_is_explained_at_the_top() -> None:
    for outcome in Outcome:
        if outcome is Outcome.COMPLETED:
            continue
        record = samples.record(outcome=outcome, cells=(CellRun(),))
        html = page(assessment=samples.assessment(outcome=outcome), record=record)
        title, text = present(ending(outcome, samples.exercise().limits))
        assert html.index(title) < html.index('class="mark"')
        assert text in html
        assert "failed" not in PageReader(html).text.replace(OUTCOMES[Outcome.SANDBOX_FAILED], "")


def test_a_cell_that_took_too_long_is_told_from_a_notebook_that_did() -> None:
    cells = (CellRun(execution_count=1, error=CellError("CellTimeout", "stopped")), CellRun(execution_count=2))
    record = samples.record(outcome=Outcome.TIMED_OUT, cells=cells)
    html = page(assessment=samples.assessment(outcome=Outcome.TIMED_OUT), record=record)
    assert "A cell of your notebook took too long" in html
    assert "the cells after it still ran" in html
    assert "All cells together" not in html


def test_cells_with_blanks_are_named_as_unfinished_and_each_is_linked() -> None:
    blank = CellError("TypeError", "unsupported operand type(s) for *: 'ellipsis' and 'int'")
    shape = CellError("ValueError", "Cannot convert '(Ellipsis, Ellipsis)' to a shape.")
    cells = (CellRun(error=blank), CellRun(execution_count=2), CellRun(error=shape))
    html = page(record=samples.record(cells=cells))
    words = PageReader(html).text
    assert "You have not filled in the ... in 2 code cells" in words
    assert "stopped with an error" not in words
    assert html.index('href="#cell-1"') < html.index('href="#cell-3"') < html.index('class="mark"')


def test_an_error_beside_blanks_is_still_told() -> None:
    cells = (
        CellRun(error=CellError("TypeError", "bad operand: ellipsis")),
        CellRun(error=CellError("KeyError", "'x'")),
    )
    words = PageReader(page(record=samples.record(cells=cells))).text
    assert "You have not filled in the ... in 1 code cell" in words
    assert "1 code cell stopped with an error" in words
    assert "KeyError: 'x'" in words


def test_a_cell_that_had_to_be_ended_is_told_by_its_own_limit() -> None:
    cells = (CellRun(execution_count=1), CellRun(error=CellError("CellTimeout", "stopped")), CellRun())
    notice = view(
        samples.assessment(outcome=Outcome.TIMED_OUT), samples.record(outcome=Outcome.TIMED_OUT, cells=cells)
    ).notices[0]
    assert notice.title == "A cell of your notebook took too long"
    assert "could not be interrupted" in notice.text
    assert "All cells together" not in notice.text


def test_all_cells_together_are_told_by_their_limit_also_after_one_that_was_late() -> None:
    late, last = CellError("CellTimeout", "stopped"), CellError("Timeout", "ended")
    cells = (CellRun(execution_count=1, error=late), CellRun(error=last), CellRun())
    notice = view(
        samples.assessment(outcome=Outcome.TIMED_OUT), samples.record(outcome=Outcome.TIMED_OUT, cells=cells)
    ).notices[0]
    assert notice.title == "Your notebook ran out of time"
    assert "All cells together" in notice.text


def test_weak_isolation_is_stamped_at_the_top() -> None:
    for isolation in (Isolation.DEGRADED, Isolation.NONE):
        html = page(assessment=samples.assessment(isolation=isolation))
        assert html.index(ISOLATIONS[isolation]) < html.index('class="mark"')
    assert ISOLATIONS[Isolation.DEGRADED] not in page()


def test_unsettled_assessment_shows_no_mark() -> None:
    finding = Finding(question="conv1", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=2.0)
    html = page(samples.exercise((samples.question(),)), assessment=samples.assessment(made=(finding,)))
    assert "No mark yet" in html
    assert "not final yet" in html
    assert "percent" not in [attributes.get("class") for _, attributes in PageReader(html).elements]


def test_first_error_is_named_with_its_cell_and_line() -> None:
    notice = view().notices[-1]
    assert "code cell 5, line 2: NameError: name 'scael' is not defined." in notice.text
    assert notice.target == "cell-5"


def test_stopped_run_names_the_last_cell_that_ran() -> None:
    cells = (*samples.RUNS[:3], *[type(samples.RUNS[0])()] * 3)
    notices = view(
        samples.assessment(outcome=Outcome.TIMED_OUT), samples.record(outcome=Outcome.TIMED_OUT, cells=cells)
    ).notices
    assert "number 3 of 6" in notices[0].text


def test_run_is_told_so_that_it_can_be_repeated() -> None:
    text = PageReader(page(record=samples.record(remarks=("Output was cut.",)))).text
    for words in ("Full sandbox", "77 s of 5 min", "3 GiB", "2.21.0", "Output was cut.", "Seed"):
        assert words in text


def test_remarks_are_told_once() -> None:
    made = view(samples.assessment(remarks=("Said twice.",)), samples.record(remarks=("Said twice.", "Once.")))
    assert made.run.remarks == ("Said twice.", "Once.")


def test_nothing_that_ran_is_needed() -> None:
    bare = Record(key="k", outcome=Outcome.INVALID_NOTEBOOK)
    html = page(cells=(), assessment=samples.assessment(made=(), outcome=Outcome.INVALID_NOTEBOOK), record=bare)
    assert "Your notebook, as it ran" not in html
    assert "could not be read as a notebook" in html


def test_a_file_that_could_not_be_read_says_so_once_and_what_to_do() -> None:
    remark = "The file is a PDF. Save the notebook, and hand that in."
    record = samples.record(outcome=Outcome.INVALID_NOTEBOOK, cells=(), histories={}, remarks=(remark,))
    blocked = [replace(each, verdict=Verdict.BLOCKED, points=0.0, reason=remark) for each in samples.findings()]
    made = samples.assessment(made=blocked, outcome=Outcome.INVALID_NOTEBOOK, remarks=(remark,))
    shown = view(made, record)
    assert [(notice.tone, notice.text) for notice in shown.notices] == [("stop", remark)]
    assert (shown.questions, shown.lost.listed, shown.headline) == ((), (), "No answer could be marked.")
    reader = PageReader(page(cells=(), assessment=made, record=record))
    assert "Question by question" not in reader.text
    assert "of 20 points" in reader.text


def test_long_answers_are_cut_in_the_middle() -> None:
    made = card(Finding(question="conv1", verdict=Verdict.FAILED, points=0.0, max_points=2.0, found="1" * 9000))
    assert len(made.answer) < 3200
    assert "characters left out" in made.answer


def test_many_parts_are_cut_and_counted() -> None:
    part = samples.findings()[0].parts[0]
    made = card(Finding(question="conv1", verdict=Verdict.PARTIAL, points=1.0, max_points=2.0, parts=(part,) * 100))
    assert len(made.parts) == 60
    assert made.parts_left_out == 40


def mistaken(picture: str) -> Finding:
    made = samples.findings()[4]
    mistakes = SurestMistakes(mistakes=(Mistake(true="3", found="8", confidence=0.981, picture=picture),))
    return replace(made, figures=(*made.figures, mistakes))


def test_recall_is_told_class_by_class_the_lowest_first() -> None:
    shares = [recall.share for recall in confusion_matrix.recall(samples.confusion())]
    assert len(shares) == 10
    assert shares == sorted(shares)
    assert "Class by class" in page()


def test_the_surest_mistakes_are_told_and_shown_where_there_is_a_picture() -> None:
    address = f"data:image/png;base64,{samples.png(4, 4)}"
    html = page(assessment=samples.assessment(made=[mistaken(address)]))
    assert "3, labelled as 8" in html
    assert "98.1 % sure" in html
    assert f'src="{address}"' in html
    assert active_parts(html) == []


def test_a_picture_that_is_none_of_ours_is_left_out() -> None:
    for address in ("", "https://x.invalid/a.png", 'data:image/png;base64,AA" onerror="x', "data:image/svg+xml,<svg/>"):
        html = page(assessment=samples.assessment(made=[mistaken(address)]))
        assert "3, labelled as 8" in html
        assert "A held-out image" not in html


def test_a_student_learns_the_own_name_on_the_leaderboard_and_no_other() -> None:
    html = render_student(samples.exercise(), samples.CELLS, samples.assessment(), samples.record(), "Brisk Heron")
    assert "On the leaderboard you are Brisk Heron" in html
    assert "leaderboard" not in page()
