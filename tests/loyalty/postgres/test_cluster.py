"""The embedded cluster starts for whoever needs it, forgets nothing and leaves no process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from loyalty.postgres.cluster import APPLICATION, DATABASE, OWNER, Cluster, ClusterError

ROOT = Path(__file__).resolve().parents[3]
HOLD = "import sys; from pathlib import Path; from loyalty.postgres.cluster import Cluster; c = Cluster(Path(sys.argv[1])); c.hold(); print('held', flush=True); input()"


def connect(cluster: Cluster, role: str = OWNER) -> psycopg.Connection:
    return psycopg.connect(dbname=DATABASE, user=role, host=str(cluster.places.sockets), autocommit=True)


def holder(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)


def test_it_serves_a_durable_database_with_an_application_role(cluster):
    with connect(cluster, APPLICATION) as connection:
        settings = {name: connection.execute(f"show {name}").fetchone()[0] for name in ("fsync", "full_page_writes", "synchronous_commit")}
        is_superuser = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()[0]

    assert settings == {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    assert is_superuser is False


def test_it_listens_on_no_network_address_and_lets_nobody_else_in(cluster):
    with connect(cluster) as connection:
        listens = connection.execute("show listen_addresses").fetchone()[0]

    assert listens == ""
    assert cluster.places.home.stat().st_mode & 0o077 == 0
    assert cluster.places.sockets.stat().st_mode & 0o077 == 0


def test_the_application_may_write_what_the_owner_made_but_not_change_it(cluster):
    with connect(cluster) as owner:
        owner.execute("create table note (id int)")

    with connect(cluster, APPLICATION) as application:
        application.execute("insert into note values (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("drop table note")


def test_a_killed_server_comes_back_with_every_acknowledged_row(cluster):
    with connect(cluster) as connection:
        connection.execute("create table note (id int)")
        connection.execute("insert into note select generate_series(1, 1000)")
    os.kill(cluster.postmaster(), signal.SIGKILL)

    cluster.ensure_running()

    with connect(cluster) as connection:
        assert connection.execute("select count(*) from note").fetchone() == (1000,)


def test_the_last_to_leave_stops_the_server(cluster, folder):
    other = holder(folder)
    assert other.stdout.readline() == "held\n"

    cluster.leave()
    running_for_the_other = cluster.answers()
    let_go(other)

    assert running_for_the_other
    assert cluster.postmaster() is None


def test_a_killed_user_does_not_keep_the_server_up(cluster, folder):
    other = holder(folder)
    assert other.stdout.readline() == "held\n"
    other.kill()
    other.communicate(timeout=60)

    cluster.leave()

    assert cluster.postmaster() is None


def test_three_may_start_it_at_once(folder):
    holders = [holder(folder) for _ in range(3)]

    words = [process.stdout.readline() for process in holders]
    for process in holders:
        let_go(process)

    assert words == ["held\n"] * 3
    assert Cluster(folder).postmaster() is None


def test_data_of_another_version_is_refused_with_advice(cluster, folder):
    cluster.leave()
    (cluster.places.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(ClusterError, match=r"made by PostgreSQL 12.* POINTBOOK_PG_BIN") as refusal:
        Cluster(folder).ensure_running()

    assert "are version" in str(refusal.value)
    assert cluster.postmaster() is None


def test_a_half_made_data_folder_is_made_again(folder):
    cluster = Cluster(folder)
    cluster.places.make()
    (cluster.places.home / "data.unfinished").mkdir()

    cluster.hold()

    assert cluster.answers()
    cluster.leave()


def test_a_deep_folder_gets_a_short_socket_path(folder):
    deep = folder / ("d" * 60) / ("e" * 60)

    cluster = Cluster(deep)

    assert len(os.fsencode(cluster.places.sockets)) <= 90
    assert cluster.places.home == deep / "postgres"
