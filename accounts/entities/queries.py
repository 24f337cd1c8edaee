"""Questions about places."""

from django.utils.translation import gettext as _

from accounts.entities.models import Channel, LegalEntity, Store
from loyalty.kit.problems import Malformed


class UnknownStore(Malformed):
    code = "unknown_store"


class UnknownChannel(Malformed):
    code = "unknown_channel"


def store_of(entity: LegalEntity | int, code: str) -> Store:
    """Return the company's store with this code. Raises: UnknownStore."""
    store = Store.objects.filter(entity=entity, code=code).first()
    if store is None:
        raise unknown_store(code)
    return store


def unknown_store(code: str) -> UnknownStore:
    """Return the refusal of a code that no store of the company has."""
    return UnknownStore(
        _("There is no store with the code %(code)s. Ask the programme's owner for the codes of their stores.") % {"code": code}
    )


def channel_of(entity: LegalEntity | int, code: str) -> Channel:
    """Return the company's channel with this code. Raises: UnknownChannel."""
    channel = Channel.objects.filter(entity=entity, code=code).first()
    if channel is None:
        raise UnknownChannel(
            _("There is no channel with the code %(code)s. Ask the programme's owner for the codes of their channels.") % {"code": code}
        )
    return channel
