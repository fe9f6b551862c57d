"""The exceptions of the grader.

GraderError                     a message for a person, without a traceback
|-- InputError                  a file or folder that cannot be used              exit status 2
|   |-- SpecificationError      an exercise, its key or its notebook is not valid exit status 2
|   `-- GradebookError          the database of marks cannot be used              exit status 2
|-- IsolationError              the isolation asked for is not available          exit status 2
|-- ClusterError                the cluster is gone, or has no worker that fits   exit status 2
`-- PortalError                 the portal refuses a request                      exit status 2
    |-- TokenError              it refuses the token                              exit status 2
    `-- UnreachableError        there is no answer                                exit status 2
SandboxError                    the sandbox broke, not the submission; retried    exit status 3
PortalFaultError                the portal that a command uses failed             exit status 3

A message names the place, the fact and the remedy:
``exercises/lenet5/exercise.toml: question 'conv2': `points` must be 0 or more. Received: -1.``
"""


class GraderError(Exception):
    """Base of everything that ends a command with a message instead of a traceback."""


class InputError(GraderError):
    """A file or folder that the user named cannot be used."""


class SpecificationError(InputError):
    """An exercise, its answer key or its notebook is not valid."""


class GradebookError(InputError):
    """The database of marks cannot be opened, read or written."""


class IsolationError(GraderError):
    """This machine does not have the isolation that grading needs."""


class ClusterError(GraderError):
    """The cluster went away while grading, or has no worker that may run jobs. Finished work is kept."""


class PortalError(GraderError):
    """The portal refuses a request of a command, or the address is not that of a portal."""


class TokenError(PortalError):
    """The portal refuses the token."""


class UnreachableError(PortalError):
    """The portal does not answer. Whether it received the request is unknown."""


class PortalFaultError(Exception):
    """The portal that a command uses failed."""


class SandboxError(Exception):
    """The sandbox failed, and not because of the submission. The job runs again."""
