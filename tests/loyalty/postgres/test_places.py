"""Root lends the server to another user, who must be able to reach it."""

import os
import pwd
from pathlib import Path

import pytest

from loyalty.postgres import places

NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", lambda _name: NOBODY)


def test_a_closed_checkout_of_root_keeps_its_data_in_var_lib(as_root, tmp_path):
    tmp_path.chmod(0o700)

    chosen = places.choose(tmp_path / "var")

    assert chosen.home.parent == Path("/var/lib")
    assert chosen.home.name.startswith("pointbook-")
    assert chosen.runner == NOBODY


def test_two_checkouts_do_not_share_data(as_root, tmp_path):
    tmp_path.chmod(0o700)

    assert places.choose(tmp_path / "one").home != places.choose(tmp_path / "two").home


def test_an_ordinary_user_runs_the_server_in_the_checkout(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    chosen = places.choose(tmp_path)

    assert chosen.home == tmp_path / "postgres"
    assert chosen.runner is None
