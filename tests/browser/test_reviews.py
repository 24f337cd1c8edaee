"""Reviews: a colleague checks one, the member reads how it stands."""

import datetime as dt

from django.utils import timezone

from accounts.staff.roles import Role
from rewards.reviews.services import ReviewFacts, submit_review
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.setups.stage import rule_for


def test_a_review_is_checked_and_the_member_reads_how_it_stands(live_url, page):
    shop = open_shop()
    rule_for(shop.programme, "reviews", trigger="review", kind="fixed", points=30)
    member, at = shop.member(), timezone.now() - dt.timedelta(minutes=5)
    text = "Holds tea, and keeps it warm.\n\nThe handle is a little small."
    facts = ReviewFacts(source="shop", external_id="R1", product="Mug, blue", stars=4, text=text, occurred_at=at)
    submit_review(member=member, facts=facts, at=timezone.now())
    login(page, live_url, member.user)
    page.goto(f"{live_url}/p/aldersgate/activity/")
    page.get_by_text("Your review waits for a check").wait_for()
    check_axe(page)
    assert fits(page)
    shoot(page, "review-portal")

    login(page, live_url, colleague(Role.SUPPORT))
    page.goto(f"{live_url}/staff/reviews/")
    check_axe(page)
    assert fits(page)
    shoot(page, "reviews")
    page.get_by_role("link", name="Mug, blue").click()
    page.get_by_text("keeps it warm").wait_for()
    check_axe(page)
    assert fits(page)
    shoot(page, "review")
    page.get_by_label("Accept it and give its points").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Accepted.").wait_for()

    login(page, live_url, member.user)
    page.goto(f"{live_url}/p/aldersgate/activity/")
    assert page.get_by_text("Review accepted").count() == 1
