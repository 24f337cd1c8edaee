"""Where the server's programs come from."""

import pytest

from loyalty.postgres import binaries


@pytest.fixture(autouse=True)
def forget_found():
    binaries.find.cache_clear()
    binaries.major.cache_clear()
    yield
    binaries.find.cache_clear()
    binaries.major.cache_clear()


def program(folder, name, version):
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
    path.chmod(0o755)


def test_a_named_folder_wins(monkeypatch, tmp_path):
    program(tmp_path, "initdb", "16.4 (Debian 16.4-1)")
    program(tmp_path, "pg_ctl", "16.4")
    monkeypatch.setenv("POINTBOOK_PG_BIN", str(tmp_path))

    assert binaries.find() == tmp_path
    assert binaries.major(tmp_path) == 16


def test_a_wrong_name_is_an_error_and_not_a_silent_fall_back(monkeypatch, tmp_path):
    monkeypatch.setenv("POINTBOOK_PG_BIN", str(tmp_path))

    with pytest.raises(binaries.BinariesMissing, match="POINTBOOK_PG_BIN="):
        binaries.find()


def test_an_old_server_is_refused(tmp_path):
    program(tmp_path, "initdb", "13.9")

    with pytest.raises(binaries.BinariesMissing, match="needs PostgreSQL 15 or newer"):
        binaries.major(tmp_path)
