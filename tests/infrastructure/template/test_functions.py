"""Every function is there, told exactly what it asks, packed with exactly what it imports, watched and logged."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import sys
from pathlib import Path

import pytest

from cdk.constructs.layers import BASE, NAMED, requirements_of
from cdk.constructs.slice import Entry, Slice
from cdk.settings import stage_settings
from cdk.slices import pages
from tests.infrastructure.template.facts import Templates

ROOT = Path(__file__).resolve().parents[3]
PAGES = pages(stage_settings("local"))
ENTRIES = [(page, entry) for page in PAGES for entry in page.entries]
LEFT_BY_LOCAL_RUNS = {"__pycache__"}
AUTHORIZER = "passerelle-local-companies-authorize"
OURS = {"functions", "legality", "likeness", "passerelle"}


def by_name(value: object) -> str:
    return value.name if isinstance(value, Slice | Entry) else str(value)


def settings_of(page: Slice) -> frozenset[str]:
    """The variables a slice reads; none when it has no settings."""
    name = f"functions.{page.name}.settings"
    if importlib.util.find_spec(name) is None:
        return frozenset()
    names: frozenset[str] = importlib.import_module(name).Settings.environment_names()
    return names


@pytest.mark.parametrize(("page", "entry"), ENTRIES, ids=by_name)
def test_the_entry_point_exists(page: Slice, entry: Entry) -> None:
    assert callable(getattr(importlib.import_module(f"functions.{page.name}.handler"), entry.name))


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_a_slice_is_told_what_its_settings_ask_and_nothing_else(local: Templates, page: Slice) -> None:
    for entry in page.entries:
        function = local.functions[f"passerelle-local-{page.name}-{entry.name}"]

        assert set(function.properties.get("Environment", {}).get("Variables", {})) == settings_of(page)


@pytest.mark.parametrize(("page", "entry"), ENTRIES, ids=by_name)
def test_a_function_has_the_packages_its_slice_imports(page: Slice, entry: Entry) -> None:
    brought = {
        line.partition("==")[0]
        for layer in (BASE, *entry.layers)
        if layer not in NAMED
        for line in requirements_of(layer).splitlines()
        if "==" in line
    }
    ours = {name for layer in entry.layers if layer in NAMED for name in third_parties(ROOT / "layers" / layer)}

    assert third_parties(ROOT / "functions" / page.name) | ours <= brought


def test_the_kernel_and_legality_need_the_common_packages_only() -> None:
    common = {line.partition("==")[0] for line in requirements_of(BASE).splitlines() if "==" in line}

    assert third_parties(ROOT / "layers" / "kernel") | third_parties(ROOT / "layers" / "legality") <= common


def third_parties(folder: Path) -> set[str]:
    """The distributions, in the lock's spelling, that the modules of a folder import."""
    homes = importlib.metadata.packages_distributions()
    imported: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    names = imported - OURS - sys.stdlib_module_names
    return {homes[name][0].lower().replace("_", "-") for name in names}


def test_one_python_and_one_architecture(local: Templates) -> None:
    made_for = {
        (each.properties["Runtime"], *each.properties["Architectures"]) for each in local.all("AWS::Lambda::Function")
    }

    assert made_for == {("python3.14", "arm64")}
    assert {tuple(each.properties["CompatibleRuntimes"]) for each in local.all("AWS::Lambda::LayerVersion")} == {
        ("python3.14",)
    }


def test_a_function_carries_its_own_slice_and_the_files_its_page_names_only(local: Templates) -> None:
    named = {page.name: set(page.files) for page in PAGES}
    assert {name: files for name, files in named.items() if files} == {"portal": {"events/openapi.json"}}

    for name, function in local.functions.items():
        folder = local.assembly.asset(function.properties["Code"]["S3Key"])
        slice_name = name.split("-")[2]

        beside = [
            path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(folder / "functions")
        ]
        assert {str(path.relative_to(folder)) for path in beside} == named[slice_name]
        assert {path.name for path in folder.iterdir()} == {
            "functions",
            *(file.split("/")[0] for file in named[slice_name]),
        }
        packed = {path.name for path in (folder / "functions").iterdir()} - LEFT_BY_LOCAL_RUNS
        assert packed == {"__init__.py", slice_name}


def test_every_function_has_a_log_that_ends(local: Templates) -> None:
    for function in local.functions.values():
        log = local.target(function.stack, function.properties["LoggingConfig"]["LogGroup"])

        assert log.properties["LogGroupName"] == f"/aws/lambda/{function.properties['FunctionName']}"
    assert all(log.properties["RetentionInDays"] > 0 for log in local.all("AWS::Logs::LogGroup"))


def test_every_function_is_watched(local: Templates) -> None:
    watched: dict[str, set[str]] = {}
    for alarm in local.all("AWS::CloudWatch::Alarm"):
        if alarm.properties["Namespace"] == "AWS/Lambda":
            (dimension,) = alarm.properties["Dimensions"]
            name = local.target(alarm.stack, dimension["Value"]).properties["FunctionName"]
            watched.setdefault(name, set()).add(alarm.properties["MetricName"])

    everything = {name: {"Errors", "Throttles"} for name in local.functions}
    assert watched == everything | {AUTHORIZER: {"Throttles"}}


def test_a_401_of_the_authorizer_is_no_alarm_but_its_failure_is(local: Templates) -> None:
    failures = [
        each for each in local.all("AWS::CloudWatch::Alarm") if each.properties["Namespace"] == "AWS/ApiGateway"
    ]

    assert [alarm.properties["MetricName"] for alarm in failures] == ["5XXError"]


def test_every_alarm_tells_the_operators(local: Templates) -> None:
    topic = "arn:aws:sns:eu-west-3:123456789012:passerelle-local-alarms"

    assert {tuple(alarm.properties["AlarmActions"]) for alarm in local.all("AWS::CloudWatch::Alarm")} == {(topic,)}


def test_work_without_a_waiting_caller_has_an_end_for_what_fails(local: Templates) -> None:
    kept = {
        local.target(config.stack, config.properties["FunctionName"]).properties["FunctionName"]
        for config in local.all("AWS::Lambda::EventInvokeConfig")
        if config.properties["DestinationConfig"]["OnFailure"]["Destination"]
    }
    scheduled = {
        local.target(schedule.stack, schedule.properties["Target"]["Arn"]).properties["FunctionName"]
        for schedule in local.all("AWS::Scheduler::Schedule")
        if schedule.properties["Target"]["DeadLetterConfig"]
    }
    by_the_clock = {f"passerelle-local-{page.name}-{entry.name}" for page, entry in ENTRIES if entry.every}

    assert kept == scheduled == by_the_clock


def test_an_answer_is_given_before_the_gateway_gives_up(local: Templates) -> None:
    for page, entry in ENTRIES:
        if entry.name in {"api", "authorize"}:
            assert local.functions[f"passerelle-local-{page.name}-{entry.name}"].properties["Timeout"] < 29
