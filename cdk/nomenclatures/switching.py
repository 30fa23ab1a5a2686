"""From a file to the edition in force: read whole, composed, made ready, kept, switched to, and told."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

from cdk.index_cli import rebuild
from cdk.nomenclatures import archive, esco, packing, places, rome
from cdk.nomenclatures.archive import Faulty
from cdk.nomenclatures.edition import compose, definitions
from cdk.nomenclatures.report import Report
from cdk.nomenclatures.sources import Sources
from cdk.nomenclatures.tables import Faults, Table
from cdk.settings import StageSettings, stage_settings
from likeness.lexicon import Lexicon
from likeness.packing import pack, unpack
from passerelle import clock
from passerelle.nomenclature import Nomenclature, load_starter
from passerelle.store import VersionConflict
from passerelle.vocabulary import AHEAD, Edition, Shelf, Switch, unpacked

Say = Callable[[str], None]
UNDER_WAY_S = 1.0
"""After the instant of a switch, whoever still writes by the edition before has written."""
_OF_PLACES = {"places", "epci"}
"""Parts after which the search of occupations and skills stays as it was made."""


def import_file(stage_name: str, path: Path, out: TextIO, *, report: Path | None = None) -> int:
    """Imports a file into the stage that the AWS credentials of the environment reach, waits until it is in force, and
    fills the search index anew where places moved. Exit codes: 0 imported, 1 a file is at fault and nothing was
    changed, or the index could not be filled, 2 the stage is not known or somebody else imports."""
    say = _saying(sys.stderr)
    try:
        shelf = shelf_of(stage_settings(stage_name))
        _require_writable(report)
        told, switch = take(shelf, path, say)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    except Faulty as error:
        print(f"{error}\n{path}: nothing was changed", file=sys.stderr)
        return 1
    except VersionConflict as error:
        print(f"{error}; nothing was changed: import again", file=sys.stderr)
        return 2
    if report is not None:
        report.write_text("".join(f"{line}\n" for line in told.lines()), encoding="utf-8")
    print(told.summary(), file=out)
    wait = (switch.since - clock.now()).total_seconds()
    if wait > 0:
        say(f"every function switches in {wait:.0f} s")
        time.sleep(wait + UNDER_WAY_S)
        say("every function has switched")
    if not told.places_moved:
        return 0
    say("places moved: the search index is filled anew (`passerelle index rebuild`)")
    return rebuild(stage_name, out)


def shelf_of(stage: StageSettings, database: Any = None, files: Any = None) -> Shelf:
    """The shelf of a stage."""
    return Shelf(stage.table("nomenclatures"), stage.vocabulary_bucket, database, files)


def take(shelf: Shelf, path: Path, say: Say, ahead: timedelta = AHEAD) -> tuple[Report, Switch]:
    """Imports a file: what changed, and the switch that was written. Raises `Faulty` before anything is written, and
    `VersionConflict` when somebody else switched meanwhile."""
    say(f"reading {path.name}")
    part, value = understand(path)
    seen = shelf.switch()
    sources, before = _present(shelf, seen)
    say(f"understood {part.replace('_', ' ')}; composing")
    after = compose(sources.with_part(part, value), before)
    report = Report(before, after, value)
    if after.version == before.version:
        say("this is what is in force already")
        return report, seen
    say(f"making {len(after.occupations)} occupations, {len(after.skills)} skills and their places ready to be asked")
    made = Lexicon(after, definitions(sources.with_part(part, value)))
    same = part in _OF_PLACES and (before.occupations, before.skills) == (after.occupations, after.skills)
    earlier = unpack(shelf.fetch(seen.edition.learnt)) if seen.edition and same else None
    learnt = pack(made.state() if earlier is None else {**earlier, "municipalities": made.municipalities.state()})
    say("storing")
    edition = Edition(
        name=after.version,
        tables=shelf.put(packing.tables(after)),
        learnt=shelf.put(learnt),
        sources=shelf.put(packing.sources_file(sources.with_part(part, value))),
    )
    return report, shelf.turn(seen, edition, clock.now() + ahead)


def understand(path: Path) -> tuple[str, object]:
    """Which part of the sources a file is, and that part. Raises `Faulty` with every fault, by file and line."""
    if archive.is_archive(path):
        return "rome", rome.read(archive.members(path))
    faults = Faults()
    table = Table(path.name, archive.text(archive.content(path), path.name), faults)
    header = table.text.partition("\n")[0]
    if "conceptUri" in header:
        kind = "skill" if "/esco/skill/" in table.text[:4000] else "occupation"
        found: tuple[str, object] = (f"esco_{kind}s", esco.read(table, kind))
    elif "ze2020" in header:
        found = ("places", places.read(table))
    elif "code" in header and "nom" in header:
        found = ("epci", places.read_epci(table))
    else:
        raise Faulty(
            f"{path.name}, line 1: is neither ROME (ZIP), ESCO (conceptUri), communes (ze2020) nor EPCI (code, nom)"
        )
    faults.check()
    return found


def _present(shelf: Shelf, seen: Switch) -> tuple[Sources, Nomenclature]:
    """What the last import left: the newest edition, in force or about to be."""
    if seen.edition is None:
        return Sources(), load_starter()
    return packing.read_sources(shelf.fetch(seen.edition.sources)), unpacked(shelf.fetch(seen.edition.tables))


def _require_writable(report: Path | None) -> None:
    if report is not None:
        try:
            report.open("a").close()
        except OSError as error:
            raise Faulty(f"{report}: cannot be written ({error.strerror})") from None


def _saying(stream: TextIO) -> Say:
    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun:5.1f} s  {what}", file=stream, flush=True)

    return say
