"""Make .venv hold exactly what a lock file names. Needs only Python's own library.

    python3 requirements/install.py base     what the product runs on
    python3 requirements/install.py dev      that, and what tests and checks need

Does nothing when the lock has not changed since the last time. uv is quick but optional: plain pip does the same.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def stamp(name: str) -> Path:
    """Return the file that remembers which lock was installed last."""
    return VENV / f"{name}.lock-stamp"


def digest(name: str) -> str:
    """Return the fingerprint of a lock file together with the Python it was installed for."""
    return hashlib.sha256((LOCKS / f"{name}.txt").read_bytes() + sys.version.encode()).hexdigest()


def is_current(name: str) -> bool:
    """Tell whether a lock is installed as it is now."""
    return PYTHON.exists() and stamp(name).exists() and stamp(name).read_text() == digest(name)


def run(*command: str | Path, quiet: bool = False) -> bool:
    """Run a command; tell whether it worked."""
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=ROOT, env=environment, stderr=output, check=False).returncode == 0


def make_venv() -> None:
    """Create .venv unless it works already."""
    if PYTHON.exists() and run(PYTHON, "-c", ""):
        return
    print("Making .venv ...", flush=True)
    if not run(sys.executable, "-m", "venv", "--clear", VENV):
        sys.exit("Could not make .venv. On Debian and Ubuntu: apt install python3-venv, then try again.")


def install(name: str) -> None:
    """Install a lock by uv, or by pip when uv cannot be had."""
    lock = LOCKS / f"{name}.txt"
    print(f"Installing requirements/{name}.txt ...", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if run(*pip, "-r", LOCKS / "uv.txt") and sync(lock):
        return
    print("uv did not do it, trying pip, which takes a minute or two ...", flush=True)
    if not run(*pip, "-r", lock):
        sys.exit("Could not install. Is the package index within reach? What pip said is above.")


def sync(lock: Path) -> bool:
    """Let uv install a lock; tell whether it worked. The system's certificates come first: hospitals add their own."""
    uv = [VENV / "bin" / "uv", "pip", "sync", "-q", "--require-hashes", "--python", PYTHON]
    return any(run(*uv, *certificates, lock, quiet=True) for certificates in (["--system-certs"], []))


def main(name: str) -> None:
    """Install a lock when needed. What tests need includes what the product needs."""
    if sys.version_info < OLDEST:
        sys.exit(f"Halfword needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    if name == "base" and stamp("dev").exists():
        name = "dev"  # somebody develops here: do not take their tools away
    with open(LOCKS / "base.txt") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two starts at once must not install at once
        if is_current(name):
            return
        make_venv()
        install(name)
        stamp(name).write_text(digest(name))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "base")
