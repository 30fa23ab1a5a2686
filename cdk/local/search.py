"""The search engine of this machine: `osmem-server`, in memory, for the subset of OpenSearch the product uses."""

from __future__ import annotations

from osmem_server import OsmemServer


class Search:
    """A running engine. It ends with this process."""

    def __init__(self) -> None:
        self._server = OsmemServer.start(japanese=False)

    @property
    def url(self) -> str:
        """Its loopback address."""
        return str(self._server.url).rstrip("/")

    def close(self) -> None:
        """Stops it; it holds nothing that could be lost."""
        process = self._server.process
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
