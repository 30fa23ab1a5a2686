"""References that partners give: their own, which must lead to nobody, and ids of sessions on the platform. Pure."""

import re
from typing import Final

from passerelle.screening import screened

CLAIMED: Final = "ses_"
"""How ids of sessions begin, ours and no partner's own references."""

_OF_PLATFORM = re.compile(r"ses_([a-z2-7]{20}|[0-9a-f]{32})")
"""Drawn for a company's session, or the keyed digest of a partner's."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DRAWN = re.compile(r"([A-Za-z]+[0-9]+){2,}[A-Za-z]*|([0-9]+[A-Za-z]+){2,}[0-9]*")
"""Letters and digits by turns: drawn by a machine, whatever a name-like run of letters in it looks like."""


def is_opaque(reference: str) -> bool:
    """Whether a reference is no name, number or address of a person; what was drawn at random passes."""
    if _UUID.fullmatch(reference):
        return True
    written = [part for part in re.split(r"[._-]+", reference) if not _DRAWN.fullmatch(part)]
    return not (screened(" ".join(written)) or (len(written) > 1 and screened("-".join(written))))


def is_of_platform(reference: str) -> bool:
    """Whether it has the form of the id of a session on the platform."""
    return _OF_PLATFORM.fullmatch(reference) is not None
