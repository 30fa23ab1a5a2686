"""The envelope around every event, and the registry of event classes.

An `Event` is the data of one fact. The `Envelope` says which fact, of which resource, when, and what caused it; it is
what travels. `sequence` is the version of the aggregate that the fact brought about: a consumer that keeps a
projection ignores any sequence not above the one it holds, which is how reordering and repetition are defeated.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Programme = Literal["lending", "placement", "training_path", "growth_project", "relocation"]
"""The programmes that run on the platform; each is a definition on the same slices."""

EVENT_TYPES: dict[str, type["Event"]] = {}


class Event(BaseModel):
    """The data of one fact. Subclasses set `source_slice` and `version`, and are registered by name.

    `public_fields` are what leaves the platform towards partners, ids and codes that name no tenant; without any, the
    event stays inside. `batched` holds a public event back until the next publication batch, so that its moment tells
    nothing of who acted. `recorded_for` is how long the row that records the fact stays: the audit log, three years
    (law.md §3.6).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    source_slice: ClassVar[str]
    version: ClassVar[int] = 1
    public_fields: ClassVar[tuple[str, ...]] = ()
    batched: ClassVar[bool] = False
    recorded_for: ClassVar[timedelta] = timedelta(days=3 * 365)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        EVENT_TYPES[cls.__name__] = cls

    @classmethod
    def is_public(cls) -> bool:
        """Whether partners may hear of it."""
        return bool(cls.public_fields)

    @classmethod
    def source(cls) -> str:
        """The EventBridge source, `passerelle.<slice>`."""
        return f"passerelle.{cls.source_slice}"


class Envelope(BaseModel):
    """One fact on its way: the EventBridge `detail` of every event of the platform."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    type: str
    version: int
    occurred_at: datetime
    correlation_id: str
    causation_id: str
    programme: str = "lending"
    territory: Annotated[str | None, Field(description="Département code, where the fact has a place.")] = None
    tenant: Annotated[str, Field(description="The company that owns the resource. Never leaves the platform.")]
    subject: Annotated[str, Field(description="Id of the resource the fact is about.")]
    sequence: Annotated[int, Field(ge=1, description="Version of the resource that the fact brought about.")]
    data: dict[str, Any]

    def event(self) -> Event:
        """The typed event inside. Raises `KeyError` for an unknown type, `ValidationError` for wrong data."""
        return event_class(self.type).model_validate(self.data)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Parse one envelope. Raises `pydantic.ValidationError` when it is not one."""
        return cls.model_validate_json(text)


def event_class(name: str) -> type[Event]:
    """The event class of this name. Raises `KeyError` when no slice declares it."""
    return EVENT_TYPES[name]
