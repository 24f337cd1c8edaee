"""What the content policy and the style guide ask of every template and stylesheet."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.name != "email.html" and "email" not in path.relative_to(TEMPLATES).parts)
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
INLINE = re.compile(r"""\sstyle=|<style\b|\son[a-z]+=["']|<script(?![^>]*\bsrc=)(?![^>]*application/json)|javascript:|hx-on""")
ICON = re.compile(r"""components/icon\.html" with name="([a-z-]+)\"""")


def name_of(path):
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_nothing_that_the_content_policy_refuses(path):
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)

    assert INLINE.findall(text) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_compiles(path):
    assert get_template(name_of(path))


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_a_component_opens_with_a_comment_that_names_its_inputs(path):
    comment, _, _ = path.read_text().partition("{% endcomment %}")

    assert comment.startswith("{% comment %}")
    assert "\nInputs: " in comment


def test_every_icon_that_is_asked_for_is_drawn():
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "img" / "icons.svg").read_text()))

    asked = {name for path in PAGES for name in ICON.findall(path.read_text())}

    assert asked - drawn == set()


def test_stylesheets_fit_in_four_hundred_lines():
    assert [path.name for path in (STATIC / "css").glob("*.css") if len(path.read_text().splitlines()) > 400] == []


def test_nothing_is_loaded_from_another_host():
    found = {
        path.name: found for path in STATIC.rglob("*.css") if (found := re.findall(r"url\(['\"]?(?:https?:)?//|@import", path.read_text()))
    }

    assert found == {}
