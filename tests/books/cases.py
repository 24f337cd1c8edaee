"""Worked accounting cases as data. ``ACCOUNTING_CASES`` names another file of the same schema."""

import json
import os
from pathlib import Path
from typing import Any

Case = dict[str, Any]

BUILT = frozenset(
    {
        "cohort_points",
        "employee_recognition",
        "maturation",
        "membership_fee",
        "multi_cohort_rollforward",
        "points_plus_cash",
        "points_sold_to_member",
        "rounding",
    }
)
"""Families whose cases run through the services. A family that is neither here nor in UNBUILT fails the suite by name."""

UNBUILT = frozenset(
    {
        "charity_redemption",
        "coalition_settlement",
        "cut_off",
        "disclosure",
        "expected_returns",
        "gift_card_breakage",
        "material_right_option",
        "multi_currency",
        "non_contract_points",
        "points_sold_to_partner",
        "promotional_credit",
        "published_rollforward",
        "rebate_cashback",
        "redemption_third_party_reward",
        "refund",
        "renewal_option_lookthrough",
        "reward_mix_ssp",
        "third_party_points",
        "tier_status",
        "transfer",
        "urr_triangle",
        "vat",
    }
)

_FILE = Path(os.environ.get("ACCOUNTING_CASES") or Path(__file__).with_name("vectors.json"))


def every_case() -> list[Case]:
    found: list[Case] = json.loads(_FILE.read_text())["vectors"]
    return found


def of_family(family: str) -> list[Case]:
    return [case for case in every_case() if case["family"] == family]


def by_id(case_id: str) -> Case:
    return next(case for case in every_case() if case["id"] == case_id)
