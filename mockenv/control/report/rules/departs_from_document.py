"""A request that the service answered though its document forbids it: another version of the service may not."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.explaining import against_request
from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story


def check(story: Story) -> Iterator[Found]:
    told: set[str] = set()
    for one in story.requests:
        if not 200 <= one.status < 300 or one.operation is None:
            continue
        for problem in [*against_request(one.entry, one.provider, one.operation), *_media(one)]:
            text = f"{one.operation.id} was answered, though {problem}"
            if text not in told:
                told.add(text)
                yield Found(text, (one,))


def _media(asked: Asked) -> Iterator[str]:
    entry, operation = asked.entry, asked.operation
    if not entry.request_body or operation is None or not operation.body_types:
        return
    media = entry.request_headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in operation.body_types and not media.endswith("+json"):
        yield f"its body was sent as {media}" if media else "its body was sent without a content type"


RULE = Rule(
    "departs-from-document",
    WARNING,
    "A request was answered that the document forbids",
    "Send what the document describes; what is beyond it may stop working at any release.",
    check,
)
