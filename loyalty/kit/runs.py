"""Runs in the background, several at once."""

from collections.abc import Callable, Iterable


def each_by_itself(steps: Iterable[Callable[[], bool]]) -> int:
    """Take every step, and return how many came to their end. One that breaks delays none of the others; what broke is raised afterwards."""
    done, broken = 0, []
    for step in steps:
        try:
            done += step()
        except Exception as wrong:  # noqa: BLE001 whatever it is, it is raised below, after the others had their turn
            broken.append(wrong)
    if broken:
        raise ExceptionGroup("Some runs broke; they are tried again", broken)
    return done
