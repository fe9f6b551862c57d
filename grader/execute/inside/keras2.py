"""Names and arguments of Keras 2 that Keras 3 has moved or no longer has, for courses that switch them on.

Modules that moved are found again, under `keras` and `tensorflow.keras`, and forward to where their names are now.
Methods and arguments that were renamed are translated. `used` says which of all these a notebook used.
"""

import functools
import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PACKAGES = ("keras", "tensorflow.keras")
_LEGACY = "keras._tf_keras.keras"
_LAYERS = ("layers",)
MODULES: dict[str, Sequence[str]] = {
    "utils.np_utils": ("utils",),
    "utils.vis_utils": ("utils",),
    "utils.generic_utils": ("utils", "saving"),
    "utils.data_utils": ("utils",),
    "layers.convolutional": _LAYERS,
    "layers.core": _LAYERS,
    "layers.pooling": _LAYERS,
    "layers.normalization": _LAYERS,
    "layers.advanced_activations": _LAYERS,
    "layers.recurrent": _LAYERS,
    "layers.embeddings": _LAYERS,
    "layers.merge": _LAYERS,
    "layers.noise": _LAYERS,
    "layers.wrappers": _LAYERS,
    "layers.experimental": _LAYERS,
    "layers.experimental.preprocessing": _LAYERS,
    "engine": ("layers", "models"),
    "engine.topology": ("layers", "models"),
    "engine.training": ("models",),
    "objectives": ("losses",),
    "optimizers.legacy": ("optimizers",),
    "preprocessing.text": (f"{_LEGACY}.preprocessing.text",),
}
"""Module of Keras 2 -> where its names are now, relative to the package unless they begin with `keras.`."""

_NAMES = {"preprocessing.image": f"{_LEGACY}.preprocessing.image", "backend": f"{_LEGACY}.backend"}
"""Module of `keras` that lost names -> where they still are."""

used: set[str] = set()
"""What the notebook has used of all this, in the words of `NAMES`."""

_RENAMED_METHODS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict",
                    "predict_proba": "predict"}  # fmt: skip
_NO_LONGER = ("workers", "max_queue_size", "max_q_size", "use_multiprocessing", "pickle_safe")
_OTHERS = ("predict_classes", "lr", "decay", "nb_epoch", "save_weights", "compile")
NAMES = frozenset([*MODULES, *_NAMES, *_RENAMED_METHODS, *_NO_LONGER, *_OTHERS])
"""All that `used` may hold."""


def switch_on() -> None:
    """Make the names and arguments of Keras 2 available."""
    import IPython.core.magics.namespace  # noqa: F401 - with it, Keras stops no notebook that cannot draw a model
    import keras

    sys.meta_path.append(_Finder())
    for name in MODULES:  # so that `keras.utils.np_utils.to_categorical` works without an import of the module
        sys.modules.pop(f"keras.{name}", None)
        _attach(name)
    for name, place in _NAMES.items():
        _lend(importlib.import_module(f"keras.{name}"), place, name)
    _translate_methods(keras.Model)
    for kind in list(vars(keras.optimizers).values()):
        if isinstance(kind, type) and issubclass(kind, keras.optimizers.Optimizer):
            _translate_optimizer(kind)


class _Moved(ModuleType):
    """A module that has moved: its names are those of other modules."""

    def __init__(self, full_name: str, name: str, places: Sequence[str]) -> None:
        super().__init__(full_name)
        self.__path__: list[str] = []  # it may have modules below it, which the finder knows
        self._name, self._places = name, places

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        for place in self._places:
            module = importlib.import_module(place if place.startswith("keras.") else f"keras.{place}")
            if hasattr(module, attribute):
                used.add(self._name)
                return getattr(module, attribute)
        raise AttributeError(f"module '{self.__name__}' has no attribute '{attribute}'")


