"""Sample values of the style guide: invented, and the same on every visit."""

import datetime as dt
from decimal import Decimal

import segno
from django import forms
from django.templatetags.static import static
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from loyalty.kit.money import Money

INVALID = {"name": "", "email": "ada@", "store": "2", "amount": "12.345"}
_MONTHS = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
_ISSUED = [41200, 43850, 42100, 45900, 47250, 46100, 49800, 54600, 71300, 45200, 48700, 52400]
_REDEEMED = [22100, 23900, 26400, 25800, 28700, 30100, 29900, 33800, 52600, 31200, 30500, 34900]
_LIABILITY = [8_412_00, 8_790_50, 9_002_00, 9_380_25, 9_744_00, 9_901_75, 10_288_00, 10_690_40, 11_020_00, 11_305_10, 11_640_00, 11_982_35]
_REWARDS = [
    ("coffee", "Coffee at the counter", 150, Money(300, "GBP"), "can", "You can", ""),
    ("bakery", "Bakery box", 400, Money(800, "GBP"), "can", "You can", "12 left"),
    ("fruit", "Fruit basket", 600, Money(1200, "GBP"), "can", "You can", ""),
    ("cheese", "Cheese board", 1100, Money(2200, "GBP"), "can", "You can", ""),
    ("flowers", "Bunch of flowers", 1320, Money(2400, "GBP"), "almost", "80 more points", ""),
    ("bottle", "Pressed apple juice", 450, Money(900, "GBP"), "can", "You can", ""),
    ("book", "Cook book", 1600, Money(3200, "GBP"), "almost", "360 more points", ""),
    ("picnic", "Picnic bag", 2400, Money(4800, "GBP"), "locked", "Gold only", ""),
    ("cinema", "Cinema ticket", 900, Money(1800, "GBP"), "gone", "Sold out", "Back in May"),
    ("voucher", "5.00 off your basket", 250, Money(500, "GBP"), "can", "You can", ""),
]


class SampleForm(forms.Form):
    """One field of every sort."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands on the card."))
    email = forms.EmailField(label=_("E-mail"))
    store = forms.ChoiceField(label=_("Store"), choices=[("1", "Aldersgate Market"), ("2", "Quayside")])
    amount = forms.DecimalField(label=_("Amount"), decimal_places=2)
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    contact = forms.ChoiceField(
        label=_("How may we write to you?"), choices=[("mail", _("E-mail")), ("text", _("Text message"))], widget=forms.RadioSelect
    )
    terms = forms.BooleanField(label=_("I have read the terms"))


def page() -> dict[str, object]:
    """Return the context of the whole page."""
    return {
        "stats": _stats(),
        "columns": [{"label": "Receipt"}, {"label": "Store"}, {"label": "Day"}, {"label": "State"}, {"label": "Spent", "number": True}, {"label": "Points", "number": True}],
        "rows": _rows(),
        "totals": ["3 purchases", "", "", "", Money(112_35, "GBP"), 112],
        "months": _MONTHS,
        "two_series": [("Issued", _ISSUED), ("Redeemed", _REDEEMED)],
        "one_series": [("Liability", _LIABILITY)],
        "few_months": _MONTHS[-6:],
        "few_series": [("Members", [2104, 2260, 2391, 1988, 2244, 2412])],
        "stores": [("Aldersgate Market", 18_204_00), ("Quayside", 12_930_50), ("Old Mill", 7_112_00), ("Online", 3_044_25)],
        "rewards": [_reward(*reward) for reward in _REWARDS],
        "qr": mark_safe(segno.make("PB-7KQ2-M9XD", micro=False).svg_inline(omitsize=True, border=0)),  # noqa: S308  # drawn here
        "facts": [{"label": "Card", "value": "4400 1287 0093"}, {"label": "Member since", "value": "12 June 2024"}, {"label": "Tier", "value": "Silver", "hint": "since 3 February"}],
        "crumbs": [{"label": "Members", "url": "#"}, {"label": "Ada Yılmaz", "url": "#"}, {"label": "Receipt 10442"}],
        "tabs": [{"label": "Timeline", "url": "#", "current": True}, {"label": "Vouchers", "url": "#", "count": 2}, {"label": "Consents", "url": "#"}],
        "chips": [{"label": "All", "url": "#", "current": True}, {"label": "I can have now", "url": "#"}, {"label": "Food", "url": "#"}, {"label": "Outings", "url": "#"}],
        "few_stats": [{"label": "Price", "value": "£62.40"}, {"label": "Points earned", "value": "62"}],
        "column_menu_sample": {
            "url": "#",
            "choices": [
                {"key": "receipt", "label": "Receipt", "shown": True, "always": True},
                {"key": "store", "label": "Store", "shown": True},
                {"key": "day", "label": "Day", "shown": False},
            ],
        },
        "saved": {
            "chips": [{"label": "Active, Quayside", "url": "#", "current": True}, {"label": "Frozen this year", "url": "#", "shared_by_another": True}],
            "current": "Active, Quayside",
            "delete_url": "#",
        },
        "badges": ["", "positive", "warning", "danger", "info", "accent"],
        "states": ["available", "pending", "held", "reversed", "expired", "posted", "exception", "running", "failed", "hard_closed"],
        "icons": ["home", "activity", "gift", "card", "user", "users", "receipt", "layers", "link", "book", "chart", "settings", "search", "menu", "close", "check",
                  "check-circle", "alert", "info", "clock", "calendar", "arrow-left", "arrow-right", "chevron-right", "chevron-down", "plus", "minus", "undo", "lock",
                  "mail", "phone", "qr", "scan", "store", "cart", "download", "upload", "print", "edit", "trash", "star", "shield", "coins", "globe", "sign-out",
                  "external", "key", "sun", "moon"],
        "three": "***",
        "share": Decimal("0.412"),
    }  # fmt: skip


def _stats() -> list[dict[str, str]]:
    return [
        {"label": "Active members", "value": "2,412", "hint": "+7.5% on February", "kind": "positive"},
        {"label": "Repeat rate", "value": "61.3%", "hint": "bought again within 30 days"},
        {"label": "Points outstanding", "value": "318,940", "hint": "12,400 end this month", "kind": "warning"},
        {"label": "Liability", "value": "£11,982.35", "hint": "what it is made of", "url": "#"},
    ]


def _rows() -> list[list[object]]:
    return [
        [
            {"value": "10442", "url": "#", "hint": "Ada Yılmaz"},
            "Aldersgate Market",
            dt.date(2026, 3, 28),
            {"value": "Pending", "state": "pending"},
            Money(62_40, "GBP"),
            62,
        ],
        [
            {"value": "10391", "url": "#", "hint": "Ada Yılmaz"},
            "Quayside",
            dt.date(2026, 3, 21),
            {"value": "Available", "state": "available"},
            Money(54_20, "GBP"),
            54,
        ],
        [
            {"value": "10377", "url": "#", "hint": "Jonas Weber"},
            "Quayside",
            dt.date(2026, 3, 20),
            {"value": "Reversed", "state": "reversed"},
            Money(-4_25, "GBP"),
            -4,
        ],
    ]


def _reward(name: str, *words: object) -> dict[str, object]:
    keys = ("title", "points", "price", "status", "words", "stock")
    return {"image": static(f"img/rewards/{name}.svg"), **dict(zip(keys, words, strict=True))}
