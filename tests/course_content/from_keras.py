"""What Keras itself says, for keys that are held against it."""

import io
import json
import sys
from contextlib import redirect_stdout
from typing import Any
from unittest.mock import patch


def from_keras(code: str, given: Any = None) -> Any:
    """What code prints last, as JSON; it finds what it is given in `sys.argv[1]`.

    It runs in this process: to import Keras takes longer than all that it is asked.
    """
    said = io.StringIO()
    with redirect_stdout(said), patch.object(sys, "argv", ["asked", json.dumps(given)]):
        exec(code, {})
    return json.loads(said.getvalue().splitlines()[-1])
