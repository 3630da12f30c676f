"""What has a secret: shown whole once, to who makes it, and drawn anew by a reset; knows no sort of thing by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import LATEST, MILLISECOND
from mockenv.provider import Call, Reply
from mockenv.providers.launchdarkly import audit
from mockenv.providers.launchdarkly.access import require_write
from mockenv.providers.launchdarkly.account.crud import Sort
from mockenv.store.base import Document


def live_olds(work: Work, one: Document) -> list[Document]:
    """Secrets of before a reset that work still, each with its end in milliseconds."""
    return [old for old in one.get("olds", []) if not work.has_come(min(old["until"] * MILLISECOND, LATEST))]


class Secret(NamedTuple):
    """The secret of one sort of thing: the member in which it is stored, and the one that shows it whole."""

    sort: Sort
    stored: str
    shown: str
    draw: Callable[[Work, str, int], str]
    """For an id, after so many resets."""
    action: str
    """Of resetting it."""

    def post(self, call: Call, work: Work) -> Reply:
        return self._whole(work, self.sort.post(call, work))

    def reset(self, call: Call, work: Work) -> Reply:
        """The old one works until `expiry`; at once it does not where that is left out, or past."""
        sort, one = self.sort, self.sort.find(call, work)
        require_write(call)
        expiry = work.as_meant(int(call.query().get("expiry") or 0) * MILLISECOND)
        one["olds"] = live_olds(
            work, {"olds": [*one.get("olds", []), {"secret": one[self.stored], "until": expiry // MILLISECOND}]}
        )
        one["resets"] += 1
        one |= {self.stored: self.draw(work, one["id"], one["resets"]), "lastModified": work.now // MILLISECOND}
        work.put(sort.kind, one["id"], one)
        audit.record(call, work, sort.done(one, "reset", self.action), after=sort.show(call, work, one))
        return self._whole(work, Reply(200, sort.show(call, work, one)))

    def _whole(self, work: Work, reply: Reply) -> Reply:
        stored = work.get(self.sort.kind, reply.body["_id"])
        assert stored is not None  # it has just been kept
        reply.body[self.shown] = stored[self.stored]
        return reply
