"""What points will buy less, in a real browser."""

import datetime as dt

from rewards.catalogue.services import RewardTerms, supersede_reward
from tests.accounts.factories import UserFactory
from tests.browser.steps import check_axe, fits, login, shoot
from tests.reporting.factories import NOW, open_shop, tell_a_year


def test_a_member_reads_what_changes(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    tell_a_year(shop, member)
    for code, price in (("coffee", 90), ("fruit", 200)):
        supersede_reward(
            reward=shop.programme.rewards.get(code=code),
            terms=RewardTerms(price_points=price, value_minor=390, voucher_days=30),
            valid_from=NOW.date() + dt.timedelta(days=40),
            author=UserFactory.create(),
            approver=UserFactory.create(),
            at=NOW,
        )
    login(page, live_url, member.user)

    for name, path in (("list", "rewards/"), ("reward", "rewards/coffee/")):
        page.goto(f"/p/aldersgate/{path}")
        assert page.get_by_role("heading", name="What changes").is_visible()
        assert fits(page), name
        check_axe(page)
        shoot(page, f"devaluation-{name}")
