"""What the student's callback does in a training whose accuracies are known."""

from typing import Any

import keras


def stopped_after(GoodEnough: Any) -> int:
    """The epoch, from 1, after which the callback ends the training; 0 for none."""
    callback, model = GoodEnough(), keras.Sequential([keras.Input((1,))])
    assert isinstance(callback, keras.callbacks.Callback), "`GoodEnough` is not a keras.callbacks.Callback."
    callback.set_model(model)
    model.stop_training = False
    for epoch, accuracy in enumerate([0.5, 0.96, 0.97, 0.99]):
        callback.on_epoch_end(epoch, {"accuracy": accuracy, "loss": 1.0})
        if model.stop_training:
            return epoch + 1
    return 0
