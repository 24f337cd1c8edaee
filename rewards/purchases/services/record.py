"""A purchase, end to end, in one transaction; the same steps serve one purchase and a batch of them.

Order: read the members, lock their wallets, recognise repeats, take the points tender, evaluate the rules, give the points, write the
purchases, move the tiers, publish. Each step handles a whole wave; a wave holds at most one purchase of a member, so that what the
first one earned can be spent by the second.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import MemberStatus
from accounts.outbox.services import publish_alike
from accounts.programmes.models import Programme
from ledger.points import queries as points_queries
from ledger.points import services as points
from ledger.points.domain import Grant, Reason, Sale, Source
from ledger.valuation.services import record_plain_sale
from loyalty.kit.clock import business_date
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Problem, Refused, StartAgain
from rewards.earning.domain import evaluate
from rewards.earning.queries import CurrencySetting, Setting, setting_of
from rewards.purchases import queries
from rewards.purchases.domain import PurchaseFacts, priced_lines
from rewards.purchases.models import Purchase
from rewards.purchases.services import rows
from rewards.purchases.services.draft import Batch, Draft, PurchaseRecord
from rewards.redemptions import services as redemptions
from rewards.tiers import services as tiers

AHEAD = dt.timedelta(minutes=10)
"""How far a till's clock may run ahead."""


class ExternalIdConflict(Refused):
    code = "external_id_conflict"


class MemberNotActive(Refused):
    code = "member_not_active"


class CurrencyNotAccepted(Refused):
    code = "currency_not_accepted"


class NotYet(Refused):
    code = "occurred_in_the_future"


class ProgrammeNotLive(Refused):
    code = "programme_not_live"


class TooManyPoints(Refused):
    code = "too_many_points"


class TenderTooLarge(Refused):
    code = "tender_too_large"


