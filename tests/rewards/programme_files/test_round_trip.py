"""What is exported changes nothing, and what was applied is exported: for the shipped files, whole and with parts taken out."""

import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewards.campaigns.models import Campaign
from rewards.programme_files.domain.reading import read_document
from rewards.programme_files.domain.writing import write_document
from rewards.programme_files.examples.running import run_examples
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file
from rewards.programme_files.models import ProgrammeDraft
from rewards.programme_files.parts import PARTS
from rewards.programme_files.services import DraftIsDecided, approve_draft, difference, draft_file, export_programme
from rewards.programme_files.sources import blueprint_codes, blueprint_text
from tests.accounts.at_once import at_once
from tests.accounts.factories import UserFactory
from tests.rewards.programme_files.stage import AT, EXAMPLE, FIRST_DAY, LATER, approved, live_programme, read_example

FILES = {"every-section": EXAMPLE} | {code: blueprint_text(code) for code in blueprint_codes()}
ENDING = ("rules", "rewards", "quests", "campaigns", "chosen_days", "conversions", "moments")


@pytest.mark.django_db
def test_the_shipped_example_uses_every_section_that_a_ladder_segment_or_campaign_needs_and_holds():
    file = read_example()

    failing = [line for result in run_examples(file, at=AT) for line in result.lines(file)]

    assert failing == []
    assert {part.key for part in PARTS} - {key for key, specs in file.sections.items() if specs} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(FILES))
def test_an_export_is_a_fixed_point(code):
    programme = live_programme(read_programme_file(FILES[code]))

    text = export_programme(programme=programme, on=LATER)

    assert read_programme_file(text).sections == read_programme_file(FILES[code]).sections
    assert difference(file=read_programme_file(text), programme=programme, on=LATER) == []


def things_that_end(code: str) -> list[tuple[str, str]]:
    """(section, name) of all in a shipped file that may be taken out of it. Some files have nothing of the kind."""
    content = read_document(FILES[code]).content
    return sorted((section, name) for section in ENDING for name, spec in content.get(section, {}).items() if isinstance(spec, dict))


def without(code: str, left_out: set[tuple[str, str]], slug: str) -> ProgrammeFile | None:
    """A shipped file with some things taken out, where it still makes sense, under an address of its own."""
    content = read_document(FILES[code]).content
    content["programme"] |= {"slug": slug, "name": slug}
    content.pop("examples")
    for section, name in left_out:
        if name in content.get(section, {}):
            del content[section][name]
    try:
        return read_programme_file(write_document(content))
    except MalformedFile:
        return None


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_taken_out_and_put_back_the_export_is_what_was_applied(data):
    code = data.draw(st.sampled_from(sorted(code for code in FILES if things_that_end(code))))
    some, slug = st.sets(st.sampled_from(things_that_end(code)), max_size=4), f"club-{uuid.uuid4().hex[:8]}"
    before, after = without(code, data.draw(some), slug), without(code, data.draw(some), slug)
    if before is None or after is None:
        return
    with transaction.atomic():
        _check_round_trip(before, after)
        transaction.set_rollback(True)  # the next one begins with nothing


def _check_round_trip(before: ProgrammeFile, after: ProgrammeFile) -> None:
    programme = live_programme(before)

    if difference(file=after, programme=programme, on=LATER):
        approved(programme, after)

    text = export_programme(programme=programme, on=LATER)
    assert read_programme_file(text).sections == after.sections
    assert export_programme(programme=programme, on=LATER) == text


def test_a_file_that_two_approve_at_once_is_taken_over_once(committed_db):
    programme = live_programme()
    text = (
        EXAMPLE[EXAMPLE.index("segments:") : EXAMPLE.index("rules:")]
        .replace("points: 150.5, ", "points: 150, ")
        .replace("2026-01-01", "2026-04-01")
    )
    plain = export_programme(programme=programme, on=FIRST_DAY)
    file = read_programme_file(plain + "\n" + text)
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=UserFactory.create(), at=AT)
    people = [UserFactory.create(), UserFactory.create()]

    answers = at_once(*[lambda person=person: approve_draft(draft=draft, approver=person, at=AT) for person in people])

    assert sorted(type(answer).__name__ for answer in answers) == sorted([DraftIsDecided.__name__, "list"])
    assert sorted(Campaign.objects.values_list("code", flat=True)) == ["come-back", "spring"]
    assert ProgrammeDraft.objects.get().approver in people
