"""Long lists that come in as a CSV file: looked through as a whole, then worked on row by row.

The call answers 202 once every row is found good: the rows lie with the import, all or none, and an event of the slice
says that the first part is due. A row is one transaction with its result and the count of what is done, by the same use
case as a single POST: whoever is stopped in between goes on with the next row, and a row is never done twice. A part's
rows are deleted with the last of them; counts and results go after `KEPT`. At most `MOST_UNDER_WAY` imports of one list
are under way for a company.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from passerelle import clock
from passerelle.access import Actor, Rule
from passerelle.consuming import Consumer, Delivery
from passerelle.contracts import Event
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.observability import logger
from passerelle.problems import FieldError, Invalid, Problem, Refused
from passerelle.sheets import MOST_ROWS, Line, Sheet
from passerelle.store import Key, Listing, Stored, Table, Transaction, VersionConflict

R = TypeVar("R", bound=BaseModel)

PART: Final = 25
"""Rows that one event has worked on: a minute is enough for them, and what they say fits into one item (400 KB)."""

KEPT: Final = timedelta(days=30)
"""How long an import and its report may be read."""

WAITING: Final = timedelta(days=14)
"""How long rows wait for their turn: as long as a dead letter may still be redriven, and no longer."""

MOST_UNDER_WAY: Final = 3
"""Imports of one list that a company may have under way: done, or without rows any more, one counts no longer."""

_ATTEMPTS: Final = 5


class RowFault(BaseModel):
    """What is wrong with a cell of a row."""

    column: Annotated[str | None, Field(examples=["start_date"])]
    detail: Annotated[str, Field(examples=["This day is past."])]
    remedy: Annotated[str, Field(examples=["Give today or a later day."])]


class RowProblem(BaseModel):
    """Why a row that was found good could not be taken when its turn came."""

    code: Annotated[str, Field(examples=["invalid"])]
    detail: Annotated[str, Field(examples=["Some fields are wrong; nothing was changed."])]
    remedy: Annotated[str, Field(examples=[""])]
    errors: tuple[RowFault, ...] = ()


class RowResult(BaseModel):
    """What became of a row."""

    line: Annotated[int, Field(description="Where the row begins in the file; the header is line 1.", examples=[2])]
    state: Literal["created", "refused"]
    id: Annotated[str | None, Field(description="Of what was created.")] = None
    problem: RowProblem | None = None


class ImportView(BaseModel):
    """Where an import stands."""

    id: Annotated[str, Field(examples=["imp_h5m2xk7qtz3w6bnvd4ca"])]
    state: Annotated[Literal["working", "finished"], Field(examples=["finished"])]
    rows: Annotated[int, Field(description="Rows of the file.", examples=[1])]
    done: Annotated[int, Field(description="Rows that have a result.", examples=[1])]
    created: Annotated[int, Field(examples=[1])]
    refused: Annotated[int, Field(examples=[0])]


class ImportReport(ImportView):
    """Where an import stands, and one page of what became of its rows, in the order of the file."""

    items: tuple[RowResult, ...]
    cursor: str | None = None


@dataclass(frozen=True)
class Imported(Generic[R]):
    """What a slice says of a list that may come in: the path of its single POST and its rules, the CSV form, the event
    that a part is due (`import_id`, `part`), what is wrong with a row now, and the use case that takes one row and
    returns the id of what it created."""

    path: str
    writing: Rule
    reading: Rule
    sheet: Sheet[R]
    due: type[Event]
    faults: Callable[[R], Sequence[FieldError]]
    create: Callable[[Transaction, str, str, R], str]


def serve(api: Api, events: Consumer, imported: Imported[Any]) -> None:
    """Declare the two routes of a list's imports, and the reaction that works on them."""

    @api.post(
        f"{imported.path}/imports",
        allow=imported.writing,
        sheet=imported.sheet,
        answer=ImportView,
        status=HTTPStatus.ACCEPTED,
        summary=f"Create up to {MOST_ROWS} by a CSV file: looked through as a whole, then worked on row by row.",
    )
    def post_import(request: Request[NoBody]) -> Answer:
        lines = imported.sheet.read(request.raw, imported.faults)
        job = _taken(imported, request.transaction, request.actor, lines)
        _count(events.table(), request.transaction, imported.path, job)
        where = f"{imported.path}/imports/{job.id}"
        return Answer(ImportView(**job.counts()), HTTPStatus.ACCEPTED, location=where)

    @api.get(
        f"{imported.path}/imports/{{import_id}}",
        allow=imported.reading,
        answer=ImportReport,
        query=("limit", "cursor"),
        summary="Where an import stands, and what became of each row.",
    )
    def get_import(request: Request[NoBody]) -> Answer:
        table = events.table()
        job = found(table.read(_job(request.actor.tenant, request.path["import_id"]), Job)).value
        page = table.list(_results(job), RowResult, limit=request.limit(), cursor=request.query.get("cursor"))
        return Answer(ImportReport(**job.counts(), items=tuple(one.value for one in page.items), cursor=page.cursor))

    @events.on(imported.due)
    def on_part_due(delivery: Delivery[Any]) -> None:
        _Desk(imported, events.table()).work_on(delivery, delivery.event.import_id, delivery.event.part)


