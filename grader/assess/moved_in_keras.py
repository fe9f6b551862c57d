"""The name in Keras 3 for what an error says is missing: names and arguments that older tutorials use."""

import re
from collections.abc import Callable

from grader.text.messages import Text, english, message

_LAYERS = "from keras.layers import ..."
_MODULES = {
    "utils.np_utils": "from keras.utils import to_categorical",
    "utils.vis_utils": "from keras.utils import plot_model",
    "utils.generic_utils": "from keras.utils import ...",
    "utils.data_utils": "from keras.utils import ...",
    "utils.multi_gpu_model": "import tensorflow as tf; tf.distribute.MirroredStrategy()",
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
    "layers.CuDNNLSTM": "from keras.layers import LSTM",
    "layers.CuDNNGRU": "from keras.layers import GRU",
    "engine": "from keras.layers import Layer, Input",
    "engine.topology": "from keras.layers import Layer, Input",
    "engine.training": "from keras.models import Model",
    "objectives": "from keras import losses",
    "optimizers.legacy": "from keras.optimizers import ...",
    "optimizers.adam": "from keras.optimizers import Adam",
    "optimizers.sgd": "from keras.optimizers import SGD",
    "optimizers.rmsprop": "from keras.optimizers import RMSprop",
    "preprocessing.text": "from tensorflow.keras.preprocessing.text import ...",
    "preprocessing.image.ImageDataGenerator": "from tensorflow.keras.preprocessing.image import ImageDataGenerator",
}
"""Module or name of Keras 2, relative to the package -> the line that imports it now."""

_METHODS = {
    "fit_generator": "model.fit(generator, ...)",
    "evaluate_generator": "model.evaluate(generator)",
    "predict_generator": "model.predict(generator)",
    "predict_proba": "model.predict(x)",
    "predict_classes": "model.predict(x).argmax(axis=-1)",
}
_ARGUMENTS = {
    "lr": "learning_rate",
    "nb_epoch": "epochs",
}
_NO_LONGER = ("workers", "max_queue_size", "use_multiprocessing")

_MODULE = re.compile(r"No module named '(?:tensorflow\.|keras\._tf_keras\.)?keras\.([\w.]+)'")
_IMPORT = re.compile(r"cannot import name '(\w+)' from '(?:tensorflow\.|keras\._tf_keras\.)?keras(?:\.([\w.]+))?'")
_ATTRIBUTE = re.compile(r"module '(?:tensorflow\.|keras\._tf_keras\.)?keras(?:\.([\w.]+))?' has no attribute '(\w+)'")
_METHOD = re.compile(r"object has no attribute '(\w+)'")
_ARGUMENT = re.compile(r"Argument\(s\) not recognized: \{'(\w+)'|got an unexpected keyword argument '(\w+)'")
_WEIGHTS = re.compile(r"must end in `?\.weights\.h5")


def replacement(error: Text) -> Text:
    """What to write in place of what Keras 3 has moved or no longer has; empty for all other errors.

    Args:
        error: The exception, as Python writes it below a traceback.
    """
    text = english(error)
    return next((advice for find in _FINDERS if (advice := find(text))), "")


def _of_module(text: str) -> Text:
    if module := _MODULE.search(text):
        name = module[1]
    elif imported := _IMPORT.search(text):
        name = f"{imported[2]}.{imported[1]}" if imported[2] else imported[1]
    elif attribute := _ATTRIBUTE.search(text):
        name = f"{attribute[1]}.{attribute[2]}" if attribute[1] else attribute[2]
    else:
        return ""
    now = _MODULES.get(name)
    return message("Keras 3 has no `keras.{old}`: write `{new}` instead.", old=name, new=now) if now else ""


def _of_method(text: str) -> Text:
    method = _METHOD.search(text)
    now = _METHODS.get(method[1]) if method else None
    return message("Keras 3 has no `{old}`: write `{new}` instead.", old=method[1], new=now) if method and now else ""


def _of_argument(text: str) -> Text:
    argument = _ARGUMENT.search(text)
    name = (argument[1] or argument[2]) if argument else ""
    if name in _NO_LONGER:
        return message("Keras 3 has no argument `{old}`: remove it.", old=name)
    if name in _ARGUMENTS:
        return message("The argument `{old}` is called `{new}` in Keras 3.", old=name, new=_ARGUMENTS[name])
    return ""


def _of_weights(text: str) -> Text:
    if not _WEIGHTS.search(text):
        return ""
    return message("In Keras 3, the name of a weights file ends with `.weights.h5`: rename yours.")


_FINDERS: tuple[Callable[[str], Text], ...] = (_of_module, _of_method, _of_argument, _of_weights)
