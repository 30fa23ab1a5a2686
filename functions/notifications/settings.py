"""What the notifications slice is told by its environment."""

from passerelle.settings import Settings as Base


class Settings(Base):
    """Environment of every function of the slice.

    `public_url` has no slash at its end; `link_days` is how long a personal link or a code may be used, in days.
    """

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    link_secret_id: str
    reveal_function_name: str
    mail_sender: str
    configuration_set: str
    public_url: str
    link_days: int
