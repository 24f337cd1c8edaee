"""The staff pages: pages of several apps under /staff/, by job."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.members import staff as member_edits
from accounts.partners import staff as partners
from accounts.programmes import staff as programmes
from reporting.care import staff as care
from reporting.insights import staff as insights
from rewards.adjustments import staff as adjustments
from rewards.catalogue import staff as catalogue
from rewards.earning import staff as earning
from rewards.purchases import staff as purchases
from rewards.redemptions import staff as redemptions
from rewards.tiers import staff as tiers

app_name = "staff"

_PEOPLE_AND_PURCHASES = [
    path("search/", care.find, name="search"),
    path("members/", care.members, name="members"),
    path("members/members.csv", care.members_csv, name="members-csv"),
    path("members/<uuid:member>/", care.member, name="member"),
    path("members/<uuid:member>/lots/", care.member_lots, name="member-lots"),
    path("members/<uuid:member>/edit/", member_edits.edit, name="member-edit"),
    path("members/<uuid:member>/status/", member_edits.status, name="member-status"),
    path("members/<uuid:member>/correct/", adjustments.ask, name="member-adjust"),
    path("movements/<uuid:movement>/", care.movement, name="movement"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/<uuid:purchase>/", purchases.purchase, name="purchase"),
    path("redemptions/<uuid:redemption>/", redemptions.redemption, name="redemption"),
    path("corrections/", adjustments.adjustments, name="adjustments"),
    path("corrections/<uuid:adjustment>/", adjustments.adjustment, name="adjustment"),
]
_PROGRAMME = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/<slug:programme>/", programmes.programme, name="programme"),
    path("programmes/<slug:programme>/state/", programmes.change_state, name="programme-state"),
    path("programmes/<slug:programme>/texts/", programmes.publish_texts, name="programme-texts"),
    path("programmes/<slug:programme>/terms/<slug:currency>/", programmes.draft_terms, name="terms-draft"),
    path("programmes/<slug:programme>/terms/<int:terms>/approve/", programmes.approve_terms, name="terms-approve"),
    path("programmes/<slug:programme>/rules/", earning.rules, name="rules"),
    path("programmes/<slug:programme>/rules/<slug:rule>/", earning.draft, name="rule-draft"),
    path("programmes/<slug:programme>/rules/<uuid:version>/approve/", earning.approve, name="rule-approve"),
    path("programmes/<slug:programme>/tiers/", tiers.tiers, name="tiers"),
    path("rewards/", catalogue.rewards, name="rewards"),
    path("rewards/new/", catalogue.add, name="reward-new"),
    path("rewards/<int:reward>/", catalogue.reward, name="reward"),
    path("rewards/<int:reward>/stock/", catalogue.stock, name="reward-stock"),
    path("rewards/<int:reward>/price/", catalogue.draft, name="reward-draft"),
    path("rewards/<int:reward>/offer/", catalogue.offer, name="reward-offer"),
    path("rewards/<int:reward>/versions/<int:version>/approve/", catalogue.approve, name="reward-approve"),
    path("partners/", partners.partners, name="partners"),
    path("partners/new/", partners.add, name="partner-new"),
    path("partners/<int:partner>/", partners.partner, name="partner"),
    path("partners/<int:partner>/keys/", partners.issue, name="partner-key"),
    path("partners/<int:partner>/keys/<uuid:key>/rotate/", partners.rotate, name="partner-key-rotate"),
    path("partners/<int:partner>/keys/<uuid:key>/revoke/", partners.revoke, name="partner-key-revoke"),
]

_BOOKS = [
    path("close/", include("reporting.close.urls")),
    path("rollforward/", include("reporting.rollforward.urls")),
    path("journals/", include("reporting.journals.urls")),
    path("estimates/", include("reporting.estimates.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", insights.home, name="home"),
    *_PEOPLE_AND_PURCHASES,
    *_PROGRAMME,
    *_BOOKS,
]
