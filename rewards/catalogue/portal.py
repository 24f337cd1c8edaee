"""The rewards that a member can choose from."""

import dataclasses
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from rewards.catalogue.cards import ALMOST, CAN, RewardCard, reward_cards
from rewards.catalogue.queries import RewardNotFound, offer_details
from rewards.redemptions.queries import open_vouchers


@dataclasses.dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    current: bool


@require_safe
@portal_member
def rewards(request: HttpRequest, member: Member) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    cards = reward_cards(member, today)
    chosen = request.GET.get("show", "")
    return portal_page(
        request,
        member.programme,
        "rewards/catalogue/rewards.html",
        cards=_chosen(cards, chosen),
        chips=_chips(member, cards, chosen),
        is_filtered=bool(chosen),
        vouchers=list(open_vouchers(member, today).rewards()[:10]),
    )
