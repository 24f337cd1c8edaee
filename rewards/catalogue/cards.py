"""Rewards as a member sees them: one picture, one price, one word on whether it can be had."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator

from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency
from accounts.programmes.queries import currency_of
from loyalty.kit.figures import money_text, said_points_text
from loyalty.kit.money import Money
from rewards.catalogue.domain import GivenBack, Obstacle
from rewards.catalogue.queries import Offer, RewardNotFound, rewards_for

_BACK: dict[GivenBack, Promise] = {
    GivenBack.IN_PROPORTION: gettext_lazy("Taken with a purchase, its points come back in proportion to what you return."),
    GivenBack.WHOLE: gettext_lazy("Taken with a purchase, its points come back once you return everything."),
    GivenBack.NEVER: gettext_lazy("Taken with a purchase, its points do not come back when you return it."),
}
CAN, ALMOST, FAR, LOCKED, GONE = "can", "almost", "far", "locked", "gone"
_NEAR_PERCENT = 25
_FEW_LEFT = 20
_NO_PICTURE = "img/rewards/voucher.svg"


@dataclasses.dataclass(frozen=True, slots=True)
class RewardCard:
    """What a reward's card shows. `status` is one of can, almost, far, locked, gone.

    `have` are the points towards the price, `rest` says what is left after taking it ("120 points"). `shortage` is the
    sentence on missing points, `obstacles` are those on everything else that stands in the way.
    """

    code: str
    kind: str
    kind_label: str
    title: str
    description: str
    image: str
    points: int
    unit: str
    scale: int
    money: str
    status: str
    status_label: str
    stock: str
    have: int
    shortfall: int
    rest: str
    shortage: str
    obstacles: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def is_available(self) -> bool:
        return self.status == CAN

    @property
    def have_text(self) -> str:
        return said_points_text(self.have, self.scale)

    @property
    def price(self) -> str:
        return f"{said_points_text(self.points, self.scale)} {self.unit}"


def reward_cards(member: Member, on: dt.date) -> list[RewardCard]:
    """Return the cards of the rewards that are offered on a day, in the catalogue's order."""
    currency = currency_of(member.programme_id)
    return [card_of(offer, currency, member.programme.currency) for offer in rewards_for(member, on)]


def reward_card(member: Member, code: str, on: dt.date) -> RewardCard:
    """Return the card of one reward that is offered on a day. Raises: RewardNotFound."""
    card = next((card for card in reward_cards(member, on) if card.code == code), None)
    if card is None:
        raise RewardNotFound(_("This reward is not offered any more. Look for another one in the list of rewards."))
    return card


def within_reach(cards: Iterable[RewardCard], *, reachable: int = 3, almost: int = 1) -> list[RewardCard]:
    """Choose the dearest that can be had, and then what is nearest to being had."""
    cards = list(cards)
    can = sorted((card for card in cards if card.status == CAN), key=lambda card: -card.points)[:reachable]
    near = sorted((card for card in cards if card.status in (ALMOST, FAR)), key=lambda card: card.shortfall)
    return can + near[: almost + reachable - len(can)]


def card_of(offer: Offer, currency: PointCurrency, money: str) -> RewardCard:
    reward, version = offer.reward, offer.version
    status, label = _status(offer, currency)
    rest = max(0, offer.spendable - version.price_points)
    return RewardCard(
        code=reward.code,
        kind=reward.kind,
        kind_label=reward.get_kind_display(),
        title=reward.local_name,
        description=reward.local_description,
        image=picture_of(reward.illustration),
        points=version.price_points,
        unit=currency.word(version.price_points),
        scale=currency.unit.scale,
        money=money_text(Money(version.value_minor, money)) if version.value_minor else "",
        status=status,
        status_label=label,
        stock=_stock(offer.left),
        have=version.price_points - offer.shortfall,
        shortfall=offer.shortfall,
        rest=currency.say(rest),
        shortage=next((missing.detail for missing in offer.missing if missing.shortfall), ""),
        obstacles=tuple(missing.detail for missing in offer.missing if not missing.shortfall),
        conditions=tuple(_conditions(offer)),
    )


def _conditions(offer: Offer) -> Iterator[str]:
    """Say what to know before taking the reward."""
    version = offer.version
    if version.voucher_days is not None:
        yield ngettext("Use it within %(count)s day.", "Use it within %(count)s days.", version.voucher_days) % {
            "count": version.voucher_days
        }
    if version.min_tier is not None:
        yield _("For members from %(tier)s on.") % {"tier": version.min_tier}
    if offer.limit_left is not None:
        yield ngettext("You can take %(count)s more.", "You can take %(count)s more.", offer.limit_left) % {"count": offer.limit_left}
    yield str(_BACK[version.given_back])
    if offer.reward.active_to is not None:
        yield _("Offered through %(day)s.") % {"day": date_format(offer.reward.active_to, "j F Y")}


def _status(offer: Offer, currency: PointCurrency) -> tuple[str, str]:
    """Return the status and its words; of several obstacles the one that waiting and shopping cannot overcome comes first."""
    reasons = {missing.reason for missing in offer.missing}
    if not reasons:
        return CAN, _("You can")
    if Obstacle.SOLD_OUT in reasons:
        return GONE, _("Sold out")
    if Obstacle.TIER_TOO_LOW in reasons:
        return LOCKED, _("%(tier)s only") % {"tier": offer.version.min_tier}
    if Obstacle.LIMIT_REACHED in reasons:
        return GONE, _("Taken already")
    if Obstacle.NOT_ENOUGH_POINTS in reasons:
        near = offer.shortfall * 100 <= offer.version.price_points * _NEAR_PERCENT
        missing = {"points": said_points_text(offer.shortfall, currency.unit.scale), "unit": currency.word(offer.shortfall)}
        return ALMOST if near else FAR, _("%(points)s more %(unit)s") % missing
    return LOCKED, _("Not now")


def _stock(left: int | None) -> str:
    """Say how many are left once they become few."""
    if left is None or not 0 < left <= _FEW_LEFT:
        return ""
    return ngettext("%(count)s left", "%(count)s left", left) % {"count": left}


def picture_of(path: str) -> str:
    """Return the address of a reward's picture; one that is not among the static files is replaced by a voucher."""
    try:
        return static(path or _NO_PICTURE)
    except ValueError:
        return static(_NO_PICTURE)
