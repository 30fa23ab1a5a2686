"""What is replaced inside moto, and why. Each rests on internals, so the version is pinned and checked.

- A DynamoDB transaction copied every item of its tables, to put the copies back when it failed: its cost grew with the
  table, and a failure replaced the table under whoever was reading its stream. It is undone item by item instead.
- A DynamoDB query looked at every item of the table, and sorted them all; only those of its partition are left to it.
- SQS asks the time for each message that waits, dozens of times for one that is sent, and made dates of it.
- Receiving a message from SQS counted the whole queue to learn its retention, so draining a backlog was quadratic.
- An event on its way to a queue was rebuilt by substitution in a text: slowly, wrongly where its detail held the name
  of a placeholder, and without its account. It is handed over as it is, or as its rule's template says.
- Every value of a DynamoDB answer was looked up under each name it might go by. It has the form of the answer already.
- Every symmetric KMS key had an RSA key of its own, which nothing reads and which takes a while to find.
- Dispatching a request searched the list of moto's modules twice, and listed the methods of the responding class.
"""

from __future__ import annotations

import copy
import functools
import json
import re
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

PINNED_MOTO = "5.2.5"
Undo = Callable[[], None]
_PLAIN = {"S": str, "N": str, "BOOL": bool, "NULL": bool}


class MotoVersionError(RuntimeError):
    """The installed moto is not the one whose internals are known here."""


def patch() -> None:
    """Replaces what the module's paragraph says; a second call changes nothing."""
    import moto
    from moto.core import responses
    from moto.core.serialize import BaseJSONSerializer
    from moto.dynamodb import models
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table
    from moto.events.utils import EventTemplateParser
    from moto.kms import models as keys
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication
    from moto.sqs import models as queues
    from moto.sqs.models import SQSBackend

    if moto.__version__ != PINNED_MOTO:
        raise MotoVersionError(f"moto {PINNED_MOTO} is required, {moto.__version__} is installed")
    if isinstance(vars(models)["copy"], SimpleNamespace):
        return
    copying = SimpleNamespace(deepcopy=lambda value: value if isinstance(value, Table) else copy.deepcopy(value))
    find_backend = functools.cache(DomainDispatcherApplication.get_backend_for_host)
    list_methods = functools.cache(vars(responses)["method_names_from_class"])
    for owner, name, replacement in (
        (models, "copy", copying),
        (DynamoDBBackend, "transact_write_items", _undone_on_failure(DynamoDBBackend.transact_write_items)),
        (Table, "query", _of_its_partition(Table.query)),
        (EventTemplateParser, "parse", staticmethod(_as_delivered)),
        (queues, "unix_time_millis", _milliseconds),
        (SQSBackend, "is_message_valid_based_on_retention_period", _is_retained),
        (BaseJSONSerializer, "_serialize_type_structure", _as_it_is(BaseJSONSerializer._serialize_type_structure)),
        (keys, "generate_private_key", _of_asymmetric_keys(vars(keys)["generate_private_key"])),
        (DomainDispatcherApplication, "get_backend_for_host", find_backend),
        (responses, "method_names_from_class", list_methods),
    ):
        setattr(owner, name, replacement)


def issue_tokens_from(address: str) -> None:
    """Makes user pools sign tokens in the name of the address under which functions find their public keys."""
    from moto.cognitoidp.models import CognitoIdpUserPool

    original = getattr(CognitoIdpUserPool.create_jwt, "__wrapped__", CognitoIdpUserPool.create_jwt)

    @functools.wraps(original)
    def create_jwt(
        pool: Any, client_id: str, username: str, token_use: str, expires_in: int = 3600, extra_data: Any = None
    ) -> tuple[str, int]:
        claims = {**(extra_data or {}), "iss": f"{address}/{pool.id}"}
        signed: tuple[str, int] = original(pool, client_id, username, token_use, expires_in, claims)
        return signed

    setattr(CognitoIdpUserPool, "create_jwt", create_jwt)  # noqa: B010 -- a plain assignment would need its type