def record_purchase(*, programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> PurchaseRecord:
    """Record one purchase. The same receipt with the same facts answers like the first time.

    Raises: ProgrammeNotLive, CurrencyNotAccepted, NotYet, TooManyPoints, TenderTooLarge, MemberNotFound, MemberNotActive, UnknownStore,
    UnknownChannel, NoTermsInForce, ExternalIdConflict, and what a points tender may be refused with (NotEnoughPoints, ...).
    """
    while True:
        with contextlib.suppress(StartAgain), transaction.atomic():
            return record_purchase_here(programme=programme, facts=facts, at=at)


def record_purchase_here(*, programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> PurchaseRecord:
    """Record one purchase in the caller's transaction, without a savepoint of its own.

    The caller rolls back after a refusal. Raises: as `record_purchase`, and StartAgain.
    """
    answer = _record(Batch(setting_of(programme), [facts], at))[0]
    if isinstance(answer, Problem):
        raise answer
    return answer


def preview_purchase(*, programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> PurchaseRecord:
    """Evaluate a purchase as `record_purchase` would, and write nothing. Raises the same."""
    with transaction.atomic():
        savepoint = transaction.savepoint()
        record = record_purchase(programme=programme, facts=facts, at=at)
        transaction.savepoint_rollback(savepoint)
    return record


def record_purchases(*, programme: Programme, purchases: Sequence[PurchaseFacts], at: dt.datetime) -> list[PurchaseRecord | Problem]:
    """Record many purchases; each is recorded whole or answered with its refusal, in the order given.

    Purchases of one member are worked on in the order of the sequence.
    """
    while True:
        with contextlib.suppress(StartAgain), transaction.atomic():
            return _record(Batch(setting_of(programme), list(purchases), at))


def _record(batch: Batch) -> list[PurchaseRecord | Problem]:
    drafts = _draft(batch)
    points.lock_wallets(points_accounts=[draft.member.points_account_id for draft in drafts])
    if batch.problems:
        _answer_known(batch)
    done = [draft for wave in _waves(_leave_out_repeats(batch, drafts)) for draft in _record_wave(batch, wave)]
    if done:
        rows.insert(done, batch.at)
        tiers.record_spend(spends=[rows.spend_of(draft) for draft in done], daily_spend=queries.daily_spend)
        for draft in done:
            if not draft.grants and draft.paid_minor:
                record_unearned(
                    batch.setting, business_on=draft.business_on, paid_minor=draft.paid_minor, key=f"sale:{draft.id}", at=batch.at
                )
        told = [(draft.member.id, {"purchase": draft.id}) for draft in done]
        publish_alike(topic="purchase.recorded", told=told, programme_id=batch.programme.pk, at=batch.at)
        _answer(batch, done)
    return batch.answers()


def _draft(batch: Batch) -> list[Draft]:
    """Resolve who, where and when; what cannot be resolved is answered with its refusal."""
    programme = batch.programme
    members = queries.members_named(programme, batch.purchases)
    places = queries.places_of(programme.legal_entity_id, batch.purchases)
    drafts = []
    for position, facts in enumerate(batch.purchases):
        try:
            _check(programme, facts, batch.at)
            member = members.of(facts)
            if member.status != MemberStatus.ACTIVE:
                raise MemberNotActive(_("This membership is not active. Ask the member to contact support."))
            day = business_date(facts.occurred_at, programme.time_zone)
            batch.setting.currencies[batch.setting.main].terms_on(day)
            store, channel = places.store(facts.store), places.channel(facts.channel)
            drafts.append(Draft(position, facts, member, day, store, channel, facts.fingerprint()))
        except Problem as problem:
            batch.problems[position] = problem
    return drafts


def _check(programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> None:
    if not programme.is_live:
        raise ProgrammeNotLive(_("The programme is not live, so nothing can be earned yet."))
    if facts.currency != programme.currency:
        raise CurrencyNotAccepted(_("This programme counts purchases in %(currency)s.") % {"currency": programme.currency})
    if facts.occurred_at > at + AHEAD:
        raise NotYet(_("The purchase lies in the future. Check the clock of the till."))
    if facts.tender_minor > facts.price_minor:
        raise TenderTooLarge(_("More was paid with points than the purchase costs. Lower the points tender."))


def _answer_known(batch: Batch) -> None:
    """Answer a receipt that was recorded before from what is stored, even if it would be refused as a new one by now."""
    refused = {(batch.purchases[place].source, batch.purchases[place].external_id): place for place in batch.problems}
    claims = queries.claims_of(batch.programme, list(refused))
    known = {
        claims[receipt][0]: place
        for receipt, place in refused.items()
        if receipt in claims and claims[receipt][1] == batch.purchases[place].fingerprint()
    }
    repeats = []
    for purchase in Purchase.objects.filter(pk__in=known).select_related("member"):
        place = known[purchase.pk]
        facts, channel = batch.purchases[place], purchase.channel_id
        draft = Draft(place, facts, purchase.member, purchase.business_on, purchase.store_id, channel, facts.fingerprint(), purchase.pk)
        del batch.problems[place]
        repeats.append(draft)
    if repeats:
        _answer_repeats(batch, repeats)


def _leave_out_repeats(batch: Batch, drafts: list[Draft]) -> list[Draft]:
    """Answer receipts that were sent before; a receipt twice in one batch counts once."""
    claims = queries.claims_of(batch.programme, [draft.receipt for draft in drafts])
    fresh: dict[tuple[str, str], Draft] = {}
    repeats: list[Draft] = []
    for draft in drafts:
        first = fresh.get(draft.receipt)
        known = (first.id, first.fingerprint) if first else claims.get(draft.receipt)
        if known is None:
            fresh[draft.receipt] = draft
        elif known[1] != draft.fingerprint:
            detail = _("This receipt was sent before with other facts. Send a new external_id.")
            batch.problems[draft.position] = ExternalIdConflict(detail)
        elif first:
            batch.twins[draft.position] = first.position
        else:
            draft.id = known[0]
            repeats.append(draft)
    if repeats:
        _answer_repeats(batch, repeats)
    return list(fresh.values())


def _answer_repeats(batch: Batch, repeats: list[Draft]) -> None:
    stored = Purchase.objects.in_bulk([draft.id for draft in repeats])
    holdings = _holdings(batch, repeats)
    for draft in repeats:
        of = holdings[draft.member.points_account_id]
        batch.records[draft.position] = PurchaseRecord(stored[draft.id], draft.member, of, replayed=True)


def _waves(drafts: Iterable[Draft]) -> list[list[Draft]]:
    """Split into waves that hold each member once, keeping the order of a member's purchases."""
    waves: list[list[Draft]] = []
    turns: dict[object, int] = {}
    for draft in drafts:
        turn = turns.get(draft.member.id, 0)
        turns[draft.member.id] = turn + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(draft)
    return waves


def _record_wave(batch: Batch, wave: list[Draft]) -> list[Draft]:
    """Evaluate, take the tenders, and give the points of at most one purchase a member."""
    wave = _take_tenders(batch, _evaluate(batch, wave))
    for draft in wave:
        draft.grants = _grants(batch.setting, draft)
    grants = [grant for draft in wave for grant in draft.grants]
    outcomes = iter([points.grant(grant=grants[0])] if len(grants) == 1 else points.grant_many(grants=grants))
    for draft in wave:
        draft.outcomes = [next(outcomes) for _grant in draft.grants]
    return wave


def _evaluate(batch: Batch, wave: list[Draft]) -> list[Draft]:
    """Run the rules; a purchase that would earn more than one act may move is left out with its refusal."""
    for draft in wave:
        draft.lines = priced_lines(draft.facts)
        draft.evaluation = evaluate(draft.lines, batch.setting.rules_on(draft.business_on))
        if any(units > MOST_POINTS for units in draft.evaluation.units.values()):
            batch.problems[draft.position] = TooManyPoints(
                _("This purchase would earn more points than one purchase may. Check its amounts.")
            )
    return [draft for draft in wave if draft.position not in batch.problems]


def _take_tenders(batch: Batch, wave: list[Draft]) -> list[Draft]:
    """Capture the holds and redeem the rest; a purchase whose tender is refused is left out with the refusal."""
    paying = [draft for draft in wave if draft.facts.tender is not None]
    if not paying:
        return wave
    answers = redemptions.take_tenders(requests=[rows.tender_request_of(draft) for draft in paying], at=batch.at)
    for draft, answer in zip(paying, answers, strict=True):
        if isinstance(answer, Problem):
            batch.problems[draft.position] = answer
        else:
            draft.tender = answer
    return [draft for draft in wave if draft.facts.tender is None or draft.tender is not None]


def _grants(setting: Setting, draft: Draft) -> list[Grant]:
    units = draft.evaluation.units
    return [_grant(setting, setting.currencies[code], draft, units[code]) for code in sorted(units) if units[code] > 0]


def _grant(setting: Setting, currency: CurrencySetting, draft: Draft, units: int) -> Grant:
    code = currency.currency.code
    terms = currency.terms_on(draft.business_on)
    ssp_point, estimate = setting.ssp_on(code, draft.business_on)
    is_first = code == min(code for code, units in draft.evaluation.units.items() if units > 0)
    sale = Sale(
        paid_minor=draft.paid_minor if is_first else 0,
        standalone_minor=draft.facts.price_minor if setting.counts_tender else draft.paid_minor,
        ssp_point=ssp_point,
        estimate=estimate,
        tender=draft.tender.movement if draft.tender else None,
    )
    return Grant(
        points_account=draft.member.points_account_id,
        unit=currency.unit.pk,
        source=Source.PURCHASE,
        key=f"earn:{draft.id}:{code}",
        units=units,
        reason=Reason.SALE,
        occurred_at=draft.facts.occurred_at,
        business_on=draft.business_on,
        expires_on=currency.expires_on(draft.business_on),
        matures_on=draft.business_on + dt.timedelta(days=terms.pending_days) if terms.pending_days else None,
        portfolio=terms.portfolio,
        terms=terms.pk,
        sale=sale,
    )


def record_unearned(setting: Setting, *, business_on: dt.date, paid_minor: int, key: str, at: dt.datetime) -> None:
    """Tell a book that posts in full of money that moved without points; an overlay has it from the shop's own books."""
    if setting.posts_in_full:
        record_plain_sale(
            book=setting.programme.legal_entity.book,
            programme=setting.programme.pk,
            business_on=business_on,
            paid_minor=paid_minor,
            source=Source.PURCHASE,
            key=key,
            at=at,
        )


def _holdings(batch: Batch, drafts: list[Draft]) -> dict[uuid.UUID, list[points_queries.Holdings]]:
    wallets = {draft.member.points_account_id for draft in drafts}
    today = business_date(batch.at, batch.programme.time_zone)
    return points_queries.holdings_of_many(points_accounts=wallets, today=today)


def _answer(batch: Batch, done: list[Draft]) -> None:
    holdings = _holdings(batch, done)
    for draft in done:
        purchase = rows.purchase_of(draft)
        batch.records[draft.position] = PurchaseRecord(purchase, draft.member, holdings[draft.member.points_account_id])
