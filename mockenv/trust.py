"""Where the certificate of a server's own authority lies, for the server that writes it and for the verbs that ask that server."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from mockenv.errors import CannotStart


def usual_ca(port: int) -> Path:
    """By the user and the port: a verb in another shell finds it, whoever else uses the machine."""
    return _folder() / f"ca-{port}.pem"


def found_ca(port: int) -> Path | None:
    """The one that a server of this user has written, as long as it runs. What others may have put there is not looked at."""
    try:
        path = usual_ca(port)
    except OSError:  # there is no place for temporary files
        return None
    return path if _is_ours(path.parent) and path.is_file() else None


def write_ca(path: Path, certificate: bytes) -> None:
    """Whole or not at all: others may trust it already. Raises CannotStart."""
    draft = path.with_name(f"{path.name}.tmp")
    try:
        if path.parent == _folder():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if not _is_ours(path.parent):
                raise CannotStart(f"{path.parent} is somebody else's: say with --tls-ca FILE where the CA's certificate is written")
        draft.write_bytes(certificate)
        draft.replace(path)
    except OSError as error:
        raise CannotStart(f"CA certificate {path}: cannot be written ({error.strerror}); --tls-ca FILE says where it is") from None


def forget_ca(port: int) -> None:
    """Nobody on this port has the authority any more."""
    if found := found_ca(port):
        with suppress(OSError):
            found.unlink()


def _folder() -> Path:
    import tempfile  # a start without a certificate does without

    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"mockenv-{user}"


def _is_ours(folder: Path) -> bool:
    """A folder of this user's that nobody else can write to, and no link to another."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    return folder.is_dir() and not folder.is_symlink() and found.st_uid == os.getuid() and not found.st_mode & 0o022
