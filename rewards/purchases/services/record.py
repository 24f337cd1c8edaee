"""A purchase, end to end, in one transaction; the same steps serve one purchase and a batch of them.

Order: read the members, lock their wallets, recognise repeats (one statement); lock the gift cards; evaluate the rules, take rewards and the
points tender, charge the cards, give the points; write the purchases, count the years, publish (one statement); move the tiers. A wave goes
through each step at once; where somebody spends points, it holds one purchase of a member, so that the next can spend what it earned.
"""

import contextlib
import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.buyers.queries import check_buyer
from accounts.members.models import MemberStatus
from accounts.programmes.models import Programme
from ledger.books.models import Book
from ledger.points import queries as points_queries
from ledger.points import services as points
from ledger.points.domain import Source
from ledger.valuation.services import record_plain_sale
from loyalty.kit.clock import business_date
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Problem, Refused, StartAgain
from rewards.coalition.domain import Terms
from rewards.coalition.queries import takes_points, terms_of_sale
from rewards.earning.domain import Basket, Cap, evaluate
from rewards.earning.domain.rulebook import looks_back
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import RuleUse
from rewards.earning.queries import Setting, setting_of
from rewards.earning.uses import NOTHING, new_uses, note_uses
from rewards.expiry.queries import places_of
from rewards.expiry.services import note_activity
from rewards.gift_cards.queries import charges_of
from rewards.purchases import queries, surroundings
from rewards.purchases.domain import PurchaseFacts, priced_lines
from rewards.purchases.models import Purchase
from rewards.purchases.services import cards, rewards, rows, tenders
from rewards.purchases.services.budgeting import lock_all, lock_for, note_gifts, promise, set_rooms
from rewards.purchases.services.draft import Batch, Draft, PurchaseRecord
from rewards.purchases.services.follow import count_for_quests
from rewards.purchases.services.granting import grants_of
from rewards.purchases.services.meet import Claim, meet
from rewards.quests.queries import needs_on
from rewards.tiers import services as tiers

AHEAD = dt.timedelta(minutes=10)
"""How far a till's clock may run ahead."""
LONGEST_WAIT = dt.timedelta(days=3 * 366)
"""How long before it is had something may be bought, so that a mistyped year does not hide points for ever."""


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


class FulfilledTooLate(Refused):
    code = "fulfilled_too_late"


class TenderTooLarge(Refused):
    code = "tender_too_large"


class GiftCardsNotTakenHere(Refused):
    code = "gift_cards_not_taken_here"


