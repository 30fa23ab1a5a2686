"""What slices say to each other: one module of event classes per producing slice.

Pure: no clock, no AWS. An event class states a fact in the past tense with ids, codes and masked facts only; the words
that name a person or a company never appear here. Schemas in `events/schemas/` are generated from these classes.
"""

from passerelle.contracts.base import EVENT_TYPES, Envelope, Event, event_class

__all__ = ["EVENT_TYPES", "Envelope", "Event", "event_class"]
