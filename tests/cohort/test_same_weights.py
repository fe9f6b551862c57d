"""Who has the same weights as another student: said to the instructor where it tells something, and only there."""

import numpy as np
import pytest

from grader.cohort import same_weights
from grader.cohort.same_weights import NEARLY, SAME, SAME_FILE, Weights, Work
from grader.model.record import Answer, AnswerState, LayerRow, ModelTable, Outcome, Record
from grader.model.submission import HandedIn
from tests.reading import as_read

ROW = LayerRow(
    name="dense",
    kind="Dense",
    config={},
    inbound=(),
    input_shape=(None, 4),
    output_shape=(None, 3),
    parameters=15,
    trainable=15,
)
MODEL = HandedIn("model.keras", b"weights")


def sums(seed: int, noise: float = 0.0) -> tuple[float, ...]:
    drawn = np.random.default_rng(seed).normal(size=64)
    return tuple((drawn + noise * np.random.default_rng(99).normal(size=64)).tolist())


def work(
    student: str,
    weights: tuple[float, ...] = sums(1),
    code: str = "",
    file: HandedIn | None = None,
    answer: bool = False,
    rows: tuple[LayerRow, ...] = (ROW,),
) -> Work:
    record = Record(
        key="key",
        outcome=Outcome.COMPLETED,
        answers={"net": Answer(AnswerState.UNSUPPORTED)} if answer else {},
        models={"net": ModelTable(input_shape=(None, 4), layers=rows, compiled={}, weights=weights)},
    )
    return same_weights.work_of(student, (code or student,), (file,) if file else (), record)


def kinds(*works: Work) -> dict[str, list[str]]:
    return {student: [flag.kind for flag in flags] for student, flags in same_weights.same_work_flags(works).items()}


def text(*works: Work, student: str = "anna") -> str:
    return " ".join(str(flag.text) for flag in same_weights.same_work_flags(works)[student])


def test_equal_weights_of_different_notebooks_are_flagged_for_both() -> None:
    assert kinds(work("anna"), work("bob"), work("carla", sums(2))) == {"anna": [SAME], "bob": [SAME]}
    assert "`net` has the same weights as a model of bob." in text(work("anna"), work("bob"))
    assert "they submitted no files" in text(work("anna"), work("bob"))


def test_nearly_equal_weights_are_flagged_as_such() -> None:
    assert kinds(work("anna"), work("bob", sums(1, 0.005))) == {"anna": [NEARLY], "bob": [NEARLY]}
    assert "% apart) as a model of bob" in text(work("anna"), work("bob", sums(1, 0.005)))
    assert kinds(work("anna"), work("bob", sums(1, 0.2))) == {}


def test_both_halves_must_be_alike() -> None:
    kernels_only = (*sums(1)[:32], *sums(2)[32:])
    assert kinds(work("anna"), work("bob", kernels_only)) == {}


def test_an_untrained_model_tells_nothing() -> None:
    untrained = (*sums(1)[:32], *[0.0] * 32)
    assert kinds(work("anna", untrained), work("bob", untrained)) == {}


def test_a_model_without_weights_tells_nothing() -> None:
    assert kinds(work("anna", ()), work("bob", ())) == {}


def test_equal_notebooks_have_equal_weights_and_that_tells_nothing() -> None:
    assert kinds(work("anna", code="same"), work("bob", code="same")) == {}


def test_a_model_that_the_exercise_asks_for_is_expected_to_be_equal() -> None:
    assert kinds(work("anna", answer=True), work("bob", answer=True)) == {}


def test_weights_out_of_files_are_flagged_even_where_the_code_is_equal() -> None:
    ours, theirs = HandedIn("a.keras", b"saved on Monday"), HandedIn("b.keras", b"saved on Tuesday")
    pair = work("anna", code="same", file=ours), work("bob", code="same", file=theirs)
    assert kinds(*pair) == {"anna": [SAME], "bob": [SAME]}
    assert "All of them submitted files" in text(*pair)


def test_weights_of_one_that_another_hands_in_are_flagged() -> None:
    pair = work("anna", file=MODEL), work("bob")
    assert kinds(*pair) == {"anna": [SAME], "bob": [SAME]}
    assert "Some of them submitted files" in text(*pair)


