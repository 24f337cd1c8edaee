"""Segments and campaigns in a file: each fault has its line, approval is theirs, and what is over is not begun again."""

import pytest

from rewards.campaigns.models import Campaign, CampaignBudget, CampaignVersion
from rewards.campaigns.services import CampaignHasBegun
from rewards.earning.models import EarningRule
from rewards.programme_files.examples.running import run_examples
from rewards.programme_files.files import MalformedFile, read_programme_file
from rewards.programme_files.models import ProgrammeDraft
from rewards.programme_files.services import approve_draft, difference, draft_file, export_programme
from rewards.segments.models import Segment, SegmentMember, SegmentVersion
from rewards.segments.services import add_to_list
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.programme_files.stage import (
    AT,
    LATER,
    SUMMER,
    WITH_SUMMER,
    approved,
    example,
    faults_of,
    first_failing,
    live_programme,
    read,
    read_example,
    told,
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: static", "kind: list", "segments.crew.kind: list is not known here. Choose one of static, rule."),
        ("kind: static", "kind: static\n    when: member.days = 1", "segments.crew.when: A list has no condition"),
        ("    when: history.spend.90d = 0 and member.days >= 90\n", "", "segments.quiet: when is missing"),
        ("history.spend.90d = 0", "histroy.spend.90d = 0", "segments.quiet.when: Column 1: There is no field histroy.spend.90d."),
        ("history.spend.90d = 0", "order.paid >= 1.00", "segments.quiet.when: A segment cannot ask for order.paid"),
        ("history.spend.90d = 0", "member.tier = platin", "segments.quiet.when: The file has no tier platin."),
        ("name: Crew", "nmae: Crew", "segments.crew.nmae: nmae is not known. Did you mean name?"),
        ("  crew:\n    name", "  Crew:\n    name", "segments.Crew: Write a code"),
        ("segment: crew", "segment: cerw", "campaigns.spring.segment: The file has no segment cerw. Did you mean crew?"),
        ("segment: crew", "segment: [crew]", "campaigns.spring.segment: Write the code of a segment."),
        ("first_on: 2026-04-01", "first_on: 2026-02-30", "campaigns.spring.first_on: Write a day as 2026-05-31."),
        ("last_on: 2026-05-31", "last_on: 2026-03-31", "campaigns.spring.last_on: A campaign cannot end before it begins."),
        ("blackout: [2026-05-01]", "blackout: [May]", "campaigns.spring.blackout[0]: Write a day as 2026-05-31."),
        ("needs_clip: true", "needs_clip: 1", "campaigns.spring.needs_clip: Write true or false."),
        ("holdout_percent: 12.5", "holdout_percent: 51", "campaigns.spring.holdout_percent: Write a number from 0 to 50"),
        ("{points: 150.5,", "{points: 150.555,", "campaigns.spring.budget.points: Write a number of points"),
        ("{points: 150.5,", "{units: 15050,", "campaigns.spring.budget.units: units is not known."),
        ("cost: 400.00", "cost: 400.005", "campaigns.spring.budget.cost: Write the amount as digits"),
        ("uses: 1000", "uses: 0", "campaigns.spring.budget.uses: Write a whole number above 0."),
        ("metric: incremental_spend", "metric: spend", "campaigns.spring.goal.metric: Choose one of members, uses, incremental_spend."),
        ("figure: 5000.00", "figure: 5000.005", "campaigns.spring.goal.figure: Write the amount as digits"),
        ("needs_clip: true", "needs_cilp: true", "campaigns.spring.needs_cilp: needs_cilp is not known. Did you mean needs_clip?"),
        ("campaign: spring", "campaign: sprnig", "rules.spring.campaign: The file has no campaign sprnig. Did you mean spring?"),
        ("campaign: spring", "campaign: spring\n    trigger: birthday", "rules.spring.campaign: A rule of a campaign runs on purchases."),
        ("campaign: come-back", "campaign: spring", "rules.spring.campaign: Another rule of this campaign gives drops."),
        ("{enlist: crew, expect", "{enlist: quiet, expect", "enlist: quiet is not known here."),
        ("{crew: true, quiet: false}", "{crew: 1, quiet: false}", "expect.segments.crew: Write true or false."),
    ],
)
def test_each_fault_has_its_line(old, new, said):
    lines = faults_of(example((old, new)))

    assert any(said in one for one in lines), lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("segments: &a {x: *a}", "Anchors and aliases are not read"),
        ("campaigns: {x: {goal: " + "[" * 5_000, "levels deep"),
        ("segments: [1, 2]", "segments: Write a mapping"),
        ("campaigns: {x: 1}", "campaigns.x: Write a mapping"),
        ("campaigns: {x: {budget: [1], goal: 3, blackout: {a: b}, first_on: [], segment: {}}}", "campaigns.x.budget"),
        ("segments: {x: {name: [], when: 3}}", "segments.x.when: Write a condition as text"),
        ("ladders: {x: {metrics: 1, window: [], tiers: {a: b}}}", "ladders.x.tiers"),
        ("ladders: {x: {metrics: {a: []}, window: {kind: []}, tiers: [{reach: {all: 3}, keep: 7}, 4]}}", "ladders.x.tiers"),
        ("rules: {x: {campaign: [], caps: [3, {points: {}}]}}", "rules.x.campaign"),
        ("conversions: {x: {from: [], to: {}, step: []}}", "conversions.x.step"),
        ("quests: {x: {steps: [3], reward: {points: [], currency: []}}}", "quests.x.reward.points"),
        ("campaigns: {" + ", ".join(f"c{place}: {{}}" for place in range(4_000)) + "}", "name is missing"),
    ],
)
def test_whatever_stands_in_the_sections_is_refused_and_breaks_nothing(text, said):
    lines = faults_of(f"version: 1\n{text}\n")

    assert any(said in one for one in lines), lines[:20]


