"""Which pages a person can go to: the tables below, resolved for every rendered page by the context processor `navigation`."""

import dataclasses
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """One line of the table: a URL name, its words and drawing, who may see it (holders of any of the permissions), and its job."""

    url_name: str
    label: str | Promise
    icon: str
    permission: str | tuple[str, ...] = ""
    group: str | Promise = ""


@dataclasses.dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    label: str | Promise
    icon: str
    group: str | Promise
    current: bool = False


MEMBER_PLACES = (
    Place("portal:home", _("Home"), "home"),
    Place("portal:activity", _("Activity"), "activity"),
    Place("portal:rewards", _("Rewards"), "gift"),
    Place("portal:card", _("Card"), "card"),
    Place("portal:profile", _("Profile"), "user"),
)
STAFF_PLACES = (
    Place("staff:home", _("Overview"), "home", "accounts.see_reports"),
    Place("staff:cohorts", _("Who stays"), "users", "accounts.see_reports", group=pgettext_lazy("pages", "Reports")),
    Place("staff:campaign-calendar", _("Campaign calendar"), "calendar", "accounts.see_reports", group=pgettext_lazy("pages", "Reports")),
    Place("staff:ending-points", _("Points that end"), "clock", "accounts.see_reports", group=pgettext_lazy("pages", "Reports")),
    Place("staff:store-days", _("What stores sold"), "store", "accounts.see_reports", group=pgettext_lazy("pages", "Reports")),
    Place("staff:members", _("Members"), "users", "accounts.find_members", group=_("People and purchases")),
    Place("staff:purchases", _("Purchases"), "receipt", "accounts.find_members", group=_("People and purchases")),
    Place("staff:events", _("Events"), "activity", "accounts.find_members", group=_("People and purchases")),
    Place("staff:reviews", _("Reviews"), "edit", ("accounts.edit_members", "accounts.prepare_rules"), group=_("People and purchases")),
    Place(
        "staff:adjustments",
        _("Corrections"),
        "coins",
        ("accounts.request_adjustments", "accounts.approve_adjustments"),
        group=_("People and purchases"),
    ),
    Place(
        "staff:gift-cards",
        _("Gift cards"),
        "card",
        ("accounts.request_adjustments", "accounts.approve_adjustments", "rewards.view_giftcard"),
        group=_("People and purchases"),
    ),
    Place(
        "staff:tier-awards",
        _("Tiers by hand"),
        "star",
        ("accounts.request_adjustments", "accounts.approve_adjustments"),
        group=_("People and purchases"),
    ),
    Place("staff:programmes", _("Programmes"), "layers", "accounts.view_programme", group=_("Programme")),
    Place("staff:rewards", _("Rewards"), "gift", group=_("Programme")),
    Place("staff:partners", _("Partners"), "link", "accounts.manage_partners", group=_("Programme")),
    Place("staff:connectors", _("Connectors"), "cart", "accounts.manage_partners", group=_("Programme")),
    Place("staff:close", _("Month close"), "check-circle", "accounts.see_books", group=_("Books")),
    Place("staff:rollforward", _("Roll-forward"), "chart", "accounts.see_books", group=_("Books")),
    Place("staff:journals", _("Journals"), "book", "accounts.see_books", group=_("Books")),
    Place("staff:estimates", _("Estimates"), "activity", "accounts.see_books", group=_("Books")),
    Place("staff:health", _("Ledger health"), "shield", ("accounts.see_books", "accounts.manage_staff"), group=_("System")),
    Place("till:home", _("Till"), "store", "accounts.use_till", group=_("System")),
    Place("admin:index", _("Administration"), "settings", group=_("System")),
)
_PORTAL, _STAFF_FACES = "portal", {"staff", "till"}


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return nav_items of the face that the page belongs to, and the addresses that every layout needs.

    Shape: nav_items [NavItem], home_url, search_url, language_url, sign_in_url, sign_out_url, profile_links [NavItem].
    """
    match = request.resolver_match
    face = _face(request)
    arguments = {"programme": match.kwargs["programme"]} if match and face == _PORTAL else {}
    places = {_PORTAL: MEMBER_PLACES}.get(face, STAFF_PLACES if face in _STAFF_FACES else ())
    return {
        "nav_items": mark_current(resolve(places, request=request, arguments=arguments), request.path),
        "profile_links": resolve(_profile_places(request, face), request=request, arguments={}),
        "home_url": work_of(request) or "/",
        "search_url": address("staff:search") if face in _STAFF_FACES and request.user.has_perm("accounts.find_members") else "",
        "language_url": address("set_language"),
        "sign_in_url": address("account_login"),
        "sign_out_url": address("account_logout"),
    }


def resolve(places: Sequence[Place], *, request: HttpRequest, arguments: dict[str, str]) -> list[NavItem]:
    """Return the places that this person may see, with their addresses."""
    items = []
    for place in places:
        permissions = (place.permission,) if isinstance(place.permission, str) else place.permission
        if any(permissions) and not any(request.user.has_perm(permission) for permission in permissions):
            continue
        if url := address(place.url_name, arguments):
            items.append(NavItem(url, place.label, place.icon, place.group))
    return items


def work_of(request: HttpRequest) -> str:
    """Return where a colleague's work begins: a cashier's at the till, others' on the first page that their role opens to them."""
    user = request.user
    if not (user.is_authenticated and user.is_staff):
        return ""
    sells_only = user.has_perm("accounts.use_till") and not user.has_perm("accounts.request_adjustments")
    places = [place for place in STAFF_PLACES if place.permission] + [place for place in STAFF_PLACES if not place.permission]
    if sells_only and not user.has_perm("accounts.see_reports"):
        places.sort(key=lambda place: place.url_name != "till:home")
    return next((item.url for item in resolve(places, request=request, arguments={})), "")


def mark_current(items: Sequence[NavItem], path: str) -> list[NavItem]:
    """Mark the item that this page lies under; a home page, under which all others lie, only on itself."""
    return [
        dataclasses.replace(item, current=path == item.url or (path.startswith(item.url) and not _is_home(item, items))) for item in items
    ]


def _is_home(item: NavItem, items: Sequence[NavItem]) -> bool:
    return any(other.url != item.url and other.url.startswith(item.url) for other in items)


def address(url_name: str, arguments: dict[str, str] | None = None) -> str:
    """Return the address of a page; outside production a page that is not routed yet has none.

    Raises: NoReverseMatch, in production.
    """
    try:
        return reverse(url_name, kwargs=arguments or None)
    except NoReverseMatch:
        if settings.PRODUCTION:
            raise
        return ""


def _face(request: HttpRequest) -> str:
    """Return portal, staff or till, whoever's page it is; other pages have no navigation."""
    match = request.resolver_match
    if match and match.namespaces:
        return match.namespaces[0]
    staff = address("staff:home")
    return "staff" if staff and request.path.startswith(staff) else ""


def _profile_places(request: HttpRequest, face: str) -> tuple[Place, ...]:
    user = request.user
    if not user.is_authenticated:
        return ()
    places: tuple[Place, ...] = (
        Place("account_email", _("E-mail addresses"), "mail"),
        Place("account_change_password", _("Password"), "lock"),
    )
    if user.is_staff and face not in _STAFF_FACES:
        places = (Place("staff:home", _("Staff pages"), "layers", "accounts.see_reports"), *places)
    return places
