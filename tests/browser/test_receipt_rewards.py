"""A reward that was taken with a purchase, in the browser: the colleague's page, the member's receipt and activity."""

import datetime as dt
from decimal import Decimal

from accounts.staff.roles import Role
from rewards.purchases.services import ReturnFacts, record_return
from rewards.redemptions.models import Redemption
from tests.accounts.factories import give
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop
from tests.rewards.factories import IN_A_YEAR


def test_it_stands_with_the_purchase_wherever_that_is_read(page, live_url, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    give(member, 1_000, IN_A_YEAR + dt.timedelta(days=365))
    at = NOW - dt.timedelta(days=2)
    bought = shop.buy(member, "R-2026-000017", at, ("Household", 4_000), ("Dairy", 4_000), rewards=["bakery", "coffee"])
    record_return(purchase=bought, facts=ReturnFacts("till", "B-17", at, lines=(("1", Decimal(1)),)), at=at)
    taken = Redemption.objects.order_by("pk").first()

    login(page, live_url, colleague(Role.SUPPORT))
    for name, path in {
        "purchase": f"purchases/{bought.pk}/",
        "redemption": f"redemptions/{taken.pk}/",
        "cancel": f"redemptions/{taken.pk}/cancel/",
    }.items():
        page.goto(f"{live_url}/staff/{path}")
        assert fits(page), name
        check_axe(page)
        shoot(page, f"receipt-rewards-{name}")

    login(page, live_url, member.user)
    for name, path in {
        "receipt": f"activity/{bought.pk}/",
        "activity": "activity/",
        "voucher": f"vouchers/{taken.pk}/",
        "reward": "rewards/coffee/",
    }.items():
        page.goto(f"{live_url}/p/aldersgate/{path}")
        assert fits(page), name
        check_axe(page)
        shoot(page, f"receipt-rewards-member-{name}")
