"""What the documents of a kind have in common word for word: cut out of each text and kept once; knows no document's meaning."""

from __future__ import annotations

HERE = b"\0"
"""Where in a document's own text stands what is shared: a byte that JSON never holds as it is."""
KEPT = 64


class Alike:
    """Of one kind: the middles of its texts, from the member `first` up to the value of the member `end`.

    Nothing depends on where a text is cut, or whether: put together again it is what it was. Several threads may ask at once.
    """

    def __init__(self, first: str, end: str) -> None:
        self._first, self._end = f'"{first}":'.encode(), f'"{end}":'.encode()
        self._seen: dict[bytes, bytes] = {}
        """Bounded: who has more has some of them kept twice."""

    def part(self, text: bytes) -> tuple[bytes, bytes]:
        """Its own and what it shares, which is nothing where nobody had the same lately."""
        start, end = text.find(self._first), text.rfind(self._end)
        if not 0 <= start < end:
            return own_block(text), b""
        end += len(self._end)  # its name is the same in all of them, too
        middle = text[start:end]
        shared = self._seen.get(middle)
        if shared is None:
            self._see(middle)
            return own_block(text), b""
        return text[:start] + HERE + text[end:], shared

    def _see(self, middle: bytes) -> None:
        if len(self._seen) >= KEPT:
            self._seen.clear()
        self._seen[middle] = middle


def own_block(text: bytes) -> bytes:
    """In a block of its own size: what orjson returns holds on to its whole working buffer."""
    return b"".join((text, b""))  # two pieces, or it would be handed back; by way of a memoryview takes thrice as long
