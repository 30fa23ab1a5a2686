"""What partners put into the inbox: envelopes and their items, which name nobody, and why one is refused. Pure.

`codes` are the answers, `data` says what each type holds, `reading` reads a body, `references` knows what leads to
nobody, and `judging` compares an item with what was recorded and agreed. Whatever is kept of an item comes from a
closed list (codes, dates, numbers), and the texts, the partner's own references, are turned into keyed digests.
"""

from functions.partners.model.items.codes import Code, Fault
from functions.partners.model.items.data import (
    KINDS,
    AnnouncedData,
    CancelledData,
    ItemType,
    OutcomeData,
    PreselectedData,
    RegisteredData,
    UnregisteredData,
    WithdrawnData,
)
from functions.partners.model.items.judging import Judge
from functions.partners.model.items.reading import Item, Result, envelopes, read
from functions.partners.model.items.references import is_of_platform

__all__ = [
    "KINDS", "AnnouncedData", "CancelledData", "Code", "Fault", "Item", "ItemType", "Judge", "OutcomeData",
    "PreselectedData", "RegisteredData", "Result", "UnregisteredData", "WithdrawnData", "envelopes", "is_of_platform",
    "read",
]  # fmt: skip
