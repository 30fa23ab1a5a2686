"""The search engine in memory: the calls of `functions.matching.index`, for the query that it writes."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from opensearchpy.exceptions import ConflictError, NotFoundError

Documents = dict[str, tuple[int, Mapping[str, Any] | None]]
"""Version and document by id; of what was taken out the version alone is left."""

ALIAS = "profiles"
"""The one alias there is: nothing is ever rebuilt here."""


class Engine:
    """An OpenSearch client. `documents()` is what is indexed now."""

    def __init__(self, documents: Callable[[], Documents]) -> None:
        self._documents = documents
        self.indices = SimpleNamespace(exists_alias=lambda name: name == ALIAS, get_alias=_behind)

    def index(self, *, index: str, id: str, body: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        _behind(index)
        self._write(id, params["version"], body)

    def delete(self, *, index: str, id: str, params: Mapping[str, Any]) -> None:
        _behind(index)
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
                and all(_matches(one, clause) for clause in asked["filter"])
                and not any(_matches(one, clause) for clause in asked["must_not"])
            ):
                wishes = (wish["constant_score"] for wish in asked["should"])
                score = sum(wish["boost"] for wish in wishes if _matches(one, wish["filter"]))
                hits.append({"_source": one, "_score": score, "sort": [score, one["profile_id"]]})
        hits.sort(key=lambda hit: (-hit["_score"], hit["_source"]["profile_id"]))
        assert len(hits) < body["size"], "a second page is not asked for here"
        return {"hits": {"hits": hits}}

    def _write(self, id: str, version: int, body: Mapping[str, Any] | None) -> None:
        if version <= self._documents().get(id, (0, None))[0]:
            raise ConflictError(409, "version_conflict_engine_exception", {})
        self._documents()[id] = (version, body)


def _behind(name: str) -> dict[str, Any]:
    if name != ALIAS:
        raise NotFoundError(404, "index_not_found_exception", {})
    return {f"{ALIAS}-v1": {}}


def _matches(one: Mapping[str, Any], clause: Mapping[str, Any]) -> bool:
    ((kind, what),) = clause.items()
    if kind == "bool":
        assert what.keys() == {"filter"}
        return all(_matches(one, each) for each in what["filter"])
    ((field, asked),) = what.items()
    held = one[field]
    if kind == "range":
        ((sign, limit),) = asked.items()
        return bool(held <= limit if sign == "lte" else held >= limit)
    there = set(held) if isinstance(held, (list, tuple)) else {held}
    assert kind in ("term", "terms")
    return not there.isdisjoint(asked if kind == "terms" else [asked])
