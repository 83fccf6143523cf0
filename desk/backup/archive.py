"""One file for each backup: a manifest and the dump, written whole or not at all."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from desk.backup import servers
from desk.backup.servers import BackupFailed

MANIFEST, DUMP = "manifest.json", "dump"
NAMES = "halfword-*.backup"
BLOCK = 1024 * 1024


def make(now: dt.datetime) -> tuple[Path, dict]:
    """Write a backup and throw away the oldest beyond BACKUP_KEEP; return the file and its manifest.

    Raises BackupFailed or OSError; nothing is left behind then, and older backups stay.
    """
    folder = settings.BACKUP_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"halfword-{now:%Y%m%dT%H%M%S.%fZ}.backup"
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=folder) as draft:
        dump = Path(draft) / DUMP
        facts = servers.copy(dump)
        manifest = {
            "version": settings.VERSION,
            "made_at": now.isoformat(),
            "database": connection.vendor,
            "sha256": _sha256(dump),
            **facts,
        }
        (Path(draft) / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
        packed = Path(draft) / "packed"
        _pack(Path(draft), packed)
        packed.replace(target)
        _keep(folder)
    _prune(folder)
    return target, manifest


def _pack(draft: Path, packed: Path) -> None:
    with os.fdopen(os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            for name in (MANIFEST, DUMP):
                tar.add(draft / name, arcname=name)
        file.flush()
        os.fsync(file.fileno())


def _keep(folder: Path) -> None:
    """Have the folder's list of files on the disk too, before anything older is thrown away."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _prune(folder: Path) -> None:
    for old in sorted(folder.glob(NAMES))[: -max(settings.BACKUP_KEEP, 1)]:
        old.unlink(missing_ok=True)


def newest() -> Path:
    """Return the newest backup; raises BackupFailed when there is none."""
    found = sorted(settings.BACKUP_DIR.glob(NAMES))
    if not found:
        raise BackupFailed("There is no backup yet: make one with `make backup`.")
    return found[-1]


def unpack(file: Path, folder: Path) -> dict:
    """Unpack a backup into a folder, the dump under the name DUMP; return its manifest.

    Raises BackupFailed when the file is damaged or is no backup.
    """
    try:
        with tarfile.open(file, "r:gz") as tar:
            for name in (MANIFEST, DUMP):
                tar.extract(name, folder, filter="data")
        with gzip.open(file) as whole:  # to the very end, where its own checksum stands
            while whole.read(BLOCK):
                pass
        manifest = json.loads((folder / MANIFEST).read_text())
        wanted = manifest["sha256"]
    except FileNotFoundError:
        raise BackupFailed(f"There is no file {file}.") from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, tarfile.TarError, gzip.zlib.error) as error:
        raise BackupFailed(f"The file is damaged or is no backup ({type(error).__name__}).") from None
    if _sha256(folder / DUMP) != wanted:
        raise BackupFailed("The file is damaged: the dump is not the one that was written.")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
