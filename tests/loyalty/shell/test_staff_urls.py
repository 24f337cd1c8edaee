"""Who may open which staff page: every page, every role."""

import uuid

import pytest
from django.urls import reverse

from accounts.partners.domain import Scope
from accounts.partners.services import issue_key
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms
from accounts.staff.roles import Role
from loyalty.shell import staff_urls
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish, request_adjustment
from rewards.transfers.services import send_points
from tests.accounts.buyers.stage import buyer_addresses
from tests.accounts.factories import PartnerFactory
from tests.colleagues import colleague
from tests.loyalty.shell.staff_addresses import event_addresses, setup_addresses, tier_addresses
from tests.reporting.factories import NOW, open_shop, tell_a_year

pytestmark = pytest.mark.django_db

SEE_REPORTS = {Role.MARKETING, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
FIND_MEMBERS = {Role.CASHIER, Role.SUPPORT, Role.AUDITOR, Role.ADMINISTRATOR}
VIEW_MEMBERS = {Role.SUPPORT, Role.AUDITOR, Role.ADMINISTRATOR}
EDIT_MEMBERS = {Role.SUPPORT}
ASK = {Role.SUPPORT, Role.FINANCE_PREPARER}
MODERATE = {Role.SUPPORT, Role.MARKETING}
EVENTS = FIND_MEMBERS | ASK | {Role.FINANCE_APPROVER}
CORRECTIONS = {Role.SUPPORT, Role.MARKETING, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
VIEW_PROGRAMME = {Role.MARKETING, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
PREPARE_RULES = {Role.MARKETING}
APPROVE_RULES = {Role.FINANCE_APPROVER}
MANAGE = {Role.ADMINISTRATOR}
SEE_PARTNERS = {Role.AUDITOR, Role.ADMINISTRATOR}
EVERYBODY = set(Role)
OF_A_MEMBER = ("member", "member-peek", "member-lots", "member-what-if", "member-edit", "member-status", "member-adjust")
ALLOWED = {
    "home": SEE_REPORTS,
    "filter-save": FIND_MEMBERS,
    "filter-delete": FIND_MEMBERS,
    "list-columns": FIND_MEMBERS,
    "search": FIND_MEMBERS,
    "members": FIND_MEMBERS,
    "members-csv": VIEW_MEMBERS,
    **dict.fromkeys(("member", "member-peek", "member-lots", "member-what-if"), FIND_MEMBERS),
    **dict.fromkeys(("member-edit", "member-status", "member-buyer-close"), EDIT_MEMBERS),
    "member-buyers": FIND_MEMBERS | EDIT_MEMBERS,
    "member-adjust": ASK,
    "movement": FIND_MEMBERS,
    "purchases": FIND_MEMBERS,
    "purchase": FIND_MEMBERS,
    "gift-cards": CORRECTIONS,
    "gift-card": CORRECTIONS,
    "gift-card-new": {Role.FINANCE_APPROVER},
    "gift-card-request": {Role.FINANCE_APPROVER},
    "gift-card-block": ASK | {Role.FINANCE_APPROVER},
    "reviews": MODERATE,
    "review": MODERATE,
    "review-withdraw": MODERATE,
    "events": EVENTS,
    "event": EVENTS,
    "event-peek": EVENTS,
    "event-undo": ASK,
    "purchase-peek": FIND_MEMBERS,
    "redemption": FIND_MEMBERS,
    "redemption-cancel": EDIT_MEMBERS,
    "transfer": FIND_MEMBERS,
    "transfer-undo": EDIT_MEMBERS,
    "recognition-undo": EDIT_MEMBERS,
    "adjustments": CORRECTIONS,
    "adjustment": CORRECTIONS,
    "adjustment-peek": CORRECTIONS,
    "programmes": VIEW_PROGRAMME,
    "programme": VIEW_PROGRAMME,
    "programme-state": MANAGE,
    "programme-texts": MANAGE,
    "currency-new": PREPARE_RULES,
    "terms-draft": PREPARE_RULES,
    "terms-approve": APPROVE_RULES,
    "rules": VIEW_PROGRAMME,
    **dict.fromkeys(("rule-new", "rule-draft"), PREPARE_RULES),
    "rule-approve": APPROVE_RULES,
    "setups": VIEW_PROGRAMME,
    "referrals": FIND_MEMBERS | PREPARE_RULES,
    **dict.fromkeys(
        ("subscriptions", "subscription", "recognitions"), FIND_MEMBERS | PREPARE_RULES | {Role.FINANCE_PREPARER, Role.FINANCE_APPROVER}
    ),
    **dict.fromkeys(("causes", "cause", "cause-report"), VIEW_PROGRAMME),
    "cause-hand-over": {Role.FINANCE_PREPARER},
    "check-in-points": VIEW_PROGRAMME,
    "check-in-point-new": PREPARE_RULES,
    "check-in-point": VIEW_PROGRAMME,
    "check-in-point-close": PREPARE_RULES,
    **dict.fromkeys(("partner-prices", "partner-statements", "partner-statement", "partner-statement-file"), VIEW_PROGRAMME),
    "partner-price-approve": APPROVE_RULES,
    "conversions": VIEW_PROGRAMME,
    "conversion-rate": PREPARE_RULES,
    "conversion-rate-approve": APPROVE_RULES,
    "setup-new": PREPARE_RULES,
    "setup-draft": PREPARE_RULES,
    "setup-approve": APPROVE_RULES,
    "campaigns": VIEW_PROGRAMME,
    "campaign": VIEW_PROGRAMME,
    **dict.fromkeys(("campaign-new", "campaign-draft"), PREPARE_RULES),
    "campaign-turn": PREPARE_RULES | APPROVE_RULES,
    "campaign-approve": APPROVE_RULES,
    **dict.fromkeys(("back-tests", "back-test", "back-test-progress", "back-test-export"), VIEW_PROGRAMME),
    **dict.fromkeys(("trade-files", "trade-file", "trade-file-progress"), VIEW_PROGRAMME),
    **dict.fromkeys(("trade-file-new", "trade-file-forget"), PREPARE_RULES),
    **dict.fromkeys(("back-test-new", "back-test-repeat", "back-test-stop"), PREPARE_RULES),
    "back-test-accept": APPROVE_RULES,
    **dict.fromkeys(("playbooks", "playbook-run"), VIEW_PROGRAMME),
    **dict.fromkeys(("playbook", "playbook-preview"), PREPARE_RULES),
    "playbook-approve": APPROVE_RULES,
    "recalculations": VIEW_PROGRAMME,
    **dict.fromkeys(("recalculation-undo", "recalculation-past"), PREPARE_RULES),
    **dict.fromkeys(("recalculation", "recalculation-progress", "recalculation-purchases"), VIEW_PROGRAMME),
    **dict.fromkeys(("imports", "import", "import-progress", "import-undo", "import-undo-progress"), VIEW_PROGRAMME | ASK),
    **dict.fromkeys(("import-new", "import-undo-new"), ASK),
    **dict.fromkeys(("import-rows", "import-report", "import-undo-lines", "import-undo-report"), CORRECTIONS - {Role.MARKETING}),
    **dict.fromkeys(("segments", "segment"), VIEW_PROGRAMME),
    **dict.fromkeys(("segment-new", "segment-draft", "segment-list"), PREPARE_RULES),
    "segment-approve": APPROVE_RULES,
    "tiers": VIEW_PROGRAMME,
    **dict.fromkeys(("ladder-new", "ladder-draft"), PREPARE_RULES),
    "ladder-approve": APPROVE_RULES,
    "tier-checks": {Role.SUPPORT, Role.MARKETING, Role.AUDITOR, Role.ADMINISTRATOR},
    "tier-awards": CORRECTIONS,
    "tier-award": CORRECTIONS,
    "member-tier": ASK,
    "programme-new": MANAGE,
    "programme-from": MANAGE,
    "programme-file": VIEW_PROGRAMME,
    "programme-export": VIEW_PROGRAMME,
    "file-approve": APPROVE_RULES,
    "file-withdraw": PREPARE_RULES,
    "rewards": EVERYBODY,
    "reward-new": PREPARE_RULES,
    "reward": EVERYBODY,
    "reward-stock": PREPARE_RULES,
    "reward-draft": PREPARE_RULES,
    "reward-offer": PREPARE_RULES,
    "reward-approve": APPROVE_RULES,
    "companies": MANAGE,
    "company-new": MANAGE,
    "partners": SEE_PARTNERS,
    "partner-new": MANAGE,
    "partner": SEE_PARTNERS,
    "partner-key": MANAGE,
    "partner-key-rotate": MANAGE,
    "partner-key-revoke": MANAGE,
    "connectors": SEE_PARTNERS,
    "connector-new": MANAGE,
    "connector": SEE_PARTNERS,
    "connector-change": MANAGE,
    "connector-secret": MANAGE,
    "connector-turn": MANAGE,
    "delivery": SEE_PARTNERS,
    "privacy-wishes": SEE_PARTNERS,
    "privacy-wish": SEE_PARTNERS,
    "delivery-retry": MANAGE,
}
ONLY_POSTED = {
    "trade-file-forget",
    "member-buyer-close",
    "list-columns",
    "file-approve",
    "file-withdraw",
    "playbook-preview",
    "playbook-approve",
    "terms-approve",
    "rule-approve",
    "ladder-approve",
    "setup-approve",
    "conversion-rate-approve",
    "partner-price-approve",
    "campaign-approve",
    "segment-approve",
    "reward-offer",
    "reward-approve",
    "partner-key-rotate",
    "connector-turn",
    "delivery-retry",
}


@pytest.fixture
def addresses() -> dict[str, str]:
    shop = open_shop(terms=Terms(expiry_number=12, may_be_sent=True))
    member = shop.member()
    story = tell_a_year(shop, member)
    reward = shop.programme.rewards.get(code="coffee")
    partner = PartnerFactory.create(legal_entity=shop.programme.legal_entity)
    key, _raw = issue_key(partner=partner, name="Till", scopes=[Scope.MEMBERS_READ], programmes=[shop.programme])
    wish = Wish(direction=Direction.ADD, units=5, reason=AdjustmentReason.GOODWILL, note="Waited long")
    asked = request_adjustment(member=member, wish=wish, at=NOW, staff=colleague(Role.SUPPORT))
    friend = shop.member("Grace", "grace@example.org")
    sent = send_points(sender=member, receiver=friend, units=1, source="portal", at=NOW)
    slug, currency = shop.programme.slug, currency_of(shop.programme)
    rule = currency.programme.earning_rules.get(code="every-pound")
    arguments = {
        **tier_addresses(currency.programme, member),
        **{name: [member.pk] for name in OF_A_MEMBER},
        "movement": [story["today"].earned[0]["movement"]],
        **event_addresses(shop.programme, member),
        **{name: [story["returned"].pk] for name in ("purchase", "purchase-peek")},
        **{name: [story["used"].pk] for name in ("redemption", "redemption-cancel")},
        **{name: [sent.pk] for name in ("transfer", "transfer-undo")},
        **{name: [asked.pk] for name in ("adjustment", "adjustment-peek")},
        **{name: [slug] for name in ("programme", "programme-state", "programme-texts", "rules", "rule-new")},
        **{name: [slug] for name in ("programme-file", "programme-export", "back-tests", "back-test-new")},
        **setup_addresses(shop.programme),
        **{name: ["members"] for name in ("filter-save", "list-columns")},
        "filter-delete": ["members", uuid.uuid4()],
        "programme-from": ["coffee-stars"],
        **{name: [slug, uuid.uuid4()] for name in ("file-approve", "file-withdraw")},
        "currency-new": [slug],
        "terms-draft": [slug, currency.code],
        "terms-approve": [slug, currency.terms.get().pk],
        "rule-draft": [slug, rule.code],
        "rule-approve": [slug, rule.versions.get().pk],
        **{name: [reward.pk] for name in ("reward", "reward-stock", "reward-draft", "reward-offer")},
        "reward-approve": [reward.pk, reward.versions.get().pk],
        **{name: [partner.pk] for name in ("partner", "partner-key")},
        **buyer_addresses(member),
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

    of_members = ("member", "member-lots", "member-what-if", "member-edit", "member-buyers", "movement", "purchase", "event", "review")
    for name in (*of_members, "redemption", "transfer", "adjustment", "connector", "delivery", "privacy-wish"):
        assert client.get(reverse(f"staff:{name}", args=[nobody])).status_code == 404, name
    for name in ("reward", "partner"):
        assert client.get(reverse(f"staff:{name}", args=[999_999])).status_code == 404, name
    assert client.get(reverse("staff:programme", args=["nowhere"])).status_code == 404
