"""Input pipelines of `tf.data`, as `model.fit` makes one of the arrays that it is given."""


def never_autotune() -> None:
    """Let TensorFlow not tune input pipelines while they run, unless a notebook asks for it.

    The tuner goes by the clock, where the same input has to give the same run. It costs time, too: with
    TensorFlow 2.21 most epochs on a busy machine end with a second in which `fit` waits for the tuner's thread,
    which sleeps (`tensorflow/core/framework/model.cc`, `Model::OptimizeLoop`).
    """
    import tensorflow as tf

    options = tf.data.experimental.AutotuneOptions
    enabled = options.enabled  # a property: None unless a notebook sets it, which TensorFlow takes for "yes"
    options.enabled = property(lambda self: bool(enabled.fget(self)), enabled.fset)
