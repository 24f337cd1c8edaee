"""Give out keys, recognise them, and answer a repeated request with the first answer."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Iterable

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entities.models import LegalEntity
from accounts.partners.domain import Credential, FirstAnswer, Scope
from accounts.partners.models import Partner, PartnerKey
from accounts.programmes.models import Programme
from loyalty.kit.problems import FieldError, Malformed, Problem
from loyalty.kit.rows import checked

KEY_REMEMBERED = dt.timedelta(seconds=5)
_MOST_REMEMBERED = 1_000
_remembered: dict[bytes, tuple[Credential, dt.datetime]] = {}


class KeyNotValid(Problem):
    """The key is unknown, expired or revoked; all three get the same answer."""

    code = "key_not_valid"
    status = 401
    title = gettext_lazy("Not signed in")


class IdempotencyKeyReused(Malformed):
    code = "idempotency_key_reused"


class CompanyKeepsAnotherCurrency(Malformed):
    code = "company_keeps_another_currency"


@transaction.atomic
def add_partner(*, name: str, legal_entity: LegalEntity, group_company: LegalEntity | None = None) -> Partner:
    """Name a partner of a company: somebody else's systems, or, with `group_company`, another company of the group that keeps its book here.

    Raises: InvalidFields, RuleBroken (the name is taken, the company takes part already or is its own partner), CompanyKeepsAnotherCurrency.
    """
    partner = checked(Partner(name=name, legal_entity=legal_entity, group_company=group_company))
    if group_company is not None and group_company.book.currency != legal_entity.book.currency:
        detail = _("%(company)s keeps its book in %(currency)s. Companies of one programme keep theirs in the same currency.")
        words = {"company": group_company.name, "currency": group_company.book.currency}
        raise CompanyKeepsAnotherCurrency(detail % words, errors=[FieldError("/group_company", "another_currency", detail % words)])
    partner.save(force_insert=True)
    return partner


def issue_key(
    *,
    partner: Partner,
    name: str,
    scopes: Collection[Scope],
    programmes: Iterable[Programme],
    expires_at: dt.datetime | None = None,
) -> tuple[PartnerKey, str]:
    """Make a key; return its row and the key itself, which is shown once and stored nowhere."""
    assert scopes, "a key may do something"
    with transaction.atomic():
        key = PartnerKey(partner=partner, name=name, scopes=sorted(scopes), expiry_date=expires_at)
        raw = PartnerKey.objects.assign_key(key)
        key.save(force_insert=True)
        key.programmes.set(programmes)
    return key, raw


@transaction.atomic
def rotate_key(*, key: PartnerKey, at: dt.datetime, overlap: dt.timedelta = dt.timedelta(hours=24)) -> tuple[PartnerKey, str]:
    """Make a key with the same rights; the old one ends after `overlap`, so that tills can change over.

    Raises: KeyNotValid (the old key is revoked or has expired).
    """
    old = PartnerKey.objects.select_for_update().get(pk=key.pk)
    if not old.is_usable(at):
        raise _not_valid()
    expires_at = old.expiry_date
    ends_at = at + overlap
    old.expiry_date = ends_at if expires_at is None else min(ends_at, expires_at)
    old.save(update_fields=["expiry_date"])
    scopes = [Scope(scope) for scope in old.scopes]
    return issue_key(partner=old.partner, name=old.name, scopes=scopes, programmes=old.programmes.all(), expires_at=expires_at)


def revoke_key(*, key: PartnerKey) -> None:
    """End a key for good. This process forgets it at once, others within KEY_REMEMBERED."""
    PartnerKey.objects.filter(pk=key.pk).update(revoked=True)
    forget_keys()


def forget_keys() -> None:
    """Look every key up again at its next use."""
    _remembered.clear()


def authenticate_key(raw: str, at: dt.datetime) -> Credential:
    """Return who calls with this key. A verified key is remembered for a few seconds; else one query. Raises: KeyNotValid."""
    digest = hashlib.sha256(raw.encode()).digest()
    found = _remembered.get(digest)
    if found is not None and found[1] <= at < found[1] + KEY_REMEMBERED:
        return found[0]
    credential = _looked_up(raw, at)
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[digest] = (credential, at)
    return credential


def claim_key(*, credential: str, programme_id: uuid.UUID, key: str, fingerprint: bytes, at: dt.datetime) -> FirstAnswer | None:
    """Claim an idempotency key as the first statement of the caller's transaction.

    Returns None if the request is new: do it, and call `store_answer` last. Returns the first answer if it was given before. Of
    copies at once one goes on and the others wait here until it commits, or take over if it rolls back. For the rest of the
    transaction the server keeps to its generic plans, and those to indexes: for the short statements of an act, planning costs
    more than running, and a plan made while a table was young must not read all of it when it has grown.
    Raises: IdempotencyKeyReused (the same key with another request).
    """
    assert connection.in_atomic_block, "claim the key inside the transaction of the act"
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [credential, programme_id, key, fingerprint, at])
        if cursor.rowcount == 1:
            return None
        cursor.execute(_FIRST_ANSWER, [credential, programme_id, key])
        first_fingerprint, status, body = cursor.fetchone()
    if bytes(first_fingerprint) != fingerprint:
        raise IdempotencyKeyReused(_("This Idempotency-Key was used for another request. Use a new one."))
    assert status is not None, "a committed key has its answer"
    return FirstAnswer(status, bytes(body))


def act_without_key() -> None:
    """Tell the server that the rest of the transaction is one short act, as `claim_key` does on its way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)")


