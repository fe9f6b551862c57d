"""Every question that is drawn has exactly one correct answer, by a second computation, and reveals nothing early."""

from collections import Counter
from dataclasses import replace

import pytest

from grader.mistakes.misconceptions import misconceptions_in
from grader.model.own_work import Concept, OwnQuestion, OwnWorkRules
from grader.model.record import LayerRow, ModelTable, Outcome, Record
from grader.own_work.candidates import Candidate
from grader.own_work.drawing import candidates_of, draw
from grader.own_work.works import batch_size_in, network_of, work_of
from grader.text.catalogues import language
from grader.text.language import speaking
from grader.text.messages import english
from tests.own_work import generated, second_computation

MODELS = 500  # 10 parts of 50
EVERYTHING = OwnWorkRules(questions=1000, confusion_matrix="confusion")


def candidates(seed: int) -> list[Candidate]:
    return candidates_of(work_of(generated.record(seed), generated.cells(seed), "confusion"))


def computed_again(question: str, seed: int) -> object:
    work = {
        "histories": {"history": generated.history(seed)},
        "batch_size": generated.batch_size(seed),
        "matrix": generated.matrix(seed),
    }
    return second_computation.answer(question, {"model": generated.table(seed)}, work)


@pytest.mark.parametrize("part", range(10))
def test_each_question_has_one_right_answer_and_no_wrong_choice_equals_it(part: int) -> None:
    asked = Counter[Concept]()
    for seed in range(50 * part, 50 * (part + 1)):
        for candidate in candidates(seed):
            asked[candidate.concept] += 1
            right = computed_again(candidate.id, seed)
            assert candidate.right == right, (seed, candidate.id)
            assert all(wrong.value != right for wrong in candidate.distractors), (seed, candidate.id)
            written = [english(candidate.write(value)) for value in (right, *(w.value for w in candidate.distractors))]
            assert len(set(written)) == len(written) >= 3, (seed, candidate.id)
            assert all(str(wrong.reason) for wrong in candidate.distractors)
    assert set(asked) == set(Concept)


def test_the_choices_of_a_drawn_question_contain_the_right_answer_once_in_each_language() -> None:
    for seed in range(0, MODELS, 7):
        by_id = {candidate.id: candidate for candidate in candidates(seed)}
        for question in draw(work_of(generated.record(seed), generated.cells(seed), "confusion"), EVERYTHING, "seed"):
            candidate = by_id[question.id]
            assert question.choices[question.right].text == candidate.write(computed_again(question.id, seed))
            assert sum(not choice.mistake for choice in question.choices) == 1
            assert 3 <= len(question.choices) <= 4
            for code in ("en", "de"):
                with speaking(language(code)):
                    assert len({str(choice.text) for choice in question.choices}) == len(question.choices)


def test_each_wrong_choice_names_a_misconception_of_the_catalogue() -> None:
    reasons = {wrong.reason for seed in range(1, 60) for one in candidates(seed) for wrong in one.distractors}
    assert sorted(english(reason) for reason in reasons if not misconceptions_in(reason)) == []


def test_all_500_models_are_understood() -> None:
    assert all(network_of("model", generated.table(seed)) is not None for seed in range(MODELS))


def drawn(seed: str, record: int = 1, **rules: object) -> tuple[OwnQuestion, ...]:
    own = replace(OwnWorkRules(questions=3), **rules)  # type: ignore[arg-type]
    return draw(work_of(generated.record(record), generated.cells(record)), own, seed)


def test_the_same_student_and_attempt_get_the_same_questions() -> None:
    assert drawn("ada/1") == drawn("ada/1")


def test_each_student_with_the_same_model_gets_different_questions() -> None:
    work = work_of(generated.record(1), generated.cells(1))
    taken: set[frozenset[str]] = set()
    for student in range(100):
        ids = frozenset(question.id for question in draw(work, OwnWorkRules(questions=3), f"s{student}", "", taken))
        assert ids not in taken
        taken.add(ids)


def test_the_positions_of_right_answers_say_nothing() -> None:
    positions = Counter(question.right for seed in range(400) for question in drawn(f"s{seed}"))
    assert min(positions[place] for place in range(4)) > 0.7 * sum(positions.values()) / 4


def test_the_questions_are_about_different_concepts_first() -> None:
    for seed in range(50):
        assert len({question.concept for question in drawn(f"s{seed}")}) == 3


def test_only_the_concepts_of_the_exercise_are_asked_about() -> None:
    questions = drawn("ada", concepts=(Concept.PARAMETERS,))
    assert [question.concept for question in questions] == [Concept.PARAMETERS] * 3


def test_a_question_whose_answer_the_report_contains_is_not_asked() -> None:
    work = work_of(generated.record(1), generated.cells(1))
    everything = draw(work, EVERYTHING, "seed")
    told = next(question for question in everything if question.id.startswith("bias/"))
    report = f"The layer has {told.choices[told.right].text} weights."
    assert told.id not in {question.id for question in draw(work, EVERYTHING, "seed", report)}


