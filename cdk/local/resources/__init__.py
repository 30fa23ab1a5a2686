"""One module per service: which properties are understood, and how a resource comes to be. Importing registers all."""

from importlib import import_module
from pkgutil import iter_modules

from cdk.local.resources.registry import Resource, Site, create

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

__all__ = ["Resource", "Site", "create"]
