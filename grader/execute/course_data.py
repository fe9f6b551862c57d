"""The data sets of a job, as the sandbox is told of them, and whether this machine has them."""

from typing import Any

from grader.errors import InputError
from grader.model.job import Job
from grader.storage.dataset_store import data_store
from grader.text.messages import Text, message


def shown_data(job: Job) -> list[dict[str, Any]]:
    """What a run shows of the data sets of a job, as plain data: see `inside.datasets`."""
    return [
        {"source": part.source, "place": part.place, "url": part.url, "is_unpacked": part.is_unpacked}
        for dataset in job.preparation.datasets
        for part in dataset.parts
    ]


def problem_with_data(job: Job) -> Text:
    """Why this machine cannot run a job that needs data sets; empty if it has all of them."""
    store = data_store()
    for dataset in job.preparation.datasets:
        try:
            is_here = store.has(dataset)
        except InputError as error:
            return message("A data set cannot be read: {problem}", problem=str(error))
        if not is_here:
            return message(
                (
                    "The data set {name} is missing on the machine that should run the notebook, or that "
                    "machine has a different version."
                ),
                name=dataset.name,
            )
    return ""
