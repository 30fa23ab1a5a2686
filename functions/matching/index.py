"""The one adapter to the search engine: masked profiles go in, everyone whom a demand could reach comes out.

The index is a projection that may be thrown away and filled again. It holds the codes and months of a masked card, the
box that a profile reaches from the middle of its masked area, the tenant to leave a company's own people out, and
neither marks nor deny-lists, which would say more of a company than a card does. It is never the last word: who may be
shown is decided on DynamoDB's rows. Queries use terms, integer ranges and constant scores alone, so that every engine
answers them alike.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, Final

import boto3
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection
from opensearchpy.exceptions import ConflictError, NotFoundError, OpenSearchException, RequestError

from functions.matching.model.formula import FULL, WEIGHTS, Candidate, Centre, Knowledge, Scale
from functions.matching.model.ranking import SearchDown, Superseded
from passerelle.nomenclature import EARTH_RADIUS_KM
from passerelle.observability import logger

MOST_RECALLED: Final = 10_000
"""The most profiles one search looks at: those whose codes fit best, should more pass the hard facts."""

_FIRST_PAGE = 200
_PAGE = 1_000
_TWENTIETH = FULL // 20
_THOUSANDTHS = 1_000
_OF_A_THOUSANDTH = 10
_MILLIONTHS = 10_000
_SLACK = 10
_BULK = 500
_NEXT = "-next"
_WRITTEN_OR_NEWER = frozenset({200, 201, 409})
_SLACK_KM = 1
_KM_PER_DEGREE = EARTH_RADIUS_KM * math.pi / 180

_SETTINGS: Final = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "gc_deletes": "1h",
}
_MAPPING: Final = {
    "dynamic": "strict",
    "properties": {
        "profile_id": {"type": "keyword"},
        "tenant": {"type": "keyword"},
        "sequence": {"type": "integer"},
        "occupation": {"type": "keyword"},
        "skills": {"type": "keyword"},
        "experience": {"type": "integer"},
        "area_level": {"type": "keyword"},
        "area_code": {"type": "keyword"},
        "radius_km": {"type": "integer"},
        "south": {"type": "integer"},
        "north": {"type": "integer"},
        "west": {"type": "integer"},
        "east": {"type": "integer"},
        "first_month": {"type": "integer"},
        "last_month": {"type": "integer"},
        "working_time": {"type": "keyword"},
        "shifts": {"type": "keyword"},
    },
}
_of_candidate = itemgetter(*Candidate._fields)


def connect(endpoint: str, credentials: Any = None, region: str | None = None) -> OpenSearch:
    """A client of the engine at this address; every request is signed (SigV4, service `es`).

    Credentials and region are the function's own unless given.
    """
    session = boto3.Session()
    signer = Urllib3AWSV4SignerAuth(credentials or session.get_credentials(), region or session.region_name or "", "es")
    return OpenSearch(
        endpoint,
        http_auth=signer,
        connection_class=Urllib3HttpConnection,
        timeout=8,
        max_retries=2,
        retry_on_timeout=False,
        pool_maxsize=4,
    )


class ProfileIndex:
    """The masked profiles behind the alias."""

    def __init__(self, client: OpenSearch, alias: str, knowledge: Knowledge) -> None:
        self._client = client
        self._alias = alias
        self._next = f"{alias}{_NEXT}"
        self._knowledge = knowledge
        self._ready = False

    def put(self, candidate: Candidate) -> None:
        """Index a profile and wait until searches see it; nothing happens when a newer version is there.

        While the index is rebuilt, both are written, the next one first: should it take over in between, the write
        through the alias arrives there too (`rebuilding.py`).
        """
        version = {"version": candidate.sequence, "version_type": "external"}
        body = document(candidate, self._knowledge)
        with self._asking():
            for alias in (self._next, self._alias):
                try:
                    self._client.index(
                        index=alias,
                        id=candidate.profile_id,
                        body=body,
                        params={**version, "refresh": "wait_for", "require_alias": "true"},
                    )
                except ConflictError:
                    logger.info("a newer version is indexed", profile_id=candidate.profile_id)
                except NotFoundError:
                    if alias == self._alias:
                        raise

    def remove(self, profile_id: str, sequence: int) -> None:
        """Take a profile out, of the next index too; nothing happens when it is not there or a newer version is.

        The next index is asked for by its own name: a deletion under a version makes the index that it does not find.
        """
        version = {"version": sequence, "version_type": "external"}
        with self._asking():
            for index in (*self._behind(self._next), self._alias):
                try:
                    self._client.delete(index=index, id=profile_id, params=version)
                except (ConflictError, NotFoundError):
                    logger.info("nothing to take out", profile_id=profile_id)

    def tenant_of(self, profile_id: str) -> str | None:
        """Whose profile this is, or None when there is none."""
        with self._asking():
            try:
                found = self._client.get(index=self._alias, id=profile_id, params={"_source_includes": "tenant"})
            except NotFoundError:
                return None
        return str(found["_source"]["tenant"])

    def recall(self, scale: Scale, host: str) -> list[Candidate]:
        """Everyone whom dates and distance allow for a demand of this host, and a few more at the edge of the map."""
        return [candidate for _, candidate in self.best_first(scale, host)]

    def best_first(self, scale: Scale, host: str) -> Iterator[tuple[int, Candidate]]:
        """The same one by one, each with a score (millionths) that neither he nor anybody after him exceeds; so whoever
        wants the first few stops early. The engine is asked for more as they are taken."""
        body, seen = query(scale, host), 0
        base = query_base(scale)
        while seen < MOST_RECALLED:
            with self._asking():
                hits = self._client.search(index=self._alias, body=body)["hits"]["hits"]
            for hit in hits:
                yield round(hit["_score"] * _OF_A_THOUSANDTH + base * _MILLIONTHS) + _SLACK, _candidate(hit["_source"])
            seen += len(hits)
            if len(hits) < body["size"]:
                return
            body = body | {"size": _PAGE, "search_after": hits[-1]["sort"]}
        logger.warning("more profiles than one search looks at", most=MOST_RECALLED)

    def begin_next(self, suffix: str) -> str:
        """Make an empty index that every write reaches too; what an unfinished rebuild left is deleted."""
        with self._asking():
            for left in self._behind(self._next):
                self._client.indices.delete(index=left)
            name = f"{self._alias}-{suffix}"
            self._client.indices.create(index=name, body=_definition(self._next))
        return name

    def fill(self, index: str, candidates: Sequence[Candidate]) -> None:
        """Index many profiles in this index of a rebuild; where a newer version is there already, it stays. Raises
        `Superseded`."""
        lines: list[dict[str, Any]] = []
        for one in candidates:
            version = {"version": one.sequence, "version_type": "external"}
            lines += [{"index": {"_id": one.profile_id, **version}}, document(one, self._knowledge)]
        with self._asking():
            self._require_next(index)
            for start in range(0, len(lines), 2 * _BULK):
                answer = self._client.bulk(body=lines[start : start + 2 * _BULK], index=index)
                statuses = {item["index"]["status"] for item in answer["items"]}
                if statuses - _WRITTEN_OR_NEWER:
                    raise SearchDown(f"answered {sorted(statuses)}")

    def swap(self, index: str) -> tuple[str, ...]:
        """Let searches read this index instead, in one act; returns those that they read before. A second time
        changes nothing. Raises `Superseded`: what the engine made of itself for a page that came too late is no
        index that people may be looked for in."""
        with self._asking():
            replaced = self._behind(self._alias)
            if replaced == (index,):
                return ()
            self._require_next(index)
            self._client.indices.refresh(index=index)
            actions: list[dict[str, Any]] = [{"remove": {"index": one, "alias": self._alias}} for one in replaced]
            actions.append({"add": {"index": index, "alias": self._alias}})
            actions.append({"remove": {"index": index, "alias": self._next}})
            self._client.indices.update_aliases(body={"actions": actions})
        return replaced

    def drop_all_but(self, index: str) -> tuple[str, ...]:
        """Delete every other index of this alias's name that no alias leads to; returns their names."""
        with self._asking():
            known = self._client.indices.get(index=f"{self._alias}-*")
            kept = {index, *self._behind(self._alias), *self._behind(self._next)}
            dropped = tuple(sorted(name for name in known if name not in kept and _is_ours(self._alias, name)))
            for name in dropped:
                self._client.indices.delete(index=name)
        return dropped

    def _require_next(self, index: str) -> None:
        if index not in self._behind(self._next):
            raise Superseded(index)

    def _behind(self, alias: str) -> tuple[str, ...]:
        try:
            return tuple(sorted(self._client.indices.get_alias(name=alias)))
        except NotFoundError:
            return ()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Speak to the engine with the index made; whatever it refuses is `SearchDown`."""
        try:
            self._prepare()
            yield
        except OpenSearchException as error:
            self._ready = False
            raise SearchDown from error

    def _prepare(self) -> None:
        if self._ready:
            return
        if not self._client.indices.exists_alias(name=self._alias):
            try:
                self._client.indices.create(index=f"{self._alias}-v1", body=_definition(self._alias))
            except RequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
        self._ready = True


def _definition(alias: str) -> dict[str, Any]:
    return {"settings": {"index": _SETTINGS}, "mappings": _MAPPING, "aliases": {alias: {}}}


def _is_ours(alias: str, index: str) -> bool:
    """Whether an index was made for this alias: `-v1`, or the time that its rebuild began."""
    return re.fullmatch(r"v1|\d{8}t\d{12}", index.removeprefix(f"{alias}-")) is not None


def document(candidate: Candidate, knowledge: Knowledge) -> dict[str, Any]:
    """What is indexed of a profile: its card's codes, and the box that it reaches."""
    centre = knowledge.centre(candidate.area_level, candidate.area_code)
    return candidate._asdict() | box(centre, candidate.radius_km + centre.reach_km + _SLACK_KM)


