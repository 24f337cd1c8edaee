"""Playbooks in words and figures: the gallery, what a form would draft, what became of a draft."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import currency_of
from loyalty.kit.figures import money_text, number_text
from loyalty.kit.money import Money, exponent
from reporting.playbooks.words import LISTED, WORDS
from rewards.backtests.models import BackTest
from rewards.campaigns.domain import Used, read_campaign
from rewards.campaigns.models import CampaignVersion
from rewards.campaigns.pages import sentences_of
from rewards.earning.approved import compiled
from rewards.earning.condition_words import condition_text
from rewards.earning.domain import compile_rule
from rewards.earning.models import EarningRuleVersion
from rewards.earning.words import terms_in_sentences, writer_of
from rewards.playbooks.domain import RECIPES, Inputs, Playbook, campaign_definition, scaled_cost
from rewards.playbooks.models import PlaybookRun
from rewards.tiers.models import Tier


def title_of(playbook: Playbook) -> str:
    return str(PlaybookRun.Playbook(playbook.value).label)


def cards_of(programme: Programme, used: dict[str, int]) -> list[dict[str, Any]]:
    """Return the gallery: `used` says how many drafts each playbook made."""
    return [_card(programme, playbook, used.get(playbook.value, 0)) for playbook in Playbook]


def _card(programme: Programme, playbook: Playbook, times: int) -> dict[str, Any]:
    words = WORDS[playbook]
    return {
        "title": title_of(playbook),
        "purpose": words.purpose,
        "facts": [
            {"label": _("Reaches"), "value": words.reaches},
            {"label": _("Gives"), "value": words.gives},
            {"label": _("When to use it"), "value": words.use},
        ],
        "used": ngettext("Drafted %(count)s time", "Drafted %(count)s times", times) % {"count": times} if times else "",
        "url": reverse("staff:playbook", args=[programme.slug, playbook.value]),
    }


def run_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Campaign")},
        {"label": _("Playbook")},
        {"label": _("Days")},
        {"label": _("Members reached"), "number": True},
        {"label": _("Cost predicted"), "number": True},
        {"label": _("Cost so far"), "number": True},
    ]


def run_row(run: PlaybookRun, used: Used, programme: Programme) -> list[Any]:
    predicted = predicted_minor(run)
    return [
        {
            "value": run.campaign.name,
            "url": reverse("staff:playbook-run", args=[programme.slug, run.pk]),
            "hint": date_format(localtime(run.made_at), "j M Y"),
        },
        run.get_playbook_display(),
        days_text(run),
        run.audience,
        "" if predicted is None else Money(predicted, programme.currency),
        Money(used.cost_minor, programme.currency),
    ]


def days_text(run: PlaybookRun) -> str:
    first, last = days_of(run)
    return f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}"


def days_of(run: PlaybookRun) -> tuple[dt.date, dt.date]:
    return dt.date.fromisoformat(run.inputs["first_on"]), dt.date.fromisoformat(run.inputs["last_on"])


def predicted_minor(run: PlaybookRun) -> int | None:
    """Return what its back-test found, for as many days as the campaign has; None while it is not done."""
    row = run.back_test
    if row is None or row.state != BackTest.State.DONE or row.cost_minor is None:
        return None
    first, last = days_of(run)
    return scaled_cost(row.cost_minor, tried_days=(row.last_on - row.first_on).days + 1, campaign_days=(last - first).days + 1)


def budget_sentence(run: PlaybookRun, programme: Programme) -> str:
    """Hold what is predicted for the campaign's days against its budget."""
    predicted = predicted_minor(run)
    if predicted is None:
        return ""
    first, last = days_of(run)
    days, budget = (last - first).days + 1, int(run.inputs["budget_minor"])
    facts = {
        "days": number_text(days, 0),
        "cost": money_text(Money(predicted, programme.currency)),
        "budget": money_text(Money(budget, programme.currency)),
    }
    if predicted <= budget:
        return _("At this rate the %(days)s days of the campaign cost %(cost)s, within its budget of %(budget)s.") % facts
    facts["after"] = number_text(max(1, days * budget // predicted), 0)
    return (
        _(
            "At this rate the %(days)s days of the campaign would cost %(cost)s: its budget of %(budget)s is used up after about %(after)s days."
        )
        % facts
    )


def who_sentence(programme: Programme, playbook: Playbook, given: Inputs) -> str:
    """Say whom it reaches: by the segment's condition, or as a list."""
    recipe = RECIPES[playbook]
    if recipe.is_list:
        tier = Tier.objects.filter(ladder__programme=programme, ladder__is_main=True, code=given.tier).first() if given.tier else None
        return str(LISTED[playbook]) % {"percent": given.percent, "days": given.days, "tier": tier.local_name if tier else ""}
    said = condition_text(recipe.segment(given)["when"], lambda minor: money_text(Money(minor, programme.currency)))
    return _("Members with %(condition)s.") % {"condition": said}


def rule_sentences(programme: Programme, playbook: Playbook, given: Inputs) -> list[str]:
    """Say what the rule gives. Raises: MalformedRule."""
    currency: PointCurrency = currency_of(programme)
    rule = compile_rule(
        version_id=uuid.UUID(int=0),
        code="draft",
        version=1,
        currency=currency.code,
        definition=RECIPES[playbook].rule(given),
        scale=currency.unit.scale,
        decimals=exponent(programme.currency),
    )
    return terms_in_sentences(rule, lambda minor: money_text(Money(minor, programme.currency)), writer_of(currency))


def campaign_sentences(programme: Programme, given: Inputs) -> list[str]:
    """Say when it runs, who is held out and what it may cost. Raises: MalformedCampaign."""
    terms = read_campaign(campaign_definition(given, "draft"))
    segment = _("For the segment %(code)s.") % {"code": "draft"}
    return [text for text in sentences_of(terms, programme.currency) if text != segment]


def worth_sentence(given: Inputs, worth: Decimal, programme: Programme) -> str:
    """Say what one gift is worth to who gets it; nothing where points have no value yet."""
    if not given.points or not worth:
        return ""
    amount = money_text(Money(int(given.points * worth), programme.currency))
    return _("One gift is worth %(amount)s.") % {"amount": amount}


def segment_text(run: PlaybookRun, programme: Programme) -> str:
    """Say who belongs to the segment that was drafted, and how many did then."""
    newest = run.segment.versions.order_by("-version").first()
    then = ngettext("%(count)s member on the day it was drafted.", "%(count)s members on the day it was drafted.", run.audience)
    reached = then % {"count": number_text(run.audience, 0)}
    if newest is None:
        return reached
    said = condition_text(newest.definition["when"], lambda minor: money_text(Money(minor, programme.currency)))
    return f"{_('Members with %(condition)s.') % {'condition': said}} {reached}"


def campaign_text(version: CampaignVersion, programme: Programme) -> str:
    return " ".join(sentences_of(version.terms(), programme.currency))


def rule_text(version: EarningRuleVersion, programme: Programme) -> str:
    write = writer_of(version.rule.currency)
    return " ".join(terms_in_sentences(compiled(version), lambda minor: money_text(Money(minor, programme.currency)), write))


def steps_of(run: PlaybookRun, *, waits: bool, is_late: bool) -> list[dict[str, str]]:
    """Say what comes next."""
    first, _last = days_of(run)
    day = {"day": date_format(first, "j F Y")}
    if is_late:
        return [{"title": _("Its first day has passed"), "text": _("Nobody approved it in time. Draft it again with later days.")}]
    approved = _("Approved: it begins by itself on %(day)s.") % day
    return [
        {"title": _("Read what the past says"), "text": _("If it costs too much or gives too little, draft it again with other answers.")},
        {
            "title": _("Another person approves it"),
            "text": _("Before %(day)s. Whoever drafted it cannot. Until then nothing of it counts.") % day if waits else approved,
        },
        {
            "title": _("Hold it against what came true"),
            "text": _(
                "From %(day)s on the campaign's page shows what it gave and what it brought, the back-test's page predicted and actual."
            )
            % day,
        },
    ]
