"""Questions about redemptions, and what points pay."""

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import CurrencyTerms, Programme
from accounts.programmes.queries import TermsNotFound, currency_of
from ledger.points.models import PointUnit
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.redemptions.domain import TenderTerms, normalise_code
from rewards.redemptions.models import Redemption, RedemptionQuerySet

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class RedemptionNotFound(NotFound):
    code = "redemption_not_found"


class VoucherNotFound(NotFound):
    code = "voucher_not_found"


def redemption_by_id(programme: Programme, redemption_id: uuid.UUID) -> Redemption:
    """Return a programme's redemption with its story. Raises: RedemptionNotFound."""
    redemption = Redemption.objects.with_stories().filter(programme=programme, pk=redemption_id).first()
    if redemption is None:
        raise RedemptionNotFound(_("There is no such redemption. Look it up in the list of redemptions."))
    return redemption


def redemption_by_code(programme: Programme, code: str) -> Redemption:
    """Return the redemption whose voucher carries this code, however it was typed. Raises: VoucherNotFound."""
    redemption = Redemption.objects.with_stories().filter(programme=programme, code=normalise_code(code)).first()
    if redemption is None:
        raise voucher_not_found()
    return redemption


def redemptions_of(member: Member) -> RedemptionQuerySet:
    """Return what became of a member's points, newest first, with its story."""
    return Redemption.objects.filter(member=member).with_stories().newest_first()


def open_vouchers(member: Member, on: dt.date) -> RedemptionQuerySet:
    """Return what a member took and can still use, the first to lapse first."""
    return Redemption.objects.filter(member=member).with_stories().usable_on(on).order_by("valid_until", "id")


def cancellable(member: Member, on: dt.date) -> RedemptionQuerySet:
    """Return what a member took that can still be undone, newest first: held, or taken and neither used nor over."""
    rows = Redemption.objects.filter(member=member).with_stories()
    return (rows.filter(state=Redemption.State.HELD) | rows.usable_on(on)).newest_first()


class TenderBook:
    """What a programme's points pay, on any day: reads the main currency and its terms once."""

    def __init__(self, programme_id: uuid.UUID) -> None:
        currency = currency_of(programme_id)
        self.currency = currency
        self.unit: PointUnit = currency.unit
        self._terms = list(CurrencyTerms.objects.approved().filter(currency=currency).order_by("-valid_from", "-version"))

    def on(self, day: dt.date) -> TenderTerms:
        """Return what points pay on a day. Raises: TermsNotFound."""
        for terms in self._terms:
            if terms.valid_from <= day:
                return TenderTerms(terms.point_value_minor, terms.tender_step_units)
        raise TermsNotFound(_("Points cannot pay on that day: no approved terms were valid."))


def tender_terms(programme: Programme, on: dt.date) -> TenderTerms:
    """Return what points of the main currency pay on a day. Raises: TermsNotFound, CurrencyNotFound."""
    return TenderBook(programme.pk).on(on)


def voucher_not_found() -> VoucherNotFound:
    return VoucherNotFound(_("There is no voucher with this code. Check the code and type it again."))
