"""What tests ask about processes that they did not start themselves."""

import psutil


def has_ended(number: int) -> bool:
    """Whether a process has ended; the process that adopted it may not have asked yet how it ended."""
    try:
        return bool(psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
