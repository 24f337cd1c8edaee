"""A plain file, and ways to change it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from accounts.programmes.models import Programme
from accounts.programmes.services import change_programme_state
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.examples.running import Result, run_examples
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file
from rewards.programme_files.opening import open_from_file
from rewards.programme_files.services import approve_draft, draft_file
from rewards.programme_files.words import heading_of, lines_of
from tests.accounts.factories import UserFactory

PLAIN = (Path(__file__).parent / "plain.yaml").read_text()
EXAMPLE = (Path(__file__).parents[3] / "docs" / "examples" / "every-section.yaml").read_text()
AT = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
FIRST_DAY = dt.date(2026, 1, 1)
LATER = dt.date(2026, 4, 1)
SUMMER = """segments:
  crew: {name: Crew, kind: static}
  lapsed: {name: Lapsed, when: history.spend.90d = 0}
campaigns:
  summer:
    name: Summer
    first_on: 2026-06-01
    last_on: 2026-08-31
    segment: lapsed
    budget: {points: 5000}
rules:
  summer: {name: Ten in summer, kind: fixed, points: 10, campaign: summer}"""
WITH_SUMMER = ("rules:", SUMMER)


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


def example(*changes: tuple[str, str]) -> str:
    """The shipped example of every section with texts replaced; each must stand in it."""
    text = EXAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def read_example(*changes: tuple[str, str]) -> ProgrammeFile:
    return read_programme_file(example(*changes), name="every-section.yaml")


class _Failing(Exception):
    """An example does not hold."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


def first_failing(file: ProgrammeFile) -> list[str]:
    """Run the file's examples up to the first that does not hold; return what is wrong with it, nothing if all hold."""

    def stop_there(result: Result) -> None:
        if not result.holds:
            raise _Failing(result)

    try:
        run_examples(file, at=AT, told=stop_there)
    except _Failing as failing:
        return failing.result.lines(file)
    return []


def approved(programme: Programme, file: ProgrammeFile) -> list[str]:
    """Hand a file in and approve it; return what it changed, in words."""
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=UserFactory.create(), at=AT)
    return told(approve_draft(draft=draft, approver=UserFactory.create(), at=AT))


def told(changes: Sequence[Change]) -> list[str]:
    return [line for change in changes for line in (heading_of(change), *lines_of(change))]
