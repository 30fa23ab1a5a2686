"""The search engine in memory: the calls of `functions.matching.index`, for the query that it writes."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from opensearchpy.exceptions import ConflictError, NotFoundError

Documents = dict[str, tuple[int, Mapping[str, Any] | None]]
"""Version and document by id; of what was taken out the version alone is left."""


class Engine:
    """An OpenSearch client. `documents()` is what is indexed now."""

    def __init__(self, documents: Callable[[], Documents]) -> None:
        self._documents = documents
        self.indices = SimpleNamespace(exists_alias=lambda name: True)

    def index(self, *, index: str, id: str, body: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        self._write(id, params["version"], body)

    def delete(self, *, index: str, id: str, params: Mapping[str, Any]) -> None:
        there = self._documents().get(id, (0, None))[1]
        self._write(id, params["version"], None)
        if there is None:
            raise NotFoundError(404, "not_found", {})

    def get(self, *, index: str, id: str, params: Mapping[str, Any]) -> dict[str, Any]:
        found = self._documents().get(id, (0, None))[1]
        if found is None:
            raise NotFoundError(404, "not_found", {})
        return {"_source": found}

    def search(self, *, index: str, body: Mapping[str, Any]) -> dict[str, Any]:
        asked = body["query"]["bool"]
        assert asked.keys() == {"filter", "must_not", "should", "minimum_should_match"}
        assert body["sort"] == [{"_score": "desc"}, {"profile_id": "asc"}]
        hits = []
        for _, one in self._documents().values():
            if (
                one is not None
                and all(map(_matches(one), asked["filter"]))
                and not any(map(_matches(one), asked["must_not"]))
            ):
                score = sum(wish["constant_score"]["boost"] for wish in asked["should"] if _wished(one, wish))
                hits.append({"_source": one, "sort": [score, one["profile_id"]]})
        hits.sort(key=lambda hit: (-hit["sort"][0], hit["sort"][1]))
        assert len(hits) < body["size"]
        return {"hits": {"hits": hits}}

    def _write(self, id: str, version: int, body: Mapping[str, Any] | None) -> None:
        if version <= self._documents().get(id, (0, None))[0]:
            raise ConflictError(409, "version_conflict_engine_exception", {})
        self._documents()[id] = (version, body)


def _matches(one: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    def matches(clause: Mapping[str, Any]) -> bool:
        ((kind, what),) = clause.items()
        ((field, asked),) = what.items()
        held = one[field]
        if kind == "range":
            ((sign, limit),) = asked.items()
            return bool(held <= limit if sign == "lte" else held >= limit)
        assert kind == "term"
        return asked in held if isinstance(held, (list, tuple)) else bool(held == asked)

    return matches


def _wished(one: Mapping[str, Any], wish: Mapping[str, Any]) -> bool:
    return _matches(one)(wish["constant_score"]["filter"])
