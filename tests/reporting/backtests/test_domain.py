"""What the figures of a back-test mean."""

from reporting.backtests.domain import report_of

TERMS = {
    "currency": "points",
    "scale": 0,
    "point_value_minor": "2",
    "draft": {"point_value_minor": "2"},
    "redemption": "0.75",
    "is_estimated": True,
}


def figures(**more):
    return {
        "terms": TERMS,
        "months": {
            "2026-01": {"purchases": 2, "spend": 1_000, "live": {"points": 100}, "draft": {"points": 200}},
            "2026-02": {"purchases": 1, "spend": 500, "live": {"points": 50}, "draft": {"points": 40}},
        },
        "following": {
            "2026-01": {"live": {"redeemed": 50, "lapsed": 0}, "draft": {"redeemed": 100, "lapsed": 0}},
            "2026-02": {"live": {"redeemed": 0, "lapsed": 10}, "draft": {"redeemed": 0, "lapsed": 20}},
        },
        "redeeming": {"n": 2, "x": 150, "y": 50, "xx": 12_500, "xy": 5_000, "yy": 2_500},
    } | more


def test_cost_is_points_times_value_times_redemption():
    report = report_of(figures())

    assert (report.live, report.draft, report.cost_minor) == (150, 240, 135)


def test_liability_is_what_is_left_of_the_points_that_the_draft_gives_more():
    january, february = report_of(figures()).months

    assert (january.liability_minor, january.breakage_minor) == (75, 25)
    assert (february.liability_minor, february.breakage_minor) == (45, 15)


def test_the_interval_lies_around_the_cost_and_never_beyond_all_points():
    report = report_of(figures())

    assert report.cost_low is not None and report.cost_high is not None
    assert 0 <= report.cost_low < report.cost_minor < report.cost_high <= 180


def test_one_member_tells_no_interval():
    report = report_of(figures(redeeming={"n": 1, "x": 100, "y": 50, "xx": 10_000, "xy": 5_000, "yy": 2_500}))

    assert report.cost_low is None and report.cost_high is None


def test_newcomers_redeem_like_all_others():
    january = report_of(figures(newcomers={"2026-01": 30})).months[0]

    assert january.redeemed_draft == 110 and january.liability_minor == 60


def test_groups_stand_in_the_order_of_what_changes():
    report = report_of(
        figures(
            stores={"a": {"live": 10, "draft": 11, "more": 1}, "b": {"live": 10, "draft": 0, "less": 2}},
            moves={"- gold": 3, "gold -": 5},
            rules={"live": {"base": {"points": {"units": 5, "purchases": 1}}}, "draft": {}},
        )
    )

    assert [(of.code, of.more, of.winners, of.losers) for of in report.stores] == [("b", -10, 0, 2), ("a", 1, 1, 0)]
    assert report.moves == [("gold", "-", 5), ("-", "gold", 3)] and report.moved == 8
    assert [(of.code, of.live, of.draft) for of in report.rules] == [("base", 5, 0)]


def test_nothing_was_bought():
    report = report_of({"terms": TERMS})

    assert report.months == [] and report.cost_minor == 0 and report.stores == []


def test_the_same_points_at_half_the_value_cost_half():
    months = {"2026-01": {"live": {"points": 100}, "draft": {"points": 100}}}

    report = report_of({"terms": TERMS | {"draft": {"point_value_minor": "1"}}, "months": months})

    assert report.cost_minor == -75
    assert (report.months[0].liability_minor, report.months[0].breakage_minor) == (-75, -25)
