"""Environment variables that every run of a notebook gets, in a sandbox or not: results and messages depend on them."""

VARIABLES = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",  # else the order of sets of texts differs from run to run
    "TZ": "UTC",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PIP_NO_INDEX": "1",  # else pip looks for a network for a while
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",  # results must not depend on whether a machine has a GPU
    "OMP_NUM_THREADS": "1",  # as `conversation.THREADS`
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

HOMES = ("MPLCONFIGDIR", "IPYTHONDIR", "KERAS_HOME", "SCIKIT_LEARN_DATA")
"""Names of folders that others could fill: a file of settings there would change a run. Each run has empty ones."""
