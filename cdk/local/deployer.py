"""Creates every resource of an assembly, stack after stack, each resource after those it refers to.

It refuses what it does not know: a type, a property, an intrinsic function, a section of a template. A template that it
accepts is wholly in effect, but for the properties declared inert with their reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cdk.local.assembly import Assembly, Stack
from cdk.local.deployment import Deployment
from cdk.local.intrinsics import Resolver, references
from cdk.local.properties import NotSupported
from cdk.local.resources import Resource, Site, create

SECTIONS = {"Resources", "Outputs", "Conditions", "Parameters", "Description", "Metadata", "AWSTemplateFormatVersion"}
ATTRIBUTES = {"Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}


def deploy(assembly: Assembly, client: Callable[[str], Any], localise: Callable[[str], str]) -> Deployment:
    """What the assembly becomes. `client` gives boto3 clients by service, `localise` rewrites functions' variables."""
    account, region = assembly.environment
    deployment = Deployment(account, region)
    site = Site(client, deployment, assembly.asset, localise)
    for stack in assembly.stacks():
        _deploy_stack(stack, site)
    if refused := deployment.refused():
        raise NotSupported("AWS would refuse: " + "; ".join(refused))
    return deployment


def _deploy_stack(stack: Stack, site: Site) -> None:
    template = stack.template
    if unknown := template.keys() - SECTIONS:
        raise NotSupported(f"{stack.name}: sections {sorted(unknown)} are not known to the local cloud")
    if template.get("Parameters"):
        raise NotSupported(f"{stack.name}: parameters {sorted(template['Parameters'])}; values come from the settings")
    resolver = Resolver(_pseudo_parameters(stack, site.deployment), lambda name: _parameter(site, name))
    resolver.conditions = template.get("Conditions", {})
    resources: dict[str, Any] = template.get("Resources", {})
    for logical_id in in_dependency_order(resources):
        declared = resources[logical_id]
        if unknown := declared.keys() - ATTRIBUTES:
            raise NotSupported(f"{stack.name}/{logical_id}: {sorted(unknown)} are not known to the local cloud")
        if "Condition" in declared and not resolver.condition(declared["Condition"]):
            continue
        properties = resolver.resolve(declared.get("Properties", {}))
        made = create(Resource(stack.name, logical_id, declared["Type"], properties), site)
        resolver.created[logical_id] = made


def in_dependency_order(resources: dict[str, Any]) -> list[str]:
    """The logical ids, each after those it refers to or depends on, otherwise as the template lists them."""
    waiting = {
        logical_id: {name for name in _needs(declared) if name in resources and name != logical_id}
        for logical_id, declared in resources.items()
    }
    ordered: list[str] = []
    placed: set[str] = set()
    while waiting:
        ready = [logical_id for logical_id, needs in waiting.items() if needs <= placed]
        if not ready:
            raise NotSupported(f"resources depend on each other: {sorted(waiting)}")
        ordered += ready
        placed |= set(ready)
        for logical_id in ready:
            del waiting[logical_id]
    return ordered


def _needs(declared: dict[str, Any]) -> Iterable[str]:
    explicit = declared.get("DependsOn", [])
    yield from [explicit] if isinstance(explicit, str) else explicit
    yield from references(declared.get("Properties", {}))


def _pseudo_parameters(stack: Stack, deployment: Deployment) -> dict[str, str]:
    return {
        "AWS::AccountId": deployment.account,
        "AWS::Region": deployment.region,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": stack.name,
        "AWS::StackId": deployment.arn("cloudformation", f"stack/{stack.name}/local"),
    }


def _parameter(site: Site, name: str) -> str:
    return str(site.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
