"""What can go wrong for a caller, as RFC 9457 problems: one class, one stable `type` each, and what to do about it.

Slices raise these from `logic` and `model`; the HTTP edge turns them into answers, the consuming edge into dead letters
with a reason. The texts are for people and never quote what the caller sent.

    Problem
    ├── Malformed 400   ├── Unauthenticated 401   ├── Forbidden 403      ├── NotFound 404
    ├── Refused 409     ├── Stale 412             ├── TooLarge 413       ├── Unsupported 415
    └── Invalid 422     ├── PreconditionMissing 428 ├── Exhausted 429    └── Unavailable 503
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldError:
    """One field at fault: where it is in the body (JSON pointer), what is wrong, what to do."""

    pointer: str
    detail: str
    remedy: str


class Problem(Exception):
    """Base of every problem; `code` is the last part of its type, stable for ever."""

    status: ClassVar[int] = 500
    code: str = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self, detail: str = "", *, remedy: str = "", code: str | None = None, fields: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.fields = tuple(fields)
        if code is not None:
            self.code = code

    def document(self, instance: str) -> dict[str, Any]:
        """The `application/problem+json` document; `instance` is the correlation id of the request."""
        body: dict[str, Any] = {
            "type": f"urn:passerelle:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:passerelle:request:{instance}",
        }
        if self.remedy:
            body["remedy"] = self.remedy
        if self.fields:
            body["errors"] = [asdict(field) for field in self.fields]
        return body


class Malformed(Problem):
    """The request cannot be read: broken JSON, missing header, bad cursor."""

    status, code, title = 400, "malformed", "The request cannot be read"


class Unauthenticated(Problem):
    """Nobody is signed in."""

    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(Problem):
    """This caller may not do this, on anything."""

    status, code, title = 403, "forbidden", "This is not yours to do"


class NotFound(Problem):
    """There is no such thing, or it is somebody else's: the answer is the same."""

    status, code, title = 404, "not-found", "There is no such thing here"


class NotAllowed(Problem):
    """The path exists, the method does not."""

    status, code, title = 405, "method-not-allowed", "This path does not take this method"

    def __init__(self, methods: Iterable[str]) -> None:
        self.methods = tuple(sorted(methods))
        super().__init__("No such method on this path.", remedy=f"Use {' or '.join(self.methods)}.")


class Refused(Problem):
    """The state of the thing does not allow it now."""

    status, code, title = 409, "refused", "Not in this state"


class Blocked(Refused):
    """The law does not allow it now; `rules` names each rule that holds it: article, remedy, and who must act."""

    code, title = "legal-block", "The law does not allow it yet"

    def __init__(self, detail: str, *, remedy: str, rules: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(detail, remedy=remedy)
        self.rules = tuple(rules)

    def document(self, instance: str) -> dict[str, Any]:
        """The problem document with its member `rules`."""
        return super().document(instance) | {"rules": [dict(rule) for rule in self.rules]}


class Stale(Problem):
    """The thing changed since the caller read it."""

    status, code, title = 412, "stale", "It has changed since you read it"


class TooLarge(Problem):
    """The body is larger than this route takes."""

    status, code, title = 413, "too-large", "The body is too large"


class Unsupported(Problem):
    """The body is of another kind than this path takes."""

    status, code, title = 415, "unsupported-media-type", "Send what this path takes"


class Invalid(Problem):
    """The request can be read, but something in it is wrong; `errors` names each field."""

    status, code, title = 422, "invalid", "Something in the request is wrong"


class PreconditionMissing(Problem):
    """A change must say which version it changes."""

    status, code, title = 428, "precondition-required", "Say which version you change"


class Exhausted(Problem):
    """More was asked for than a caller is given in a time; the same request later succeeds."""

    status, code, title = 429, "too-many-requests", "Too many requests"

    def __init__(self, detail: str, *, remedy: str, retry_after: int, code: str | None = None) -> None:
        super().__init__(detail, remedy=remedy, code=code)
        self.retry_after = retry_after


class Unavailable(Problem):
    """Too busy now; the same request later may succeed."""

    status, code, title = 503, "unavailable", "Try again in a moment"


def invalid_field(pointer: str, detail: str, remedy: str) -> Invalid:
    """An `Invalid` about one field."""
    return Invalid(f"{pointer}: {detail}", fields=[FieldError(pointer, detail, remedy)])