def _undone_on_failure(transact: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        undo = [_undo(backend, parameters) for item in transact_items for parameters in item.values()]
        try:
            transact(backend, transact_items)
        except Exception:
            for step in undo:
                step()
            raise

    return transact_write_items


def _of_its_partition(query: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(query)
    def of_its_partition(
        table: Any,
        hash_key: Any,
        comparison: Any,
        compared: Any,
        limit: Any,
        start: Any,
        forward: Any,
        projection: Any,
        index_name: str | None = None,
        *details: Any,
        **named: Any,
    ) -> Any:
        view = object.__new__(type(table))  # and not a copy of the table: moto keeps every instance that it makes
        vars(view).update(vars(table))
        if index_name is None:
            view.items = {hash_key: table.items[hash_key]} if hash_key in table.items else {}
        elif conditions := named.get("hash_key_conditions"):
            view.items = _in_partition(table, *conditions[0])
        return query(
            view, hash_key, comparison, compared, limit, start, forward, projection, index_name, *details, **named
        )

    return of_its_partition


def _in_partition(table: Any, name: str, wanted: Any) -> dict[Any, Any]:
    """The items of a table that stand in one partition of an index, by its first key, in the form in which the table
    holds them. All are looked at, so it is done in as few steps as can be."""
    kind, value = wanted.type, wanted.value
    found: dict[Any, Any] = {}
    for key, items in list(table.items.items()):
        rows = list(items.items()) if table.range_key_attr else [(None, items)]
        for range_key, item in rows:
            held = item.attrs.get(name)
            if held is None or held.type != kind or (kind == "S" and held.value != value):
                continue
            if table.range_key_attr:
                found.setdefault(key, {})[range_key] = item
            else:
                found[key] = item
    return found


def _undo(backend: Any, parameters: dict[str, Any]) -> Undo:
    """What puts an item, and the stream of its table, back to how they are now."""
    table = backend.tables.get(str(parameters.get("TableName")).rpartition("/")[2])
    key = parameters.get("Key") or parameters.get("Item") or {}
    if table is None or not set(table.table_key_attrs) <= key.keys():
        return lambda: None
    hash_key, range_key = backend.get_keys_value(table, key)
    before = copy.deepcopy(table.get_item(hash_key, range_key))
    streamed = len(table.stream_shard.items) if table.stream_shard else 0

    def undo() -> None:
        items, name = (table.items[hash_key], range_key) if range_key else (table.items, hash_key)
        if before is None:
            items.pop(name, None)
        else:
            items[name] = before
        if table.stream_shard:
            del table.stream_shard.items[streamed:]

    return undo


def _as_delivered(input_template: str | None, input_paths_map: dict[str, str], event: dict[str, Any]) -> Any:
    """The event as EventBridge delivers it: whole, or what a template makes of it.

    A value named in the template stands there as JSON, a text with its quotes unless they are around it already; one
    that the event lacks becomes an empty text.
    """
    if input_template is None:
        return {key: value for key, value in event.items() if key != "ingestion-time"}
    values = {name: json.dumps(_at(path, event)) for name, path in input_paths_map.items()}
    placeholder = re.compile(r'"<([\w-]+)>"|<([\w-]+)>')
    return json.loads(placeholder.sub(lambda found: values[found[1] or found[2]], input_template))


def _at(path: str, event: Any) -> Any:
    """The value at a path of fields and positions (`$.detail.mail.tags.posting[0]`), "" when there is none."""
    steps = re.findall(r"\.([\w:-]+)|\[(\d+)\]", path)
    if path != "$" + "".join(f".{field}" if field else f"[{position}]" for field, position in steps):
        raise NotImplementedError(path)
    for field, position in steps:
        try:
            event = event[field] if field else event[int(position)]
        except (KeyError, IndexError, TypeError):
            return ""
    return event


def _milliseconds() -> float:
    return time.time() * 1000


def _is_retained(backend: Any, queue_name: str, message: Any) -> bool:
    retention = int(backend.get_queue(queue_name).message_retention_period)
    return retention + (message.sent_timestamp or 0) / 1000 > time.time()


def _of_asymmetric_keys(generate: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda key_spec: None if key_spec == "SYMMETRIC_DEFAULT" else generate(key_spec)


def _as_it_is(serialize: Callable[..., None]) -> Callable[..., None]:
    """Serializes DynamoDB's values without looking for their names; whatever is not plain goes the long way."""

    def serialize_type_structure(serializer: Any, serialized: dict[str, Any], value: Any, shape: Any, key: str) -> None:
        plain = _plain(value) if shape.name == "AttributeValue" else None
        if plain is None:
            serialize(serializer, serialized, value, shape, key)
        else:
            serialized[key] = plain

    return serialize_type_structure


def _plain(value: Any) -> dict[str, Any] | None:
    """A value in DynamoDB's JSON, or None for one that must be encoded."""
    held = getattr(value, "to_json", lambda: value)()
    if not isinstance(held, dict) or len(held) != 1:
        return None
    ((kind, inside),) = held.items()
    if kind == "M":
        members = {name: _plain(one) for name, one in inside.items()}
        return None if None in members.values() else {kind: members}
    if kind == "L":
        elements = [_plain(one) for one in inside]
        return None if None in elements else {kind: elements}
    return {kind: inside} if isinstance(inside, _PLAIN.get(kind, ())) else None
