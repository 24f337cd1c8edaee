"""A file is held against what is live, handed in by one person, approved by another, and read back."""

import datetime as dt

import pytest

from accounts.programmes.models import CurrencyTerms, Programme
from accounts.programmes.notice import PointsWouldBuyLess
from rewards.catalogue.models import Reward, RewardVersion
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.programme_files.files import MalformedFile, read_programme_file
from rewards.programme_files.models import ProgrammeDraft
from rewards.programme_files.services import (
    AnotherPersonMustApproveFile,
    DraftIsDecided,
    DraftIsNotNew,
    NothingToDo,
    OtherProgramme,
    approve_draft,
    difference,
    draft_file,
    export_programme,
    withdraw_draft,
)
from tests.accounts.factories import UserFactory
from tests.rewards.programme_files.stage import AT, FIRST_DAY, LATER, live_programme, plain, read, told
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db
NEW_RULE = (
    "  fruit-twice:",
    "  extra:\n    name: Ten for a code\n    kind: fixed\n    points: 10\n    when: order.codes has SUMMER\n  fruit-twice:",
)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (EarningRuleVersion, CurrencyTerms, RewardVersion, ProgrammeDraft))


def test_a_programme_that_was_opened_from_a_file_does_not_differ_from_it():
    programme = live_programme()

    assert difference(file=read(), programme=programme, on=FIRST_DAY) == []
    assert difference(file=read(), programme=programme, on=LATER) == []


def test_what_is_exported_is_in_order_changes_nothing_and_is_exported_the_same():
    programme = live_programme()

    text = export_programme(programme=programme, on=LATER)

    again = read_programme_file(text)
    assert difference(file=again, programme=programme, on=LATER) == []
    assert again.sections == read().sections
    assert "points: 1\n    step: 1.00\n" in text


def test_the_difference_is_told_in_words():
    programme = live_programme()
    file = read(
        NEW_RULE,
        ("points: 1\n    step: 1.00", "points: 2\n    step: 1.00"),
        ("price_points: 100", "price_points: 120"),
        ("number: 12}", "number: 18}"),
        ("where: category under fruit and price >= 2.50", "where: category under fruit"),
    )

    assert told(difference(file=file, programme=programme, on=LATER)) == [
        "Points points changes",
        "terms.expiry.number: 12 becomes 18",
        "Earning rule extra is added",
        "name: Ten for a code",
        "kind: fixed",
        "points: 10",
        "when: order.codes has SUMMER",
        "Earning rule every-dollar changes",
        "points: 1 becomes 2",
        "Earning rule fruit-twice changes",
        "where: category under fruit and price >= 2.50 becomes category under fruit",
        "Reward coffee changes",
        "price_points: 100 becomes 120",
    ]


def test_an_approved_file_writes_new_versions_from_its_first_day_and_leaves_the_old_ones():
    programme = live_programme()
    author, approver = UserFactory.create(), UserFactory.create()
    file = read(NEW_RULE, ("points: 1\n    step: 1.00", "points: 2\n    step: 1.00"), ("price_points: 100", "price_points: 80"))
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)

    approve_draft(draft=draft, approver=approver, at=AT)

    versions = EarningRuleVersion.objects.filter(rule__code="every-dollar").order_by("version")
    assert [(row.definition["points"], row.valid_from, row.author, row.approver) for row in versions] == [
        (1, FIRST_DAY, versions[0].author, None),
        (2, LATER, author, approver),
    ]
    assert difference(file=file, programme=programme, on=LATER) == []
    assert difference(file=read(), programme=programme, on=LATER - dt.timedelta(days=1)) == []
    draft.refresh_from_db()
    assert (draft.approver, draft.approved_at) == (approver, AT)


@pytest.mark.parametrize("shorter", [(), (("  slug: plain-club", "  devaluation_notice_days: 0\n  slug: plain-club"),)])
def test_a_file_by_which_points_buy_less_waits_until_members_can_have_heard(shorter):
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    file = read(("price_points: 100", "price_points: 120"), *shorter)
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)

    with refused(PointsWouldBuyLess):
        approve_draft(draft=draft, approver=approver, at=AT)


def test_the_same_file_again_is_nothing_to_do():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    file = read(NEW_RULE)
    first = draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)
    assert draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT) == first
    approve_draft(draft=first, approver=approver, at=AT)
    before = counts()

    with pytest.raises(NothingToDo):
        draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)

    assert counts() == before


def test_what_a_file_leaves_out_ends():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    start = read().text.index("  fruit-twice:")
    end = read().text.index("rewards:")
    file = read_programme_file(read().text[:start] + read().text[end:])
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)

    changes = approve_draft(draft=draft, approver=approver, at=AT)

    assert told(changes) == ["Earning rule fruit-twice ends"]
    in_force = EarningRuleVersion.objects.filter(rule__programme=programme)
    assert set(in_force.in_force_on(LATER).values_list("rule__code", flat=True)) == {"every-dollar"}
    assert "fruit-twice" in in_force.in_force_on(LATER - dt.timedelta(days=1)).values_list("rule__code", flat=True)
    assert difference(file=file, programme=programme, on=LATER) == []