def box(centre: Centre, reach_km: float) -> dict[str, int]:
    """The hundredths of a degree between which every place within reach lies. Two circles that meet have boxes that
    overlap: no pair in reach is lost, and the model measures those whose boxes only touch at a corner."""
    height = reach_km / _KM_PER_DEGREE
    widest = min(1.0, math.sin(math.radians(height)) / max(1e-9, math.cos(math.radians(centre.latitude))))
    width = math.degrees(math.asin(widest))
    return {
        "south": math.floor(100 * (centre.latitude - height)),
        "north": math.ceil(100 * (centre.latitude + height)),
        "west": math.floor(100 * (centre.longitude - width)),
        "east": math.ceil(100 * (centre.longitude + width)),
    }


def query(scale: Scale, host: str) -> dict[str, Any]:
    """The search of one demand: hard facts as filters, and constant scores that add up, with `query_base`, to no less
    than the score of the formula, in points of a hundred. So the order of the engine tells when to stop looking."""
    card, here = scale.card, box(scale.centre, scale.centre.reach_km)
    whole = [
        {"range": {"first_month": {"lte": scale.first_month}}},
        {"range": {"last_month": {"gte": scale.last_month}}},
    ]
    wished = [
        *(_counts("term", "skills", code, most) for code, most in sorted(scale.most_by_skill().items())),
        *_by_points("occupation", _occupation_points(scale)),
        *_by_points("experience", scale.points_by_experience()),
        _counts("term", "working_time", card.working_time.value, WEIGHTS["hours"] / 2),
        _counts("term", "shifts", card.shift.value, WEIGHTS["hours"] / 2),
        {
            "constant_score": {
                "filter": {"bool": {"filter": whole}},
                "boost": _exact(WEIGHTS["period"] / _months(scale)),
            }
        },
    ]
    return {
        "size": _FIRST_PAGE,
        "track_total_hits": False,
        "query": {
            "bool": {
                "filter": [
                    {"range": {"first_month": {"lte": scale.last_month}}},
                    {"range": {"last_month": {"gte": scale.first_month}}},
                    {"range": {"south": {"lte": here["north"]}}},
                    {"range": {"north": {"gte": here["south"]}}},
                    {"range": {"west": {"lte": here["east"]}}},
                    {"range": {"east": {"gte": here["west"]}}},
                ],
                "must_not": [{"term": {"tenant": host}}],
                "should": wished,
                "minimum_should_match": 0,
            }
        },
        "sort": [{"_score": "desc"}, {"profile_id": "asc"}],
    }


