"""Every template can be deployed: the linter knows all of it, and no stack needs a value of another or a parameter."""

from __future__ import annotations

import json

import pytest
from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from cdk.settings import STAGES
from tests.infrastructure.template.facts import Templates

MOST_RESOURCES = 500
ADDED_BY_THE_CDK = "W3005"


def deep(stage: str) -> tuple[pytest.MarkDecorator, ...]:
    """Linting takes its time: the other stages differ from `live` in sizes only."""
    return () if stage == "live" else (pytest.mark.deep,)


@pytest.mark.parametrize("stage", [pytest.param(stage, marks=deep(stage)) for stage in STAGES])
def test_linter_finds_nothing(stage: str) -> None:
    templates = Templates.of(stage)
    paths = sorted(str(path) for path in templates.assembly.directory.glob("*.template.json"))
    wanted = ManualArgs(templates=paths, regions=[templates.stage.region], ignore_checks=[ADDED_BY_THE_CDK])

    assert [str(fault) for fault in lint_by_config(wanted)] == []


def test_nothing_is_asked_of_the_operator(live: Templates) -> None:
    assert [stack.name for stack in live.assembly.stacks() if stack.template.get("Parameters")] == []


def test_no_stack_imports_from_another(live: Templates) -> None:
    for stack in live.assembly.stacks():
        text = json.dumps(stack.template)

        assert "Fn::ImportValue" not in text
        assert not [output for output in stack.template.get("Outputs", {}).values() if "Export" in output]


def test_templates_are_small_enough(live: Templates) -> None:
    assert all(len(stack.template["Resources"]) <= MOST_RESOURCES for stack in live.assembly.stacks())


def test_the_edge_is_deployed_last(live: Templates) -> None:
    names = [stack.name for stack in live.assembly.stacks()]

    assert names[-1] == "passerelle-live-edge"


def test_the_audit_has_no_objection_left(live: Templates) -> None:
    report = json.loads((live.assembly.directory / "validation-report.json").read_text(encoding="utf-8"))

    assert report["pluginReports"] == []
