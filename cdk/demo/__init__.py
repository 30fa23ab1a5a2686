"""`passerelle demo`: the main journey on this machine, with an invented Normandy, through the public API."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event
from time import monotonic

from cdk.demo.player import Player
from cdk.demo.story import Story
from cdk.local.assembly import ROOT, synthesise
from cdk.local.cloud import LocalCloud
from passerelle.nomenclature import load_starter

FOLDER = ROOT / ".local" / "demo"


def demo(*, stay: bool = False) -> int:
    """Play the story and print it; with `stay`, leave the platform up until Ctrl-C. Returns the exit code."""
    started = monotonic()
    print("Passerelle : le nuage local démarre (tout reste sur cette machine)…", flush=True)
    with LocalCloud(synthesise("local"), _fresh(FOLDER), concurrency=2) as cloud:
        print(f"✓ l’application est déployée ici : {cloud.api_url} ({monotonic() - started:.1f} s)", flush=True)
        Story(Player(cloud, load_starter()), FOLDER / "letters", say=_print).tell()
        print(f"\nTerminé en {monotonic() - started:.0f} s.", flush=True)
        if stay:
            _wait(cloud)
    return 0


def _print(words: str) -> None:
    print(words, flush=True)


def _fresh(folder: Path) -> Path:
    """An empty folder for this run: an earlier one's mails and letters are not mistaken for it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _wait(cloud: LocalCloud) -> None:
    print(f"\nAPI : {cloud.api_url}   courriels : {cloud.run_dir / 'mails'}   Ctrl-C pour arrêter.", flush=True)
    Event().wait()
