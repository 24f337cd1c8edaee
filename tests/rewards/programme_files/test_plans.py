"""Paid memberships in files: rules and examples name plans that the file has."""

import pytest

from tests.rewards.programme_files.stage import faults_of, plain

PASS = """plans:
  pass: {name: Pass, variants: {standard: {month: 9.99}}, entitlements: {delivery: {name: Delivery, least: 12.00}}}
rules:
  members: {name: Ten for members, kind: fixed, points: 10, when: member.plans has pass}"""
EXAMPLE = """examples:
  - name: a member of the pass
    from: 2026-03-02
    steps:
      - {subscribe: pass, expect: {plans: {pass: true}}}
      - {use: {entitlement: delivery, order: 12.00}}
      - {cancel: pass, on: 2026-03-05, expect: {refund: 9.99}}"""
TEXT = plain(("rules:", PASS), ("examples:", EXAMPLE))


LIFE = TEXT.replace("{standard: {month: 9.99}}", "{standard: {month: 9.99, life: 299.00}}, life_months: 120")


def test_a_file_with_plans_is_in_order():
    assert faults_of(TEXT) == []
    assert (
        faults_of(LIFE.replace("{subscribe: pass,", "{subscribe: {plan: pass, term: life},").replace("refund: 9.99", "refund: 297.00"))
        == []
    )


def test_what_is_sold_for_life_says_how_long_it_is_expected_to_last():
    faults = faults_of(LIFE.replace(", life_months: 120", ""))

    assert any("life_months: Say how many months" in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("member.plans has pass", "member.plans has apss", "rules.members.when: The file has no plan apss. Did you mean pass?"),
        ("{subscribe: pass,", "{subscribe: pss,", "examples[0].steps[0].subscribe.plan: pss is not known here. Did you mean pass?"),
        ("plans: {pass: true}", "plans: {pass: 1}", "examples[0].steps[0].expect.plans.pass: Write true or false."),
        ("plans: {pass: true}", "plans: {gym: true}", "examples[0].steps[0].expect.plans.gym: gym is not known."),
        ("order: 12.00", "order: 12.005", "examples[0].steps[1].use.order: Write the amount as digits"),
        ("refund: 9.99", "refund: 9.995", "examples[0].steps[2].expect.refund: Write the amount as digits"),
        (
            "{cancel: pass,",
            "{cancel: {plan: pass, when: later},",
            "examples[0].steps[2].cancel.when: later is not known here. Choose one of now, period_end.",
        ),
        (
            "{subscribe: pass,",
            "{subscribe: {plan: pass, term: week},",
            "examples[0].steps[0].subscribe.term: week is not known here. Choose one of month, year, life.",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(right, wrong, told):
    assert right in TEXT

    faults = faults_of(TEXT.replace(right, wrong))

    assert any(told in fault for fault in faults), faults
