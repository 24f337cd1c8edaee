"""A basket that was typed, and what would come of it."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.members.forms import show_problem
from accounts.members.models import Member
from loyalty.kit.problems import Problem
from rewards.till.forms import SaleLines
from rewards.what_if.forms import WhatIfForm
from rewards.what_if.queries import Answer, what_if


def answer_of(member: Member, form: WhatIfForm, lines: SaleLines | None, at: dt.datetime) -> Answer | None:
    """Return what the typed basket would earn; None where something is missing, wrong or refused (the form says what)."""
    if not form.is_bound or not form.is_valid() or (lines is not None and not lines.is_valid()):
        return None
    bought = form.lines_with(lines)
    if not bought:
        return None
    said = form.cleaned_data
    where: dict[str, Any] = {"codes": said.get("codes", ())}
    if said.get("store"):
        where["store"] = said["store"].code
    if said.get("channel"):
        where["channel"] = said["channel"].code
    try:
        return what_if(member=member, lines=bought, on=said["on"], at=at, **where)
    except Problem as problem:
        show_problem(form, problem)
        return None


def nothing_happens() -> str:
    return _("Nothing is recorded: this only shows what the rules say.")
