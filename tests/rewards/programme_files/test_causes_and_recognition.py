"""Causes and recognition in files: what they name must be there, and faults are told where they stand."""

import pytest

from tests.rewards.programme_files.stage import faults_of, plain

SECTIONS = """event_types:
  meeting: {name: Meeting, schema: {properties: {meetings: {type: integer, minimum: 1}, room: {type: string}}}}
causes:
  forest: {name: Forest, event: meeting, of: meetings, every: 3, singular: tree, plural: trees, cost: 2.50, pledge: 1000}
recognition: {name: Thanks, allowance: thanks, earned: points, monthly: 100, values: {team: {name: Team}}}
rules:"""
CURRENCY = """  thanks: {kind: allowance, singular: thank-you, plural: thank-yous, terms: {expiry: {kind: end_of_month}, point_value: 0}}

ladders:"""
EXAMPLE = """examples:
  - name: a tree and a thank-you
    from: 2026-03-02
    steps:
      - {event: meeting, who: ada, as: first, expect: {causes: {forest: {given: 0, owed: 0.00}}}}
      - {undo: first, who: ada}
      - {give: {to: ada, points: 5, value: team}, who: grace, expect: {left: 95}}"""
TEXT = plain(("rules:", SECTIONS), ("\nladders:", CURRENCY), ("examples:", EXAMPLE))


def test_a_file_with_both_is_in_order():
    assert faults_of(TEXT) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("event: meeting, of", "event: call, of", "causes.forest.event: The file has no such event type."),
        ("of: meetings", "of: room", "causes.forest.of: The event type meeting has no number room."),
        ("every: 3", "every: 0", "causes.forest.every: Write a whole number from 1"),
        ("cost: 2.50", "cost: 2.505", "causes.forest.cost: Write the amount as digits"),
        ("pledge: 1000}", "pledge: 1000, plegde: 2}", "plegde"),
        ("allowance: thanks", "allowance: points", "recognition.allowance: points is spendable; write a currency of the kind allowance."),
        ("earned: points", "earned: thanks", "recognition.earned: thanks is allowance; write a currency of the kind spendable"),
        ("earned: points", "earned: gold", "recognition.earned: The file has no currency gold."),
        ("monthly: 100", "monthly: 0", "recognition.monthly"),
        ("{forest: {given", "{sea: {given", "expect.causes.sea: sea is not known."),
        ("owed: 0.00", "owed: 0.005", "expect.causes.forest.owed: Write the amount as digits"),
        ("left: 95", "left: -1", "expect.left"),
        ("points: 5, value", "points: 0, value", "give.points"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(right, wrong, told):
    assert right in TEXT

    faults = faults_of(TEXT.replace(right, wrong))

    assert any(told in fault for fault in faults), faults
