"""The application as a CDK app: `python -m cdk.app` synthesises the stage that the context's `stage` names.

It promises the same templates for the same files, without credentials, network or Docker, and refuses to synthesise
what the audit (cdk-nag) objects to, unless the objection is acknowledged with its reason where the resource is made.
The CDK is imported late: it starts `node`, which must be the one of our own packages.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from cdk.environment import use_own_programs

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_LAYERS: dict[str, Any] = {"aws:cdk:bundling-stacks": []}


def synthesise(context: dict[str, Any], folder: Path | None = None) -> Path:
    """Writes the assembly into `folder` (or where the CDK's command line says) and returns its place.

    Raises `KeyError` for an unknown stage, and `RuntimeError` with the audit's report for an objection.
    """
    use_own_programs()
    from aws_cdk import App

    from cdk.settings import stage_settings
    from cdk.stacks.application import FEATURES, application

    app = App(
        context=context, post_cli_context=FEATURES, analytics_reporting=False, outdir=str(folder) if folder else None
    )
    application(app, stage_settings(app.node.try_get_context("stage") or "local"))
    return Path(app.synth().directory)


def synth(stage: str) -> int:
    """Writes the templates of a stage into `cdk.out/`, third-party layers left out: they are for a deployment."""
    folder = synthesise({"stage": stage, **WITHOUT_LAYERS}, ROOT / "cdk.out")
    for template in sorted(folder.glob("*.template.json")):
        resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
        print(f"{template.relative_to(ROOT)}: {len(resources)} resources")
    return 0


if __name__ == "__main__":
    synthesise(json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}")))
    sys.exit(0)
