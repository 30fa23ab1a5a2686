"""What a page of `cdk/slices/` says: one slice's table, entries, routes, subscriptions and permissions, as plain data.

It promises to be readable without starting the CDK, and refuses a wildcard without its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from passerelle.contracts import Event

Layer = Literal["search", "pdf", "crypto", "numbers", "solver", "likeness"]


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Actions allowed on resources, both in full. `wildcard` says why when a `*` cannot be avoided."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, str | list[str]]] = field(default_factory=dict)
    wildcard: str | None = None

    def __post_init__(self) -> None:
        if self.stars and not self.wildcard:
            raise ValueError(f"{self.stars}: a wildcard needs its reason")

    @property
    def stars(self) -> tuple[str, ...]:
        """The findings of an IAM audit about this permission: `Action::…` and `Resource::…` that hold a `*`."""
        return tuple(
            f"{kind}::{word}"
            for kind, words in (("Action", self.actions), ("Resource", self.resources))
            for word in words
            if "*" in word
        )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One Lambda function: `functions.<slice>.handler.<name>`.

    `every` is an EventBridge Scheduler expression, for an entry that runs by the clock; `works_off` names a
    queue of the slice's own that an entry works off, one message at a time for each message group. An entry that
    `hears_returns` is told of mails that came back. Kernel, legality and
    common packages are always there; `layers` names what comes on top. `answers_by_error` is the authorizer's: its 401
    is an error of the function, so that only the gateway's own failures raise an alarm.
    """

    name: str
    permissions: tuple[Permission, ...] = ()
    layers: tuple[Layer, ...] = ()
    every: str | None = None
    works_off: str | None = None
    hears_returns: bool = False
    answers_by_error: bool = False
    timeout_seconds: int = 10
    memory_mb: int = 512


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One capability. An entry `api` answers `/<name>` and all below it; an entry `events` reads the slice's queue.

    `public_paths` are answered without the authorizer, with all below them; `large_bodies` are spared the firewall's
    8 KB limit. `files` of the repository are packed beside the code, under the same path. `relays` are the slices whose
    tables' streams the entry `relay` reads. A slice that is `silent` tells no facts, and nobody but itself has any
    right to its table, the outbox included. All entries of a slice that `reads_codes` may ask which nomenclature is in
    force. `writers` bounds how many functions read its queue at once, where all of them write one row. `must_be_zero`
    names metrics of the slice's own (namespace `Passerelle`, dimension `stage`) that raise an alarm.
    """

    name: str
    environment: Mapping[str, str]
    entries: tuple[Entry, ...]
    has_table: bool = True
    silent: bool = False
    reads_codes: bool = False
    writers: int | None = None
    files: tuple[str, ...] = ()
    subscriptions: tuple[type[Event], ...] = ()
    public_paths: tuple[str, ...] = ()
    large_bodies: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    must_be_zero: tuple[str, ...] = ()

    @property
    def answers_http(self) -> bool:
        """Whether the gateway sends requests to this slice."""
        return any(entry.name == "api" for entry in self.entries)
