"""Where notebooks run: on this machine, or on the workers of a cluster."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from grader.errors import InputError
from grader.execute import isolation
from grader.execute.executor import Executor


def executor(
    jobs: int, allow_degraded: bool, cluster: str | None, tell: Callable[[str], None]
) -> AbstractContextManager[Executor]:
    """Make an executor for this machine, or for a cluster.

    Args:
        jobs: How many notebooks run at once on this machine, at most.
        allow_degraded: Whether to go on if there is no sandbox.
        cluster: Address of a Dask scheduler, for which Dask is imported; None or an empty text for this machine.
        tell: Is called with a sentence that a person should read meanwhile.

    Raises:
        IsolationError: If this machine is to run them and gives no sandbox.
        InputError: If no scheduler answers at the address, or Dask is not installed.
        ClusterError: If none of its workers may run notebooks.
    """
    if not cluster:
        return isolation.local_executor(jobs, allow_degraded, tell)
    try:
        from grader.execute.cluster import ClusterExecutor
    except ModuleNotFoundError as error:
        if error.name not in ("distributed", "dask"):
            raise
        raise InputError("--cluster needs Dask: install it with `pip install 'convgrader[cluster]'`.") from error
    return ClusterExecutor(cluster, allow_degraded, tell)
