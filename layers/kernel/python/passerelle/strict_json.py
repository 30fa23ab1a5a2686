"""JSON as all readers agree on it: no name twice, no infinity, no depth that would exhaust a reader."""

import json
import unicodedata
from typing import Any

from pydantic_core import from_json


def read(raw: bytes) -> Any:
    """The document inside, its texts in NFC. Raises `ValueError` for anything that is not JSON, whatever the bytes."""
    from_json(raw, allow_inf_nan=False, allow_partial=False)  # the stricter reader, and no deeper than is safe
    return _normalised(json.loads(raw.decode(), object_pairs_hook=_object))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One JSON object. A name that comes twice is refused: readers do not agree on which one counts (RFC 7493, 2.3)."""
    found = {unicodedata.normalize("NFC", name): value for name, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _normalised(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    if isinstance(value, dict):
        return {key: _normalised(item) for key, item in value.items()}
    return value
