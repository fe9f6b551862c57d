"""What a method of the student's own does to tensors: it is called with symbolic ones, which note what happens to them.

Nothing is computed. What cannot be followed this way, such as a branch on a value, gives no graph.
"""

import contextlib
import inspect
import io
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_SECONDS = 5.0
_RING_AGAIN_SECONDS = 0.5  # in case the method catches its interruption and goes on

Graph = tuple[list[Any], list[Any]]


class TooLongError(BaseException):
    """A method takes longer than a second look at it may."""


def trace(method: Callable[..., Any], shapes: Mapping[str, Any]) -> Graph | None:
    """Call a method with symbolic tensors.

    Args:
        method: What to call; a `tf.function` is called as plain Python. One that has an argument `training` is called
            as for training: then it does all that it ever does, also where dropout stands behind `if training:`.
        shapes: Name of each argument -> shape, or shapes in lists or dicts.

    Returns:
        The tensors that went in and those that came out; None where the method cannot be followed.
    """
    import keras
    from keras import tree

    def symbol(shape: Any) -> Any:
        return keras.Input(batch_shape=tuple(shape))

    try:
        inputs = [tree.map_shape_structure(symbol, shape) for shape in shapes.values()]
        plain = getattr(method, "python_function", method)
        names = [name.removesuffix("_shape") for name in shapes]
        options = {"training": True} if _takes_training(plain) else {}
        with _noted_operations(in_training=bool(options)), _silence(), _interrupted():
            if len(inputs) == 1:
                result = plain(inputs[0], **options)
            else:
                result = plain(**dict(zip(names, inputs, strict=True)), **options)
        outputs = tree.flatten(result)
    except BaseException:  # a method of the student's own may raise anything
        return None
    if not outputs or not all(isinstance(output, keras.KerasTensor) for output in outputs):
        return None
    return tree.flatten(inputs), outputs


def made_of(operation: Any) -> Callable[..., Any] | None:
    """The function of TensorFlow that stands behind a noted operation; None for an operation of Keras."""
    function = vars(operation).get("function_of_tensorflow")
    return function if callable(function) else None


def _takes_training(method: Callable[..., Any]) -> bool:
    try:
        return "training" in inspect.signature(method).parameters
    except (TypeError, ValueError):
        return False


@contextlib.contextmanager
def _noted_operations(in_training: bool) -> Iterator[None]:
    """Let functions of TensorFlow take symbolic tensors, and note that they were called."""
    import keras
    import tensorflow as tf
    from tensorflow.python.util import dispatch

    class Noted(keras.Operation):
        def __init__(self, function: Callable[..., Any]) -> None:
            super().__init__(name=str(getattr(function, "__name__", "operation"))[:60])
            self.function_of_tensorflow = function
            self.in_training = in_training

        def call(self, *arguments: Any, **options: Any) -> Any:
            return self.function_of_tensorflow(*arguments, **options)

    class Dispatcher(tf.__internal__.dispatch.GlobalOpDispatcher):
        def handle(self, function: Any, arguments: Any, options: Any) -> Any:
            values = keras.tree.flatten((arguments, options))
            if any(isinstance(value, keras.KerasTensor) for value in values):
                return Noted(function)(*arguments, **options)
            return self.NOT_SUPPORTED

    dispatcher = Dispatcher()
    dispatcher.register()
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # TensorFlow has no way to take one off; a student's method may have
            dispatch._GLOBAL_DISPATCHERS.remove(dispatcher)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """What the method prints was printed when it was called for good."""
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr = before


@contextlib.contextmanager
def _interrupted() -> Iterator[None]:
    """Raise once the processor time for this is used up."""

    def ring(_signal: int, _frame: Any) -> None:
        raise TooLongError

    try:
        before = signal.signal(signal.SIGVTALRM, ring)
    except ValueError:  # not the main thread, which only tests have
        yield
        return
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS, _RING_AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
