"""Where files come from: the disk, standard input, and the blueprints that ship with the product."""

import sys
from pathlib import Path

from loyalty.kit.problems import NotFound
from rewards.programme_files.domain.reading import MOST_CHARACTERS
from rewards.programme_files.files import ProgrammeFile, read_programme_file

_BLUEPRINTS = Path(__file__).parent / "blueprints"


class NoSuchFile(NotFound):
    code = "no_such_file"


def read_text(source: str) -> tuple[str, str]:
    """Return the name and the text of a file, of standard input (-), or of a blueprint by its code. Raises: NoSuchFile."""
    if source == "-":
        return "standard input", sys.stdin.read(MOST_CHARACTERS + 1)
    path = _BLUEPRINTS / f"{source}.yaml" if source in blueprint_codes() else Path(source)
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return source, file.read(MOST_CHARACTERS + 1)
    except OSError as error:
        raise NoSuchFile(f"{source} cannot be read: {error.strerror}. Blueprints are {', '.join(blueprint_codes())}.") from error


def blueprint_codes() -> list[str]:
    return sorted(path.stem for path in _BLUEPRINTS.glob("*.yaml"))


def blueprint_text(code: str) -> str:
    """Raises: NoSuchFile."""
    if code not in blueprint_codes():
        raise NoSuchFile(f"There is no blueprint {code[:40]}.")
    return (_BLUEPRINTS / f"{code}.yaml").read_text(encoding="utf-8")


def blueprints() -> list[ProgrammeFile]:
    """Return every blueprint, read."""
    return [read_programme_file(blueprint_text(code), name=code) for code in blueprint_codes()]
