"""The addresses of AWS that functions get in their variables, and what they become on this machine.

| in the template                                     | here                                              |
|-----------------------------------------------------|---------------------------------------------------|
| `https://search-<domain>.<region>.es.amazonaws.com` | the gateway, which passes signed search calls on  |
| `https://cognito-idp.<region>.amazonaws.com`        | the gateway, where moto publishes the pool's keys |
| the stage's public address                          | the front                                         |

Every other AWS address is found by boto3 through `AWS_ENDPOINT_URL`.
"""

from __future__ import annotations

import re
from collections.abc import Callable


def localiser(gateway_url: str, front_url: str, public_url: str) -> Callable[[str], str]:
    """A function that rewrites the addresses above, wherever they begin a word of a text."""
    table = (
        (re.compile(r"https://search-[a-z0-9-]+\.[a-z0-9-]+\.es\.amazonaws\.com"), gateway_url),
        (re.compile(r"https://cognito-idp\.[a-z0-9-]+\.amazonaws\.com"), gateway_url),
        (re.compile(re.escape(public_url) + r"(?![\w.:-])"), front_url),
    )

    def localise(text: str) -> str:
        for address, local in table:
            text = address.sub(local, text)
        return text

    return localise
