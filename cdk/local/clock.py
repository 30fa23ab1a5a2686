"""The clock the product sees: real time plus an offset that tests move."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """An offset shared with every child process through an eight-byte file. Time only moves forward."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._offset = timedelta()
        self._write()

    def now(self) -> datetime:
        """The present instant as the product sees it, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Moves the product's present forward. Timers of AWS (visibility, TTL, token expiry) stay in real time."""
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if step < timedelta():
            raise ValueError("the clock only moves forward")
        self._offset += step
        self._write()

    def reset(self) -> None:
        """Back to real time."""
        self._offset = timedelta()
        self._write()

    def _write(self) -> None:
        packed = struct.pack("d", self._offset.total_seconds())
        if self.file.exists():
            with self.file.open("r+b") as opened:
                opened.write(packed)
        else:
            self.file.write_bytes(packed)
