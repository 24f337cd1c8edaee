"""Questions about places."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.entities.models import Channel, Store, selling_for
from loyalty.kit.problems import Malformed


class UnknownStore(Malformed):
    code = "unknown_store"


class UnknownChannel(Malformed):
    code = "unknown_channel"


def store_of(operator: int, code: str) -> Store:
    """Return the store with this code that sells in the company's programmes, its own before those of its group. Raises: UnknownStore."""
    stores = Store.objects.selling_for(operator).filter(code=code)
    store = min(stores, key=lambda found: (found.entity_id != operator, found.pk), default=None)
    if store is None:
        raise unknown_store(code)
    return store


def store_among(companies: Sequence[int], code: str) -> Store:
    """Return the store with this code of the first of these companies that has one. Raises: UnknownStore."""
    stores = Store.objects.filter(entity__in=companies, code=code)
    store = min(stores, key=lambda found: companies.index(found.entity_id), default=None)
    if store is None:
        raise unknown_store(code)
    return store


def place_choices(places: QuerySet[Store] | QuerySet[Channel]) -> list[tuple[int, str]]:
    """Return places to choose from by name; where they belong to several companies, each says to which."""
    rows = list(places.order_by("name", "pk").values_list("pk", "name", "entity__name"))
    is_one = len({company for _pk, _name, company in rows}) < 2
    return [(pk, name if is_one else f"{name} · {company}") for pk, name, company in rows]


def may_sell(store: Store, operator: int) -> bool:
    """Tell whether a store sells in the programmes of a company."""
    return store.entity_id == operator or selling_for(operator).filter(pk=store.entity_id).exists()


def unknown_store(code: str) -> UnknownStore:
    """Return the refusal of a code that no store of the company has."""
    return UnknownStore(
        _("There is no store with the code %(code)s. Ask the programme's owner for the codes of their stores.") % {"code": code}
    )


def channel_of(operator: int, code: str) -> Channel:
    """Return the channel with this code that sells in the company's programmes, its own before those of its group. Raises: UnknownChannel."""
    channels = Channel.objects.selling_for(operator).filter(code=code)
    channel = min(channels, key=lambda found: (found.entity_id != operator, found.pk), default=None)
    if channel is None:
        raise UnknownChannel(
            _("There is no channel with the code %(code)s. Ask the programme's owner for the codes of their channels.") % {"code": code}
        )
    return channel
