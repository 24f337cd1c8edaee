"""What every browser test does: sign in, look at a page, take its picture."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page

WIDTHS = {"phone": (390, 844), "desktop": (1440, 900)}
PICTURES = Path(settings.DATA_DIR) / "screenshots"
DOCUMENTED = Path(settings.BASE_DIR) / "docs" / "screenshots"
"""Pictures go into the data folder; POINTBOOK_SCREENSHOTS=1 renews those that the documentation keeps."""


def login(page: Page, live_url: str, user) -> None:
    """Sign a user in without the form."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": live_url}])


def arrive(page: Page, pattern: str) -> None:
    """Wait until a page is there and one of its fields has the cursor, as somebody who types on would."""
    page.wait_for_url(pattern)
    page.wait_for_function("document.activeElement !== document.body")


def shoot(page: Page, name: str, *, kept: bool = False) -> None:
    """Save pictures of the whole page on a phone and on a desktop, by day and by night; the page is a phone's afterwards.

    The documentation keeps those that say so.
    """
    folder = DOCUMENTED if kept and os.environ.get("POINTBOOK_SCREENSHOTS") else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for device, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            _show(page, scheme)
            page.screenshot(path=folder / f"{name}-{device}-{scheme}.png", full_page=True, animations="disabled")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["phone"], strict=True)))


def check_axe(page: Page) -> None:
    """Fail on anything that axe-core finds wrong, by day and by night."""
    for scheme in ("light", "dark"):
        _show(page, scheme)
        told = _faults(page, scheme) and _faults(page, scheme, after_ms=1_000)
        assert told == [], "\n".join(told)
    page.emulate_media(color_scheme="light")


def _faults(page: Page, scheme: str, *, after_ms: int = 0) -> list[str]:
    """Return what axe-core finds; on a busy machine colours may still be in transition, so that a finding counts when it stays."""
    page.wait_for_timeout(after_ms)
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']} ({scheme}): {node['html'][:200]}" for fault in found for node in fault["nodes"]]


def _show(page: Page, scheme: str) -> None:
    """Change the scheme, and wait until the page wears it: colours that are in transition are neither one nor the other."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")


def fits(page: Page) -> bool:
    """Tell whether nothing sticks out to the side, once the page is there: between two pages there is none to measure."""
    page.wait_for_function("() => document.readyState === 'complete'")
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
