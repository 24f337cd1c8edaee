"""What a purchase gives, as grants of the points bank with what they are worth to the books."""

from collections.abc import Sequence
from decimal import Decimal

from ledger.points.domain import Grant, Reason, Sale, Source
from loyalty.kit.money import share_out
from rewards.coalition.domain import Terms, worth_minor
from rewards.earning.queries import Setting
from rewards.purchases.services.draft import Draft


def grants_of(setting: Setting, draft: Draft) -> list[Grant]:
    """The points of a purchase. Several currencies share its price by their worth, so that together they defer what one option would.

    Where the sale is a partner's, what it pays for the points is deferred, less the share of marketing services (IFRS 15.73-80); points
    that no partner pays for are a promotion of the programme's company.
    """
    units = {code: of for code, of in sorted(draft.evaluation.units.items()) if of > 0}
    if draft.terms is not None:
        return [_grant(setting, code, draft, of, 0, 0) for code, of in units.items()]
    valued = [code for code in units if setting.currencies[code].unit.is_valued]
    amounts = (draft.paid_minor, draft.price_minor if setting.counts_tender else draft.paid_minor)
    shares: dict[str, Sequence[int]] = {}
    if len(valued) == 1:
        shares[valued[0]] = amounts
    elif valued:
        worths = [units[code] * setting.ssp_on(code, draft.business_on)[0] for code in valued]
        shares = dict(zip(valued, zip(*(share_out(amount, worths) for amount in amounts), strict=True), strict=True))
    return [_grant(setting, code, draft, of, *shares.get(code, (0, 0))) for code, of in units.items()]


def _grant(setting: Setting, code: str, draft: Draft, units: int, paid_minor: int, standalone_minor: int) -> Grant:
    currency = setting.currencies[code]
    terms = currency.terms_on(draft.business_on)
    ssp_point, estimate = setting.ssp_on(code, draft.business_on)
    reason = Reason.SALE
    if draft.terms is not None:
        reason = reason_of(draft.terms, code)
        paid_minor, standalone_minor = (worth_minor(units, of.get(code, Decimal(0))) for of in (draft.terms.issue, draft.terms.marketing))
    sale = Sale(
        paid_minor=paid_minor,
        standalone_minor=standalone_minor,
        ssp_point=ssp_point,
        estimate=estimate,
        tender=draft.tender.movement if draft.tender and draft.terms is None else None,
    )
    return Grant(
        points_account=draft.member.points_account_id,
        unit=currency.unit.pk,
        source=Source.PURCHASE,
        key=f"earn:{draft.id}:{code}",
        units=units,
        reason=reason,
        occurred_at=draft.facts.occurred_at,
        business_on=draft.business_on,
        expires_on=currency.expires_on(draft.business_on, draft.tier, draft.member.joined_at, had_on=draft.had_on),
        matures_on=draft.matures_on(terms.pending_days),
        portfolio=terms.portfolio,
        terms=terms.pk,
        sale=sale,
    )


def reason_of(terms: Terms, code: str) -> Reason:
    """Return why points are given with a partner's sale: it pays for them, as a company of the group or as another, or nobody does."""
    if code not in terms.issue:
        return Reason.PROMOTION
    return Reason.PARTNER if terms.company is None else Reason.INTERCOMPANY
