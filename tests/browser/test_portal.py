"""The member portal in a real browser: from signing up to a voucher."""

import pytest

from tests.browser.steps import check_axe, fits, login, shoot
from tests.reporting.factories import NOW, open_shop, tell_a_year


@pytest.fixture
def ada(page, stopped_clock):
    """A member with a year behind her, signed in."""
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    return member, tell_a_year(shop, member)


PAGES = {
    "home": "",
    "activity": "activity/",
    "receipt": "activity/{returned}/",
    "rewards": "rewards/",
    "reward": "rewards/fruit/",
    "reward-missing": "rewards/flowers/",
    "redeem": "rewards/coffee/redeem/",
    "voucher": "vouchers/{voucher}/",
    "voucher-used": "vouchers/{used}/",
    "card": "card/",
    "profile": "profile/",
    "consents": "profile/consents/",
    "terms": "terms/",
}


def test_every_page_is_clean_and_fits(page, live_url, ada):
    member, story = ada
    login(page, live_url, member.user)
    ids = {name: row.pk for name, row in story.items()}

    for name, path in PAGES.items():
        page.goto(f"/p/aldersgate/{path.format(**ids)}")

        assert fits(page), name
        check_axe(page)
        shoot(page, f"portal-{name}")
