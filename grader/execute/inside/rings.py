"""How the cell that runs is interrupted, also on systems that lack most signals.

All that is called while a notebook runs is bound when this is imported, before a notebook can replace it.
"""

import signal
import threading
from collections.abc import Callable
from select import select
from signal import signal as set_handler
from socket import socket
from time import sleep
from typing import Any

Handler = Callable[[int, Any], None]

RING: int = getattr(signal, "SIGXCPU", signal.SIGINT)
"""Tells the notebook's process that its cell is late: a signal that hardly any program has a use for, where there is
one."""

_WATCH_SECONDS, _PAUSE_SECONDS = 0.25, 0.05
_MAIN = threading.main_thread().ident

# Windows has none of these.
_mask = getattr(signal, "pthread_sigmask", None)
_kill_thread = getattr(signal, "pthread_kill", None)
_set_timer = getattr(signal, "setitimer", None)
_raise_here = signal.raise_signal
_UNBLOCK = getattr(signal, "SIG_UNBLOCK", 0)
_TIMER, _TIMER_SIGNAL = getattr(signal, "ITIMER_PROF", 0), getattr(signal, "SIGPROF", 0)


def listen(handler: Handler) -> None:
    """Have a handler called when the cell is late, whatever an earlier cell has done to the signal."""
    set_handler(RING, handler)
    if _mask:
        _mask(_UNBLOCK, (RING,))


def listen_again(handler: Handler) -> None:
    """Have a handler called by `ring_again`."""
    if _set_timer:
        set_handler(_TIMER_SIGNAL, handler)


def ring_again(seconds: float) -> None:
    """Have the handler called after so many seconds, of processor time where the system counts it."""
    if _set_timer:
        _set_timer(_TIMER, seconds)
    else:
        threading.Timer(seconds, _interrupt).start()


def watch(connection: socket, is_running: Callable[[], bool]) -> None:
    """Ring whenever something has arrived on a socket while a cell runs, if no other process rings.

    The handler reads what has arrived. It may fail to, if it is called just after the cell has ended.
    """

    def look() -> None:
        while True:
            if is_running() and select([connection], [], [], _WATCH_SECONDS)[0] and is_running():
                _interrupt()
            sleep(_PAUSE_SECONDS)

    threading.Thread(target=look, daemon=True, name="rings").start()


def _interrupt() -> None:
    """Have the handler called in the main thread. Where that thread cannot be named, a call that waits may go on."""
    if _kill_thread and _MAIN is not None:
        _kill_thread(_MAIN, RING)
    else:
        _raise_here(RING)
