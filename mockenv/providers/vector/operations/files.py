"""The files that come and go: by links without a token, as a storage service has them, or in a request's own body."""

from __future__ import annotations

from hashlib import md5

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import failure, validation_failure
from mockenv.providers.vector.model import BACKUP_DOWNLOAD, EXPORT, FILE, IMPORT
from mockenv.providers.vector.transfers import is_open, read_file, write_file
from mockenv.store.base import Document
from mockenv.toolbox import link_into, required

SQL = "application/sql"
ARCHIVE = "application/gzip"
FORM = "multipart/form-data"
EXPIRED = "Request has expired"  # the storage service's words, in Vector's envelope: a simplification


def download(call: Call, work: Work) -> Reply:
    """An export's SQL, or a backup's archive."""
    file = _require_file(call, work, EXPORT, BACKUP_DOWNLOAD)
    content = read_file(file)
    assert content is not None  # neither has a link before it has a file
    return Reply(200, content, content_type=SQL if file["of"].startswith(f"{EXPORT}/") else ARCHIVE)


def upload(call: Call, work: Work) -> Reply:
    """Whatever it is; the last one counts."""
    file = _require_file(call, work, IMPORT)
    etag = md5(call.raw, usedforsecurity=False).hexdigest()
    write_file(work, file | {"etag": etag, "uploaded_at": work.now}, call.raw)
    return Reply(200, None, {"ETag": f'"{etag}"'})


def link_to(call: Call, work: Work, transfer: Document) -> str:
    """To a transfer's file, without a token."""
    return link_into(call, work, f"/api/v1/vector/transfers/{transfer['ticket']}")


def uploaded(call: Call) -> bytes:
    """The guide sends a form with a `file`, the reference the bare SQL."""
    if call.media_type == FORM:
        content = _field_of(call, "file")
        if not content:
            raise Refused(validation_failure({"file": ["The file field is required."]}))
        return content
    if call.raw and call.media_type not in ("", SQL):
        raise Refused(failure(415))
    if not call.raw:
        raise Refused(validation_failure({"content": ["SQL content is required in the request body"]}, "Request body is empty"))
    return call.raw


def _require_file(call: Call, work: Work, *kinds: str) -> Document:
    """What the link leads to, in the direction that it is for."""
    file = required(work.get(FILE, call.params["ticket"]), lambda: Refused(failure(404)))
    if file["of"].rpartition("/")[0] not in kinds:
        raise Refused(failure(404))
    if not is_open(work, file["expires"]):
        raise Refused(failure(403, EXPIRED))
    return file


def _field_of(call: Call, name: str) -> bytes | None:
    from email import policy  # only those who send forms pay for it
    from email.parser import BytesParser

    head = f"Content-Type: {call.header('content-type')}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=policy.HTTP).parsebytes(head + call.raw)
    for part in form.iter_parts() if form.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == name:
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None