def test_the_same_file_is_flagged_whatever_it_is_called_and_holds() -> None:
    pair = work("anna", (), file=MODEL), work("bob", (), file=HandedIn("mine.keras", b"weights"))
    assert kinds(*pair) == {"anna": [SAME_FILE], "bob": [SAME_FILE]}
    assert "`model.keras` is identical, byte for byte, to a file that bob submitted." in text(*pair)


def test_two_models_of_one_student_are_not_compared() -> None:
    record = Record(
        key="",
        outcome=Outcome.COMPLETED,
        models={name: ModelTable(input_shape=None, layers=(ROW,), compiled={}, weights=sums(1)) for name in "ab"},
    )
    assert kinds(same_weights.work_of("anna", ("1",), (MODEL, MODEL), record)) == {}


def test_models_with_other_layers_are_not_compared() -> None:
    other = LayerRow(
        name="conv",
        kind="Conv2D",
        config={},
        inbound=(),
        input_shape=(None, 4),
        output_shape=(None, 3),
        parameters=15,
        trainable=15,
    )
    assert kinds(work("anna"), work("bob", rows=(other,))) == {}


def test_a_layers_name_makes_no_difference() -> None:
    renamed = LayerRow(
        name="mine",
        kind="Dense",
        config={"name": "mine"},
        inbound=("x",),
        input_shape=(None, 4),
        output_shape=(None, 3),
        parameters=15,
        trainable=15,
    )
    assert kinds(work("anna"), work("bob", rows=(renamed,))) == {"anna": [SAME], "bob": [SAME]}


def test_many_with_the_same_weights_are_told_in_one_sentence() -> None:
    works = [work(f"student {number:02}") for number in range(30)]
    assert "student 01, student 02, student 03, student 04, student 05 and 24 more" in (
        text(*works, student="student 00")
    )


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_the_size_of_weights_makes_no_difference(scale: float) -> None:
    one, near, far = (tuple(scale * value for value in each) for each in (sums(1), sums(1, 0.005), sums(2)))
    assert kinds(work("anna", one), work("bob", near), work("carla", far)) == {"anna": [NEARLY], "bob": [NEARLY]}


def test_near_weights_are_found_among_hundreds_of_all_lengths() -> None:
    drawn = [np.random.default_rng(number).normal(size=64) * (1 + number / 100) for number in range(400)]
    near = [each + 0.01 * np.abs(each).mean() * np.random.default_rng(99).normal(size=64) for each in drawn]
    works = [
        work(f"{number} {name}", tuple(one.tolist()))
        for name, all_ in (("a", drawn), ("b", near))
        for number, one in enumerate(all_)
    ]
    flags = same_weights.same_work_flags(works)
    assert set(flags) == {one.student for one in works}
    for student, raised in flags.items():
        number, name = student.split()
        assert [flag.kind for flag in raised] == [NEARLY]
        assert f"apart) as a model of {number} {'b' if name == 'a' else 'a'}." in as_read(raised[0].text)


def test_the_pairs_in_a_class_of_a_thousand_with_two_models_each_are_found() -> None:
    works = [
        Work(
            f"{number}",
            f"{number}",
            (),
            tuple(Weights(name, "layers", sums(number // 2 + 10_000 * (name == "b")), False) for name in "ab"),
        )
        for number in range(1_000)
    ]
    assert set(map(tuple, kinds(*works).values())) == {(SAME, SAME)}


def test_a_model_that_the_exercise_makes_itself_tells_nothing() -> None:
    given, other = "net = Sequential()\nnet.fit(x, y)", "net = Sequential([])"
    record = Record(
        key="key",
        outcome=Outcome.COMPLETED,
        models={"net": ModelTable(input_shape=(None, 4), layers=(ROW,), compiled={}, weights=sums(1))},
    )

    def flagged(*cells: str) -> bool:
        works = [same_weights.work_of(name, (*cells, f"# {name}"), (), record, (given,)) for name in ("anna", "bob")]
        return bool(same_weights.same_work_flags(works))

    assert not flagged(given)
    assert flagged(other)
    assert flagged(given, other)