class Job(BaseModel):
    """An import: who asked for it, and how far it is."""

    model_config = ConfigDict(frozen=True)

    id: str
    tenant: str
    by: str
    received_at: datetime
    rows: int
    done: int = 0
    created: int = 0

    @property
    def until(self) -> datetime:
        """When it is forgotten."""
        return self.received_at + KEPT

    @property
    def rows_until(self) -> datetime:
        """When the rows that still wait are forgotten."""
        return self.received_at + WAITING

    def with_result(self, result: RowResult) -> "Job":
        """After one more row."""
        return self.model_copy(update={"done": self.done + 1, "created": self.created + (result.state == "created")})

    def counts(self) -> dict[str, Any]:
        """The fields of its view."""
        return {
            "id": self.id,
            "state": "finished" if self.done == self.rows else "working",
            "rows": self.rows,
            "done": self.done,
            "created": self.created,
            "refused": self.done - self.created,
        }


class UnderWay(BaseModel):
    """The imports of one list that a company began last, by id, and until when the rows of each may wait."""

    model_config = ConfigDict(frozen=True)

    imports: dict[str, datetime] = {}


class Part(BaseModel):
    """Rows that wait, as JSON, with the line each begins on."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[tuple[int, dict[str, Any]], ...]


def _taken(imported: Imported[R], transaction: Transaction, actor: Actor, lines: Sequence[Line[R]]) -> Job:
    """Write an import with its rows, and that its first part is due."""
    job = Job(id=clock.new_id("imp"), tenant=actor.tenant, by=actor.subject, received_at=clock.now(), rows=len(lines))
    transaction.save(_job(job.tenant, job.id), job, version=1, expires_at=job.until)
    for number, start in enumerate(range(0, len(lines), PART)):
        rows = tuple((line.number, line.row.model_dump(mode="json")) for line in lines[start : start + PART])
        transaction.save(_part(job, number), Part(rows=rows), version=1, expires_at=job.rows_until)
    transaction.emit(_job(job.tenant, job.id), imported.due(import_id=job.id, part=0), sequence=1)
    return job


def _count(table: Table, transaction: Transaction, path: str, job: Job) -> None:
    """Count an import among those under way; of two that begin at once, the second counts the first.

    Raises `Refused` when there are as many as may be.
    """
    key = Key(job.tenant, "imports", path.strip("/"))
    stored = table.read(key, UnderWay) or Stored(UnderWay(), 0)
    present = {
        import_id: until
        for import_id, until in stored.value.imports.items()
        if until > job.received_at and _is_working(table, job.tenant, import_id)
    }
    if len(present) >= MOST_UNDER_WAY:
        raise Refused(
            f"{MOST_UNDER_WAY} imports of this list are under way; nothing of this file was taken.",
            code="too-many-imports",
            remedy="Wait until one of them is finished, then send the same file again.",
        )
    under_way = UnderWay(imports=present | {job.id: job.rows_until})
    transaction.save(key, under_way, version=stored.version + 1, expires_at=job.rows_until)


def _is_working(table: Table, tenant: str, import_id: str) -> bool:
    stored = table.read(_job(tenant, import_id), Job)
    return stored is not None and stored.value.done < stored.value.rows


@dataclass(frozen=True)
class _Desk(Generic[R]):
    """Where the rows of an import are worked on."""

    imported: Imported[R]
    table: Table

    def work_on(self, delivery: Delivery[Any], import_id: str, number: int) -> None:
        """Work on what is left of a part, then say that the next one is due. Again changes nothing."""
        tenant, until, conflicts = delivery.envelope.tenant, (number + 1) * PART, 0
        part: Stored[Part] | None = None
        while True:
            stored = self.table.read(_job(tenant, import_id), Job)
            if stored is None or not number * PART <= stored.value.done < stored.value.rows:
                return
            if stored.value.done >= until:
                due = self.imported.due(import_id=import_id, part=number + 1)
                delivery.transaction.emit(_job(tenant, import_id), due, sequence=stored.version)
                return
            part = part or self.table.read(_part(stored.value, number), Part)
            if part is None:
                logger.error("the rows of an import are gone", import_id=import_id, part=number)
                return
            try:
                self._row(stored, number, part.value)
            except VersionConflict:
                conflicts += 1
                if conflicts == _ATTEMPTS:
                    raise

    def _row(self, stored: Stored[Job], number: int, part: Part) -> None:
        """The next row, with its result. Raises `VersionConflict` when somebody else changed what it touches."""
        position = stored.value.done - number * PART
        line, said = part.rows[position]
        job = stored.value
        transaction = self.table.begin()
        try:
            made = self.imported.create(transaction, job.tenant, job.by, self._understood(said))
            self._written(transaction, stored, RowResult(line=line, state="created", id=made), number, part)
        except Problem as problem:
            refused = RowResult(line=line, state="refused", problem=self._told(problem))
            self._written(self.table.begin(), stored, refused, number, part)

    def _understood(self, said: dict[str, Any]) -> R:
        """A row that waited. Raises `Invalid`, quoting nothing, when it was taken in by a release that took more."""
        try:
            return self.imported.sheet.row.model_validate_json(json.dumps(said))
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False, include_context=False)
            fields = [
                FieldError("/" + "/".join(map(str, fault["loc"])), fault["msg"], "Correct this cell.")
                for fault in faults
            ]
            raise Invalid("Some fields are wrong; nothing was changed.", fields=fields) from None

    def _written(
        self, transaction: Transaction, stored: Stored[Job], result: RowResult, number: int, part: Part
    ) -> None:
        job = stored.value
        after = job.with_result(result)
        transaction.save(_job(job.tenant, job.id), after, version=stored.version + 1, expires_at=job.until)
        transaction.save(
            Key(job.tenant, "import_row", f"{job.id}.{job.done}"),
            result,
            version=1,
            listing=Listing(_results(job), f"{job.done:04d}"),
            expires_at=job.until,
        )
        if after.done == number * PART + len(part.rows):
            transaction.delete(_part(job, number), version=1)
        transaction.commit()

    def _told(self, problem: Problem) -> RowProblem:
        column_of = self.imported.sheet.column_of
        return RowProblem(
            code=problem.code,
            detail=problem.detail,
            remedy=problem.remedy,
            errors=tuple(
                RowFault(column=column_of(fault.pointer), detail=fault.detail, remedy=fault.remedy)
                for fault in problem.fields
            ),
        )


def _job(tenant: str, import_id: str) -> Key:
    return Key(tenant, "import", import_id)


def _part(job: Job, number: int) -> Key:
    return Key(job.tenant, "import_part", f"{job.id}.{number}")


def _results(job: Job) -> str:
    return f"{job.tenant}#import#{job.id}"
