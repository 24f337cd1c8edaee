"""Who may open which staff page: every page, every role."""

import pytest
from django.urls import reverse

from accounts.partners.domain import Scope
from accounts.partners.services import issue_key
from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from loyalty.shell import staff_urls
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish, request_adjustment
from tests.accounts.factories import PartnerFactory
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year

pytestmark = pytest.mark.django_db

SEE_REPORTS = {Role.MARKETING, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
FIND_MEMBERS = {Role.CASHIER, Role.SUPPORT, Role.AUDITOR, Role.ADMINISTRATOR}
VIEW_MEMBERS = {Role.SUPPORT, Role.AUDITOR, Role.ADMINISTRATOR}
EDIT_MEMBERS = {Role.SUPPORT}
ASK = {Role.SUPPORT, Role.FINANCE_PREPARER}
CORRECTIONS = {Role.SUPPORT, Role.MARKETING, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
VIEW_PROGRAMME = {Role.MARKETING, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
PREPARE_RULES = {Role.MARKETING}
APPROVE_RULES = {Role.FINANCE_APPROVER}
MANAGE = {Role.ADMINISTRATOR}
SEE_PARTNERS = {Role.AUDITOR, Role.ADMINISTRATOR}
EVERYBODY = set(Role)
ALLOWED = {
    "home": SEE_REPORTS,
    "search": FIND_MEMBERS,
    "members": FIND_MEMBERS,
    "members-csv": VIEW_MEMBERS,
    "member": FIND_MEMBERS,
    "member-lots": FIND_MEMBERS,
    "member-edit": EDIT_MEMBERS,
    "member-status": EDIT_MEMBERS,
    "member-adjust": ASK,
    "movement": FIND_MEMBERS,
    "purchases": FIND_MEMBERS,
    "purchase": FIND_MEMBERS,
    "redemption": FIND_MEMBERS,
    "adjustments": CORRECTIONS,
    "adjustment": CORRECTIONS,
    "programmes": VIEW_PROGRAMME,
    "programme": VIEW_PROGRAMME,
    "programme-state": MANAGE,
    "programme-texts": MANAGE,
    "terms-draft": PREPARE_RULES,
    "terms-approve": APPROVE_RULES,
    "rules": VIEW_PROGRAMME,
    "rule-draft": PREPARE_RULES,
    "rule-approve": APPROVE_RULES,
    "tiers": VIEW_PROGRAMME,
    "rewards": EVERYBODY,
    "reward-new": PREPARE_RULES,
    "reward": EVERYBODY,
    "reward-stock": PREPARE_RULES,
    "reward-draft": PREPARE_RULES,
    "reward-offer": PREPARE_RULES,
    "reward-approve": APPROVE_RULES,
    "partners": SEE_PARTNERS,
    "partner-new": MANAGE,
    "partner": SEE_PARTNERS,
    "partner-key": MANAGE,
    "partner-key-rotate": MANAGE,
    "partner-key-revoke": MANAGE,
}
ONLY_POSTED = {"terms-approve", "rule-approve", "reward-offer", "reward-approve", "partner-key-rotate"}


@pytest.fixture
def addresses() -> dict[str, str]:
    """An address of every page, of things that are there."""
    shop = open_shop()
    member = shop.member()
    story = tell_a_year(shop, member)
    reward = shop.programme.rewards.get(code="coffee")
    partner = PartnerFactory.create(legal_entity=shop.programme.legal_entity)
    key, _raw = issue_key(partner=partner, name="Till", scopes=[Scope.MEMBERS_READ], programmes=[shop.programme])
    wish = Wish(direction=Direction.ADD, units=5, reason=AdjustmentReason.GOODWILL, note="Waited long")
    asked = request_adjustment(member=member, wish=wish, at=NOW, staff=colleague(Role.SUPPORT))
    slug, currency = shop.programme.slug, currency_of(shop.programme)
    rule = currency.programme.earning_rules.get(code="every-pound")
    arguments = {
        **{name: [member.pk] for name in ("member", "member-lots", "member-edit", "member-status", "member-adjust")},
        "movement": [story["today"].earned[0]["movement"]],
        "purchase": [story["returned"].pk],
        "redemption": [story["used"].pk],
        "adjustment": [asked.pk],
        **{name: [slug] for name in ("programme", "programme-state", "programme-texts", "rules", "tiers")},
        "terms-draft": [slug, currency.code],
        "terms-approve": [slug, currency.terms.get().pk],
        "rule-draft": [slug, rule.code],
        "rule-approve": [slug, rule.versions.get().pk],
        **{name: [reward.pk] for name in ("reward", "reward-stock", "reward-draft", "reward-offer")},
        "reward-approve": [reward.pk, reward.versions.get().pk],
        **{name: [partner.pk] for name in ("partner", "partner-key")},
        **{name: [partner.pk, key.pk] for name in ("partner-key-rotate", "partner-key-revoke")},
    }
    return {name: reverse(f"staff:{name}", args=arguments.get(name, [])) for name in ALLOWED}


def answer(client, name, address):
    """Return the status of a page: asked for, or posted to where it takes nothing else."""
    return (client.post if name in ONLY_POSTED else client.get)(address).status_code


def test_every_page_of_this_table_is_there_and_none_is_missing():
    routed = {page.name for page in (*staff_urls._PEOPLE_AND_PURCHASES, *staff_urls._PROGRAMME)} | {"home"}

    assert routed == set(ALLOWED)


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_pages_and_no_others(client, addresses, role):
    client.force_login(colleague(role))

    refused = {name for name, address in addresses.items() if answer(client, name, address) == 403}

    assert refused == {name for name, roles in ALLOWED.items() if role not in roles}


def test_what_is_not_refused_works(client, addresses):
    client.force_login(colleague(*Role))

    statuses = {name: answer(client, name, address) for name, address in addresses.items()}

    assert {name: status for name, status in statuses.items() if status not in {200, 302}} == {}


def test_others_sign_in_first_and_come_back(client, addresses):
    for name, address in addresses.items():
        response = (client.post if name in ONLY_POSTED else client.get)(address)

        assert response.status_code == 302, name
        assert response["Location"] == f"{reverse('account_login')}?next={address}", name


def test_members_are_refused_everywhere(client, addresses):
    shop_member = colleague()
    client.force_login(shop_member)

    assert {answer(client, name, address) for name, address in addresses.items()} == {403}


def test_pages_of_what_is_not_there_are_not_found(client, addresses):
    client.force_login(colleague(*Role))
    nobody = "00000000-0000-7000-8000-000000000000"

    for name in ("member", "member-lots", "member-edit", "movement", "purchase", "redemption", "adjustment"):
        assert client.get(reverse(f"staff:{name}", args=[nobody])).status_code == 404, name
    for name in ("reward", "partner"):
        assert client.get(reverse(f"staff:{name}", args=[999_999])).status_code == 404, name
    assert client.get(reverse("staff:programme", args=["nowhere"])).status_code == 404
