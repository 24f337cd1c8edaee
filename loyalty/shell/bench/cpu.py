"""How long a process has been computing, as the kernel counts it."""

from pathlib import Path


def seconds_of(pid: int) -> float:
    """Return the seconds that a process has run. The server must be on this machine. Raises: OSError."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
