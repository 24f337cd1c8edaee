"""Definitions of ladders for tests."""


def spend(**least):
    """Return tiers with what each asks to be spent, lowest first."""
    return [{"code": code, "name": code.capitalize(), "reach": {"all": {"spend": minor}}} for code, minor in least.items()]


def ladder(tiers, **said):
    """Return a definition: gross spend of the calendar year, unless it says otherwise."""
    return {"metrics": {"spend": {"kind": "spend", "basis": "gross"}}, "window": {"kind": "calendar_year"}, "tiers": tiers, **said}


WIDE = {
    "metrics": {
        "spend": {"kind": "spend", "basis": "gross"},
        "xp": {"kind": "units", "currency": "xp"},
        "trips": {"kind": "visits", "of": "days"},
        "nights": {"kind": "elements", "where": {"field": "category", "op": "under", "value": "hotel"}},
    },
    "window": {"kind": "rolling", "months": 12},
    "keeps": {"kind": "months", "months": 12},
    "downgrade": {"kind": "soft_landing", "grace_days": 30},
    "base": "joining",
    "tiers": [
        {"code": "silver", "name": "Silver", "other_names": {"tr": "Gümüş"}, "reach": {"any": {"spend": 50_000, "nights": 5}}},
        {
            "code": "gold",
            "name": "Gold",
            "reach": {"all": {"spend": 100_000, "trips": 4, "xp": "12.5"}},
            "keep": {"all": {"spend": 80_000}},
            "benefits": [
                {"code": "lounge", "text": "Lounge access", "other_texts": {"tr": "Salona giriş"}},
                {"code": "late_checkout", "text": "Late checkout"},
            ],
        },
        {"code": "black", "name": "Black"},
    ],
}
