"""A plain file, and ways to change it."""

import datetime as dt
from pathlib import Path

from accounts.programmes.models import Programme
from accounts.programmes.services import change_programme_state
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file
from rewards.programme_files.opening import open_from_file
from tests.accounts.factories import UserFactory

PLAIN = (Path(__file__).parent / "plain.yaml").read_text()
AT = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
FIRST_DAY = dt.date(2026, 1, 1)
LATER = dt.date(2026, 4, 1)


def plain(*changes: tuple[str, str]) -> str:
    """The plain file with texts replaced; each must stand in it."""
    text = PLAIN
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def read(*changes: tuple[str, str]) -> ProgrammeFile:
    return read_programme_file(plain(*changes), name="plain.yaml")


def faults_of(text: str) -> list[str]:
    """What is wrong with a text, as the command prints it."""
    try:
        read_programme_file(text, name="f.yaml")
    except MalformedFile as malformed:
        return malformed.lines
    return []


def live_programme(file: ProgrammeFile | None = None) -> Programme:
    """The programme of a file, live since the first of January."""
    programme = open_from_file(file=file or read(), slug=(file or read()).slug, first_day=FIRST_DAY, at=AT, author=UserFactory.create())
    return change_programme_state(programme=programme, state="live")
