"""What the outbox slice is told by its environment."""

from passerelle.settings import Settings as Base


class Settings(Base):
    """Environment of every function of the slice. `table_names` are the swept tables, separated by commas."""

    stage: str
    bus_name: str
    table_names: str

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the swept tables."""
        return tuple(name.strip() for name in self.table_names.split(",") if name.strip())
