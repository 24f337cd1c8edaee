import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books import chart
from ledger.books.domain import EventType, Profile
from ledger.books.templates import (
    CARD_TEMPLATES,
    CAUSE_TEMPLATES,
    FEE_TEMPLATES,
    PARTNER_TEMPLATES,
    TEMPLATES,
    Amounts,
    Figure,
    Role,
    entries,
)
from ledger.valuation.treatments import TREATMENTS, treatment

EVERY = [
    template
    for templates in (*TEMPLATES.values(), CARD_TEMPLATES, FEE_TEMPLATES, CAUSE_TEMPLATES, PARTNER_TEMPLATES)
    for template in templates.values()
]


@pytest.mark.parametrize("template", EVERY)
def test_it_nets_to_zero_whatever_the_figures_are(template):
    sums = {figure: sum(line.figures.get(figure, 0) for line in template) for figure in Figure}

    assert set(sums.values()) == {0}
    assert {abs(sign) for line in template for sign in line.figures.values()} == {1}


@given(st.lists(st.dictionaries(st.sampled_from(Figure), st.integers(-(10**12), 10**12)), max_size=4), st.sampled_from(EVERY))
def test_filled_templates_balance_and_have_no_empty_lines(figures, template):
    rows = [Amounts(figure, treatment(1).accounts, uuid.uuid4()) for figure in figures]

    filled = entries(template, rows)

    assert sum(entry.amount_minor for entry in filled) == 0
    assert all(entry.amount_minor for entry in filled)


def test_every_role_of_every_treatment_is_in_the_chart():
    codes = {account.code for account in chart.STANDARD}

    assert all(set(how.accounts) == set(Role) and set(how.accounts.values()) <= codes for how in TREATMENTS.values())


def test_full_books_sell_and_the_overlay_clears_the_tender():
    assert EventType.TENDER not in TEMPLATES[Profile.FULL]
    assert any(line.role is Role.CLEARING for line in TEMPLATES[Profile.OVERLAY][EventType.TENDER])
