"""Leaves, nodes and positions: each movement once, in one order, whatever happens on the way."""

import hashlib
import threading

import pytest
from django.db import connection, transaction

from ledger.points.models import Movement
from ledger.seals import services
from ledger.seals.domain.leaf import salt_of
from ledger.seals.domain.merkle import nodes_above
from ledger.seals.models import SealLeaf, SealLog, SealSecret
from ledger.seals.queries import facts_of
from ledger.seals.tree import StoredTree
from tests.ledger.points.stage import Purse
from tests.ledger.seals.stage import AT, seal, seal_committed, seal_until


def run(sql, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def leaves(purse):
    rows = SealLeaf.objects.filter(log__programme=purse.unit.programme).order_by("index")
    return [(row.index, row.movement, bytes(row.hash)) for row in rows]


def test_every_leaf_is_the_canonical_text_of_its_movement(story):
    assert seal(story) == 6

    secret = bytes(SealSecret.objects.get(points_account=story.account).secret)
    found = leaves(story)
    assert [index for index, _movement, _leaf in found] == list(range(6))
    assert [movement for _index, movement, _leaf in found] == list(Movement.objects.order_by("seq").values_list("id", flat=True))
    for _index, movement, leaf in found:
        facts = facts_of(movement, story.account)
        assert leaf == facts.leaf(salt_of(secret, movement))
        assert leaf == hashlib.sha256(b"\0" + facts.text(salt_of(secret, movement))).digest()


def test_the_text_tells_the_movement_and_no_name(story):
    movement = Movement.objects.get(seq=1)

    text = facts_of(movement.id, story.account).text(bytes(16)).decode().split("\n")

    assert text[0] == "pointbook.movement/v1"
    assert f"movement {movement.id}" in text
    assert "moved 100 from 1 to 10" in text
    assert "worth 1000 1000 0.8000000000 - - -" in text
    assert "business_on 2026-01-10" in text
    assert "occurred_at 1768046400000000" in text
    assert "lot 2026-01-10 100 2027-01-10 - 0" in text
    assert text[-1] == "salt " + "00" * 16


def test_it_adds_nothing_when_run_again(story):
    seal(story)

    assert seal(story) == 0
    story.grant(5)
    assert seal(story) == 1
    assert [index for index, _movement, _leaf in leaves(story)] == list(range(7))


def test_chunks_of_any_size_give_the_same_log(story):
    assert seal(story, chunk=2) == 6

    assert [movement for _index, movement, _leaf in leaves(story)] == list(Movement.objects.order_by("seq").values_list("id", flat=True))


def test_each_programme_has_a_log_of_its_own(story):
    other = Purse.of()
    other.grant(7)

    assert (seal(story), seal(other)) == (6, 1)
    assert {log.programme: log.leaves.count() for log in SealLog.objects.all()} == {story.unit.programme: 6, other.unit.programme: 1}
    assert SealLog.objects.get(programme=other.unit.programme).origin == f"localhost/pointbook/{other.unit.programme}"


def test_stored_nodes_and_hashed_ones_make_the_same_tree(purse):
    for _ in range(3):
        purse.grant(1)
    seal(purse)
    log = SealLog.objects.get()
    run(
        "INSERT INTO ledger_sealleaf SELECT %s, n, gen_random_uuid(), gen_random_uuid(), sha256(n::text::bytea) FROM generate_series(3, 599) n",
        log.pk,
    )
    services._store_nodes(log.pk, 3, [leaf for _index, _movement, leaf in leaves(purse)[3:]])

    grown, nodes = nodes_above([leaf for _index, _movement, leaf in leaves(purse)])

    tree = StoredTree(log.pk)
    assert [(level, index) for level, index, _node in nodes if level == 8] == [(8, 0), (8, 1)]
    assert run("SELECT level, index FROM ledger_sealnode ORDER BY 1, 2") == [(8, 0), (8, 1)]
    assert all(tree.node(level, index) == node for level, index, node in nodes)
    assert services.root_of(600, tree.node) == grown.root


@pytest.mark.parametrize("table", ["ledger_sealleaf", "ledger_sealnode", "ledger_sealcheckpoint", "ledger_sealpublication"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_sealed_is_never_changed(story, table, statement):
    seal(story)
    checkpoint = services.checkpoint(programme=story.unit.programme, at=AT)
    checkpoint.publications.create(place="here", published_at=AT)
    run("INSERT INTO ledger_sealnode SELECT id, 8, 0, sha256('') FROM ledger_seallog")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    column = "log_id" if table in {"ledger_sealleaf", "ledger_sealnode"} else "id"

    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        run(statement.format(table).replace("SET id = id", f"SET {column} = {column}"))


def test_every_wallet_gets_a_secret_that_may_only_be_forgotten(purse):
    secret = SealSecret.objects.get(points_account=purse.account)
    assert len(secret.secret) == 32

    for statement in ("UPDATE ledger_sealsecret SET secret = sha256('')", "DELETE FROM ledger_sealsecret", "TRUNCATE ledger_sealsecret"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            run(statement)

    services.forget_secret(points_account=purse.account, at=AT)
    services.forget_secret(points_account=purse.account, at=AT)
    assert SealSecret.objects.get(points_account=purse.account).secret is None
    purse.grant(1)
    assert seal(purse) == 1


# Committed: horizons, several connections, restarts.


def in_thread(act):
    """Run in a thread with a connection of its own."""

    def wrapped():
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=wrapped)
    thread.start()
    return thread


def test_it_waits_for_a_transaction_that_is_open_and_then_takes_its_rows_too(committed_db):
    early = Purse.of()
    late = Purse.of(early.unit)
    posted, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            early.grant(10)
            posted.set()
            assert may_commit.wait(60)

    thread = in_thread(slow)
    assert posted.wait(60)
    late.grant(20)  # commits first, with a higher transaction number

    assert services.seal(programme=early.unit.programme, at=AT) == 0
    may_commit.set()
    thread.join()
    assert seal_committed(early, 2) == 2
    assert list(SealLeaf.objects.order_by("index").values_list("points_account", flat=True)) == [early.account, late.account]


def test_many_sealers_at_once_seal_each_movement_once(committed_db):
    purse = Purse.of()
    for _ in range(40):
        purse.grant(1)
    services.log_of(programme=purse.unit.programme, at=AT)

    threads = [in_thread(lambda: seal_until(purse, 40, chunk=7)) for _ in range(3)]
    for thread in threads:
        thread.join()

    assert list(SealLeaf.objects.order_by("index").values_list("index", flat=True)) == list(range(40))
    assert SealLeaf.objects.values("movement").distinct().count() == 40


def test_a_sealer_that_died_in_a_chunk_leaves_nothing_half_done(committed_db, monkeypatch):
    purse = Purse.of()
    for _ in range(10):
        purse.grant(1)
    real, calls = services._store_nodes, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(services, "_store_nodes", dies)
    with pytest.raises(KeyboardInterrupt):
        seal_committed(purse, 10, chunk=4)
    assert SealLeaf.objects.count() == 4
    monkeypatch.undo()

    assert seal_committed(purse, 6, chunk=4) == 6
    assert list(SealLeaf.objects.order_by("index").values_list("index", flat=True)) == list(range(10))


def test_on_another_server_it_looks_at_all_rows_once(committed_db):
    purse = Purse.of()
    purse.grant(1)
    seal_committed(purse, 1)
    SealLog.objects.update(cluster=1, xid=2**40)  # as after a restore: transactions are counted anew
    purse.grant(2)

    assert seal_committed(purse, 1) == 1
    assert SealLog.objects.get().cluster != 1
    purse.grant(3)
    assert seal_committed(purse, 1) == 1
