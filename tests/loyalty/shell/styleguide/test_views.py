import re
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import translation

from loyalty.shell.styleguide import views


def visit(query="", *, staff=True, language="en"):
    request = RequestFactory().get(f"/staff/style-guide/{query}")
    request.user = SimpleNamespace(
        is_authenticated=True, is_active=True, is_staff=staff, email="ada@example.com", has_perm=lambda _name: staff
    )
    with translation.override(language):
        return views.style_guide(request)


@pytest.fixture(scope="module")
def page():
    return visit().content.decode()


def test_it_shows_every_component(page):
    marks = [
        "balance-number",
        "reward can",
        "voucher-code",
        "checklist-step exception",
        "timeline-row",
        "table-wrap",
        "chart-value",
        "ring-value",
        "skeleton",
        "dialog",
    ]

    assert [mark for mark in marks if mark not in page] == []


def test_it_has_no_inline_style_or_script(page):
    assert re.findall(r"\sstyle=|<style|<script(?![^>]*src=)", page) == []


def test_every_id_is_there_once_and_every_reference_has_its_id(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    referred = {name for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page) for name in names.split()}

    assert sorted(ids) == sorted(set(ids))
    assert referred - set(ids) == set()


def test_a_form_with_errors_says_what_is_wrong_beside_each_field():
    page = visit("?invalid").content.decode()

    assert "Nothing was saved yet." in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert page.count('class="field-error"') == 5


def test_figures_follow_the_language_but_drawings_do_not(page):
    turkish = visit(language="tr").content.decode()

    assert "£11.982,35" in turkish
    assert heights(turkish) == heights(page) != []


def heights(page):
    """How high the points of the lines lie; wider words on the axis may move them sideways."""
    return [re.findall(r"[ML][\d.]+ ([\d.]+)", line) for line in re.findall(r'<path class="line-1" d="([^"]+)"', page)]


def test_others_are_sent_to_sign_in():
    response = visit(staff=False)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
