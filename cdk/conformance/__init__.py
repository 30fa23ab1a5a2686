"""`passerelle conformance`: says in words what a partner's receiver of webhooks does wrong.

It sends valid, altered, expired, duplicated, reordered and malformed deliveries, a rotation and a burst to an endpoint.
What cannot be seen from answers alone (an event acted on twice, an old one over a newer) it looks for in the state that
the endpoint shows by GET, as the sample receiver does; without one it says that it could not look.
"""

from __future__ import annotations

import sys
from typing import TextIO

from cdk.conformance.checks import CHECKS
from cdk.conformance.sending import Line
from passerelle import signing


def conformance(endpoint: str, secret: str, out: TextIO = sys.stdout) -> int:
    """Runs every check and prints a line for each. Returns 0 when all is well, 1 for faults, 2 if nothing can be asked:
    nobody is there, or the secret is none."""
    line = Line(endpoint, secret)
    try:
        signing.signature(secret, "msg_1", 0, b"")
    except ValueError:
        print("Ce secret n’en est pas un : « whsec_ », puis du base64, comme il vous a été montré.", file=out)
        return 2
    first = line.request("GET", {}, None)
    if first.status is None:
        print(f"Personne ne répond à cette adresse : {first}.", file=out)
        return 2
    if line.state() is None:
        print("GET ne montre pas d’état : doublons et désordre ne sont jugés que sur les réponses.", file=out)
    faults = 0
    for check in CHECKS:
        fault = check(line)
        faults += fault is not None
        print(f"{'faute' if fault else 'ok':<6} {check.__name__:<18} {fault or check.__doc__}", file=out)
    print("Conforme." if not faults else f"{faults} faute(s) sur {len(CHECKS)} contrôles.", file=out)
    return 1 if faults else 0
