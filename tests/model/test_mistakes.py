"""A method gives the right answer without a mistake, and with each mistake the answer of whoever makes it."""

from grader.model.mistakes import Erring, Method


def area(erring: Erring) -> int:
    """3 x 4, twice."""
    side = erring.pick(4, {"The side was taken as 3.": 3, "The side was taken as 5.": 5})
    if erring("The area was taken once."):
        return 3 * side
    return 2 * 3 * side


def test_without_a_mistake_a_method_is_right() -> None:
    assert Method(area).right() == 24


def test_each_mistake_gives_its_own_answer() -> None:
    assert [(wrong.value, wrong.reason) for wrong in Method(area).once] == [
        (18, "The side was taken as 3."),
        (30, "The side was taken as 5."),
        (12, "The area was taken once."),
    ]


def test_two_mistakes_at_once_name_both() -> None:
    told = {wrong.value: str(wrong.reason) for wrong in Method(area).twice}
    assert told[9] == "There are two mistakes here. The side was taken as 3. The area was taken once."
    assert told[15] == "There are two mistakes here. The side was taken as 5. The area was taken once."


def test_a_mistake_that_changes_nothing_is_none() -> None:
    def square(erring: Erring) -> int:
        return 9 if erring("The root of 81 was taken.") else 3 * 3

    assert Method(square).once == ()


def test_a_mistake_that_leads_nowhere_is_left_out() -> None:
    def share(erring: Erring) -> float:
        return 1 / erring.pick(4, {"All were left out.": 0, "One was left out.": 3})

    assert [wrong.reason for wrong in Method(share).once] == ["One was left out."]


def test_what_is_asked_only_after_a_mistake_is_asked_then() -> None:
    def sizes(erring: Erring) -> int:
        if erring("It was padded."):
            return 32 if erring("The ring was counted twice.") else 30
        return 28

    assert {wrong.value for wrong in Method(sizes).twice} == {32}


def test_mistakes_of_two_places_are_told_apart() -> None:
    def layers(erring: Erring) -> int:
        first = erring.at("First layer:").pick(10, {"The biases are missing.": 9})
        return first + erring.at("Second layer:").pick(20, {"The biases are missing.": 18})

    assert [str(wrong.reason) for wrong in Method(layers).once] == [
        "First layer: The biases are missing.",
        "Second layer: The biases are missing.",
    ]


def test_only_the_way_that_is_taken_is_worked_out() -> None:
    worked: list[str] = []

    def noted(name: str) -> int:
        worked.append(name)
        return len(name)

    assert Erring().way(lambda: noted("right"), {"It was the other way.": lambda: noted("wrong way")}) == 5
    assert worked == ["right"]
