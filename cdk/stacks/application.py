"""The whole application of one stage: which stacks there are, and in which order they are deployed."""

from __future__ import annotations

from aws_cdk import App, DefaultStackSynthesizer, Environment, Stack, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from cdk.settings import StageSettings
from cdk.slices import pages
from cdk.stacks.data import data
from cdk.stacks.edge import edge
from cdk.stacks.foundation import foundation
from cdk.stacks.slice import slice_stack

FEATURES = {
    "@aws-cdk/aws-apigateway:disableCloudWatchRole": True,
    "@aws-cdk/aws-iam:minimizePolicies": False,
    "@aws-cdk/aws-lambda:recognizeLayerVersion": True,
    "@aws-cdk/core:checkSecretUsage": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
    "@aws-cdk/core:target-partitions": ["aws"],
}


def application(app: App, stage: StageSettings) -> None:
    """Makes every stack of a stage inside `app`, and has them audited at synthesis."""
    described = pages(stage)
    first = _stack(app, stage, "foundation", "What the slices stand on", lasting=True)
    foundation(first, stage)
    tables = _stack(app, stage, "data", "The tables", lasting=True)
    data(tables, stage, described)
    last = _stack(app, stage, "edge", "The API and its firewall")
    edge(last, stage, described)
    for page in described:
        stack = _stack(app, stage, page.name, f"The slice {page.name}")
        slice_stack(stack, stage, page)
        stack.add_stack_dependency(first)
        stack.add_stack_dependency(tables)
        last.add_stack_dependency(stack)
    Tags.of(app).add("application", "passerelle")
    Tags.of(app).add("stage", stage.name)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def _stack(app: App, stage: StageSettings, name: str, description: str, *, lasting: bool = False) -> Stack:
    return Stack(
        app,
        f"{stage.prefix}-{name}",
        description=f"Passerelle {stage.name}: {description}",
        env=Environment(account=stage.account, region=stage.region),
        synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        termination_protection=lasting and stage.protects_data,
    )
