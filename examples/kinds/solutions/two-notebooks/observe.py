"""The module that students submit with the second notebook."""

from collections.abc import Callable
from typing import Any


def applied(my_layers: Any) -> Callable[..., Any]:
    """The function of the module, to be called with hidden arguments."""
    return my_layers.apply  # type: ignore[no-any-return]
