import csv

import pytest

from loyalty.kit.spreadsheets import safe
from reporting.care.files import member_lines
from reporting.care.queries.directory import MemberRow
from tests.accounts.factories import MemberFactory


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Ada", "a=1", "9828 9119"])
def test_other_text_stays_as_it_is(text):
    assert safe(text) == text


@pytest.mark.django_db
def test_a_hostile_name_cannot_leave_its_cell():
    member = MemberFactory.create(given_name='=HYPERLINK("http://evil.example","x")', family_name='a","b\r\nc', external_id="-7")

    header, row = csv.reader("".join(member_lines([MemberRow(member, "Gold", 12)])).splitlines(keepends=True))

    assert len(header) == len(row) == 11
    assert row[1].startswith("'=HYPERLINK")
    assert row[7] == "12"
    assert row[10] == "'-7"
