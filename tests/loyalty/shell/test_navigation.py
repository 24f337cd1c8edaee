from types import SimpleNamespace

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch

from loyalty.shell import navigation
from loyalty.shell.navigation import NavItem


def items(*urls):
    return [NavItem(url, url, "home", "") for url in urls]


def request_of(*permissions):
    return SimpleNamespace(user=SimpleNamespace(has_perm=lambda name: name in permissions))


@pytest.mark.parametrize(
    ("path", "current"),
    [("/staff/", ["/staff/"]), ("/staff/members/17/", ["/staff/members/"]), ("/staff/style-guide/", []), ("/till/", [])],
)
def test_the_current_item_is_the_one_the_page_lies_under(path, current):
    marked = navigation.mark_current(items("/staff/", "/staff/members/", "/staff/close/"), path)

    assert [item.url for item in marked if item.current] == current


def test_places_without_permission_are_left_out():
    places = (
        navigation.Place("admin:index", "Open", "home"),
        navigation.Place("account_login", "Guarded", "home", "accounts.find_members"),
    )

    without = navigation.resolve(places, request=request_of(), arguments={})
    with_it = navigation.resolve(places, request=request_of("accounts.find_members"), arguments={})

    assert [item.label for item in without] == ["Open"]
    assert [item.label for item in with_it] == ["Open", "Guarded"]


def test_production_does_not_hide_a_page_that_is_missing():
    with override_settings(PRODUCTION=True), pytest.raises(NoReverseMatch):
        navigation.address("nowhere:at-all")


def test_elsewhere_a_page_that_is_missing_has_no_address():
    with override_settings(PRODUCTION=False):
        assert navigation.address("nowhere:at-all") == ""


# Take a name out of this set when its page is routed: production answers every page with an error while one is missing.
NOT_ROUTED_YET: set[str] = set()


@pytest.mark.parametrize("place", (*navigation.MEMBER_PLACES, *navigation.STAFF_PLACES), ids=lambda place: place.url_name)
def test_every_place_leads_to_a_page(place):
    arguments = {"programme": "fennel"} if place in navigation.MEMBER_PLACES else {}

    found = bool(navigation.address(place.url_name, arguments))

    assert found is (place.url_name not in NOT_ROUTED_YET)
