"""Open a connection, change what counts, and change its secret without losing a delivery."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Channel, Store
from accounts.programmes.models import Programme
from loyalty.kit.encryption import decrypted, encrypted
from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.rows import checked
from rewards.connectors.domain import TOPICS, Sender, is_usable_secret, new_secret
from rewards.connectors.domain.senders import OWN_SECRETS
from rewards.connectors.models import Connection

ROTATION = dt.timedelta(days=7)
"""How long the old secret works beside a new one."""
_PURPOSE = "rewards.connectors"
_ENCRYPTED = ("secret", "previous_secret", "previous_until")


class SecretNotUsable(Malformed):
    code = "secret_not_usable"


class ElsewhereOrUnknown(Malformed):
    """The store, the channel or a topic does not belong here."""

    code = "not_of_this_connection"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFacts:
    """What colleagues say of a connection. Without topics, everything counts that the sender's kind knows."""

    name: str
    channel: Channel
    store: Store | None = None
    topics: Sequence[str] = ()
    finds_by: str = Connection.FindsBy.EMAIL


def open_connection(*, programme: Programme, sender: Sender, facts: ConnectionFacts, at: dt.datetime) -> tuple[Connection, str]:
    """Open a connection; return it and its secret where that is ours to make (shown once), else nothing.

    Raises: ElsewhereOrUnknown, RuleBroken, InvalidFields.
    """
    connection = Connection(programme=programme, sender=sender.value, created_at=at)
    secret = new_secret(sender) if sender in OWN_SECRETS else ""
    if secret:
        connection.secret = encrypted(secret, _PURPOSE)
    _write(connection, facts)
    checked(connection, exclude=_ENCRYPTED).save(force_insert=True)
    return connection, secret


@transaction.atomic
def change_connection(*, connection: Connection, facts: ConnectionFacts) -> Connection:
    """Change what counts from now on. Raises: ElsewhereOrUnknown, RuleBroken, InvalidFields."""
    locked = _locked(connection)
    _write(locked, facts)
    checked(locked, exclude=_ENCRYPTED).save(update_fields=["name", "channel", "store", "topics", "finds_by"])
    return locked


@transaction.atomic
def set_secret(*, connection: Connection, secret: str, at: dt.datetime) -> str:
    """Set a new secret; without one make one, where it is ours to make. The old one works for ROTATION more. Return the new one.

    Raises: SecretNotUsable.
    """
    locked = _locked(connection)
    if not secret and locked.kind in OWN_SECRETS:
        secret = new_secret(locked.kind)
    if not is_usable_secret(locked.kind, secret):
        detail = _("This is no secret of this sender. Copy it as the sender shows it, without spaces.")
        raise SecretNotUsable(detail, errors=[FieldError("/secret", "secret_not_usable", detail)])
    if locked.secret is not None and secret != decrypted(bytes(locked.secret), _PURPOSE):
        locked.previous_secret, locked.previous_until = locked.secret, at + ROTATION
    locked.secret = encrypted(secret, _PURPOSE)
    locked.save(update_fields=["secret", "previous_secret", "previous_until"])
    return secret


def turn_connection(*, connection: Connection, is_active: bool) -> None:
    """Pause a connection or let it work again. What comes meanwhile is taken in and waits."""
    Connection.objects.filter(pk=connection.pk).update(is_active=is_active)


def secrets_of(connection: Connection, at: dt.datetime) -> list[str]:
    """Return the secrets that count at a moment: the one, and the one before while it is being replaced. Raises: SecretUnreadable."""
    kept = [connection.secret]
    if connection.previous_until is not None and at < connection.previous_until:
        kept.append(connection.previous_secret)
    return [decrypted(bytes(one), _PURPOSE) for one in kept if one is not None]


def _locked(connection: Connection) -> Connection:
    return Connection.objects.select_for_update(of=("self",)).select_related("programme").get(pk=connection.pk)


def _write(connection: Connection, facts: ConnectionFacts) -> None:
    """Raises: ElsewhereOrUnknown."""
    known = TOPICS[connection.kind]
    topics = list(facts.topics or known)
    entity = connection.programme.legal_entity_id
    places = [place for place in (facts.channel, facts.store) if place is not None]
    if any(place.entity_id != entity for place in places) or not set(topics) <= set(known):
        raise ElsewhereOrUnknown(_("Choose a store and a channel of the programme's company, and topics that this sender knows."))
    connection.name, connection.channel, connection.store = facts.name.strip(), facts.channel, facts.store
    connection.topics, connection.finds_by = topics, facts.finds_by
