"""Somebody to play on the platform in one process, as on the local cloud."""

from cdk.demo.caller import Caller
from cdk.demo.player import Player
from tests.support.one_process.cloud import Cloud


class Here(Player):
    """A player whose callers call."""

    cloud: Cloud  # type: ignore[assignment]

    def _caller(self, name: str, authorization: str) -> Caller:
        caller = super()._caller(name, authorization)
        caller.session = self.cloud.session  # type: ignore[assignment]
        return caller
