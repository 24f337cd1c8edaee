"""What would a basket earn? The same steps as for a purchase, and nothing is written."""

import dataclasses
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.entities.models import Channel
from accounts.members.models import Member
from accounts.programmes.models import PointCurrency, Programme
from ledger.points.domain import last_day
from loyalty.kit.figures import day_text, last_day_text, money_text
from loyalty.kit.money import Money
from rewards.earning.queries import explanations
from rewards.earning.words import Explanation
from rewards.purchases.domain import LineFacts, PurchaseFacts
from rewards.purchases.services import preview_purchase

_NOON = dt.time(12)
_NUMBER = "what-if"


@dataclasses.dataclass(frozen=True, slots=True)
class Earned:
    """What would come of it in one currency, from when it could be spent, and its last day."""

    points: str
    hint: str


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a basket would earn, and what every rule in force would say of it."""

    total: str
    units: int
    scale: int
    earned: list[Earned]
    rules: list[Explanation]

    @property
    def gave(self) -> list[Explanation]:
        return [rule for rule in self.rules if rule.gave]

    @property
    def missed(self) -> list[Explanation]:
        return [rule for rule in self.rules if not rule.gave]

    @property
    def tender(self) -> str:
        """Nothing of it is paid with points."""
        return ""


def what_if(
    *,
    member: Member,
    lines: tuple[LineFacts, ...],
    on: dt.date,
    at: dt.datetime,
    store: str | None = None,
    channel: str = "",
    codes: tuple[str, ...] = (),
) -> Answer:
    """Return what a member's basket would earn if it were bought on a day, at noon of the programme's clock (today: now).

    Raises: as `record_purchase`; of a closed or frozen membership MemberNotActive.
    """
    programme = member.programme
    noon = dt.datetime.combine(on, _NOON, ZoneInfo(programme.time_zone))
    moment = at if at.astimezone(noon.tzinfo).date() == on else noon
    facts = PurchaseFacts(
        source=_NUMBER,
        external_id=f"{_NUMBER}:{member.pk}:{moment.isoformat()}",
        occurred_at=moment,
        currency=programme.currency,
        channel=channel or usual_channel(programme),
        lines=lines,
        store=store,
        member=member.pk,
        codes=codes,
    )
    purchase = preview_purchase(programme=programme, facts=facts, at=max(at, moment)).purchase
    currencies = {of.code: of for of in programme.currencies.select_related("unit")}
    main = next(of for of in currencies.values() if of.is_default)
    return Answer(
        total=money_text(Money(purchase.price_minor, purchase.currency)),
        units=purchase.units,
        scale=main.unit.scale,
        earned=[_earned(of, currencies[of["currency"]], on) for of in purchase.earned],
        rules=explanations(purchase.evaluation, currency=purchase.currency, locale=get_language() or "en"),
    )


def usual_channel(programme: Programme) -> str:
    """Return the code of the company's first channel, which is the store unless somebody changed it."""
    return str(Channel.objects.filter(entity=programme.legal_entity_id).order_by("pk").values_list("code", flat=True)[0])


def _earned(of: dict[str, Any], currency: PointCurrency, on: dt.date) -> Earned:
    hints = []
    if of["state"] == "pending":
        hints.append(_("can be spent from %(day)s on") % {"day": day_text(dt.date.fromisoformat(of["available_on"]), on)})
    if of["expires_on"]:
        hints.append(last_day_text(last_day(dt.date.fromisoformat(of["expires_on"])), on))
    return Earned(currency.say(of["units"]), ", ".join(hints))
