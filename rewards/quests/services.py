"""Count for cards, challenges and streaks, give what they promise, and take it back: the only code that writes marks and awards.

The wallet is locked by the purchase, return or event that is counted. Marks are evidence: what a quest has given is always held against
what all marks together come to.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Sum

from accounts.members.models import Member
from accounts.outbox.services import publish
from ledger.points import services as bank
from ledger.points.domain import Reason
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Problem
from rewards.catalogue.models import Reward
from rewards.catalogue.queries import version_on
from rewards.earning.domain import Basket, Line, basket_of, facts_as_json
from rewards.earning.gifts import gift, take_back
from rewards.earning.queries import setting_of
from rewards.quests.domain import OnReturn, Quest, Step, measure
from rewards.quests.models import QuestAward, QuestMark
from rewards.quests.queries import chain_of, stand_of
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import cancel, redeem_reward
from rewards.setups.models import SetupVersion
from rewards.setups.queries import parsed, setups_of

SOURCE = "quest"


@dataclasses.dataclass(frozen=True, slots=True)
class Happening:
    """A purchase or event that may count: its id, and its basket with the facts that quests ask for (`needs_on`)."""

    member: Member
    trigger: str
    business_on: dt.date
    evidence: uuid.UUID
    basket: Basket


def note_happenings(*, happenings: Sequence[Happening], at: dt.datetime) -> set[uuid.UUID]:
    """Count purchases or events of one programme, and give what is done by them; return the wallets that got something.

    Asks the database nothing where no card or challenge of the programme listens.
    """
    marks = _marks_of(happenings)
    if not marks:
        return set()
    QuestMark.objects.bulk_create(marks)
    members = {happening.member.points_account_id: happening.member for happening in happenings}
    given: set[uuid.UUID] = set()
    for wallet, setup in sorted({(mark.points_account_id, mark.setup_id) for mark in marks}):
        evidence = next(mark.evidence for mark in marks if (mark.points_account_id, mark.setup_id) == (wallet, setup))
        if settle(member=members[wallet], setup=setup, evidence=evidence, at=at):
            given.add(wallet)
    return given


def recount_purchase(*, member: Member, purchase: uuid.UUID, lines: tuple[Line, ...], evidence: uuid.UUID, at: dt.datetime) -> None:
    """Count a purchase again with the lines that are kept of it; `evidence` is the return. A return only takes."""
    _recount(member, purchase, evidence, at, lambda mark, quest: measure(quest.steps[mark.step], basket_of(lines, mark.facts)))


def take_marks_back(*, member: Member, origin: uuid.UUID, evidence: uuid.UUID, at: dt.datetime) -> None:
    """Take away what an event counted."""
    _recount(member, origin, evidence, at, lambda _mark, _quest: 0)


def _marks_of(happenings: Sequence[Happening]) -> list[QuestMark]:
    marks = []
    for happening in happenings:
        facts = happening.basket.facts
        for version, place, step in _listening(happening):
            basket = Basket(happening.basket.lines, {name: facts[name] for name in step.needs if name in facts})
            amount = measure(step, basket)
            if amount:
                marks.append(_mark(happening, version, place, amount, basket))
    return marks


def _listening(happening: Happening) -> list[tuple[SetupVersion, int, Step]]:
    """The steps of the day's quests that such a thing may fill."""
    return [
        (version, place, step)
        for version, quest in setups_of(happening.member.programme).quests_on(happening.business_on)
        for place, step in enumerate(quest.steps)
        if step.trigger == happening.trigger
    ]


def _mark(happening: Happening, version: SetupVersion, place: int, amount: int, basket: Basket) -> QuestMark:
    return QuestMark(
        points_account_id=happening.member.points_account_id,
        setup_id=version.setup_id,
        version=version,
        step=place,
        business_on=happening.business_on,
        amount=amount,
        origin=happening.evidence,
        evidence=happening.evidence,
        facts=facts_as_json(basket),
    )


def _recount(member: Member, origin: uuid.UUID, evidence: uuid.UUID, at: dt.datetime, count: Callable[[QuestMark, Quest], int]) -> None:
    """Add marks that bring what the origin counted down to what `count` says, and take back what is no longer done."""
    setups = setups_of(member.programme)
    if not setups.quests:
        return
    wallet = member.points_account_id
    rows = QuestMark.objects.filter(points_account=wallet, origin=origin)
    left = {(version, step): sum_ for version, step, sum_ in rows.values_list("version", "step").annotate(Sum("amount")).order_by()}
    less = []
    for mark in rows.filter(evidence=origin):
        was = left[mark.version_id, mark.step]
        now = min(was, count(mark, parsed(setups.by_id[mark.version_id])))
        if now < was:
            less.append(_less(mark, now - was, evidence))
    QuestMark.objects.bulk_create(less)
    for setup in sorted({mark.setup_id for mark in less}):
        settle(member=member, setup=setup, evidence=evidence, at=at)


