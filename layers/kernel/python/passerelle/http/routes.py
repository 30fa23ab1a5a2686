"""The words in which a slice declares what it is asked, and what it answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from passerelle import sheets
from passerelle.access import Actor, Rule
from passerelle.problems import Malformed, Problem, Stale
from passerelle.sheets import Sheet
from passerelle.store import Transaction

B = TypeVar("B", bound=BaseModel)

_LIMIT = re.compile(r"[0-9]{1,4}")


class Body(BaseModel):
    """Base of every request body: unknown fields and wrong types are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, frozen=True)


class NoBody(Body):
    """The body of a route that takes none: absent, or `{}`."""


@dataclass(frozen=True)
class Answer:
    """What a handler answers. `version` becomes the ETag; `page` is a ready page or script instead of JSON.

    `problem` is an answer too: unlike one that is raised, it lets the transaction be written. `remembered` is the body
    for a repeated request where the first answer showed a secret that is kept nowhere.
    """

    body: BaseModel | None = None
    status: HTTPStatus = HTTPStatus.OK
    version: int | None = None
    location: str | None = None
    page: "Page | None" = None
    problem: Problem | None = None
    remembered: BaseModel | None = None


@dataclass(frozen=True)
class Page:
    """A document for a browser: its text, media type and content-security policy."""

    text: str
    media_type: str
    policy: str = "default-src 'none'"


@dataclass(frozen=True)
class Request(Generic[B]):
    """One request as a handler sees it: the caller, the ids in the path, the checked body, the open transaction.

    Of a signed route: `raw` is the body as it came and `headers` are the request's, for the handler to check the
    signature on; nothing was parsed. Of a route that takes a CSV file, `raw` is the file. `as_csv`: the answer shall be
    one.
    """

    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: B
    transaction: Transaction
    expected_version: int | None = None
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    as_csv: bool = False

    def require_version(self, present: int) -> None:
        """Raise `Stale` when the caller named a version (If-Match) and it is not the one that is there."""
        if self.expected_version not in (None, present):
            raise Stale(
                "Another change came first.", remedy="Read it again, look at what changed, and repeat your change."
            )

    def limit(self, most: int = 100) -> int:
        """The page size asked for, from 1 to `most`; unless asked, 50, or as much as a CSV file holds."""
        asked = self.query.get("limit")
        if asked is None:
            return sheets.MOST_ROWS if self.as_csv else 50
        if not _LIMIT.fullmatch(asked) or not 1 <= int(asked) <= most:
            raise Malformed(f"limit is a whole number from 1 to {most}.", remedy="Correct or leave out `limit`.")
        return int(asked)


@dataclass(frozen=True)
class Route:
    """One declared route: what tests and documents read.

    A `signed` route takes messages of the Standard Webhooks scheme: the handler proves the sender on the raw bytes and
    recognises a repeated message by its `webhook-id`, so it takes no `Idempotency-Key`. Its `body` documents what the
    bytes hold. `sheet` is the CSV form of a list: a route that reads gives its `items` in it to whoever accepts
    `text/csv`, any other takes a file of it for its body.
    """

    method: str
    path: str
    allow: Rule
    body: type[Body]
    answer: type[BaseModel] | None
    status: HTTPStatus
    summary: str
    query: tuple[str, ...] = ()
    needs_version: bool = False
    media_type: str = "application/json"
    signed: bool = False
    sheet: Sheet[Any] | None = None

    @property
    def takes_csv(self) -> bool:
        """Whether the body is a CSV file."""
        return self.sheet is not None and self.method != "GET"
