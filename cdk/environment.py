"""The programs that the locked packages bring, found before any the machine has.

`node` comes from a wheel and must be the one that the CDK's runtime starts; a machine's older one is refused by it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def use_own_programs() -> None:
    """Puts the folder of this interpreter's programs first on PATH; calling it twice changes nothing."""
    own = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if path[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, *(entry for entry in path if entry != own)])
