"""What the source of a function tells: not written, never returning, one image at a time."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.assess import calls
from grader.assess.engine import assess
from grader.assess.function_source import form_problem, gives_one_number, one_by_one, one_image_expected
from grader.assess.predictions import PredictionsError, labels_of
from grader.model.assessment import Finding, Verdict
from grader.model.key import Call
from grader.model.record import ProbeResult, ProbeState
from grader.text import values
from tests.assess.assess_samples import answer_key, exercise, question, record, returned
from tests.assess.conftest import Mark
from tests.reading import as_read

ASKED = replace(question("function", answer="double"), id="double")
KEY = replace(answer_key(0, ()), answers={}, calls={"double": (Call(([1, 2, 3],), [2, 4, 6]),)})
NOTHING = ProbeResult(ProbeState.NOTHING)
HEAD = "import numpy as np\n"


def called(source: str, result: ProbeResult) -> Finding:
    run = record(probes={calls.name(ASKED, 1): result})
    (finding,) = assess("ada", exercise(ASKED), KEY, run, {}, (HEAD, source)).findings
    return finding


PRINTS = (
    "`double` returns None: end it with `return ...`, and write the result in place of the dots. `print` shows a value"
)
FORGOTTEN = "`double` returns None, because it has no `return` with a value: end it with `return ...`"
BRANCH = "it reached its end without a `return`, because the only `return` is in a branch or a loop."


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    print(2 * np.asarray(values))", PRINTS),
        ("    '''Twice.'''\n    result = 2 * values\n    print(result)\n    return", PRINTS),
        ("    print(2 * values)\n    return None", PRINTS),
        ("    display(2 * values)", PRINTS),
        ("    print(2 * values)\n    ...", PRINTS),
        ("    result = 2 * values", FORGOTTEN),
        ("    2 * values", FORGOTTEN),
        ("    result = values[..., 0]", FORGOTTEN),
        ("    def inner():\n        return 3\n    inner()", FORGOTTEN),
        ("    if len(values) > 5:\n        return 2 * values", BRANCH),
        ("    for value in []:\n        return value", BRANCH),
        ("    return print(2 * values)", "`double` returns the result of `print()`, which is None"),
        ("    values = list(values)\n    return values.sort()", "`double` returns the result of `.sort()`"),
        ("    return other(values)", "`double` returned None here. Check the value after its `return`."),
    ],
)
def test_a_function_that_returns_none_is_told_so_and_why(body: str, words: str) -> None:
    finding = called(f"def double(values):\n{body}\n", NOTHING)
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert words in as_read(finding.reason)
    assert "is still" not in as_read(finding.reason)


@pytest.mark.parametrize("source", ["double = lambda values: print(values)", "from beside import double"])
def test_a_function_without_a_body_to_read_is_told_that_it_returns_none(source: str) -> None:
    finding = called(source, NOTHING)
    assert finding.verdict is Verdict.FAILED
    assert "None" in as_read(finding.reason)


@pytest.mark.parametrize(
    ("body", "result", "left"),
    [
        ("    ...", NOTHING, "..."),
        ("    '''Twice.'''\n    ...", NOTHING, "..."),
        ("    pass", NOTHING, "pass"),
        ("    '''Twice.'''\n    pass", NOTHING, "pass"),
        ("    return ...", ProbeResult(ProbeState.BLANK), "..."),
        ("    result = ...\n    return result", ProbeResult(ProbeState.BLANK), "..."),
        ("    result = ...", NOTHING, "..."),
        ("    raise NotImplementedError", ProbeResult(ProbeState.RAISED, message="NotImplementedError: "),
         "raise NotImplementedError"),
        ("    '''x'''\n    raise NotImplementedError('write me')",
         ProbeResult(ProbeState.RAISED, message="NotImplementedError: write me"), "raise NotImplementedError"),
        ("    return values - ...",
         ProbeResult(ProbeState.RAISED, message="TypeError: unsupported operand type(s) for -: 'int' and 'ellipsis'"),
         "..."),
    ],
)  # fmt: skip
def test_a_function_that_was_not_written_is_told_what_it_still_holds(body: str, result: ProbeResult, left: str) -> None:
    finding = called(f"def double(values):\n{body}\n", result)
    assert finding.verdict is Verdict.NOT_ATTEMPTED
    assert f"still contains `{left}`" in as_read(finding.reason)


def test_an_error_of_a_library_is_no_function_that_was_not_written() -> None:
    message = "NotImplementedError: Cannot convert a symbolic tensor"
    finding = called("def double(values):\n    return np.sum(values)", ProbeResult(ProbeState.RAISED, message=message))
    assert finding.verdict is Verdict.FAILED
    assert "Cannot convert" in as_read(finding.reason)


def test_a_predict_that_returns_none_is_told_so(mark_predictions: Mark) -> None:
    source = "def predict(images):\n    labels = model(images)\n    print(labels)"
    finding = mark_predictions(NOTHING, [0, 1, 2], sources=(source,))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert "`predict` returns None" in finding.reason


@pytest.mark.parametrize("result", [NOTHING, ProbeResult(ProbeState.BLANK)])
def test_a_predict_that_was_not_written_was_not_attempted(mark_predictions: Mark, result: ProbeResult) -> None:
    finding = mark_predictions(result, [0, 1, 2], sources=('def predict(images):\n    """Doc."""\n    ...',))
    assert finding.verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def double(values):\n    print(values)", "returns None"),
        ("def double(values):\n    ...", "still contains `...`"),
        ("def double(values):\n    raise NotImplementedError", "NotImplementedError"),
        ("def double(values):\n    return print(values)", "returns the result of `print()`"),
    ],
)
def test_what_can_be_told_of_a_function_before_it_is_called_is_told(source: str, words: str) -> None:
    assert words in as_read(form_problem("double", (HEAD, source)))


@pytest.mark.parametrize(
    "source",
    [
        "def double(values):\n    return 2 * values",
        "double = lambda values: 2 * values",
        "def double(values):\n    yield 3",
        "def double(values):\n    if values:\n        return 3",
        "@wrapped\ndef double(values):\n    print(values)",
        "def double(values):\n    return values[..., 0]",
        "def double(values):\n    print(values)\ndef double(values):\n    return 3",
        "x = (",
    ],
)
def test_nothing_is_said_of_a_function_that_may_be_right(source: str) -> None:
    assert form_problem("double", (HEAD, source)) == ""


shapes = some.lists(some.integers(0, 2000), max_size=6).map(tuple)


@given(shapes, shapes)
def test_two_shapes_never_read_the_same(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert (values.array_shape(one) == values.array_shape(other)) == (one == other)


@given(*[some.lists(some.integers(1, 4), max_size=3).map(tuple)] * 2)
def test_a_wrong_shape_is_never_said_to_be_the_right_one(found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    key = replace(KEY, calls={"double": (Call(([1],), np.full(wanted, 7.0).tolist()),)})
    run = record(probes={calls.name(ASKED, 1): returned(np.full(found, 5.0))})
    (finding,) = assess("ada", exercise(ASKED), key, run, {}).findings
    (part,) = finding.parts
    assert part.expected != part.found
    assert str(part.found).startswith(str(part.expected)) == (found == wanted)
    if found != wanted:
        told = f"The result has shape {values.array_shape(found)}. The question asks for {values.array_shape(wanted)}."
        assert as_read(finding.reason) == told


BATCHES = [
    "def predict(images):\n    return model.predict(images).argmax(axis=-1)",
    "def predict(images):\n    out = []\n    for start in range(0, len(images), 64):\n"
    "        out.append(model.predict(images[start:start + 64]))\n    return np.concatenate(out).argmax(-1)",
    "def predict(images):\n    for batch in np.array_split(images, 10):\n        model.predict(batch)",
    "def predict(images):\n    scores = model.predict(images)\n    return [int(np.argmax(row)) for row in scores]",
    "def predict(images):\n    ready = np.array([image / 255 for image in images])\n"
    "    return model.predict(ready).argmax(-1)",
    "def predict(images):\n    start = 0\n    while start < len(images):\n"
    "        model.predict(images[start:start + 9])\n        start += 9",
    "predict = 5",
    "def predict():\n    return [model.predict(image) for image in x]",
]
SINGLE = [
    "def predict(images):\n    return [model.predict(image[None]).argmax() for image in images]",
    "def predict(images):\n    out = []\n    for image in images:\n        out.append(model.predict(image[None]))"
    "\n    return np.argmax(out, axis=-1)",
    "def predict(images):\n    x = images.astype('float32') / 255\n    n = len(x)\n    y = np.zeros(n)\n"
    "    for i in range(n):\n        y[i] = np.argmax(model.predict(x[i:i+1], verbose=0))\n    return y",
    "def predict(images):\n    return np.array([np.argmax(model(images[i:i+1])) for i in range(images.shape[0])])",
    "def one(image):\n    return np.argmax(model.predict(image[None]))\n"
    "def predict(images):\n    return np.array([one(image) for image in images])",
    "def one(image):\n    return np.argmax(model.predict(image[None]))\n"
    "def predict(images):\n    return list(map(one, images))",
    "def predict(images):\n    for i, image in enumerate(tqdm(images)):\n        best_net(image)",
    "my = Sequential([])\ndef predict(images):\n    return [my(image).argmax() for image in images]",
    "predict = lambda images: [model.predict(image[None]).argmax() for image in images]",
    "def predict(images):\n    i = 0\n    while i < len(images):\n        model.predict(images[i])\n        i += 1",
]


@pytest.mark.parametrize("source", SINGLE)
def test_a_predict_that_asks_the_model_image_by_image_is_found(source: str) -> None:
    assert one_by_one((source,), "predict")


@pytest.mark.parametrize("source", BATCHES)
def test_a_predict_that_asks_in_batches_is_not_said_to_go_image_by_image(source: str) -> None:
    assert not one_by_one((source,), "predict")


def test_a_helper_in_another_cell_is_followed() -> None:
    cells = ("def one(image):\n    return model.predict(image)", "def predict(x):\n    return [one(i) for i in x]")
    assert one_by_one(cells, "predict")
    assert not one_by_one(cells[1:], "predict")


@pytest.mark.parametrize(("source", "told"), [(SINGLE[0], True), (BATCHES[0], False)])
def test_a_predict_that_is_too_slow_is_told_to_ask_once_for_all(
    mark_predictions: Mark, source: str, told: bool
) -> None:
    late = ProbeResult(ProbeState.TIMED_OUT, message="`predict` was still running after 60 s")
    finding = mark_predictions(late, [0, 1, 2], sources=(source,))
    assert finding.points == 0
    assert ("Call the model once with all images" in finding.reason) is told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("model.predict(images[None])", True),
        ("model.predict(images[np.newaxis, ...])", True),
        ("model.predict(np.expand_dims(images, 0))", True),
        ("model.predict(np.expand_dims(images, axis=0))", True),
        ("model.predict(images.reshape(1, 28, 28, 1))", True),
        ("model.predict(images.reshape((1, 28, 28, 1)))", True),
        ("model.predict(np.array([images]))", True),
        ("model.predict(images[..., None])", False),
        ("model.predict(images[:, :, :, None])", False),
        ("model.predict(np.expand_dims(images, -1))", False),
        ("model.predict(images.reshape(-1, 28, 28, 1))", False),
        ("[model.predict(image[None]) for image in images]", False),
        ("[model.predict(images[None]) for image in images]", False),
    ],
)
def test_an_axis_in_front_of_all_images_is_found(body: str, told: bool) -> None:
    assert bool(one_image_expected("predict", (f"def predict(images):\n    return {body}",))) is told


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.int64(0), "receives all images at once, but returns a single number"),
        (np.array([3]), "receives all images at once, but returns a single number"),
        (np.array([[3]]), "receives all images at once, but returns a single number"),
        (np.linspace(0, 1, 10), "one number for each class, as for a single image"),
        (np.linspace(0, 1, 10)[None], "one number for each class, as for a single image"),
        (np.arange(10), "along the axis of the images"),
        (np.zeros((10, 50)), "swap the two axes"),
        (np.zeros((1, 50), int), "not in a single row"),
        (np.zeros((50, 1, 1), int), "not in a single row"),
        (np.zeros((50, 1, 10)), "too many axes"),
        (np.zeros(49, int), ""),
    ],
)
def test_a_shape_is_told_with_what_it_comes_from(array: Any, words: str) -> None:
    with pytest.raises(PredictionsError) as told:
        labels_of(np.asarray(array), 50, 10)
    assert words in str(told.value)
    assert as_read(values.array_shape(np.shape(array))) in str(told.value)
    assert words or str(told.value).endswith("(49,).")


@pytest.mark.parametrize(
    ("body", "one"),
    [
        ("return 0", True),
        ("return int(model.predict(images)[0].argmax())", True),
        ("return np.argmax(model.predict(images))", True),
        ("return model.predict(images).argmax()", True),
        ("if images.max() > 3:\n        return 1\n    return 0", True),
        ("return np.argmax(model.predict(images), axis=-1)", False),
        ("return np.argmax(model.predict(images), -1)", False),
        ("return model.predict(images).argmax(-1)", False),
        ("return tf.argmax(model.predict(images))", False),
        ("return [int(row.argmax()) for row in model.predict(images)]", False),
        ("return labels", False),
        ("print(3)", False),
    ],
)
def test_a_function_that_can_give_one_number_only_is_found(body: str, one: bool) -> None:
    assert gives_one_number((f"def predict(images):\n    {body}",), "predict") is one
