"""The statistics of a class on the page, on the terminal and for other programs."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from grader.cohort.over_attempts import attempt_statistics
from grader.cohort.statistics import of_class
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.record import Outcome
from grader.model.statistics import (
    ExerciseStatistics,
    MisconceptionStatistics,
    MistakeExample,
    QuestionStatistics,
    Spread,
    Undefined,
)
from grader.report.dashboard import render_dashboard
from grader.report.statistics import (
    FEWEST,
    RULES,
    attempts_in_words,
    correlation,
    difficulty,
    separation,
    statistics_csv,
    statistics_json,
    statistics_view,
)
from grader.report.statistics_terminal import terminal_view
from tests.conftest import present
from tests.report import report_samples as samples
from tests.report.hostile_pages import HOSTILE
from tests.report.page_reader import PageReader, active_parts


def question(
    share: float = 0.6, students: int = 40, value: float | None = 0.2, undefined: Undefined | None = None
) -> QuestionStatistics:
    return QuestionStatistics(
        question="conv1",
        title="Shape",
        shares=Spread(count=students, mean=share, deviation=0.1, least=0.0, lower=0.0, median=0.5, upper=1.0, most=1.0),
        histogram=(0,) * 10,
        discrimination=value,
        undefined=undefined,
        right=20,
        partial=0,
        failed=20,
        not_attempted=0,
        blocked=0,
        waiting=0,
        wrong=(),
        other_wrong=0,
    )


def page(statistics: ExerciseStatistics, rows: Any = ()) -> str:
    return render_dashboard(samples.exercise(), list(rows), statistics=statistics)


def printed(statistics: ExerciseStatistics, width: int = 80) -> str:
    page = io.StringIO()
    Console(width=width, file=page, highlight=False).print(terminal_view(statistics))
    return page.getvalue()


def table(statistics: ExerciseStatistics) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(statistics_csv(statistics), newline="")))


def class_of(*made: Assessment) -> ExerciseStatistics:
    return of_class(samples.exercise(), made, {})


@pytest.mark.parametrize(
    ("share", "word"),
    [(0.0, "hard"), (0.5, "hard"), (0.51, "medium"), (0.849, "medium"), (0.8496, "easy"), (1.0, "easy")],
)
def test_difficulty_in_words_follows_the_mean_share(share: float, word: str) -> None:
    assert difficulty(question(share)) == word


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.31, "well"), (0.304, "fairly"), (0.1, "fairly"), (0.09, "poorly"), (0.0, "poorly"), (-0.01, "the wrong way")],
)
def test_separation_in_words_follows_the_discrimination(value: float, word: str) -> None:
    assert separation(question(value=value)) == word


def test_small_classes_get_a_number_and_no_word() -> None:
    small = question(students=FEWEST - 1, value=0.9)
    assert (correlation(small), separation(small)) == ("0.90", "too few")
    assert separation(question(students=FEWEST, value=0.9)) == "well"


@pytest.mark.parametrize("why", Undefined)
def test_a_discrimination_that_is_not_defined_says_why(why: Undefined) -> None:
    undefined = question(value=None, undefined=why)
    assert (correlation(undefined), separation(undefined)) == ("–", why.value)


def test_nearly_nothing_has_no_sign() -> None:
    assert correlation(question(value=-0.001)) == "0.00"


def test_hardest_question_comes_first() -> None:
    shares = [row.statistics.difficulty for row in statistics_view(samples.statistics(), {}).rows]
    known = [share for share in shares if share is not None]
    assert known == sorted(known)
    assert shares[: len(known)] == known


def test_the_page_says_the_rule_beside_the_words() -> None:
    text = PageReader(page(samples.statistics())).text
    assert RULES in text
    assert "50 %" in RULES
    assert "85 %" in RULES


def test_wrong_answers_link_to_the_reports() -> None:
    names = [f"Student {number:02d}" for number in range(1, 40)]
    rows = [samples.dashboard_row(samples.assessment(name), link=f"{name}/report.html") for name in names]
    section = page(samples.statistics(), rows).split('id="slips"')[1].split("</section>")[0]
    assert 'href="Student%2002/report.html"' in section
    assert "589,824" in section
    assert "This counts the weights but not the biases" in section


def test_the_page_says_who_is_left_out_and_why() -> None:
    broken = samples.assessment(
        "Bo", [Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0)]
    )
    invalid = samples.assessment("Cy", [], outcome=Outcome.INVALID_NOTEBOOK)
    told = class_of(samples.assessment(), broken, invalid)
    for text in (PageReader(page(told)).text, " ".join(printed(told).split())):
        assert "Left out: 1 file that could not be read as a notebook." in text
        assert "Left out: 1 submission without a mark yet." in text
        assert "1 student has answers that need manual grading. The mark covers the rest." in text


@pytest.mark.parametrize("students", [0, 1, 2])
def test_small_classes_have_a_page_and_a_table(students: int) -> None:
    told = class_of(*(samples.assessment(f"s{number}") for number in range(students)))
    html = page(told)
    assert active_parts(html) == []
    assert "nan" not in printed(told).casefold()
    assert "nan" not in statistics_csv(told).casefold()
    assert len(table(told)) == 1 + len(samples.exercise().questions)


def test_the_table_has_a_line_for_the_exercise_and_one_for_each_question() -> None:
    told = samples.statistics()
    lines = table(told)
    assert [line["question"] for line in lines] == ["", *(each.question for each in told.questions)]
    whole, model = lines[0], lines[1]
    assert whole["students"] == "40"
    assert float(whole["mean"]) == pytest.approx(present(told.marks).mean, abs=1e-4)
    assert float(whole["wall_seconds_median"]) == pytest.approx(present(told.wall_seconds).median)
    assert float(model["mean"]) == pytest.approx(100 * present(told.questions[0].difficulty), abs=1e-4)
    assert sum(int(model[f"from_{tenth}"]) for tenth in range(0, 100, 10)) == present(told.questions[0].shares).count
    assert lines[-1]["waiting"] == str(told.questions[-1].waiting)


def test_an_undefined_discrimination_is_an_empty_cell_with_a_reason() -> None:
    line = table(class_of(samples.assessment()))[1]
    assert (line["discrimination"], line["undefined"]) == ("", "fewer than two students")


def test_json_has_null_where_there_is_no_number() -> None:
    data = json.loads(statistics_json(class_of(samples.assessment())))
    assert data["questions"][0]["discrimination"] is None
    assert data["questions"][0]["undefined"] == "fewer than two students"
    assert data["questions"][0]["difficulty"] == pytest.approx(4 / 6)
    assert data["tries"] == []


@pytest.mark.parametrize("width", [80, 200])
def test_the_terminal_shows_every_question_in_one_line(width: int) -> None:
    told = samples.statistics()
    lines = printed(told, width).splitlines()
    for each in told.questions:
        assert any(line.startswith(f"{each.question} ") and str(each.right) in line for line in lines)
    assert max(map(len, lines)) <= width


def test_the_terminal_names_the_commonest_wrong_answers_first() -> None:
    lines = [line for line in printed(samples.statistics(), 200).splitlines() if " × " in line]
    amounts = [int(line.split(" × ")[0]) for line in lines]
    assert amounts == sorted(amounts, reverse=True)
    assert any("dense: 589,824 – This counts the weights" in line for line in lines)


def test_a_long_answer_takes_few_lines_of_the_terminal() -> None:
    lost = replace(samples.findings()[2], found="1, " * 60, reason="Layer 1 is missing. " * 20)
    lines = printed(class_of(samples.assessment(made=[lost]))).split("Most common wrong answers")[1].splitlines()
    assert len(lines) <= 6


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_inert_on_the_terminal_and_in_the_tables(text: str) -> None:
    exercise = samples.exercise([samples.question("one", text)], title=text)
    lost = Finding(question="one", verdict=Verdict.FAILED, points=0.0, max_points=2.0, found=text, reason=text)
    told = of_class(exercise, [samples.assessment(text, [lost])], {})
    for output in (printed(told), statistics_json(told)):
        assert not any(character < " " and character != "\n" for character in output)
        assert not set(output) & {"\x9b", "\u202e", "\x7f"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in table(told) for cell in line.values())


def test_markup_of_the_terminal_library_stays_text() -> None:
    lost = replace(samples.findings()[2], found="[bold]13[/bold] [/]")
    assert "[bold]13[/bold] [/]" in printed(class_of(samples.assessment(made=[lost])), 200)


def section(html: str, ident: str) -> str:
    return html.split(f'<h2 id="{ident}">')[1].split("</section>")[0]


def test_slips_that_several_made_come_first_and_commonest_first() -> None:
    view = statistics_view(samples.statistics(), {})
    counts = [slip.answer.students for slip in view.shared]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) > 1
    assert all(slip.answer.students == 1 for slip in view.single)
    listed = [answer for each in samples.statistics().questions for answer in each.wrong]
    assert sorted(counts + [1] * len(view.single)) == sorted(answer.students for answer in listed)


def test_a_slip_names_who_made_it_and_says_how_many_are_not_named() -> None:
    html = section(page(samples.statistics()), "slips")
    slip = statistics_view(samples.statistics(), {}).shared[0]
    assert slip.more > 0
    assert f"and {slip.more} more" in html
    assert all(name in html for name in slip.answer.names)


def test_a_slip_of_one_student_is_folded() -> None:
    lost = replace(samples.findings()[2], found="13", reason="")
    told = class_of(samples.assessment("Ada", [lost]), samples.assessment("Bo", [replace(lost, found="14")]))
    html = section(page(told), "slips")
    assert "No two students gave the same wrong answer" in html
    folded = html.split("<details")[1]
    assert "13" in folded
    assert "14" in folded
    assert "No cause known" in folded


def test_wrong_answers_that_are_not_listed_are_counted() -> None:
    lost = [replace(samples.findings()[2], found=str(number), reason="") for number in range(8)]
    told = class_of(*(samples.assessment(f"s{number}", [each]) for number, each in enumerate(lost)))
    assert "3 students in Parameters of the dense layer" in section(page(told), "slips")


def test_a_question_has_the_spread_of_its_points_as_words() -> None:
    html = section(page(samples.statistics()), "hardest")
    assert 'aria-label="Students by share of the points: 0 to 10 %: ' in html


def test_who_is_excused_is_said_to_be_left_out() -> None:
    told = class_of(samples.assessment("Ada"), samples.assessment("Bo", excused=True))
    assert "Left out: 1 student excused." in printed(told)
    assert "Left out: 1 student excused." in PageReader(page(told)).text


def test_how_marks_moved_attempts_in_words_is_said_on_page_and_terminal() -> None:
    moved = replace(class_of(samples.assessment()), tries=attempt_statistics([[40.0, 60.0], [80.0]]))
    told = (
        "Attempt 1: 2 marks, mean 60 %.",
        "Attempt 2: 1 mark, mean 60 %. Compared with the previous attempt: +20.0 percentage points.",
    )
    assert attempts_in_words(moved) == told
    assert all(sentence in page(moved) for sentence in told)
    assert told[0] in printed(moved)
    assert "Try 1" not in page(replace(moved, tries=()))


TAUGHT = MisconceptionStatistics(
    misconception="bias-left-out",
    title="Biases left out",
    idea="Each filter has one bias.",
    students=7,
    tried_again=4,
    fixed=3,
    questions=("Parameters",),
    exercises=("A simple CNN in Keras",),
    examples=(MistakeExample("Parameters", "<b>288</b>", "The biases are missing."),),
)


def test_the_dashboard_says_what_to_teach_again_and_escapes_answers() -> None:
    html = page(replace(samples.statistics(), misconceptions=(TAUGHT,)))
    text = PageReader(html).text
    assert "What to teach again" in text
    assert "3 of 4" in text
    assert "<b>288</b>" in text
    assert "<b>288</b>" not in html


def test_a_class_without_known_mistakes_has_no_such_section() -> None:
    assert "What to teach again" not in page(replace(samples.statistics(), misconceptions=()))


def test_the_terminal_and_programs_get_the_misconceptions() -> None:
    statistics = replace(samples.statistics(), misconceptions=(TAUGHT,))
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(terminal_view(statistics))
    assert "Biases left out: 7 students, fixed by 3 of 4 who tried again" in console.export_text()
    (written,) = json.loads(statistics_json(statistics))["misconceptions"]
    assert (written["misconception"], written["students"], written["fixed"]) == ("bias-left-out", 7, 3)
