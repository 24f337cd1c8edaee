"""The staff pages: pages of several apps under /staff/, by job."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.buyers import staff as buyers
from accounts.entities import staff as entities
from accounts.members import staff as member_edits
from accounts.partners import staff as partners
from accounts.programmes import staff as programmes
from accounts.staff import staff as lists
from reporting.backtests import staff as backtests
from reporting.campaign_calendar import staff as campaign_calendar
from reporting.care import staff as care
from reporting.cohorts import staff as cohorts
from reporting.digests import staff as digests
from reporting.ending_points import staff as ending_points
from reporting.insights import staff as insights
from reporting.playbooks import staff as playbooks
from reporting.store_days import staff as store_days
from reporting.store_days import uploads as store_day_uploads
from rewards.adjustments import staff as adjustments
from rewards.campaigns import staff as campaigns
from rewards.catalogue import staff as catalogue
from rewards.causes import staff as causes
from rewards.check_ins import staff as check_ins
from rewards.coalition import staff as coalition
from rewards.connectors import staff as connectors
from rewards.conversions import staff as conversions
from rewards.earning import staff as earning
from rewards.events import staff as events
from rewards.gift_cards import staff as gift_cards
from rewards.import_undos import staff as import_undos
from rewards.imports import staff as imports
from rewards.plans import staff as plans
from rewards.programme_files import staff as programme_files
from rewards.purchases import staff as purchases
from rewards.recalculations import staff as recalculations
from rewards.recognition import staff as recognition
from rewards.redemptions import staff as redemptions
from rewards.referrals import staff as referrals
from rewards.reviews import staff as reviews
from rewards.segments import staff as segments
from rewards.setups import staff as setups
from rewards.tiers import staff as tiers
from rewards.trade_files import staff as trade_files
from rewards.transfers import staff as transfers
from rewards.what_if import staff as what_if

app_name = "staff"

_PEOPLE_AND_PURCHASES = [
    path("lists/<slug:name>/filters/new/", lists.save, name="filter-save"),
    path("lists/<slug:name>/filters/<uuid:saved>/delete/", lists.delete, name="filter-delete"),
    path("lists/<slug:name>/columns/", lists.columns, name="list-columns"),
    path("search/", care.find, name="search"),
    path("members/", care.members, name="members"),
    path("members/members.csv", care.members_csv, name="members-csv"),
    path("members/<uuid:member>/", care.member, name="member"),
    path("members/<uuid:member>/peek/", care.member_peek, name="member-peek"),
    path("members/<uuid:member>/what-if/", what_if.what_if, name="member-what-if"),
    path("members/<uuid:member>/lots/", care.member_lots, name="member-lots"),
    path("members/<uuid:member>/buyers/", buyers.buyers, name="member-buyers"),
    path("members/<uuid:member>/buyers/<slug:code>/close/", buyers.close, name="member-buyer-close"),
    path("members/<uuid:member>/edit/", member_edits.edit, name="member-edit"),
    path("members/<uuid:member>/status/", member_edits.status, name="member-status"),
    path("members/<uuid:member>/correct/", adjustments.ask, name="member-adjust"),
    path("members/<uuid:member>/tier/", tiers.ask, name="member-tier"),
    path("tiers-by-hand/", tiers.awards, name="tier-awards"),
    path("tiers-by-hand/<uuid:award>/", tiers.award, name="tier-award"),
    path("movements/<uuid:movement>/", care.movement, name="movement"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/<uuid:purchase>/", purchases.purchase, name="purchase"),
    path("events/", events.events, name="events"),
    path("events/<uuid:event>/", events.event, name="event"),
    path("events/<uuid:event>/peek/", events.peek, name="event-peek"),
    path("events/<uuid:event>/undo/", events.undo, name="event-undo"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<uuid:review>/", reviews.review, name="review"),
    path("reviews/<uuid:review>/withdraw/", reviews.withdraw, name="review-withdraw"),
    path("purchases/<uuid:purchase>/peek/", purchases.peek, name="purchase-peek"),
    path("redemptions/<uuid:redemption>/", redemptions.redemption, name="redemption"),
    path("redemptions/<uuid:redemption>/cancel/", redemptions.cancel, name="redemption-cancel"),
    path("transfers/<uuid:transfer>/", transfers.transfer, name="transfer"),
    path("transfers/<uuid:transfer>/undo/", transfers.undo, name="transfer-undo"),
    path("gift-cards/", gift_cards.cards, name="gift-cards"),
    path("gift-cards/requests/<uuid:asked>/", gift_cards.requested, name="gift-card-request"),
    path("gift-cards/new/<slug:programme>/", gift_cards.issue, name="gift-card-new"),
    path("gift-cards/<uuid:card>/", gift_cards.card, name="gift-card"),
    path("gift-cards/<uuid:card>/block/", gift_cards.block, name="gift-card-block"),
    path("corrections/", adjustments.adjustments, name="adjustments"),
    path("corrections/<uuid:adjustment>/", adjustments.adjustment, name="adjustment"),
    path("corrections/<uuid:adjustment>/peek/", adjustments.peek, name="adjustment-peek"),
]
_PROGRAMME = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programme_files.choose, name="programme-new"),
    path("programmes/new/<slug:blueprint>/", programme_files.begin, name="programme-from"),
    path("programmes/<slug:programme>/file/", programme_files.file, name="programme-file"),
    path("programmes/<slug:programme>/file.yaml", programme_files.export, name="programme-export"),
    path("programmes/<slug:programme>/file/<uuid:draft>/approve/", programme_files.approve, name="file-approve"),
    path("programmes/<slug:programme>/file/<uuid:draft>/withdraw/", programme_files.withdraw, name="file-withdraw"),
    path("programmes/<slug:programme>/", programmes.programme, name="programme"),
    path("programmes/<slug:programme>/state/", programmes.change_state, name="programme-state"),
    path("programmes/<slug:programme>/texts/", programmes.publish_texts, name="programme-texts"),
    path("programmes/<slug:programme>/currencies/new/", programmes.add_currency, name="currency-new"),
    path("programmes/<slug:programme>/terms/<slug:currency>/", programmes.draft_terms, name="terms-draft"),
    path("programmes/<slug:programme>/terms/<int:terms>/approve/", programmes.approve_terms, name="terms-approve"),
    path("programmes/<slug:programme>/rules/", earning.rules, name="rules"),
    path("programmes/<slug:programme>/rules/new/", earning.begin, name="rule-new"),
    path("programmes/<slug:programme>/rules/<slug:rule>/", earning.draft, name="rule-draft"),
    path("programmes/<slug:programme>/rules/<uuid:version>/approve/", earning.approve, name="rule-approve"),
    path("programmes/<slug:programme>/events/", setups.setups, name="setups"),
    path("programmes/<slug:programme>/events/referrals/", referrals.referrals, name="referrals"),
    path("programmes/<slug:programme>/events/check-ins/", check_ins.points, name="check-in-points"),
    path("programmes/<slug:programme>/events/check-ins/new/", check_ins.begin, name="check-in-point-new"),
    path("programmes/<slug:programme>/events/check-ins/<uuid:point>/", check_ins.point, name="check-in-point"),
    path("programmes/<slug:programme>/events/check-ins/<uuid:point>/close/", check_ins.close, name="check-in-point-close"),
    path("programmes/<slug:programme>/partners/", coalition.prices, name="partner-prices"),
    path("programmes/<slug:programme>/partners/prices/<uuid:price>/approve/", coalition.approve, name="partner-price-approve"),
    path("programmes/<slug:programme>/partners/statements/", coalition.statements, name="partner-statements"),
    path("programmes/<slug:programme>/partners/statements/<uuid:statement>/", coalition.statement, name="partner-statement"),
    path("programmes/<slug:programme>/partners/statements/<uuid:statement>.csv", coalition.statement_file, name="partner-statement-file"),
    path("programmes/<slug:programme>/events/conversions/", conversions.conversions, name="conversions"),
    path("programmes/<slug:programme>/events/conversions/<slug:conversion>/rate/", conversions.propose, name="conversion-rate"),
    path("programmes/<slug:programme>/events/conversions/rates/<uuid:rate>/approve/", conversions.approve, name="conversion-rate-approve"),
    path("programmes/<slug:programme>/events/subscriptions/", plans.subscriptions, name="subscriptions"),
    path("programmes/<slug:programme>/events/subscriptions/<uuid:subscription>/", plans.subscription, name="subscription"),
    path("programmes/<slug:programme>/events/recognitions/", recognition.recognitions, name="recognitions"),
    path("programmes/<slug:programme>/events/recognitions/<uuid:recognition>/undo/", recognition.undo, name="recognition-undo"),
    path("programmes/<slug:programme>/events/causes/", causes.causes, name="causes"),
    path("programmes/<slug:programme>/events/causes/<slug:cause>/", causes.cause, name="cause"),
    path("programmes/<slug:programme>/events/causes/<slug:cause>/hand-over/", causes.hand_over, name="cause-hand-over"),
    path("programmes/<slug:programme>/events/causes/<slug:cause>/report.csv", causes.report, name="cause-report"),
    path("programmes/<slug:programme>/events/new/<slug:kind>/", setups.begin, name="setup-new"),
    path("programmes/<slug:programme>/events/<slug:kind>/<slug:code>/", setups.draft, name="setup-draft"),
    path("programmes/<slug:programme>/events/versions/<uuid:version>/approve/", setups.approve, name="setup-approve"),
    path("programmes/<slug:programme>/tiers/", tiers.tiers, name="tiers"),
    path("programmes/<slug:programme>/tiers/new/", tiers.begin, name="ladder-new"),
    path("programmes/<slug:programme>/tiers/checks/", tiers.checks, name="tier-checks"),
    path("programmes/<slug:programme>/tiers/ladders/<slug:ladder>/", tiers.draft, name="ladder-draft"),
    path("programmes/<slug:programme>/tiers/versions/<uuid:version>/approve/", tiers.approve, name="ladder-approve"),
    path("programmes/<slug:programme>/campaigns/", campaigns.campaigns, name="campaigns"),
    path("programmes/<slug:programme>/campaigns/new/", campaigns.begin, name="campaign-new"),
    path("programmes/<slug:programme>/campaigns/versions/<uuid:version>/approve/", campaigns.approve, name="campaign-approve"),
    path("programmes/<slug:programme>/campaigns/of/<slug:campaign>/", campaigns.campaign, name="campaign"),
    path("programmes/<slug:programme>/campaigns/of/<slug:campaign>/draft/", campaigns.draft, name="campaign-draft"),
    path("programmes/<slug:programme>/campaigns/of/<slug:campaign>/turn/", campaigns.turn, name="campaign-turn"),
    path("programmes/<slug:programme>/playbooks/", playbooks.playbooks, name="playbooks"),
    path("programmes/<slug:programme>/playbooks/drafts/<uuid:run>/", playbooks.run, name="playbook-run"),
    path("programmes/<slug:programme>/playbooks/drafts/<uuid:run>/approve/", playbooks.approve, name="playbook-approve"),
    path("programmes/<slug:programme>/playbooks/<slug:playbook>/", playbooks.playbook, name="playbook"),
    path("programmes/<slug:programme>/playbooks/<slug:playbook>/preview/", playbooks.preview, name="playbook-preview"),
    path("programmes/<slug:programme>/back-tests/", backtests.back_tests, name="back-tests"),
    path("programmes/<slug:programme>/back-tests/new/", backtests.new, name="back-test-new"),
    path("programmes/<slug:programme>/back-tests/<uuid:back_test>/", backtests.back_test, name="back-test"),
    path("programmes/<slug:programme>/back-tests/<uuid:back_test>/progress/", backtests.progress, name="back-test-progress"),
    path("programmes/<slug:programme>/back-tests/<uuid:back_test>/repeat/", backtests.repeat, name="back-test-repeat"),
    path("programmes/<slug:programme>/back-tests/<uuid:back_test>/stop/", backtests.stop, name="back-test-stop"),
    path("programmes/<slug:programme>/back-tests/<uuid:back_test>/accept/", backtests.accept, name="back-test-accept"),
    path("programmes/<slug:programme>/back-tests/<uuid:back_test>/<str:name>", backtests.export, name="back-test-export"),
    path("programmes/<slug:programme>/recalculations/", recalculations.recalculations, name="recalculations"),
    path("programmes/<slug:programme>/recalculations/undo/", recalculations.undo, name="recalculation-undo"),
    path("programmes/<slug:programme>/recalculations/past/", recalculations.past, name="recalculation-past"),
    path("programmes/<slug:programme>/recalculations/<uuid:recalculation>/", recalculations.recalculation, name="recalculation"),
    path(
        "programmes/<slug:programme>/recalculations/<uuid:recalculation>/progress/", recalculations.progress, name="recalculation-progress"
    ),
    path(
        "programmes/<slug:programme>/recalculations/<uuid:recalculation>/purchases/",
        recalculations.purchases,
        name="recalculation-purchases",
    ),
    path("programmes/<slug:programme>/trade-files/", trade_files.trade_files, name="trade-files"),
    path("programmes/<slug:programme>/trade-files/new/", trade_files.new, name="trade-file-new"),
    path("programmes/<slug:programme>/trade-files/<uuid:trade_file>/", trade_files.trade_file, name="trade-file"),
    path("programmes/<slug:programme>/trade-files/<uuid:trade_file>/progress/", trade_files.progress, name="trade-file-progress"),
    path("programmes/<slug:programme>/trade-files/<uuid:trade_file>/forget/", trade_files.let_go, name="trade-file-forget"),
    path("programmes/<slug:programme>/imports/", imports.imports, name="imports"),
    path("programmes/<slug:programme>/imports/new/", imports.begin, name="import-new"),
    path("programmes/<slug:programme>/imports/<uuid:balance_import>/", imports.balance_import, name="import"),
    path("programmes/<slug:programme>/imports/<uuid:balance_import>/progress/", imports.progress, name="import-progress"),
    path("programmes/<slug:programme>/imports/<uuid:balance_import>/rows/", imports.rows, name="import-rows"),
    path("programmes/<slug:programme>/imports/<uuid:balance_import>/report.csv", imports.report, name="import-report"),
    path("programmes/<slug:programme>/imports/<uuid:balance_import>/undo/", import_undos.begin, name="import-undo-new"),
    path("programmes/<slug:programme>/imports/undos/<uuid:undo>/", import_undos.import_undo, name="import-undo"),
    path("programmes/<slug:programme>/imports/undos/<uuid:undo>/progress/", import_undos.progress, name="import-undo-progress"),
    path("programmes/<slug:programme>/imports/undos/<uuid:undo>/lines/", import_undos.lines, name="import-undo-lines"),
    path("programmes/<slug:programme>/imports/undos/<uuid:undo>/report.csv", import_undos.report, name="import-undo-report"),
    path("programmes/<slug:programme>/segments/", segments.segments, name="segments"),
    path("programmes/<slug:programme>/segments/new/", segments.begin, name="segment-new"),
    path("programmes/<slug:programme>/segments/versions/<uuid:version>/approve/", segments.approve, name="segment-approve"),
    path("programmes/<slug:programme>/segments/of/<slug:segment>/", segments.segment, name="segment"),
    path("programmes/<slug:programme>/segments/of/<slug:segment>/draft/", segments.draft, name="segment-draft"),
    path("programmes/<slug:programme>/segments/of/<slug:segment>/list/", segments.change_list, name="segment-list"),
    path("rewards/", catalogue.rewards, name="rewards"),
    path("rewards/new/", catalogue.add, name="reward-new"),
    path("rewards/<int:reward>/", catalogue.reward, name="reward"),
    path("rewards/<int:reward>/stock/", catalogue.stock, name="reward-stock"),
    path("rewards/<int:reward>/price/", catalogue.draft, name="reward-draft"),
    path("rewards/<int:reward>/offer/", catalogue.offer, name="reward-offer"),
    path("rewards/<int:reward>/versions/<int:version>/approve/", catalogue.approve, name="reward-approve"),
    path("companies/", entities.companies, name="companies"),
    path("companies/new/", entities.open_company, name="company-new"),
    path("partners/", partners.partners, name="partners"),
    path("partners/new/", partners.add, name="partner-new"),
    path("partners/<int:partner>/", partners.partner, name="partner"),
    path("partners/<int:partner>/keys/", partners.issue, name="partner-key"),
    path("partners/<int:partner>/keys/<uuid:key>/rotate/", partners.rotate, name="partner-key-rotate"),
    path("partners/<int:partner>/keys/<uuid:key>/revoke/", partners.revoke, name="partner-key-revoke"),
    path("connectors/", connectors.connectors, name="connectors"),
    path("connectors/new/", connectors.add, name="connector-new"),
    path("connectors/wishes/", connectors.wishes, name="privacy-wishes"),
    path("connectors/wishes/<uuid:wish>/", connectors.wish, name="privacy-wish"),
    path("connectors/<uuid:connection>/", connectors.connector, name="connector"),
    path("connectors/<uuid:connection>/change/", connectors.change, name="connector-change"),
    path("connectors/<uuid:connection>/secret/", connectors.secret, name="connector-secret"),
    path("connectors/<uuid:connection>/turn/", connectors.turn, name="connector-turn"),
    path("connectors/deliveries/<uuid:delivery>/", connectors.delivery, name="delivery"),
    path("connectors/deliveries/<uuid:delivery>/retry/", connectors.retry, name="delivery-retry"),
]

_BOOKS = [
    path("close/", include("reporting.close.urls")),
    path("rollforward/", include("reporting.rollforward.urls")),
    path("gift-card-months/", include("reporting.gift_cards.urls")),
    path("membership-fees/", include("reporting.plans.urls")),
    path("journals/", include("reporting.journals.urls")),
    path("estimates/", include("reporting.estimates.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", insights.home, name="home"),
    path("store-days/", store_days.store_days, name="store-days"),
    path("store-days/upload/", store_day_uploads.upload, name="store-days-upload"),
    path("store-days/template.csv", store_day_uploads.template, name="store-days-template"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/cohorts.csv", cohorts.cohorts_file, name="cohorts-file"),
    path("digest/", digests.digest, name="digest"),
    path("digest/stop/<str:token>/", digests.stop, name="digest-stop"),
    path("campaign-calendar/", campaign_calendar.campaign_calendar, name="campaign-calendar"),
    path("ending-points/", ending_points.ending_points, name="ending-points"),
    *_PEOPLE_AND_PURCHASES,
    *_PROGRAMME,
    *_BOOKS,
    path("health/", include("loyalty.shell.health.urls")),
]
