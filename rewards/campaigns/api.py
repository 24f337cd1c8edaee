"""Campaigns and offers for partners."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework.request import Request

from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.partners.domain import Scope
from accounts.partners.rest import IDEMPOTENCY_KEY, PartnerView, WriteQuery
from loyalty.kit.rest import Answer, described, page_of, page_of_list, read
from loyalty.kit.rest.paging import Key
from rewards.campaigns import queries
from rewards.campaigns.filters import CampaignFilters
from rewards.campaigns.models import Campaign
from rewards.campaigns.offers import Offer, offers_to, take_offer
from rewards.campaigns.pages import stage_of
from rewards.campaigns.representations import (
    CampaignAnswer,
    CampaignsAnswer,
    OffersAnswer,
    TakenAnswer,
    campaign_answer,
    offer_answer,
    taken_answer,
)
from rewards.campaigns.shapes import OfferShape, OffersQuery


class CampaignView(PartnerView):
    """What both addresses of campaigns share."""

    scopes: ClassVar = {"GET": Scope.CAMPAIGNS_READ}

    def told(self, campaigns: Sequence[Campaign]) -> dict[int, dict[str, Any]]:
        """Return what is said of each; two queries, and one more where a campaign has no budget."""
        versions = {of.campaign_id: of for of in queries.newest_versions(self.programme).filter(campaign__in=campaigns)}
        used = queries.used_by_many(campaigns)
        found = {}
        for campaign in campaigns:
            terms = queries.terms_of(versions[campaign.pk])
            stage, _words = stage_of(campaign, terms, self.today)
            found[campaign.pk] = campaign_answer(campaign, terms, used[campaign.pk], stage, self.programme.currency)
        return found


class Campaigns(CampaignView):
    """Campaigns that were approved."""

    queries: ClassVar = {"GET": CampaignFilters.query()}

    @described(operation="listCampaigns", summary="List campaigns, by code", query=CampaignFilters.query(), answers={200: CampaignsAnswer})
    def get(self, _request: Request) -> HttpResponse:
        rows = CampaignFilters.narrow(queries.approved_campaigns(self.programme), self.query)
        page = page_of(rows, order=(Key("code", str),), query=self.query)
        told = self.told(page.rows)
        return self.show(page.as_dict(lambda campaign: told[campaign.pk]))


class OneCampaign(CampaignView):
    """A campaign."""

    @described(operation="getCampaign", summary="See a campaign, its budget and what it has given", answers={200: CampaignAnswer})
    def get(self, _request: Request, code: str) -> HttpResponse:
        campaign = queries.approved_campaign(self.programme, code)
        return self.show(self.told([campaign])[campaign.pk])


class MemberOffers(PartnerView):
    """What is offered to a member. Who is held out of a campaign has no offer of it."""

    scopes: ClassVar = {"GET": Scope.CAMPAIGNS_READ}
    queries: ClassVar = {"GET": OffersQuery}

    @described(operation="listOffers", summary="List the offers to a member, by code", query=OffersQuery, answers={200: OffersAnswer})
    def get(self, _request: Request, member: uuid.UUID) -> HttpResponse:
        found = _member(self, {"member_id": member})
        rows = [_Row(offer) for offer in offers_to(found, at=self.at) if self._is_asked_for(offer)]
        page = page_of_list(sorted(rows, key=lambda row: row.code), name="code", query=self.query)
        return self.show(page.as_dict(lambda row: offer_answer(row.offer, get_language() or "en")))

    def _is_asked_for(self, offer: Offer) -> bool:
        wanted: OffersQuery = self.query
        return wanted.code in (None, offer.campaign.code) and wanted.can_be_taken in (None, offer.can_be_taken)


class Offers(PartnerView):
    """Offers that members take."""

    scopes: ClassVar = {"POST": Scope.OFFERS_WRITE}

    @described(
        operation="takeOffer",
        summary="Take an offer for a member; the same once more answers like the first time",
        body=OfferShape,
        query=WriteQuery,
        headers=[IDEMPOTENCY_KEY],
        answers={201: TakenAnswer},
    )
    def post(self, request: Request) -> HttpResponse:
        shape = read(OfferShape, request.data)
        return self.once(lambda: self._take(shape), key_required=False)

    def _take(self, shape: OfferShape) -> Answer:
        member = _member(self, shape.whom())
        campaign = queries.approved_campaign(self.programme, shape.campaign)
        earlier = queries.has_taken(campaign, member)
        clip = take_offer(campaign=campaign, member=member, at=self.at)
        return Answer(taken_answer(clip, campaign), 201, replayed=earlier)


class _Row:
    """An offer in a list that is paged by code."""

    def __init__(self, offer: Offer) -> None:
        self.offer, self.code = offer, offer.campaign.code


def _member(view: PartnerView, whom: dict[str, Any]) -> Member:
    member = find_member(view.programme, **whom)
    member.programme = view.programme
    return member
