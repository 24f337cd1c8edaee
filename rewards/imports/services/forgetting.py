"""Forget whom a file named, once its import is over: rows keep their member, their points and their result."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from accounts.members.models import MemberStatus
from rewards.imports.models import BalanceImport, BalanceImportRow

CHUNK = 5_000
_OVER = (BalanceImport.State.DONE, BalanceImport.State.REFUSED)


def forget_names(*, before: dt.datetime, chunk: int = CHUNK) -> int:
    """Empty e-mails, card numbers and other names in rows of imports that were over `before`; return how many rows.

    Rows of a member whose membership has ended lose them at once, and the reason that the file gave with them. May be interrupted and
    run again.
    """
    over = BalanceImportRow.objects.filter(balance_import__state__in=_OVER).exclude(identity={}, named="")
    old = Q(balance_import__done_at__lt=before) | Q(
        balance_import__state=BalanceImport.State.REFUSED, balance_import__decided_at__lt=before
    )
    left = BalanceImportRow.objects.filter(balance_import__state__in=_OVER, member__status=MemberStatus.CLOSED)
    nameless: dict[str, Any] = {"identity": {}, "named": ""}
    return _empty(left.exclude(identity={}, named="", reason=""), nameless | {"reason": ""}, chunk) + _empty(
        over.filter(old), nameless, chunk
    )


def _empty(rows: QuerySet[BalanceImportRow], nothing: dict[str, Any], chunk: int) -> int:
    emptied = 0
    while some := list(rows.values_list("pk", flat=True)[:chunk]):
        emptied += BalanceImportRow.objects.filter(pk__in=some).update(**nothing)
    return emptied