@pytest.mark.django_db
def test_what_a_file_adds_is_told_and_approved_by_the_second_person():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    file = read(WITH_SUMMER)
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)
    assert not Segment.objects.exists() and not Campaign.objects.exists()

    said = told(approve_draft(draft=draft, approver=approver, at=AT))

    assert said == [
        "Segment crew is added",
        "name: Crew",
        "kind: static",
        "Segment lapsed is added",
        "name: Lapsed",
        "when: history.spend.90d = 0.00",
        "Campaign summer is added",
        "name: Summer",
        "first_on: 2026-06-01",
        "last_on: 2026-08-31",
        "segment: lapsed",
        "budget.points: 5000",
        "Earning rule summer is added",
        "name: Ten in summer",
        "campaign: summer",
        "kind: fixed",
        "points: 10",
    ]
    [version] = CampaignVersion.objects.all()
    [rule] = SegmentVersion.objects.all()
    assert (version.author, version.approver, version.approved_at) == (author, approver, AT)
    assert (rule.author, rule.approver, rule.valid_from) == (author, approver, LATER)
    assert EarningRule.objects.get(code="summer").campaign.code == "summer"
    assert CampaignBudget.objects.get().campaign.code == "summer"
    assert difference(file=file, programme=programme, on=LATER) == []
    assert read_programme_file(export_programme(programme=programme, on=LATER)).sections == file.sections


@pytest.mark.django_db
def test_members_of_a_list_are_no_part_of_a_file_and_stay():
    programme = live_programme(read(WITH_SUMMER))
    crew = Segment.objects.get(code="crew")
    add_to_list(segment=crew, members=[MemberFactory.create(programme=programme).pk], at=AT)

    assert approved(programme, read((WITH_SUMMER[0], SUMMER.replace("name: Crew", "name: The crew")))) == [
        "Segment crew changes",
        "name: Crew becomes The crew",
    ]
    assert SegmentMember.objects.filter(segment=crew, removed_at=None).count() == 1


