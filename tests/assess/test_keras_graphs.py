"""Real Keras models: what does the same has full points, however it is written; what does not, has not."""

import json
import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import pytest

from grader.assess.engine import assess
from grader.assess.network_comparison import compare
from grader.cnn.layer_tables import normal_form
from grader.execute import claims
from grader.model.assessment import Finding, Verdict
from grader.model.record import ModelTable
from tests.assess.assess_samples import answer_key, exercise, question, record
from tests.reading import as_read

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def table(model: Any) -> ModelTable:
    from grader.execute.inside.layers import describe

    return claims.model_table(json.loads(json.dumps(describe(model, weights=True, trace=True))))


def marked(model: Any, reference: Any, points: int = 10) -> Finding:
    """The finding for a model, against a reference, as a notebook's would be marked."""
    asked = question("architecture", points, "model", hint="Read the slide.")
    run = record(models={"model": table(model)})
    [finding] = assess("ada", exercise(asked), answer_key("right", right=table(reference)), run, {}, ()).findings
    return finding


def share(model: Any, reference: Any) -> float:
    return compare(normal_form(table(reference)), normal_form(table(model))).share


def sick(**changes: Any) -> Any:
    """The model of the lecture: Sequential, each activation a layer of its own."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, **changes),
            layers.Activation("relu"),
            layers.Conv2D(32, 3),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128),
            layers.Activation("relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
            layers.Activation("softmax"),
        ]
    )


def functional(relu: Any, softmax: Any, pool: Any, flatten: Any) -> Any:
    import keras
    from keras import layers

    inputs = keras.Input((28, 28, 1), name="images")
    x = relu(layers.Conv2D(32, 3)(inputs))
    x = pool(relu(layers.Conv2D(32, 3)(x)))
    x = flatten(layers.Dropout(0.25)(x))
    x = layers.Dropout(0.5)(relu(layers.Dense(128)(x)))
    return keras.Model(inputs, softmax(layers.Dense(10)(x)))


def _functional_styles() -> dict[str, tuple[Any, Any, Any, Any]]:
    import keras
    from keras import layers, ops

    shared = layers.ReLU(), layers.Softmax(), layers.MaxPooling2D(), layers.Flatten()
    reshape = [
        lambda x: ops.reshape(x, (-1, 12 * 12 * 32)),
        lambda x: layers.Reshape((-1,))(x),
        lambda x: layers.Reshape((12 * 12 * 32,))(x),
        lambda x: layers.Lambda(lambda y: ops.reshape(y, (-1, 12 * 12 * 32)))(x),
    ]
    return {
        "one layer used three times": shared,
        "one Activation layer used three times": (layers.Activation("relu"), layers.Activation("softmax"), *shared[2:]),
        "keras.activations": (keras.activations.relu, keras.activations.softmax, *shared[2:]),
        "keras.ops": (ops.relu, ops.softmax, lambda x: ops.max_pool(x, 2), reshape[0]),
        "keras.ops with arguments": (
            lambda x: ops.maximum(x, 0),
            lambda x: ops.softmax(x, axis=1),
            lambda x: ops.max_pool(x, (2, 2), strides=2, padding="valid"),
            reshape[1],
        ),
        "Softmax over axis 1": (shared[0], layers.Softmax(axis=1), shared[2], reshape[2]),
        "Lambda layers": (
            layers.Lambda(lambda x: ops.relu(x)),
            layers.Lambda(lambda x: keras.activations.softmax(x)),
            layers.Lambda(lambda x: ops.max_pool(x, 2)),
            reshape[3],
        ),
        "Lambda layers with functions of TensorFlow": _lambdas_of_tensorflow(),
        "Identity and casts between": (
            lambda x: layers.Identity()(ops.cast(layers.ReLU()(x), "float32")),
            lambda x: layers.Activation("linear")(shared[1](x)),
            lambda x: layers.Dropout(0)(shared[2](x)),
            shared[3],
        ),
        "pooling with padding that adds nothing": (
            shared[0],
            shared[1],
            layers.MaxPooling2D(2, padding="same"),
            shared[3],
        ),
        "margins of nothing": (
            lambda x: layers.ReLU()((layers.ZeroPadding2D(0) if len(x.shape) == 4 else layers.Identity())(x)),
            shared[1],
            shared[2],
            shared[3],
        ),
        "scaled by one": (lambda x: layers.ReLU()(layers.Rescaling(1.0)(x) * 1), *shared[1:]),
    }


def _lambdas_of_tensorflow() -> tuple[Any, Any, Any, Any]:
    import tensorflow as tf
    from keras import layers

    return (
        layers.Lambda(tf.nn.relu),
        layers.Lambda(lambda x: tf.nn.softmax(x)),
        layers.Lambda(lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID")),
        layers.Lambda(lambda x: tf.reshape(x, [-1, 12 * 12 * 32])),
    )


FUNCTIONAL = (
    "one layer used three times",
    "one Activation layer used three times",
    "keras.activations",
    "keras.ops",
    "keras.ops with arguments",
    "Softmax over axis 1",
    "Lambda layers",
    "Lambda layers with functions of TensorFlow",
    "Identity and casts between",
    "pooling with padding that adds nothing",
    "margins of nothing",
    "scaled by one",
)


@pytest.mark.parametrize("style", FUNCTIONAL)
def test_a_functional_model_is_read_along_its_graph(style: str) -> None:
    styles = _functional_styles()
    assert set(FUNCTIONAL) == set(styles)
    model = functional(*styles[style])
    finding = marked(model, sick())
    assert finding.verdict is Verdict.PASSED, finding.reason
    assert "600,810" in as_read(finding.found)
    assert model.count_params() == 600_810


def _own_relu(x: Any) -> Any:
    import keras

    return keras.ops.maximum(x, 0.0)


def _activations() -> dict[str, Any]:
    import keras
    import tensorflow as tf
    from keras import layers

    return {
        "a name": "relu",
        "a function of Keras": keras.activations.relu,
        "an operation": keras.ops.relu,
        "a function of TensorFlow": tf.nn.relu,
        "a layer": layers.ReLU(),
        "an Activation layer": layers.Activation("relu"),
        "a function of one's own": _own_relu,
        "a lambda": lambda x: keras.activations.relu(x),
    }


@pytest.mark.parametrize("way", list(range(8)))
def test_an_activation_may_be_given_in_any_way(way: int) -> None:
    import keras
    from keras import layers

    activation = list(_activations().values())[way]
    inputs = keras.Input((28, 28, 1))
    right = keras.Sequential([inputs, layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dense(3)])
    for given in (
        [layers.Conv2D(4, 3, activation=activation)],
        [layers.Conv2D(4, 3), layers.Activation(activation)],
    ):
        found = keras.Sequential([keras.Input((28, 28, 1)), *given, layers.Flatten(), layers.Dense(3)])
        finding = marked(found, right)
        assert finding.verdict is Verdict.PASSED, finding.reason


def test_a_function_of_ones_own_that_is_only_called_relu_is_not_relu() -> None:
    import keras
    from keras import layers

    def relu(x: Any) -> Any:
        return x

    right = keras.Sequential([keras.Input((9,)), layers.Dense(4, activation="relu")])
    assert share(keras.Sequential([keras.Input((9,)), layers.Dense(4, activation=relu)]), right) < 1


def _classes() -> dict[str, type[Any]]:
    import keras
    import tensorflow as tf
    from keras import layers, ops

    class Attributes(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.conv2 = layers.Conv2D(32, 3), layers.Conv2D(32, 3)
            self.relu = layers.ReLU()
            self.pool, self.flat, self.soft = layers.MaxPooling2D(), layers.Flatten(), layers.Softmax()
            self.drop1, self.drop2 = layers.Dropout(0.25), layers.Dropout(0.5)
            self.dense1, self.dense2 = layers.Dense(128), layers.Dense(10)

    class Layers(Attributes):
        """Everything as layers in attributes."""

        def call(self, x: Any, training: bool = False) -> Any:
            x = self.pool(self.relu(self.conv2(self.relu(self.conv1(x)))))
            x = self.flat(self.drop1(x, training=training))
            return self.soft(self.dense2(self.drop2(self.relu(self.dense1(x)), training=training)))

    class Operations(Attributes):
        """Activations, pooling and flattening inside `call`."""

        def call(self, x: Any) -> Any:
            x = ops.relu(self.conv2(keras.activations.relu(self.conv1(x))))
            x = ops.reshape(self.drop1(ops.max_pool(x, 2)), (-1, 12 * 12 * 32))
            return keras.activations.softmax(self.dense2(self.drop2(ops.relu(self.dense1(x)))))

    class OfTensorFlow(Attributes):
        def call(self, x: Any) -> Any:
            print("called")
            x = tf.nn.relu(self.conv2(tf.nn.relu(self.conv1(x))))
            x = tf.nn.max_pool2d(x, ksize=2, strides=2, padding="VALID")
            x = tf.reshape(self.drop1(x), [tf.shape(x)[0], 12 * 12 * 32])
            return tf.nn.softmax(self.dense2(self.drop2(tf.nn.relu(self.dense1(x)))))

    class Compiled(Layers):
        @tf.function
        def call(self, x: Any, training: bool = False) -> Any:
            return Layers.call(self, x, training)

    class Block(layers.Layer):
        def __init__(self, layer: Any) -> None:
            super().__init__()
            self.layer = layer

        def call(self, x: Any) -> Any:
            return tf.nn.relu(self.layer(x))

    class OfBlocks(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = [Block(layers.Conv2D(32, 3)), Block(layers.Conv2D(32, 3))]
            self.rest = keras.Sequential([layers.MaxPooling2D(), layers.Dropout(0.25), layers.Flatten()])
            self.head = [Block(layers.Dense(128)), layers.Dropout(0.5), layers.Dense(10, activation="softmax")]

        def call(self, x: Any) -> Any:
            for block in self.blocks:
                x = block(x)
            x = self.rest(x)
            for layer in self.head:
                x = layer(x)
            return x

    return {each.__name__: each for each in (Layers, Operations, OfTensorFlow, Compiled, OfBlocks)}


@pytest.mark.parametrize("way", ["called", "built", "trained"])
@pytest.mark.parametrize("name", ["Layers", "Operations", "OfTensorFlow", "Compiled", "OfBlocks"])
def test_a_model_that_is_a_class_is_followed_through_its_call(
    name: str, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import numpy as np

    model = _classes()[name]()
    if way == "called":
        model(np.zeros((1, 28, 28, 1), "float32"))
    elif way == "built":
        model.build((None, 28, 28, 1))  # Keras builds the model here, but not its layers
    elif name == "Compiled":
        pytest.skip("Keras cannot train it either")
    else:
        model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
        model.fit(np.zeros((4, 28, 28, 1)), np.zeros(4), verbose=0)
    capsys.readouterr()
    finding = marked(model, sick())
    assert finding.verdict is Verdict.PASSED, finding.reason
    assert model.count_params() == 600_810
    assert capsys.readouterr().out == ""


def test_a_class_of_ones_own_loses_points_for_what_can_be_seen_to_be_wrong() -> None:
    import numpy as np

    base: Any = _classes()["Operations"]

    class Wrong(base):
        def call(self, x: Any) -> Any:
            import keras

            x = keras.ops.tanh(self.conv2(keras.ops.relu(self.conv1(x))))
            x = keras.ops.reshape(self.drop1(keras.ops.max_pool(x, 2)), (-1, 12 * 12 * 32))
            return self.dense2(self.drop2(keras.ops.relu(self.dense1(x))))

    model = Wrong()
    model(np.zeros((1, 28, 28, 1), "float32"))
    finding = marked(model, sick())
    assert finding.points == pytest.approx(10 * (1 - 1.5 / 13), abs=0.01)
    assert "activation is tanh instead of relu" in as_read(finding.reason)
    assert "softmax is missing" in as_read(finding.reason)


@pytest.mark.parametrize("built", [True, False])
def test_what_cannot_be_seen_of_a_class_costs_nothing_and_needs_a_person(built: bool) -> None:
    import numpy as np

    base: Any = _classes()["Layers"]

    class Opaque(base):
        def __init__(self) -> None:
            super().__init__()
            del self.relu, self.pool, self.flat, self.soft

        def call(self, x: Any) -> Any:
            import tensorflow as tf

            if float(tf.reduce_sum(x)) >= 0:  # a branch on a value
                x = tf.nn.relu(self.conv2(tf.nn.relu(self.conv1(x))))
            x = tf.reshape(self.drop1(tf.nn.max_pool2d(x, 2, 2, "VALID")), [-1, 12 * 12 * 32])
            return tf.nn.softmax(self.dense2(self.drop2(tf.nn.relu(self.dense1(x)))))

    model = Opaque()
    if built:
        model(np.zeros((1, 28, 28, 1), "float32"))
    finding = marked(model, sick())
    assert finding.verdict is Verdict.NEEDS_HUMAN
    assert "could not follow its `call`" in as_read(finding.reason)
    assert "6 of the 12" in as_read(finding.reason)
    assert "missing" not in as_read(finding.reason)
    assert ("600,810" in as_read(finding.found)) == built


def test_a_call_that_never_ends_ends_the_look_at_it_only() -> None:
    import numpy as np

    base: Any = _classes()["Layers"]

    class Endless(base):
        calls = 0

        def call(self, x: Any) -> Any:
            Endless.calls += 1
            while Endless.calls > 2:
                pass
            return super().call(x)

    model = Endless()
    model(np.zeros((1, 28, 28, 1), "float32"))
    Endless.calls = 2
    assert not table(model).has_graph


def test_a_layer_with_weights_that_is_used_twice_counts_once_and_is_not_two_layers() -> None:
    import keras
    from keras import layers

    def made(first: Any, second: Any) -> Any:
        return keras.Sequential([keras.Input((8,)), first, layers.ReLU(), second, layers.Dense(3)])

    shared = layers.Dense(8)
    model, apart = made(shared, shared), made(layers.Dense(8), layers.Dense(8))
    assert table(model).counted == model.count_params() == 8 * 9 + 9 * 3
    finding = marked(model, apart)
    assert finding.verdict is Verdict.PARTIAL
    assert "the same layer as layer 1" in as_read(finding.reason)
    assert f"found {model.count_params()}" in as_read(finding.reason)
    other = layers.Dense(8)
    assert marked(made(other, other), model).verdict is Verdict.PASSED
    assert "should reuse an earlier layer" in as_read(marked(apart, model).reason)


def test_nested_models_used_twice_are_listed_twice_and_counted_once() -> None:
    import keras
    from keras import layers

    block = keras.Sequential([keras.Input((8, 8, 4)), layers.Conv2D(4, 3, padding="same"), layers.ReLU()])
    inputs = keras.Input((8, 8, 4))
    model = keras.Model(inputs, block(block(inputs)))
    network = normal_form(table(model))
    assert [layer.kind for layer in network.layers] == ["Conv2D", "Activation"] * 2
    assert network.parameters == model.count_params()


def test_a_model_that_was_never_built_is_reckoned_with_the_input_that_was_asked_for() -> None:
    import keras

    unbuilt = keras.Sequential([type(layer).from_config(layer.get_config()) for layer in sick().layers])
    finding = marked(unbuilt, sick())
    assert finding.points == pytest.approx(10 * 12 / 13, abs=0.01)
    assert "never built" in as_read(finding.reason)
    assert "cannot work" not in as_read(finding.reason)


def padded_by(
    margins: Any,
    kernel: int,
    size: int = 9,
    *,
    strides: int = 1,
    padding: str = "valid",
    kind: str = "Conv2D",
    dilation: int = 1,
) -> Any:
    import keras
    from keras import layers

    conv = {"strides": strides, "padding": padding, "dilation_rate": dilation}
    layer = layers.Conv2D(4, kernel, **conv) if kind == "Conv2D" else layers.DepthwiseConv2D(kernel, **conv)
    before = [layers.ZeroPadding2D(margins)] if margins is not None else []
    return keras.Sequential([keras.Input((size, size, 2)), *before, layer, layers.Flatten(), layers.Dense(3)])


@pytest.mark.parametrize("kind", ["Conv2D", "DepthwiseConv2D"])
@pytest.mark.parametrize(
    ("margins", "kernel", "size", "strides", "dilation", "same"),
    [
        (1, 3, 9, 1, 1, True),
        (2, 5, 8, 1, 1, True),
        (((0, 1), (0, 1)), 2, 8, 1, 1, True),
        (((1, 0), (1, 0)), 2, 8, 1, 1, False),
        (2, 3, 9, 1, 2, True),
        (1, 3, 9, 1, 2, False),
        (2, 3, 9, 1, 1, False),
        (1, 5, 9, 1, 1, False),
        (1, 3, 9, 2, 1, True),
        (1, 3, 8, 2, 1, False),
        (((0, 1), (0, 1)), 3, 8, 2, 1, True),
    ],
)
def test_margins_of_zeros_are_padding_where_they_are_those_of_padding(
    kind: str, margins: Any, kernel: int, size: int, strides: int, dilation: int, same: bool
) -> None:
    import numpy as np

    if strides > 1 and dilation > 1:
        pytest.skip("Keras has no strides with dilation")
    made = partial(padded_by, kernel=kernel, size=size, strides=strides, kind=kind, dilation=dilation)
    padded, right = made(margins), made(None, padding="same")
    found = share(padded, right)
    assert (found == 1) == same
    if padded.output_shape == right.output_shape and padded.count_params() == right.count_params():
        padded.set_weights(right.get_weights())
        images = np.random.default_rng(1).normal(size=(2, size, size, 2))
        assert np.allclose(padded.predict(images, verbose=0), right.predict(images, verbose=0), atol=1e-4) == same


def test_global_pooling_may_be_written_in_several_ways() -> None:
    import keras
    from keras import layers, ops

    def made(*between: Any) -> Any:
        inputs = keras.Input((6, 6, 5))
        x = inputs
        for step in between:
            x = step(x)
        return keras.Model(inputs, layers.Dense(3)(x))

    right = made(layers.GlobalAveragePooling2D())
    assert share(made(lambda x: ops.mean(x, axis=(1, 2))), right) == 1
    assert share(made(layers.AveragePooling2D(6), layers.Flatten()), right) == 1
    assert share(made(layers.GlobalAveragePooling2D(keepdims=True), layers.Flatten()), right) == 1
    assert share(made(layers.GlobalMaxPooling2D()), right) < 1
    assert share(made(lambda x: ops.max(x, axis=(1, 2))), right) < 1
    assert share(made(layers.AveragePooling2D(3), layers.Flatten()), right) < 1
    assert share(made(layers.Flatten()), right) < 1


def test_merging_by_operators_is_merging_by_layers() -> None:
    import keras
    from keras import layers, ops

    def made(merge: Callable[..., Any]) -> Any:
        inputs = keras.Input((6, 6, 5))
        left, right = layers.Conv2D(4, 1)(inputs), layers.Conv2D(4, 3, padding="same")(inputs)
        return keras.Model(inputs, layers.Flatten()(merge(left, right)))

    assert share(made(lambda a, b: a + b), made(lambda a, b: layers.Add()([a, b]))) == 1
    assert share(made(lambda a, b: b + a), made(lambda a, b: layers.Add()([a, b]))) == 1
    joined = made(lambda a, b: layers.Concatenate()([a, b]))
    assert share(made(lambda a, b: ops.concatenate([a, b], axis=-1)), joined) == 1
    assert share(made(lambda a, b: ops.concatenate([a, b], axis=3)), joined) == 1
    assert share(made(lambda a, b: ops.concatenate([a, b], axis=2)), joined) < 1
    assert share(made(lambda a, b: a * b), made(lambda a, b: layers.Multiply()([a, b]))) == 1
    assert share(made(lambda a, b: a * b), made(lambda a, b: layers.Add()([a, b]))) < 1


def test_scaling_by_arithmetic_is_rescaling() -> None:
    import keras
    from keras import layers

    def made(scale: Any) -> Any:
        inputs = keras.Input((9,))
        return keras.Model(inputs, layers.Dense(3)(scale(inputs)))

    right = made(layers.Rescaling(1 / 255, offset=-0.5))
    assert share(made(lambda x: x / 255 - 0.5), right) == 1
    assert share(made(lambda x: layers.Rescaling(1 / 255)(x) + (-0.5)), right) == 1
    assert share(made(lambda x: x / 256 - 0.5), right) < 1
    assert share(made(lambda x: x), right) < 1
    assert share(right, made(lambda x: x)) < 1  # the question asked for none


@pytest.mark.parametrize("seed", range(12))
def test_random_models_are_the_same_however_they_are_written_and_never_contradict_keras(seed: int) -> None:
    """Each of the ways to write a layer is drawn at random; then one thing is changed, and that costs something."""
    import keras

    dice = random.Random(seed)
    plan = _plan(dice)
    right, other = _written(plan, random.Random(0), plain=True), _written(plan, dice, plain=False)
    assert share(other, right) == 1, plan
    assert table(other).counted == table(right).counted == other.count_params()
    assert normal_form(table(other)).parameters == other.count_params()
    for place, changed in _changes(plan):
        wrong = _written(changed, dice, plain=False)
        finding = marked(wrong, right)
        assert finding.verdict is Verdict.PARTIAL, (place, plan, changed)
        assert f"{wrong.count_params():,} parameters" in as_read(finding.found)
        assert keras.Model  # the same session throughout


def _plan(dice: Random) -> list[tuple[Any, ...]]:
    plan: list[tuple[Any, ...]] = []
    for _ in range(dice.randint(1, 3)):
        plan.append(("conv", dice.choice([4, 6, 8]), dice.choice([1, 3]), dice.choice(["same", "valid"])))
        plan.append(("activation", dice.choice(["relu", "tanh", "elu", "sigmoid"])))
        if dice.random() < 0.5:
            plan.append(("pool", dice.choice(["max", "average"])))
    plan.append(("flatten",))
    plan += [("dense", dice.choice([5, 7])), ("activation", "relu"), ("dense", 3), ("activation", "softmax")]
    return plan


def _changes(plan: list[tuple[Any, ...]]) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """The plan with one step changed."""
    other = {"relu": "tanh", "tanh": "relu", "elu": "relu", "sigmoid": "relu", "softmax": "sigmoid"}
    of_kind: dict[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]] = {
        "conv": lambda step: ("conv", step[1] + 1, *step[2:]),
        "activation": lambda step: ("activation", other[step[1]]),
        "pool": lambda step: ("pool", "max" if step[1] == "average" else "average"),
        "flatten": lambda _: ("global",),
        "dense": lambda step: ("dense", step[1] + 2),
    }
    for place, step in enumerate(plan):
        yield place, [*plan[:place], of_kind[step[0]](step), *plan[place + 1 :]]


def _written(plan: list[tuple[Any, ...]], dice: Random, plain: bool) -> Any:
    import keras

    inputs = keras.Input((16, 16, 2))
    x = inputs
    shared: dict[str, Any] = {}
    for step in plan:
        ways = list(_ways(step, shared, x.shape))
        x = (ways[0] if plain else dice.choice(ways))(x)
    return keras.Model(inputs, x)


def _ways(step: tuple[Any, ...], shared: dict[str, Any], shape: tuple[Any, ...]) -> Iterator[Any]:
    import math

    import keras
    from keras import layers, ops

    if step[0] == "conv":
        _, filters, kernel, padding = step
        yield layers.Conv2D(filters, kernel, padding=padding)
        if padding == "same":
            convolution = layers.Conv2D(filters, kernel)
            yield lambda x: convolution(layers.ZeroPadding2D(kernel // 2)(x))
    elif step[0] == "activation":
        yield layers.Activation(step[1])
        yield lambda x: getattr(keras.activations, step[1])(x)
        yield lambda x: getattr(ops, step[1])(x)
        yield shared.setdefault(step[1], layers.Activation(step[1]))
    elif step[0] == "pool":
        yield (layers.MaxPooling2D if step[1] == "max" else layers.AveragePooling2D)(2)
        yield lambda x: (ops.max_pool if step[1] == "max" else ops.average_pool)(x, 2)
    elif step[0] == "flatten":
        yield layers.Flatten()
        yield layers.Reshape((-1,))
        yield lambda x: ops.reshape(x, (-1, math.prod(shape[1:])))
    elif step[0] == "global":
        yield layers.GlobalAveragePooling2D()
        yield lambda x: ops.mean(x, axis=[1, 2])
    else:
        yield layers.Dense(step[1])


def test_whatever_a_class_of_the_students_raises_or_claims_is_a_table_or_nothing() -> None:
    import keras
    import numpy as np
    from keras import layers

    class Lies(layers.Layer):
        def get_config(self) -> None:
            raise SystemExit

        def call(self, x: Any) -> Any:
            return x

        def compute_output_shape(self, shape: tuple[None, int]) -> tuple[None, int]:
            return shape

    class Raises(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x: Any) -> Any:
            if isinstance(x, keras.KerasTensor):
                raise SystemExit
            return self.dense(x)

    class Tampered(Raises):
        @property
        def inputs(self) -> None:
            raise KeyboardInterrupt

        @property
        def _build_shapes_dict(self) -> dict[str, str]:
            return {"input_shape": "nonsense"}

        @_build_shapes_dict.setter
        def _build_shapes_dict(self, value: None) -> None:
            pass

    model = keras.Sequential([keras.Input((4,)), Lies(), layers.Dense(3)])
    assert share(model, keras.Sequential([keras.Input((4,)), layers.Dense(3)])) == 1  # it does nothing
    raising = Raises()
    raising(np.zeros((1, 4), "float32"))
    assert [row.kind for row in table(raising).layers] == ["Dense"]
    assert not table(raising).has_graph
    tampered = Tampered()
    try:
        assert not table(tampered).has_graph
    except KeyboardInterrupt:
        pytest.fail("what a class raises has to be caught")


def test_a_graph_without_end_is_no_graph() -> None:
    import keras
    from keras import layers

    inputs = keras.Input((4,))
    x = inputs
    model = keras.Model(inputs, layers.Dense(3)(layers.ReLU()(x)))
    node = model.outputs[0]._keras_history.operation._inbound_nodes[0]
    node.input_tensors[0]._keras_history.operation._inbound_nodes[0].arguments.keras_tensors[:] = [model.outputs[0]]
    assert len(table(model).layers) <= 2


@pytest.mark.parametrize("as_layer", [True, False])
def test_dropout_behind_if_training_is_dropout(as_layer: bool) -> None:
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.drop = layers.Dense(8, activation="relu"), layers.Dense(3), layers.Dropout(0.3)

        def call(self, x: Any, training: bool | None = None) -> Any:
            x = self.one(x)
            if training:
                x = self.drop(x, training=True) if as_layer else tf.nn.dropout(x, rate=0.3)
            return self.two(x)

    model = Net()
    model(np.zeros((2, 5), "float32"))

    def right(rate: float) -> Any:
        return keras.Sequential(
            [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dropout(rate), layers.Dense(3)]
        )

    assert share(model, right(0.3)) == 1
    assert share(model, right(0.4)) < 1


def test_dropout_that_is_never_switched_off_is_not_dropout() -> None:
    import keras
    import tensorflow as tf
    from keras import layers

    right = keras.Sequential([keras.Input((5,)), layers.Dropout(0.3), layers.Dense(3)])
    always = layers.Lambda(lambda x: tf.nn.dropout(x, rate=0.3))
    assert share(keras.Sequential([keras.Input((5,)), always, layers.Dense(3)]), right) < 1


def test_a_layer_of_ones_own_with_weights_of_its_own_needs_a_person() -> None:
    import keras
    from keras import layers

    class MyDense(layers.Layer):
        def build(self, shape: tuple[None, int]) -> None:
            self.w = self.add_weight(shape=(shape[-1], 3))

        def call(self, x: Any) -> Any:
            return keras.ops.matmul(x, self.w)

    model = keras.Sequential([keras.Input((5,)), MyDense()])
    finding = marked(model, keras.Sequential([keras.Input((5,)), layers.Dense(3)]))
    assert finding.verdict is Verdict.NEEDS_HUMAN
    assert "`MyDense` is a layer class of your own" in as_read(finding.reason)
    assert str(finding.found) == "1 layer, 15 parameters"


def test_a_penalty_of_ones_own_needs_a_person() -> None:
    import keras
    from keras import layers

    class Mine(keras.regularizers.Regularizer):
        def __call__(self, x: Any) -> Any:
            return 0.01 * keras.ops.sum(x**2)

        def get_config(self) -> dict[str, Any]:
            return {}

    def made(penalty: Any) -> Any:
        return keras.Sequential([keras.Input((5,)), layers.Dense(3, kernel_regularizer=penalty)])

    for penalty in (Mine(), lambda x: 0.01 * keras.ops.sum(x**2)):
        assert marked(made(penalty), made("l2")).verdict is Verdict.NEEDS_HUMAN
        assert marked(made(penalty), made(None)).verdict is Verdict.PASSED
    assert marked(made(keras.regularizers.L2(0.01)), made("l2")).verdict is Verdict.PASSED
    finding = marked(made("l1"), made("l2"))
    assert "penalty on the kernel is L1 0.01 instead of L2 0.01" in as_read(finding.reason)


@pytest.mark.parametrize("setting", ["kernel_initializer", "kernel_regularizer", "momentum", "kernel_constraint"])
def test_what_the_reference_sets_is_looked_at(setting: str) -> None:
    import keras
    from keras import layers

    values = {
        "kernel_initializer": ("he_normal", ["zeros", "glorot_uniform", "he_uniform"]),
        "kernel_regularizer": ("l2", [None, "l1", keras.regularizers.L2(0.001), keras.regularizers.L1L2(0.01, 0.01)]),
        "kernel_constraint": ("max_norm", [None, "non_neg"]),
        "momentum": (0.9, [0.99, 0.5]),
    }
    wanted, others = values[setting]

    def made(value: Any) -> Any:
        settings = {setting: value}
        middle = [layers.BatchNormalization(**settings)] if setting == "momentum" else [layers.Dense(4, **settings)]
        return keras.Sequential([keras.Input((5,)), *middle, layers.Dense(3)])

    assert share(made(wanted), made(wanted)) == 1
    assert all(share(made(other), made(wanted)) < 1 for other in others)


def test_how_a_model_is_compiled_counts_where_the_reference_is_compiled() -> None:
    import keras
    from keras import layers, optimizers

    def made(optimizer: Any = None, loss: Any = "sparse_categorical_crossentropy") -> Any:
        model = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="softmax")])
        if optimizer is not None:
            model.compile(loss=loss, optimizer=optimizer)
        return model

    right = made(optimizers.SGD(learning_rate=0.1, momentum=0.9))
    same = made(optimizers.SGD(learning_rate=0.1, momentum=0.9), loss=keras.losses.SparseCategoricalCrossentropy())
    assert marked(same, right).verdict is Verdict.PASSED
    for optimizer, said in (
        (optimizers.SGD(learning_rate=0.1), "momentum is 0"),
        (optimizers.SGD(learning_rate=0.01, momentum=0.9), "learning_rate is 0.01 instead of 0.1"),
        ("adam", "optimizer is Adam instead of SGD"),
        (None, "not compiled"),
    ):
        finding = marked(made(optimizer), right)
        assert finding.verdict is Verdict.PARTIAL
        assert said.lower() in str(finding.reason).lower()
    assert marked(made(optimizers.SGD(0.1, momentum=0.9), loss="mse"), right).verdict is Verdict.PARTIAL
    assert marked(made("adam"), made()).verdict is Verdict.PASSED


def test_an_operation_that_no_layer_does_needs_a_person_and_is_named() -> None:
    import keras
    import tensorflow as tf
    from keras import layers, ops

    def made(activation: Any) -> Any:
        return keras.Sequential([keras.Input((5,)), layers.Dense(3, activation=activation)])

    for activation in (lambda x: tf.where(x > 0, x, 0.0), lambda x: (x + ops.abs(x)) / 2):
        finding = marked(made(activation), made("relu"))
        assert finding.verdict is Verdict.NEEDS_HUMAN
        assert "No layer does the same as `" in as_read(finding.reason)
    assert marked(made(lambda x: tf.maximum(x, 0.0)), made("relu")).verdict is Verdict.PASSED
    assert marked(made(lambda x: ops.exp(x)), made("relu")).verdict is Verdict.PARTIAL


def test_axes_that_come_and_go_change_nothing() -> None:
    import keras
    from keras import layers, ops

    def made(between: Any) -> Any:
        inputs = keras.Input((6, 6, 2))
        return keras.Model(inputs, layers.Dense(3)(between(layers.Conv2D(4, 3)(inputs))))

    right = made(layers.Flatten())
    assert share(made(lambda x: ops.squeeze(ops.expand_dims(layers.Flatten()(x), 1), 1)), right) == 1
    assert share(made(lambda x: layers.Flatten()(layers.Reshape((16, 4))(x))), right) == 1
    assert share(made(lambda x: layers.Reshape((64,))(layers.Flatten()(x))), right) == 1
    assert share(made(lambda x: layers.Reshape((16, 4))(x)), right) < 1
