"""What a return gives back of a reward, in a file: usual or said, and changed by a new version of two people."""

import pytest

from rewards.catalogue.models import RewardVersion
from rewards.programme_files.services import approve_draft, difference, draft_file, export_programme
from rewards.programme_files.words import lines_of
from tests.accounts.factories import UserFactory
from tests.rewards.programme_files.stage import AT, FIRST_DAY, LATER, faults_of, live_programme, plain, read

NAMED = "    price_points: 100\n"
NEVER = (NAMED, NAMED + "    given_back_on_return: never\n")


def test_a_word_that_is_not_known_is_named():
    assert any("in_proportion" in line for line in faults_of(plain((NAMED, NAMED + "    given_back_on_return: in_proportions\n"))))


@pytest.mark.django_db
def test_it_is_told_changed_and_left_out_where_it_is_usual():
    programme = live_programme(read(NEVER))
    assert "given_back_on_return: never\n" in export_programme(programme=programme, on=FIRST_DAY)
    changed = read()

    told = [line for change in difference(file=changed, programme=programme, on=LATER) for line in lines_of(change)]
    draft = draft_file(file=changed, programme=programme, effective_on=LATER, author=UserFactory.create(), at=AT)
    approve_draft(draft=draft, approver=UserFactory.create(), at=AT)

    assert len(told) == 1 and told[0].startswith("given_back_on_return: never")
    assert list(RewardVersion.objects.order_by("version").values_list("given_back_on_return", flat=True)) == ["never", "in_proportion"]
    assert difference(file=changed, programme=programme, on=LATER) == []
    assert "given_back_on_return" not in export_programme(programme=programme, on=LATER)
