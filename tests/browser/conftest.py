"""Pages in a real browser: a live server on a database of its own that commits, and Chromium.

Take `live_url` and `page`, make data in the test itself (they are committed), and use the plain functions of tests.browser.steps:
`login(page, live_url, user)`, `shoot(page, name)`, `check_axe(page)`. The server is a thread of the test's process, so a test that
stops the clock uses the fixture `stopped_clock`.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; without a Chromium they are skipped, which the closing line tells."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: install it, or name it in CHROMIUM"))


@pytest.fixture(scope="module")
def browser(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium without a window.

    Its driver runs an event loop in this thread. There Django would refuse to work, and it keeps other connections than outside of
    a loop: so those are closed before the loop begins and before it ends.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        _close_connections(django_db_blocker)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
            yield chromium
            chromium.close()
            _close_connections(django_db_blocker)


def _close_connections(blocker) -> None:
    with blocker.unblock():
        connections.close_all()


@pytest.fixture
def live_url(committed_db: None) -> Iterator[str]:
    """The address of a server on this test's own database."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def page(browser: Browser, live_url: str) -> Iterator[Page]:
    """An empty tab on a phone, in English, with `live_url` as its base; a script error fails the test."""
    context = browser.new_context(base_url=live_url, viewport={"width": 390, "height": 844}, locale="en-GB", device_scale_factor=1)
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield tab
    context.close()
    unexpected = [fault for fault in faults if "Failed to load resource" not in fault]
    assert unexpected == []