def query_base(scale: Scale) -> float:
    """What everybody found may have besides: the distance, all months but one, and what is asked of nobody."""
    months = _months(scale)
    unasked = WEIGHTS["must_skills"] * (not scale.card.must_skills) + WEIGHTS["wished_skills"] * (
        not scale.card.wished_skills
    )
    return WEIGHTS["distance"] + WEIGHTS["period"] * (months - 1) / months + unasked


def _months(scale: Scale) -> int:
    return scale.last_month - scale.first_month + 1


def _occupation_points(scale: Scale) -> dict[str, float]:
    """The points of each occupation, rounded up to a twentieth of the weight, so that few clauses are enough."""
    near = scale.knowledge.near(scale.card.occupation)
    return {code: WEIGHTS["occupation"] * -(-fit // _TWENTIETH) / 20 for code, fit in near.items()}


def _by_points(field: str, points: Mapping[Any, float]) -> list[dict[str, Any]]:
    groups: dict[float, list[Any]] = {}
    for value, most in points.items():
        if most > 0:
            groups.setdefault(most, []).append(value)
    return [_counts("terms", field, values, most) for most, values in sorted(groups.items())]


def _counts(kind: str, field: str, value: Any, boost: float) -> dict[str, Any]:
    return {"constant_score": {"filter": {kind: {field: value}}, "boost": _exact(boost)}}


def _exact(points: float) -> int:
    """Points of a hundred in thousandths, rounded up: whole numbers, whose sums every engine holds and writes exactly,
    so that it goes on after a page exactly where it ended."""
    return math.ceil(points * _THOUSANDTHS)


def _candidate(source: Mapping[str, Any]) -> Candidate:
    return Candidate._make(_of_candidate(source))
