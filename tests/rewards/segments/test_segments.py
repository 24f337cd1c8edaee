"""Segments: lists and rules, and what purchases ask of them."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rewards.earning.domain.expressions import read
from rewards.purchases.surroundings import segments_of_members
from rewards.segments.domain import MalformedSegment, SegmentKind, compile_segment
from rewards.segments.models import SegmentMember, SegmentVersion
from rewards.segments.services import (
    AnotherPersonMustApproveSegment,
    MalformedCode,
    NotAList,
    NotARule,
    SegmentAlreadyApproved,
    SegmentExists,
    SegmentIsNotNew,
    add_to_list,
    approve_segment,
    draft_segment,
    open_segment,
    take_off_list,
)
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.purchases.test_vocabulary import bring_back, buy, fixed, open_with

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def when(text):
    return {"when": read(text, of_lines=False, decimals=2)}


def a_list(programme, code="vips", *members):
    segment = open_segment(programme=programme, code=code, name=code, kind=SegmentKind.STATIC)
    add_to_list(segment=segment, members=[member.pk for member in members], at=AT - DAY)
    return segment


def a_rule(programme, text, code="spenders", *, valid_from=None):
    segment = open_segment(programme=programme, code=code, name=code, kind=SegmentKind.RULE)
    version = draft_segment(segment=segment, definition=when(text), valid_from=valid_from or (AT - DAY).date(), author=UserFactory.create())
    approve_segment(version=version, approver=UserFactory.create(), at=AT - 10 * DAY)
    return segment


HAS_VIPS = {"when": {"field": "member.segments", "op": "has", "value": "vips"}}


def test_a_rule_asks_for_a_list_and_a_return_is_judged_by_the_list_as_it_was():
    programme = open_with(fixed(10, **HAS_VIPS))
    listed, other = MemberFactory.create_batch(2, programme=programme)
    segment = a_list(programme, "vips", listed)

    purchase = buy(listed, 500, 500)
    assert (purchase.units, buy(other, 500, receipt="R2").units) == (10, 0)
    assert purchase.facts["facts"] == {"member.segments": ["vips"]}

    take_off_list(segment=segment, members=[listed.pk], at=AT)
    assert bring_back(purchase, "1", at=AT + DAY) == 0
    assert buy(listed, 500, receipt="R3").units == 0


def test_a_rule_segment_is_evaluated_at_the_purchase_with_what_was_bought_before():
    programme = open_with(fixed(10, when={"field": "member.segments", "op": "has", "value": "spenders"}))
    a_rule(programme, "history.spend.30d >= 50.00")
    member = MemberFactory.create(programme=programme)

    given = [buy(member, 3_000, receipt=f"R{n}").units for n in range(3)]

    assert given == [0, 0, 10]


def test_only_the_asked_segments_are_looked_up():
    programme = open_with(fixed(10, **HAS_VIPS))
    a_list(programme, "vips")
    a_rule(programme, "history.spend.30d >= 50.00")
    member = MemberFactory.create(programme=programme)
    buy(member, 100)

    with CaptureQueriesContext(connection) as seen:
        buy(member, 100, receipt="R2")

    assert len([of for of in seen.captured_queries if "rewards_segment" in of["sql"]]) == 2
    assert not [of for of in seen.captured_queries if "rewards_segmentversion" in of["sql"]]


def test_a_new_version_counts_from_its_day():
    programme = ProgrammeFactory.create()
    member = MemberFactory.create(programme=programme, at=AT - 40 * DAY)
    segment = a_rule(programme, "member.days >= 10")
    version = draft_segment(
        segment=segment, definition=when("member.days >= 100"), valid_from=(AT + DAY).date(), author=UserFactory.create()
    )
    approve_segment(version=version, approver=UserFactory.create(), at=AT)

    now, tomorrow = (segments_of_members([member], {"spenders"}, at=at)[0] for at in (AT, AT + DAY))

    assert (now, tomorrow) == ({"spenders"}, frozenset())


def test_putting_members_on_a_list_twice_is_the_same_and_others_are_left_out():
    programme = ProgrammeFactory.create()
    one, two = MemberFactory.create_batch(2, programme=programme)
    stranger = MemberFactory.create()
    segment = a_list(programme)

    counts = [add_to_list(segment=segment, members=[one.pk, two.pk, stranger.pk, one.pk], at=AT) for _time in range(2)]
    gone = [take_off_list(segment=segment, members=[one.pk], at=AT) for _time in range(2)]
    again = add_to_list(segment=segment, members=[one.pk], at=AT + DAY)

    assert (counts, gone, again) == ([2, 0], [1, 0], 1)
    assert SegmentMember.objects.filter(segment=segment, removed_at__isnull=True).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": {"field": "order.price", "op": "ge", "value": 1}},
        {"when": {"field": "time.hour", "op": "ge", "value": 1}},
        {"when": {"field": "member.segments", "op": "has", "value": "vips"}},
        {
            "when": {
                "all": [
                    {"field": "member.days", "op": "ge", "value": 1},
                    {"lines": "any", "where": {"field": "sku", "op": "eq", "value": "A"}},
                ]
            }
        },
        {"when": {"field": "campaign.spring", "op": "eq", "value": "in"}},
        {"when": {"none": []}},
        {"when": None},
        {},
        {"when": {"field": "member.days", "op": "ge", "value": 1}, "colour": "red"},
    ],
)
def test_a_segment_asks_only_for_the_member_and_the_history(wrong):
    with pytest.raises(MalformedSegment) as refused:
        compile_segment(wrong)

    assert refused.value.errors


def test_a_rule_cannot_ask_for_a_campaign_by_a_condition():
    with pytest.raises(MalformedSegment):
        compile_segment({"when": {"field": "campaign.spring", "op": "eq", "value": "holdout"}})


def test_refusals_change_nothing():
    programme = ProgrammeFactory.create()
    people, rule = a_list(programme), a_rule(programme, "member.days >= 10")
    author = UserFactory.create()
    draft = draft_segment(segment=rule, definition=when("member.days >= 20"), valid_from=(AT + DAY).date(), author=author)

    with pytest.raises(SegmentExists):
        open_segment(programme=programme, code="vips", name="Others", kind=SegmentKind.RULE)
    with pytest.raises(MalformedCode):
        open_segment(programme=programme, code="Not a code", name="Others", kind=SegmentKind.RULE)
    with pytest.raises(NotAList):
        add_to_list(segment=rule, members=[], at=AT)
    with pytest.raises(NotARule):
        draft_segment(segment=people, definition=when("member.days >= 1"), valid_from=AT.date(), author=author)
    with pytest.raises(AnotherPersonMustApproveSegment):
        approve_segment(version=draft, approver=author, at=AT)
    with pytest.raises(SegmentIsNotNew):
        approve_segment(version=draft, approver=UserFactory.create(), at=AT + DAY)
    with pytest.raises(SegmentAlreadyApproved):
        approve_segment(version=rule.versions.get(version=1), approver=UserFactory.create(), at=AT)

    draft.refresh_from_db()
    assert draft.approved_at is None and programme.segments.count() == 2


def test_an_approved_version_is_never_changed():
    segment = a_rule(ProgrammeFactory.create(), "member.days >= 10")

    with pytest.raises(IntegrityError), transaction.atomic():
        SegmentVersion.objects.filter(segment=segment).update(valid_from=AT.date())
