"""Ask for letters on Mondays, stop them, send what is due: the only code that writes them."""

import datetime as dt
import functools
import uuid
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.runs import each_by_itself
from reporting.digests.domain import due_week
from reporting.digests.letters import letter_of
from reporting.digests.models import DigestLetter, DigestSubscription


def subscribe(*, user: User, programme: Programme, at: dt.datetime) -> DigestSubscription:
    """Want letters from next Monday on; who wants them already goes on getting them."""
    row, _made = DigestSubscription.objects.get_or_create(
        user=user, programme=programme, defaults={"since_on": business_date(at, programme.time_zone)}
    )
    return row


def unsubscribe(*, user: User, programme: Programme) -> None:
    """Want no more letters; nothing changes for who wants none."""
    DigestSubscription.objects.filter(user=user, programme=programme).delete()


def stop(*, subscription: uuid.UUID) -> None:
    """Want no more letters, by the link in one of them; a link that was used before changes nothing."""
    DigestSubscription.objects.filter(pk=subscription).delete()


def send_due(*, at: dt.datetime) -> int:
    """Send the letters that are due; return how many. A letter that cannot go out delays none of the others and is tried again."""
    wanted = DigestSubscription.objects.order_by("pk").values_list("pk", flat=True)
    return each_by_itself(functools.partial(_send, pk, at) for pk in wanted.iterator(1_000))


@transaction.atomic
def _send(subscription: uuid.UUID, at: dt.datetime) -> bool:
    """Note a letter and send it. Who is killed in between sends it again: with the same message id, so that it is known as a copy."""
    rows = DigestSubscription.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("user", "programme__legal_entity__book").filter(pk=subscription).first()
    if row is None or not (row.user.is_active and may(row.user, Act.SEE_REPORTS)):
        return False
    week_on = due_week(at.astimezone(ZoneInfo(row.programme.time_zone)), row.since_on)
    if week_on is None:
        return False
    _letter, is_new = DigestLetter.objects.get_or_create(user=row.user, programme=row.programme, week_on=week_on, defaults={"sent_at": at})
    if is_new:
        letter_of(row, week_on).send()
    return is_new