def test_the_best_epoch_is_not_asked_where_the_report_names_it() -> None:
    rising = {"loss": (1.0, 0.5, 0.3, 0.2, 0.1, 0.05), "val_loss": (1.1, 0.6, 0.7, 0.8, 0.9, 1.0)}
    record = Record(key="k", outcome=Outcome.COMPLETED, histories={"history": rising})
    ids = {candidate.id for candidate in candidates_of(work_of(record, ()))}
    assert "best-epoch/history" not in ids
    assert "stopping2/history" in ids


def test_work_without_anything_to_ask_about_gives_no_questions() -> None:
    assert draw(work_of(Record(key="k", outcome=Outcome.CRASHED), ()), OwnWorkRules(), "seed") == ()


def test_a_held_out_confusion_matrix_is_never_used() -> None:
    """Only an answer of the notebook is read: nothing that the grader computed on held-out data is in a record."""
    work = work_of(generated.record(1), (), "")
    assert work.matrix == ()


@pytest.mark.parametrize(
    ("cells", "size"),
    [
        (["m.fit(x, y, batch_size=64)"], 64),
        (["%matplotlib inline\nm.fit(x, y, batch_size=64)"], 64),
        (["m.fit(x, batch_size=64)", "n.fit(x, batch_size=64)"], 64),
        (["m.fit(x, batch_size=64)", "n.fit(x, batch_size=32)"], None),
        (["m.fit(x, batch_size=size)"], None),
        (["m.fit(x, y)"], None),
        (["m.fit(x, batch_size=True)"], None),
        (["this is not Python"], None),
        (["m.fit(x, batch_size=0)"], None),
    ],
)
def test_the_batch_size_is_read_from_the_source(cells: list[str], size: int | None) -> None:
    assert batch_size_in(cells) == size


def altered(**changes: object) -> ModelTable:
    table = generated.table(1)
    return replace(table, layers=(replace(table.layers[0], **changes), *table.layers[1:]))  # type: ignore[arg-type]


def test_a_table_that_contradicts_itself_is_not_asked_about() -> None:
    true = generated.table(1)
    assert network_of("model", true) is not None
    assert network_of("model", altered(parameters=true.layers[0].parameters + 1)) is None
    assert network_of("model", altered(output_shape=(None, 1, 1, 1))) is None
    assert network_of("model", replace(true, has_graph=False)) is None
    assert network_of("model", replace(true, layers=())) is None


@pytest.mark.parametrize(
    "config",
    [{}, {"filters": "many"}, {"filters": 10**40, "kernel_size": [3, 3]}, {"filters": 2, "kernel_size": "nan"}],
)
def test_settings_that_nobody_understands_are_not_asked_about(config: dict[str, object]) -> None:
    row = LayerRow(
        name="a",
        kind="Conv2D",
        config=config,
        inbound=("input",),
        input_shape=(None, 9, 9, 1),
        output_shape=(None, 7, 7, 2),
        parameters=20,
        trainable=20,
    )
    assert network_of("model", ModelTable(input_shape=(None, 9, 9, 1), layers=(row,))) is None


def deep(layers: int) -> ModelTable:
    """Convolutions and pooling layers that keep the size, in turn."""
    conv = {"filters": 1, "kernel_size": (1, 1), "strides": (1, 1), "padding": "valid", "use_bias": True}
    pool = {"pool_size": (1, 1), "strides": (1, 1), "padding": "valid"}
    shape = (None, 30, 30, 1)
    rows = [
        LayerRow(
            name=f"layer{number}",
            kind="MaxPooling2D" if number % 2 else "Conv2D",
            config=pool if number % 2 else conv,
            inbound=(f"layer{number - 1}" if number else "input",),
            input_shape=shape,
            output_shape=shape,
            parameters=0 if number % 2 else 2,
            trainable=0,
        )
        for number in range(layers)
    ]
    return ModelTable(input_shape=shape, layers=tuple(rows))


def test_paths_that_nobody_follows_by_hand_are_not_asked_about() -> None:
    record = Record(key="k", outcome=Outcome.COMPLETED, models={"model": deep(200)})
    ids = [candidate.id for candidate in candidates_of(work_of(record, ()))]
    assert "window3/model/conv100" in ids
    assert max(int(text.rpartition("pool")[2]) for text in ids if text.startswith("output")) <= 10
    assert "field/model" not in ids


def test_of_many_models_only_the_first_ones_are_asked_about() -> None:
    many = {f"model{number}": generated.table(1) for number in range(1000)}
    work = work_of(Record(key="k", outcome=Outcome.COMPLETED, models=many), ())
    assert len(work.networks) == 20
