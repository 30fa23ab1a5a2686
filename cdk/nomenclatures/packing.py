"""An edition as files: the same content gives the same bytes, so that a file can be called by its digest."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence

from cdk.nomenclatures.sources import Sources
from passerelle.nomenclature import Nomenclature
from passerelle.vocabulary import unpacked

_LABELS = ("certificate", "departement", "domain", "employment_zone", "epci", "family", "idcc", "naf", "region")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def tables(known: Nomenclature) -> bytes:
    """What every function reads. It is read back once before it is given: a fault shows here and not there."""
    about = {"version": known.version, "source": known.source, "licence": known.licence}
    content = _zipped(
        {
            "about.json": json.dumps(about, ensure_ascii=False),
            "occupations.csv": _csv(
                ("code", "label", "family", "titles", "core", "other"),
                (
                    (o.code, o.label, o.family, _list(o.titles), _list(o.core), _list(o.other))
                    for o in known.occupations
                ),
            ),
            "skills.csv": _csv(
                ("code", "kind", "name", "synonyms", "certificate"),
                ((s.code, s.kind, s.name, _list(s.synonyms), s.certificate or "") for s in known.skills),
            ),
            "municipalities.csv": _csv(
                ("code", "name", "epci", "employment_zone", "departement", "region", "latitude", "longitude"),
                (
                    (
                        m.code,
                        m.name,
                        m.epci,
                        m.employment_zone,
                        m.departement,
                        m.region,
                        str(m.latitude),
                        str(m.longitude),
                    )
                    for m in known.municipalities
                ),
            ),
            "labels.csv": _csv(
                ("kind", "code", "label"),
                ((kind, code, label) for kind in _LABELS for code, label in sorted(known.labels.get(kind, {}).items())),
            ),
            "retired.csv": _csv(("kind", "code"), sorted(known.retired)),
        }
    )
    unpacked(content)
    return content


def sources_file(sources: Sources) -> bytes:
    """What the next import starts from."""
    return _zipped({"sources.json": sources.model_dump_json()})


def read_sources(content: bytes) -> Sources:
    """What an import left for the next."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Sources.model_validate_json(archive.read("sources.json"))


def _zipped(files: dict[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name, _EPOCH)
            archive.writestr(member, text.encode(), zipfile.ZIP_DEFLATED, 6)
    return whole.getvalue()


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _list(items: Iterable[str]) -> str:
    return "|".join(items)