class _Finder(MetaPathFinder, Loader):
    """Finds modules that have moved, after all other finders."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        package, _, name = fullname.partition("keras.")
        if name in MODULES and package in ("", "tensorflow.", _LEGACY.removesuffix("keras")):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        name = spec.name.partition("keras.")[2]
        return _Moved(spec.name, name, MODULES[name])

    def exec_module(self, module: ModuleType) -> None:
        """There is no code in it."""


def _attach(name: str) -> None:
    parent, _, last = name.rpartition(".")
    module = _Moved(f"keras.{name}", name, MODULES[name])
    sys.modules[module.__name__] = module
    setattr(importlib.import_module(f"keras.{parent}" if parent else "keras"), last, module)


def _lend(module: ModuleType, place: str, name: str) -> None:
    """Let a module have the names that it lost."""
    lender = importlib.import_module(place)

    def find(attribute: str) -> Any:
        if attribute.startswith("_") or not hasattr(lender, attribute):
            raise AttributeError(f"module '{module.__name__}' has no attribute '{attribute}'")
        used.add(name)
        return getattr(lender, attribute)

    module.__getattr__ = find  # type: ignore[method-assign]


def _translate_methods(model: Any) -> None:
    for old, new in _RENAMED_METHODS.items():
        setattr(model, old, _renamed(old, new))
    model.predict_classes = _predict_classes
    for name in ("fit", "evaluate", "predict"):
        setattr(model, name, _without_old_arguments(getattr(model, name)))
    model.compile = _with_metrics_third(model.compile)
    for name in ("save_weights", "load_weights"):
        setattr(model, name, _with_ending(getattr(model, name)))


def _renamed(old: str, new: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        used.add(old)
        if old == "fit_generator" and len(arguments) > 1:  # its second argument was the number of steps
            options["steps_per_epoch"] = arguments[1]
            if len(arguments) > 2:
                options["epochs"] = arguments[2]
            arguments = arguments[:1]
        if "generator" in options:
            arguments = (options.pop("generator"), *arguments)
        if old == "evaluate_generator" and len(arguments) > 1:
            options["steps"] = arguments[1]
            arguments = arguments[:1]
        return getattr(self, new)(*arguments, **options)

    method.__name__ = old
    return method


def _predict_classes(self: Any, *arguments: Any, **options: Any) -> Any:
    used.add("predict_classes")
    outputs = self.predict(*arguments, **options)
    return outputs.argmax(axis=-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype("int32")


def _without_old_arguments(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def translated(self: Any, *arguments: Any, **options: Any) -> Any:
        if "nb_epoch" in options:
            used.add("nb_epoch")
            options["epochs"] = options.pop("nb_epoch")
        for name in _NO_LONGER:
            if name in options:
                used.add(name)
                del options[name]
        return method(self, *arguments, **options)

    return translated


def _with_metrics_third(method: Callable[..., Any]) -> Callable[..., Any]:
    """The third argument of `compile` was the metrics; now it is the weights of losses."""

    @functools.wraps(method)
    def translated(self: Any, *arguments: Any, **options: Any) -> Any:
        third = arguments[2] if len(arguments) > 2 else None
        if isinstance(third, str | list | tuple) and any(not isinstance(item, int | float) for item in third):
            used.add("compile")
            arguments, options = arguments[:2], {"metrics": third, **options}
        return method(self, *arguments, **options)

    return translated


def _with_ending(method: Callable[..., Any]) -> Callable[..., Any]:
    """Keras 3 asks for files of weights to end with `.weights.h5`."""

    @functools.wraps(method)
    def translated(self: Any, filepath: Any, *arguments: Any, **options: Any) -> Any:
        path = str(filepath)
        if not path.endswith((".weights.h5", ".weights.json", ".keras")) and not _is_there(path):
            used.add("save_weights")
            filepath = f"{path.removesuffix('.h5').removesuffix('.hdf5')}.weights.h5"
        return method(self, filepath, *arguments, **options)

    return translated


def _is_there(path: str) -> bool:
    from pathlib import Path

    return Path(path).exists()


def _translate_optimizer(kind: Any) -> None:
    original = kind.__init__

    @functools.wraps(original)
    def translated(self: Any, *arguments: Any, **options: Any) -> None:
        if "lr" in options:
            used.add("lr")
            options["learning_rate"] = options.pop("lr")
        decay = options.pop("decay", None)
        if decay is not None:
            used.add("decay")
        if decay:
            rate = options.get("learning_rate", arguments[0] if arguments else 0.001)
            options["learning_rate"] = _decaying(rate, decay)
            arguments = arguments[1:]
        if options.get("epsilon", 0) is None:
            del options["epsilon"]
        original(self, *arguments, **options)

    kind.__init__ = translated


def _decaying(rate: Any, decay: float) -> Any:
    """The learning rate of Keras 2: `rate / (1 + decay * step)`."""
    import keras

    return keras.optimizers.schedules.InverseTimeDecay(rate, decay_steps=1, decay_rate=decay)
