"""Examples run through the real services, and nothing of them stays."""

import pytest

from accounts.members.models import Member
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import Programme
from rewards.programme_files.examples.running import run_examples, summary_of
from rewards.purchases.models import Purchase
from tests.rewards.programme_files.stage import AT, read

pytestmark = pytest.mark.django_db


def lines_of(*changes: tuple[str, str]) -> list[str]:
    file = read(*changes)
    return [line for result in run_examples(file, at=AT) for line in result.lines(file)]


def test_what_the_plain_file_expects_holds_and_leaves_nothing_behind():
    heard = []

    results = run_examples(read(), at=AT, told=heard.append)

    assert summary_of(results) == (3, 3)
    assert heard == results
    assert [result.expectations for result in results] == [11, 3, 3]
    assert not any(model.objects.exists() for model in (Programme, Member, Purchase, OutboxEvent))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("earned: 349,", "earned: 350,", "plain.yaml:59:26: examples[0].steps[0].expect.earned: expected 350, found 349"),
        ("tier: none, reasons", "tier: silver, reasons", "expect.tier: expected silver, found none"),
        ("tier_until: 2027-12-31", "tier_until: 2026-12-31", "expect.tier_until: expected 2026-12-31, found 2027-12-31"),
        ("{2027-03-02: 349}", "{2027-03-03: 349}", "expect.lapses: expected 2027-03-03: 349, found 2027-03-02: 349"),
        ("every-dollar: matched", "fruit-twice: matched", "expected fruit-twice: matched, found fruit-twice: condition_not_met"),
        ("refused: not_enough_points", "refused: sold_out", "expected sold_out, found not_enough_points"),
        (
            "      - redeem: coffee\n        expect: {balance: 0}",
            "      - redeem: coffee\n        expect: {refused: sold_out}",
            "expected sold_out, found none",
        ),
        (
            "- redeem: coffee\n        expect: {refused: not_enough_points}",
            "- redeem: coffee",
            "examples[1].steps[2].redeem: This was refused: not_enough_points",
        ),
        ("expect: {balance: 20}", "expect: {balance: 19}", "expected 19, found 20"),
        ("points: 1\n    step", "points: 2\n    step", "expected 349, found 698"),
    ],
)
def test_a_planted_figure_fails_with_its_line(old, new, said):
    found = lines_of((old, new))

    assert any(said in line for line in found), found


def test_an_example_stops_at_the_first_step_that_fails_and_the_others_run():
    file = read(("earned: 349,", "earned: 1,"))

    results = run_examples(file, at=AT)

    assert [result.holds for result in results] == [False, True, True]
    assert len(results[0].mismatches) == 1
