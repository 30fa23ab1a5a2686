"""French labels of ESCO: the official CSV of occupations or of skills, or one of its three columns alone.

ESCO's concepts get no codes here: a concept that says the same as one occupation or one skill of ROME, and as one only,
lends it its other labels.
"""

from __future__ import annotations

import re

from cdk.nomenclatures.sources import Concept
from cdk.nomenclatures.tables import Table

URI = re.compile(r"http://data\.europa\.eu/esco/(?:occupation|skill)/[0-9a-f\-]{8,60}")
COLUMNS = ("conceptUri", "preferredLabel", "altLabels")


def read(table: Table, kind: str) -> tuple[Concept, ...]:
    """The concepts of a file; `kind` is `occupation` or `skill`. Faults go to the table's."""
    found: dict[str, Concept] = {}
    for row in table.rows(COLUMNS):
        uri = table.code(row, "conceptUri", URI)
        if f"/{kind}/" not in uri:
            table.fault(row, f"conceptUri is not of {'an' if kind == 'occupation' else 'a'} {kind}")
        if uri in found:
            table.fault(row, "conceptUri comes twice")
        found[uri] = Concept(uri=uri, labels=_labels(table.label(row, "preferredLabel"), row["altLabels"]))
    if not found:
        table.faults.note(table.name, 2, "there is no row")
    return tuple(found[uri] for uri in sorted(found))


def _labels(preferred: str, others: str) -> tuple[str, ...]:
    """Alternative labels stand one a line in the official file, between bars in a simplified one."""
    return tuple(dict.fromkeys([preferred, *(each.strip() for each in others.split("|") if each.strip())]))
