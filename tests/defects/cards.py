"""Defects of gift cards."""

from tests.defects.defect import Defect

GIFT_CARDS = (
    Defect(
        "a gift card gets back more than it paid",
        "rewards/gift_cards/services/payments.py",
        "amount = min(left[charge.pk], amount_minor - given)",
        "amount = amount_minor - given",
        ("tests/rewards/gift_cards/test_purchases.py",),
    ),
    Defect(
        "a repeated charge takes a gift card's money twice",
        "rewards/gift_cards/services/cards.py",
        """        return Moved(earlier, replayed=True)
    on = business_date(""",
        """        act = dataclasses.replace(act, key=f"{act.key}:again")
    on = business_date(""",
        ("tests/rewards/gift_cards/test_services.py",),
    ),
    Defect(
        "the row of a gift card is not locked",
        "rewards/gift_cards/services/acts.py",
        'rows.select_for_update(no_key=True, of=("self",)).select_related("programme").order_by("pk")',
        'rows.select_related("programme").order_by("pk")',
        ("tests/concurrency/test_gift_cards.py",),
    ),
    Defect(
        "what a gift card pays is posted on the other side",
        "ledger/books/templates.py",
        "(Line(_R.LIABILITY, {_F.TENDERED: +1}, _M.RELEASE), Line(_R.FUNDING, {_F.TENDERED: -1}, _M.TAKING))",
        "(Line(_R.LIABILITY, {_F.TENDERED: -1}, _M.RELEASE), Line(_R.FUNDING, {_F.TENDERED: +1}, _M.TAKING))",
        ("tests/reporting/gift_cards/test_books.py",),
    ),
    Defect(
        "a gift card earns breakage where the law gives it to the state",
        "reporting/gift_cards/domain.py",
        "kept = (1 - Fraction(judged.unclaimed_percentage) / 100) * never",
        "kept = never",
        ("tests/reporting/gift_cards/test_domain.py",),
    ),
    Defect(
        "who asked for a gift card may issue it",
        "rewards/gift_cards/services/requests.py",
        "    if locked.requested_by_id == person.pk:",
        "    if False:",
        ("tests/rewards/gift_cards/test_requests.py",),
    ),
)