def store_answer(*, credential: str, programme_id: uuid.UUID, key: str, status: int, body: bytes) -> None:
    """Keep the answer under a claimed key, as the last statement of the transaction; repeats get these very bytes."""
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [status, body, credential, programme_id, key])
        assert cursor.rowcount == 1, "the key was claimed in this transaction and has no answer yet"


def forget_answers(*, before: dt.datetime, chunk: int = 10_000) -> int:
    """Delete keys first seen before a moment, a transaction for each chunk, so that no request waits long; return how many."""
    forgotten = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FORGET, [before, chunk])
            deleted = int(cursor.rowcount)
            forgotten += deleted
            if deleted < chunk:
                return forgotten


_FORGET = """
    DELETE FROM accounts_idempotencykey
     WHERE ctid = ANY (ARRAY(SELECT ctid FROM accounts_idempotencykey WHERE created_at < %s ORDER BY created_at LIMIT %s))
"""
_CLAIM = """
    INSERT INTO accounts_idempotencykey (credential, programme_id, key, fingerprint, created_at)
    SELECT %s, %s, %s, %s, %s
      FROM set_config('plan_cache_mode', 'force_generic_plan', true) AS plans, set_config('enable_seqscan', 'off', true) AS scans
    ON CONFLICT DO NOTHING
"""
_FIRST_ANSWER = """
    SELECT fingerprint, status, body FROM accounts_idempotencykey WHERE credential = %s AND programme_id = %s AND key = %s
"""
_STORE = """
    UPDATE accounts_idempotencykey SET status = %s, body = %s
    WHERE credential = %s AND programme_id = %s AND key = %s AND status IS NULL
"""


def _looked_up(raw: str, at: dt.datetime) -> Credential:
    prefix = raw.partition(".")[0]
    keys = PartnerKey.objects.filter(prefix=prefix, revoked=False, partner__is_active=True).select_related("partner")
    key = keys.annotate(programme_ids=ArrayAgg("programmes", default=[])).first() if prefix.isascii() and prefix.isalnum() else None
    if key is None or not key.is_usable(at) or not key.is_valid(raw):
        raise _not_valid()
    return Credential(
        id=key.prefix,
        key_id=key.pk,
        partner_id=key.partner_id,
        partner_name=key.partner.name,
        scopes=frozenset(key.scopes),
        programme_ids=frozenset(key.programme_ids) - {None},
    )


def _not_valid() -> KeyNotValid:
    return KeyNotValid(_("This key is not valid. Ask the programme's owner for a new one."))
