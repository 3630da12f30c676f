"""How fast one connection may go: who reads too slowly is not written to, who sends too fast is not read; knows no HTTP."""

from __future__ import annotations

import asyncio


class Flow:
    """Both directions of one connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.read_paused = self.write_paused = False
        self._writable: asyncio.Event | None = None

    def pause_reading(self) -> None:
        if not self.read_paused:
            self.read_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        self.write_paused = True

    def resume_writing(self) -> None:
        self.write_paused = False
        if self._writable:
            self._writable.set()
            self._writable = None

    async def drain(self) -> None:
        """Until the client has read on, or has left."""
        if self.write_paused:
            self._writable = self._writable or asyncio.Event()
            await self._writable.wait()