@pytest.mark.django_db
def test_what_stays_once_a_campaign_has_begun_is_refused_and_nothing_is_written():
    programme = live_programme(read((WITH_SUMMER[0], SUMMER.replace("2026-06-01", "2026-02-01"))))
    file = read(
        (
            WITH_SUMMER[0],
            SUMMER.replace("2026-06-01", "2026-02-01").replace("segment: lapsed", "segment: crew").replace("points: 10,", "points: 11,"),
        )
    )
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=UserFactory.create(), at=AT)
    before = CampaignVersion.objects.count()

    with pytest.raises(CampaignHasBegun):
        approve_draft(draft=draft, approver=UserFactory.create(), at=AT)

    assert CampaignVersion.objects.count() == before
    assert not EarningRule.objects.get(code="summer").versions.filter(version=2).exists()
    assert ProgrammeDraft.objects.get().waits


@pytest.mark.django_db
def test_a_campaign_that_is_left_out_ends_with_the_approval_and_its_rules_with_it():
    programme = live_programme(read(WITH_SUMMER))
    without = read((WITH_SUMMER[0], SUMMER.split("campaigns:", maxsplit=1)[0] + "rules:"))

    assert approved(programme, without) == ["Campaign summer ends", "Earning rule summer ends"]
    assert Campaign.objects.get().state == "ended"
    assert difference(file=without, programme=programme, on=LATER) == []


@pytest.mark.django_db
def test_a_campaign_that_is_over_is_not_begun_again_by_an_old_file():
    programme = live_programme()
    old = read(
        (WITH_SUMMER[0], SUMMER.replace("2026-06-01", "2026-01-01").replace("2026-08-31", "2026-02-28").split("rules:")[0] + "rules:")
    )

    assert [line for line in told(difference(file=old, programme=programme, on=LATER)) if "ampaign" in line] == []


@pytest.mark.django_db
def test_a_campaign_that_ended_is_exported_with_its_rules_and_says_so():
    programme = live_programme(read(WITH_SUMMER))
    file = read((WITH_SUMMER[0], SUMMER.replace("name: Summer", "name: Summer\n    state: paused")))
    assert approved(programme, file) == ["Campaign summer changes", "state: not said becomes paused"]
    ended = read((WITH_SUMMER[0], SUMMER.replace("name: Summer", "name: Summer\n    state: ended")))
    approved(programme, ended)

    text = export_programme(programme=programme, on=LATER)

    assert "state: ended" in text
    assert difference(file=read_programme_file(text), programme=programme, on=LATER) == []
    with pytest.raises(MalformedFile) as refused:
        difference(file=read(WITH_SUMMER), programme=programme, on=LATER)
    assert "campaigns.summer: This campaign has ended. Open a new one." in refused.value.lines[0]


@pytest.mark.django_db
def test_a_rule_keeps_its_campaign():
    programme = live_programme(read(WITH_SUMMER))

    with pytest.raises(MalformedFile) as refused:
        difference(file=read((WITH_SUMMER[0], SUMMER.replace(", campaign: summer", ""))), programme=programme, on=LATER)

    assert "rules.summer.campaign: This never changes once it is there (it is summer)." in refused.value.lines[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("segments: {crew: false}", "segments: {crew: true}", "expected crew: yes, found crew: no"),
        ("expect: {earned: 60.5}", "expect: {earned: 60}", "expected 60, found 60.5"),
        ("needs_clip: true", "needs_clip: false", "expect.earned: expected 10, found 110"),
    ],
)
def test_a_planted_figure_fails(old, new, said):
    found = first_failing(read_example((old, new)))

    assert any(said in line for line in found), found


@pytest.mark.django_db
def test_nobody_is_held_out_in_an_example():
    file = read_example(("holdout_percent: 12.5", "holdout_percent: 50"), ("holdout_percent: 0", "holdout_percent: 50"))

    assert all(result.holds for result in run_examples(file, at=AT))
