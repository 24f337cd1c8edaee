import pytest

from loyalty.shell.bench.measures import Group, Measure, Report, Rounds, Scale, UnknownMeasure, choose, figure, interval, judge
from loyalty.shell.bench.table import groups

FAST = Measure("fast", "ours / floor", 0.85, must=0.60)
CHEAP = Measure("cheap", "cost of ours / of the floor", 1.15, at_most=True)


def test_it_judges_the_median_of_the_rounds_ratios_not_the_ratio_of_the_medians():
    found = judge(FAST, Rounds([90, 50, 200], [100, 100, 100], "told"))

    assert (found.ratio, found.low, found.high) == (0.9, 0.5, 2.0)
    assert (found.reached, found.met) == (True, True)
    assert judge(FAST, Rounds([100, 10, 80], [200, 10, 100], "")).ratio == 0.8


@pytest.mark.parametrize(
    ("measure", "ratio", "reached", "met"),
    [
        (FAST, 0.85, True, True),
        (FAST, 0.84, False, True),
        (FAST, 0.59, False, False),
        (CHEAP, 1.15, True, None),
        (CHEAP, 1.16, False, None),
        (Measure("told", "no goal"), 1, None, None),
    ],
)
def test_it_meets_a_goal_from_its_side(measure, ratio, reached, met):
    found = judge(measure, Rounds([ratio], [1], ""))

    assert (found.reached, found.met) == (reached, met)


def test_it_refuses_rounds_that_lack_a_floor():
    with pytest.raises(ValueError, match="zip"):
        judge(FAST, Rounds([1, 2], [1], ""))


def test_it_tells_a_report_without_a_ratio():
    found = judge(Measure("replay", "a year"), Report("fast enough", met=False))

    assert (found.ratio, found.met) == (None, False)
    assert found.as_row() == "| `replay` | a year |  |  | missed | fast enough |"


def test_its_interval_takes_ranks_3_and_10_of_twelve():
    assert interval(range(12, 0, -1)) == (3, 10)


@pytest.mark.parametrize(("count", "low", "high"), [(1, 1, 1), (2, 1, 2), (5, 1, 5), (7, 1, 7), (20, 6, 15)])
def test_its_interval_holds_the_median_of_any_number_of_rounds(count, low, high):
    assert interval(range(1, count + 1)) == (low, high)


def test_it_writes_rows_with_the_digits_that_mean_something():
    assert [figure(value) for value in (None, 0.0341, 0.684, 1, 13.62, 1512.4)] == ["", "0.034", "0.68", "1.00", "13.6", "1,512"]
    row = judge(FAST, Rounds([0.5], [1], "detail")).as_row()
    assert row == "| `fast` | ours / floor | 0.50 (0.50 to 0.50) | ≥ 0.85 | **below 0.60** | detail |"


def test_it_chooses_by_the_beginning_of_names_and_runs_no_group_for_nothing():
    first, second = Group([FAST, CHEAP], dict), Group([Measure("other", "")], dict)

    assert [(group, [m.name for m in some]) for group, some in choose([first, second], ["che"])] == [(first, ["cheap"])]
    assert [len(some) for _group, some in choose([first, second], [])] == [2, 1]


def test_it_refuses_a_name_that_it_does_not_know():
    with pytest.raises(UnknownMeasure, match=r"nosuch\. There are: fast, cheap"):
        choose([Group([FAST, CHEAP], dict)], ["fast", "nosuch"])


def test_the_table_names_every_measure_once():
    names = [measure.name for group in groups(Scale()) for measure in group.measures]

    assert len(names) == len(set(names))


def test_the_roll_forwards_goal_grows_with_the_ledger():
    goals = {
        scale: m.aim for scale in (500_000, 10_000_000) for g in groups(Scale(movements=scale)) for m in g.measures if m.name == "months"
    }

    assert goals == {500_000: 25, 10_000_000: 500}