def _less(mark: QuestMark, amount: int, evidence: uuid.UUID) -> QuestMark:
    return QuestMark(
        points_account_id=mark.points_account_id,
        setup_id=mark.setup_id,
        version_id=mark.version_id,
        step=mark.step,
        business_on=mark.business_on,
        amount=amount,
        origin=mark.origin,
        evidence=evidence,
    )


def settle(*, member: Member, setup: int, evidence: uuid.UUID, at: dt.datetime) -> bool:
    """Hold what a quest has given a member against what its marks come to; give what is missing, take back what is too much."""
    today = business_date(at, member.programme.time_zone)
    chain = chain_of(member.programme, setup, today)
    wanted = stand_of(member, setup, today).completed
    rows = QuestAward.objects.filter(points_account=member.points_account_id, setup=setup)
    awards = list(rows.select_related("currency").order_by("number"))
    live = [award for award in awards if award.state == QuestAward.State.GIVEN]
    quest = parsed(chain[-1])
    changed = False
    for number in range(len(awards) + 1, len(awards) + 1 + max(0, wanted - len(live))):
        _give(member, chain[-1], number, evidence, at, today)
        changed = True
    if quest.on_return is OnReturn.TAKE_BACK:
        for award in reversed(live[max(0, wanted) :]):
            changed = _take(member, award, evidence, at, today) or changed
    return changed


def _give(member: Member, version: SetupVersion, number: int, evidence: uuid.UUID, at: dt.datetime, today: dt.date) -> None:
    """Give the prize. A reward of the catalogue is paid with points given for it; where it cannot be taken, the points stay."""
    setting, prize = setting_of(member.programme), parsed(version).prize
    reward = Reward.objects.filter(programme=member.programme, code=prize.reward).first() if prize.reward else None
    offered = version_on(reward, today) if reward else None
    units = offered.price_points if offered else prize.points
    if not units:
        return  # the reward was never priced, or not yet
    currency = setting.currencies[prize.currency or setting.main]
    award = QuestAward(id=uuid7(), points_account_id=member.points_account_id, setup_id=version.setup_id, member=member, number=number)
    grant = gift(
        currency,
        units,
        wallet=member.points_account_id,
        key=f"quest:{award.pk}",
        joined_at=member.joined_at,
        reason=Reason.PROMOTION,
        at=at,
        on=today,
        may_wait=reward is None,
    )
    award.currency, award.units, award.business_on, award.given_at, award.evidence = currency.currency, units, today, at, evidence
    award.movement = bank.grant(grant=grant).movement
    award.redemption = _redeemed(member, reward, at) if reward else None
    award.save(force_insert=True)
    payload = {"award": str(award.pk), "code": version.setup.code, "units": units}
    publish(topic="quest.done", payload=payload, at=at, programme_id=member.programme_id, member_id=member.pk)


def _redeemed(member: Member, reward: Reward, at: dt.datetime) -> uuid.UUID | None:
    try:
        with transaction.atomic():
            return redeem_reward(member=member, reward=reward, source=SOURCE, at=at).pk
    except Problem:
        return None  # sold out, a limit, points owed: the member keeps the points that were given for it


def _take(member: Member, award: QuestAward, evidence: uuid.UUID, at: dt.datetime, today: dt.date) -> bool:
    """Take an award back; a voucher that was used stays, and with it the award."""
    setting = setting_of(member.programme)
    try:
        with transaction.atomic():
            if award.redemption is not None:
                cancel(redemption=Redemption.objects.get(pk=award.redemption), at=at)
            outcome = take_back(
                setting.currencies[award.currency.code],
                award.units,
                grant=award.movement,
                wallet=award.points_account_id,
                key=f"quest-back:{award.pk}",
                at=at,
                on=today,
            )
    except Problem:
        return False
    award.state, award.taken_at, award.taken_by, award.owed_units = QuestAward.State.TAKEN_BACK, at, evidence, outcome.owed
    award.save(update_fields=["state", "taken_at", "taken_by", "owed_units"])
    payload = {"award": str(award.pk), "units": award.units}
    publish(topic="quest.undone", payload=payload, at=at, programme_id=member.programme_id, member_id=member.pk)
    return True