def record_purchase(*, programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> PurchaseRecord:
    """Record one purchase. The same receipt with the same facts answers like the first time.

    Raises: ProgrammeNotLive, CurrencyNotAccepted, NotYet, FulfilledTooLate, TooManyPoints, TenderTooLarge, MemberNotFound, MemberNotActive, UnknownStore,
    UnknownChannel, BuyerNotFound, BuyerClosed, NoTermsInForce, ExternalIdConflict, and what rewards and payments with points or gift cards may be refused with
    (SoldOut, NotEnoughPoints, ...).
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
    if batch.problems:
        _answer_known(batch)
    fresh = _leave_out_repeats(batch, drafts)
    waves = cards.lock(batch, fresh) or _waves(fresh, one_by_one=_build_on_each_other(batch, fresh))
    if len(waves) > 1:
        lock_all(batch, fresh)
        rewards.lock(batch, fresh)
    for wave in waves:
        _write(batch, _give_points(batch, wave))
    _start_again_if_second(batch, fresh)
    _answer(batch)
    return batch.answers()


def _start_again_if_second(batch: Batch, fresh: Sequence[Draft]) -> None:
    """A receipt that was refused may have been recorded by somebody else while this transaction waited for the wallet: it is a repeat then.

    Raises: StartAgain.
    """
    refused = [draft.facts.receipt for draft in fresh if draft.position in batch.problems]
    if refused and queries.claims_of(batch.programme, refused):
        raise StartAgain


def _draft(batch: Batch) -> list[Draft]:
    """Resolve who, where and when; what cannot be resolved is answered with its refusal. Locks the wallets."""
    programme = batch.programme
    places = queries.places_of(programme, batch.purchases)
    drafts = []
    for position, (facts, met) in enumerate(zip(batch.purchases, meet(programme, batch.purchases), strict=True)):
        if met.claim is not None:
            batch.claims[facts.receipt] = met.claim
        try:
            _check(programme, facts, batch.at)
            member = met.known_member()
            if member.status != MemberStatus.ACTIVE:
                raise MemberNotActive(_("This membership is not active. Ask the member to contact support."))
            day = business_date(facts.occurred_at, programme.time_zone)
            batch.setting.currencies[batch.setting.main].terms_on(day)
            of_sender = places[facts.source]
            store = of_sender.store(facts.store)
            channel = of_sender.channel(facts.channel, store)
            check_buyer(member, facts.buyer, facts.occurred_at)
            terms = _terms_of(batch, facts, store, day)
            drafts.append(Draft(position, facts, member, day, store, channel, facts.fingerprint(), terms=terms))
        except Problem as problem:
            batch.problems[position] = problem
    return drafts


def _terms_of(batch: Batch, facts: PurchaseFacts, store: int | None, day: dt.date) -> Terms | None:
    """Return the terms of the partner whose sale it is, if it is one's. Raises: PointsNotTakenHere, GiftCardsNotTakenHere."""
    terms = terms_of_sale(batch.programme, source=facts.source, store=store, day=day)
    if facts.tender:
        takes_points(terms, batch.setting.main)
    if terms is not None and facts.gift_cards:
        raise GiftCardsNotTakenHere(_("Gift cards pay in the stores of the company that sold them only. Take another payment."))
    return terms


def _check(programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> None:
    if not programme.is_live:
        raise ProgrammeNotLive(_("The programme is not live, so nothing can be earned yet."))
    if facts.currency != programme.currency:
        raise CurrencyNotAccepted(_("This programme counts purchases in %(currency)s.") % {"currency": programme.currency})
    if facts.occurred_at > at + AHEAD:
        raise NotYet(_("The purchase lies in the future. Check the clock of the till."))
    if facts.fulfilled_on and facts.fulfilled_on > business_date(facts.occurred_at, programme.time_zone) + LONGEST_WAIT:
        raise FulfilledTooLate(_("What was bought is fulfilled more than three years later. Check fulfilled_on."))
    if facts.tender and facts.tender_minor > facts.price_minor:
        raise TenderTooLarge(_("More was paid with points than the purchase costs. Lower the points tender."))
    if facts.gift_cards and facts.tender_minor + facts.exact_cards_minor > facts.price_minor:
        raise TenderTooLarge(_("More was paid with gift cards than the purchase costs. Lower the amounts, or send at_most."))


def _answer_known(batch: Batch) -> None:
    """Answer a receipt that was recorded before from what is stored, even if it would be refused as a new one by now."""
    refused = {batch.purchases[place].receipt: place for place in batch.problems}
    known = {
        claim.purchase: refused[receipt]
        for receipt, claim in batch.claims.items()
        if receipt in refused and claim.fingerprint == batch.purchases[refused[receipt]].fingerprint()
    }
    repeats = []
    for purchase in Purchase.objects.filter(pk__in=known).select_related("member") if known else ():
        place = known[purchase.pk]
        facts, channel = batch.purchases[place], purchase.channel_id
        draft = Draft(place, facts, purchase.member, purchase.business_on, purchase.store_id, channel, facts.fingerprint(), purchase.pk)
        del batch.problems[place]
        repeats.append(draft)
    if repeats:
        _answer_repeats(batch, repeats)


def _leave_out_repeats(batch: Batch, drafts: list[Draft]) -> list[Draft]:
    """Answer receipts that were sent before; a receipt twice in one batch counts once."""
    fresh: dict[tuple[str, str], Draft] = {}
    repeats: list[Draft] = []
    for draft in drafts:
        first = fresh.setdefault(draft.facts.receipt, draft)
        claim = batch.claims.get(draft.facts.receipt) or Claim(first.id, first.fingerprint)
        if claim.fingerprint != draft.fingerprint:
            detail = _("This receipt was sent before with other facts. Send a new external_id.")
            batch.problems[draft.position] = ExternalIdConflict(detail)
        elif claim.purchase != first.id:
            draft.id = claim.purchase
            repeats.append(draft)
        elif first is not draft:
            batch.twins[draft.position] = first.position
    if repeats:
        _answer_repeats(batch, repeats)
    return [draft for draft in fresh.values() if draft.facts.receipt not in batch.claims]


def _answer_repeats(batch: Batch, repeats: list[Draft]) -> None:
    stored = Purchase.objects.in_bulk([draft.id for draft in repeats])
    wallets = {draft.member.points_account_id for draft in repeats}
    holdings = points_queries.holdings_of_many(points_accounts=wallets, today=batch.today)
    charges = charges_of([purchase.pk for purchase in stored.values() if purchase.gift_card_minor])
    taken = queries.rewards_taken(stored.values())
    for draft in repeats:
        of, paid, got = holdings[draft.member.points_account_id], charges.get(draft.id, ()), taken.get(draft.id, ())
        batch.records[draft.position] = PurchaseRecord(stored[draft.id], draft.member, of, replayed=True, charges=paid, rewards=got)


def _build_on_each_other(batch: Batch, drafts: list[Draft]) -> bool:
    """Whether what one purchase earns may change what the member's next one earns or may spend."""
    days = {draft.business_on for draft in drafts}
    if any(draft.facts.tender or draft.facts.rewards for draft in drafts):
        return True
    return any(batch.setting.rules_on(day).looks_back or looks_back(needs_on(batch.programme, day, PURCHASE)) for day in days)


def _waves(drafts: list[Draft], *, one_by_one: bool) -> list[list[Draft]]:
    """Split into waves that hold each member once, keeping the order of a member's purchases; else all are one wave."""
    if not one_by_one:
        return [drafts] if drafts else []
    waves: list[list[Draft]] = []
    turns: dict[object, int] = {}
    for draft in drafts:
        turn = turns.get(draft.member.id, 0)
        turns[draft.member.id] = turn + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(draft)
    return waves


def _give_points(batch: Batch, wave: list[Draft]) -> list[Draft]:
    """Evaluate, take the rewards and the tenders, and give the points; what is refused on the way is left out."""
    wave = tenders.take(batch, rewards.take(batch, cards.plan(batch, _evaluate(batch, wave))))
    cards.charge(batch, wave)
    for day in {draft.business_on for draft in wave} if batch.setting.moving else ():
        places = places_of(batch.setting, {draft.member.pk for draft in wave if draft.business_on == day}, day)
        for draft in wave:
            draft.tier = places[draft.member.pk].tier if draft.business_on == day and draft.member.pk in places else draft.tier
    for draft in wave:
        draft.grants = grants_of(batch.setting, draft)
    grants = [grant for draft in wave for grant in draft.grants]
    outcomes = iter([points.grant(grant=grants[0])] if len(grants) == 1 else points.grant_many(grants=grants))
    for draft in wave:
        draft.outcomes = [next(outcomes) for _grant in draft.grants]
    return wave


def _write(batch: Batch, wave: list[Draft]) -> None:
    """Write down a wave, move the tiers, publish."""
    if not wave:
        return
    note_activity(setting=batch.setting, points_accounts={draft.member.points_account_id for draft in wave}, on=batch.today)
    recorded = rows.insert(wave, batch.at, batch.today)
    note_uses(use for draft in wave for use in _uses(batch, draft))
    note_gifts(batch, wave)
    batch.holdings |= recorded.holdings
    batch.done += wave
    count_for_quests(batch, wave)
    tiers.note_turns(spends=[rows.spend_of(draft) for draft in wave], years=recorded.years, daily_spend=queries.daily_spend)
    for draft in wave:
        if draft.paid_minor and (draft.terms or not draft.carries_price(batch.setting)):
            record_unearned(
                batch.setting,
                draft.terms,
                business_on=draft.business_on,
                paid_minor=draft.paid_minor,
                key=f"sale:{draft.id}",
                at=batch.at,
            )


def _uses(batch: Batch, draft: Draft) -> list[RuleUse]:
    of, whose = draft.id, draft.member.points_account_id
    outcomes, day = draft.evaluation.outcomes, draft.business_on
    return new_uses(batch.setting, NOTHING, outcomes, wallet=whose, business_on=day, evidence=of, purchase=of)


def _evaluate(batch: Batch, wave: list[Draft]) -> list[Draft]:
    """Run the rules; a purchase that would earn more than one act may move is left out with its refusal."""
    _set_scenes(batch, wave)
    lock_for(batch, wave)
    for draft in wave:
        set_rooms(batch, draft)
        draft.evaluation = evaluate(draft.basket, draft.rules, batch.setting.struck_on(draft.business_on, draft.store))
        promise(batch, draft)
        if any(units > MOST_POINTS for units in draft.evaluation.units.values()):
            detail = _("This purchase would earn more points than one purchase may. Check its amounts.")
            batch.problems[draft.position] = TooManyPoints(detail)
    return [draft for draft in wave if draft.position not in batch.problems]


def _set_scenes(batch: Batch, wave: list[Draft]) -> None:
    """Put the lines and what the day's rules ask for into the baskets."""
    for day in {draft.business_on for draft in wave}:
        of_day = [draft for draft in wave if draft.business_on == day]
        book = batch.setting.rules_on(day)
        for draft in of_day:
            draft.basket = Basket(priced_lines(draft.facts), {"order.codes": frozenset(draft.facts.codes)})
            draft.rules = book.candidates(draft.basket)
        scenes = [surroundings.Scene(draft.facts, draft.member, day) for draft in of_day]
        more = needs_on(batch.programme, day, PURCHASE)
        known = surroundings.facts_of(scenes, [draft.rules.needs | more for draft in of_day])
        used = surroundings.used_before(scenes, [_caps(batch.setting, draft) for draft in of_day])
        for draft, facts, before in zip(of_day, known, used, strict=True):
            draft.basket = Basket(draft.basket.lines, facts, before)


def _caps(setting: Setting, draft: Draft) -> list[tuple[int, Cap]]:
    return [(setting.rule_ids[rule.version_id], cap) for rule, cap in draft.rules.caps]


def record_unearned(setting: Setting, terms: Terms | None, *, business_on: dt.date, paid_minor: int, key: str, at: dt.datetime) -> None:
    """Tell a book that posts in full of money that moved without points; an overlay has it from the shop's own books.

    The sale of another company of the group stands in that company's book, whatever it earned; that of any other partner in none of ours.
    """
    seller = setting if terms is None else terms.company
    if seller is not None and seller.posts_in_full:
        record_plain_sale(
            book=setting.programme.legal_entity.book if terms is None or terms.company is None else Book.objects.get(pk=terms.company.book),
            programme=setting.programme.pk,
            business_on=business_on,
            paid_minor=paid_minor,
            source=Source.PURCHASE,
            key=key,
            at=at,
        )


def _answer(batch: Batch) -> None:
    for draft in batch.done:
        holdings = batch.holdings[draft.member.points_account_id]
        batch.records[draft.position] = PurchaseRecord(
            rows.purchase_of(draft), draft.member, holdings, charges=draft.charges, rewards=draft.rewards
        )
