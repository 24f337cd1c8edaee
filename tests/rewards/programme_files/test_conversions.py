"""Conversions in a file: what is wrong has its line, and a change is a new version by two people."""

import pytest

from rewards.programme_files.files import read_programme_file
from rewards.programme_files.services import approve_draft, difference, draft_file, export_programme
from rewards.programme_files.sources import blueprint_text
from rewards.programme_files.words import heading_of, lines_of
from rewards.setups.models import SetupVersion
from tests.accounts.factories import UserFactory
from tests.rewards.programme_files.stage import AT, LATER, faults_of, live_programme

TEXT = blueprint_text("department-store-cash")
LINE = TEXT.splitlines().index("conversions:") + 1


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "    from: gathered\n",
            "    from: event\n",
            f"f.yaml:{LINE + 4}:11: conversions.monthly.from: event is credit; write a currency of the kind accrual.",
        ),
        ("    to: coupons\n", "    to: cash\n", f"f.yaml:{LINE + 5}:9: conversions.monthly.to: The file has no currency cash."),
        ("step: 500", "step: 0", f"f.yaml:{LINE + 6}:11: conversions.monthly.step: "),
        (
            "step: 500",
            "stpe: 500",
            f"f.yaml:{LINE + 6}:5: conversions.monthly.stpe: stpe is not known. Did you mean step?",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old, new, fault):
    assert TEXT.count(old) == 1

    assert any(line.startswith(fault) for line in faults_of(TEXT.replace(old, new))), faults_of(TEXT.replace(old, new))


@pytest.mark.django_db
def test_a_change_is_told_handed_in_and_approved():
    programme = live_programme(read_programme_file(TEXT))
    changed = read_programme_file(TEXT.replace("step: 500", "step: 1000"))
    told = [line for change in difference(file=changed, programme=programme, on=LATER) for line in (heading_of(change), *lines_of(change))]

    draft = draft_file(file=changed, programme=programme, effective_on=LATER, author=UserFactory.create(), at=AT)
    approve_draft(draft=draft, approver=UserFactory.create(), at=AT)

    assert told == ["Conversion monthly changes", "step: 500 becomes 1000"]
    version = SetupVersion.objects.get(setup__code="monthly", version=2)
    assert (version.valid_from, version.definition["step_units"], version.approved_at) == (LATER, 1_000, AT)
    assert difference(file=changed, programme=programme, on=LATER) == []
    assert "step: 1000\n" in export_programme(programme=programme, on=LATER)
