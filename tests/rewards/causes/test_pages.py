"""Causes in the API, on the public counter, on the member's home and on pages of colleagues."""

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.causes.models import CauseHandover
from rewards.causes.representations import CausesAnswer, MemberCausesAnswer
from rewards.setups.models import SetupVersion
from tests.accounts.factories import MemberFactory, UserFactory
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.causes.stage import forest, forest_club, met, noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(noon(3, 5))
    return forest_club()


@pytest.fixture
def member(programme):
    found = MemberFactory.create(programme=programme, user=UserFactory.create())
    met(found, noon(2, 3), "1", 7)
    return found


def page(client, name, *arguments):
    return client.get(reverse(name, args=arguments))


def test_partners_see_the_count_and_a_members_own(programme, member):
    caller = caller_for(programme)

    listed, mine = caller.get("causes").json(), caller.get(f"members/{member.pk}/causes", code="forest").json()

    CausesAnswer.model_validate(listed)
    MemberCausesAnswer.model_validate(mine)
    [row] = listed["results"]
    assert (row["code"], row["counted"], row["given"], row["rest"], row["pledge"], row["cost"]) == ("forest", 7, 2, 1, 1_000_000, "2.50")
    assert mine["results"] == [{"code": "forest", "name": "Forest", "counted": 7}]
    assert caller.get("causes", code="sea").json()["results"] == []


def test_everybody_sees_the_counter_and_a_member_the_own_count(client, programme, member):
    slug = programme.slug
    public = page(client, "portal:cause", slug, "forest").content.decode()
    client.force_login(member.user)
    own, home = page(client, "portal:causes", slug).content.decode(), page(client, "portal:home", slug).content.decode()

    assert "2 trees" in public
    assert "7 have counted so far." in public
    assert "are yours" not in public
    assert "7 of them are yours." in own
    assert "7 of them are yours." in home
    assert page(client, "portal:cause", slug, "sea").status_code == 404


def test_colleagues_see_months_and_note_a_hand_over(client, programme, member):
    client.force_login(colleague(Role.FINANCE_PREPARER))
    arguments = [programme.slug, "forest"]
    seen = page(client, "staff:cause", *arguments).content.decode()
    form = page(client, "staff:cause-hand-over", *arguments)
    said = {"through_on": "2025-02-28", "given": "2", "reference": "INV-1", "document": "=CERT"}
    noted = client.post(reverse("staff:cause-hand-over", args=arguments), said)

    assert "February 2025" in seen
    assert "2 trees for €5.00 are owed through February 2025." in form.content.decode()
    assert noted.status_code == 302
    assert CauseHandover.objects.get().amount_minor == 500
    after = page(client, "staff:cause", *arguments).content.decode()
    assert "INV-1" in after
    report = page(client, "staff:cause-report", *arguments).content.decode()
    assert "2025-02,7,2,1,5.00,EUR,INV-1,'=CERT" in report
    assert page(client, "staff:cause-hand-over", *arguments).status_code == 302
    assert "2 of 1,000,000 trees" in page(client, "staff:causes", programme.slug).content.decode()


def test_a_hand_over_that_was_looked_at_too_early_is_shown_again(client, programme, member):
    client.force_login(colleague(Role.FINANCE_PREPARER))
    address = reverse("staff:cause-hand-over", args=[programme.slug, "forest"])

    answer = client.post(address, {"through_on": "2025-02-28", "given": "1", "reference": "INV-1", "document": "C"}, follow=True)

    assert "2 can be handed over now" in answer.content.decode()
    assert CauseHandover.objects.count() == 0


def test_colleagues_set_a_cause_up(client, programme):
    client.force_login(colleague(Role.MARKETING))
    said = {
        "name": "Sea",
        "code": "sea",
        "event": "meeting",
        "of": "",
        "every": "10",
        "singular": "kilo",
        "plural": "kilos",
        "other_words": "tr: kilo, kilo",
        "cost_minor": "1.20",
        "pledge": "500",
        "valid_from": "2025-04-01",
    }

    answer = client.post(reverse("staff:setup-new", args=[programme.slug, "cause"]), said)

    assert answer.status_code == 302
    version = SetupVersion.objects.get(setup__code="sea")
    assert version.definition["cost_minor"] == 120
    assert "of" not in version.definition
    shown = page(client, "staff:setups", programme.slug).content.decode()
    assert "10 events meeting make 1 kilo." in shown
    again = page(client, "staff:setup-draft", programme.slug, "cause", forest(programme).code)
    assert again.context["form"].initial["other_words"] == "tr: ağaç, ağaç"
