"""The leaderboard: ties look like ties, and nobody is given away."""

from hypothesis import given, strategies

from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Leaderboard
from grader.model.record import Outcome
from grader.report.leaderboard import Result, board, rank, render_leaderboard, result_of
from tests.report import report_samples as samples
from tests.report.page_reader import PageReader, active_parts

BOARD = Leaderboard("predict")


def result(name: str, right: int, count: int = 400, half: float = 0.045) -> Result:
    share = right / count
    return Result(name, share, max(0.0, share - half), min(1.0, share + half))


def places(*results: Result) -> dict[str, tuple[int, bool]]:
    return {line.result.name: (line.place, line.shared) for line in rank(results)}


def test_results_that_luck_may_explain_share_a_place() -> None:
    found = places(result("a", 360), result("b", 350), result("c", 250), result("d", 100))
    assert found == {"a": (1, True), "b": (1, True), "c": (3, False), "d": (4, False)}


def test_a_place_counts_only_those_who_are_clearly_better() -> None:
    # b lies between a and c and ties with both; c is clearly behind a alone.
    found = places(result("a", 360), result("b", 335), result("c", 310))
    assert found == {"a": (1, True), "b": (1, True), "c": (2, False)}


def test_equal_results_are_in_the_order_of_their_names() -> None:
    assert [line.result.name for line in rank([result("zoe", 300), result("Ada", 300), result("bo", 301)])] == [
        "bo",
        "Ada",
        "zoe",
    ]


@given(strategies.lists(strategies.integers(0, 400), max_size=60))
def test_nobody_better_has_a_worse_place(counts: list[int]) -> None:
    lines = rank([result(str(number), right) for number, right in enumerate(counts)])
    for number, line in enumerate(lines):
        assert line.place == 1 + sum(other.result.low > line.result.high for other in lines)
        assert line.place <= number + 1
        assert number == 0 or line.place >= lines[number - 1].place


def test_the_page_says_the_rule_and_who_has_no_place() -> None:
    html = render_leaderboard(samples.exercise(), BOARD, [result("Brisk Heron", 360), result("Calm Owl", 355)], 2)
    text = PageReader(html).text
    assert "one more than the number of such students" in text
    assert "2 submissions have no accuracy yet" in text
    assert "1 =" in text
    assert "90 %" in text
    assert active_parts(html) == []


def test_the_page_links_to_no_report() -> None:
    html = render_leaderboard(samples.exercise(), BOARD, [result("Brisk Heron", 360)], 0)
    assert [link.get("href") for link in PageReader(html).named("a")] == ["#main"]


def test_names_of_students_are_not_called_invented() -> None:
    page = render_leaderboard(samples.exercise(), Leaderboard("predict", pseudonyms=False), [result("Ada", 9)], 0)
    assert "invented" not in page


def test_an_empty_class_has_a_page() -> None:
    assert "No student has an accuracy yet" in render_leaderboard(samples.exercise(), BOARD, [], 3)


def test_names_are_escaped() -> None:
    assert "<script>" not in render_leaderboard(samples.exercise(), BOARD, [result("<script>", 9)], 0)


def test_the_scale_holds_every_interval() -> None:
    view = board(samples.exercise(), BOARD, [result("a", 399), result("b", 60)], 0)
    assert view.start <= 60 / 400 - 0.045
    assert board(samples.exercise(), BOARD, [result("a", 400)], 0).start <= 0.9


def test_a_mark_that_is_not_settled_or_has_no_accuracy_has_no_place() -> None:
    made = samples.assessment()
    assert result_of(BOARD, made, "Calm Owl") == Result("Calm Owl", 0.938, 0.926, 0.948)
    assert result_of(BOARD, samples.assessment(outcome=Outcome.SANDBOX_FAILED), "x") is None
    failed = (Finding(question="predict", verdict=Verdict.FAILED, points=0.0, max_points=6.0, reason="raised"),)
    assert result_of(BOARD, samples.assessment(made=failed), "x") is None


def test_a_thousand_students_make_a_small_page() -> None:
    results = [result(f"Tranquil Hummingbird {number}", 100 + number % 300) for number in range(1000)]
    html = render_leaderboard(samples.exercise(), BOARD, results, 0)
    assert len(html.encode()) < 1_000_000