def test_a_reward_that_is_left_out_is_withdrawn_and_comes_back():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    text = plain()
    start, end = text.index("rewards:"), text.index("examples:")
    without = read_programme_file(text[:start])
    assert end > start
    approve_draft(draft=draft_file(file=without, programme=programme, effective_on=LATER, author=author, at=AT), approver=approver, at=AT)
    assert not Reward.objects.get().is_active

    approve_draft(draft=draft_file(file=read(), programme=programme, effective_on=LATER, author=author, at=AT), approver=approver, at=AT)

    assert Reward.objects.get().is_active
    assert difference(file=read(), programme=programme, on=LATER) == []


def test_settings_and_words_change_with_the_approval():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    file = read(
        ("name: Plain Club", "name: Plain & Good\n  return_window_days: 60"),
        ("plural: points", "plural: credits"),
        ("tr: Her dolar için bir puan.", "tr: Bir puan."),
    )

    approve_draft(draft=draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT), approver=approver, at=AT)

    programme.refresh_from_db()
    assert (programme.name, programme.return_window_days, programme.currencies.get().plural) == ("Plain & Good", 60, "credits")
    assert programme.terms.filter(locale="tr").order_by("-version").first().text == "Bir puan."
    assert difference(file=file, programme=programme, on=LATER) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("currency: USD", "currency: EUR", "plain.yaml:11:13: programme.currency: This never changes once it is there (it is USD)."),
        ("kind: goods", "kind: voucher", "rewards.coffee.kind: This never changes once it is there (it is goods)."),
        (
            "singular: point",
            "scale: 2\n    singular: point",
            "currencies.points.scale: This never changes once it is there (it is not said).",
        ),
    ],
)
def test_what_never_changes_is_refused_with_its_line(old, new, said):
    programme = live_programme()

    with pytest.raises(MalformedFile) as refused:
        difference(file=read((old, new)), programme=programme, on=LATER)

    assert said in refused.value.lines[0]


def test_a_file_of_another_programme_is_refused():
    with pytest.raises(OtherProgramme):
        difference(file=read(("slug: plain-club", "slug: other")), programme=live_programme(), on=LATER)


def test_nobody_approves_a_file_of_their_own_and_nothing_is_written():
    programme, author = live_programme(), UserFactory.create()
    draft = draft_file(file=read(NEW_RULE), programme=programme, effective_on=LATER, author=author, at=AT)
    before = counts()

    with pytest.raises(AnotherPersonMustApproveFile):
        approve_draft(draft=draft, approver=author, at=AT)

    assert counts() == before
    assert not EarningRule.objects.filter(code="extra").exists()


def test_one_part_that_is_refused_leaves_all_as_it_was():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    tomorrow = AT.date() + dt.timedelta(days=1)
    text = plain(NEW_RULE)
    file = read_programme_file(text[: text.index("  fruit-twice:")] + text[text.index("rewards:") :])
    draft = draft_file(file=file, programme=programme, effective_on=tomorrow, author=author, at=AT)
    before = counts()

    with pytest.raises(Exception, match="two days from now"):
        approve_draft(draft=draft, approver=approver, at=AT)

    assert counts() == before
    assert not EarningRule.objects.filter(code="extra").exists()


def test_a_file_begins_tomorrow_or_later():
    programme, author = live_programme(), UserFactory.create()

    with pytest.raises(DraftIsNotNew):
        draft_file(file=read(NEW_RULE), programme=programme, effective_on=AT.date(), author=author, at=AT)

    assert not ProgrammeDraft.objects.exists()


def test_a_file_whose_day_has_come_is_handed_in_again():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    draft = draft_file(file=read(NEW_RULE), programme=programme, effective_on=LATER, author=author, at=AT)

    with pytest.raises(DraftIsNotNew):
        approve_draft(draft=draft, approver=approver, at=AT + dt.timedelta(days=60))

    draft.refresh_from_db()
    assert draft.waits


def test_a_file_is_decided_once():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    draft = draft_file(file=read(NEW_RULE), programme=programme, effective_on=LATER, author=author, at=AT)
    withdraw_draft(draft=draft, at=AT)

    for again in (lambda: approve_draft(draft=draft, approver=approver, at=AT), lambda: withdraw_draft(draft=draft, at=AT)):
        with pytest.raises(DraftIsDecided):
            again()

    assert not EarningRule.objects.filter(code="extra").exists()


def test_a_sandbox_goes_live_by_its_file():
    """The sandbox's export, under the live programme's address, makes the live one like it."""
    sandbox = live_programme(read(NEW_RULE, ("slug: plain-club", "slug: sandbox"), ("name: Plain Club", "name: Sandbox")))
    live, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    text = export_programme(programme=sandbox, on=LATER).replace("name: Sandbox", "name: Plain Club")

    file = read_programme_file(text, instead={"slug": live.slug})
    approve_draft(draft=draft_file(file=file, programme=live, effective_on=LATER, author=author, at=AT), approver=approver, at=AT)

    assert EarningRule.objects.filter(programme=live, code="extra").exists()
    assert Programme.objects.get(slug="sandbox").name == "Sandbox"
