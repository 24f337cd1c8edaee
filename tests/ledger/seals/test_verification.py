"""`verify_ledger` finds what somebody with all rights has changed, also when every stored hash was made to agree."""

import base64
import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ledger.points import queries
from ledger.seals import publishing, services
from ledger.seals.models import SealCheckpoint, SealLog
from ledger.seals.verification import verify_seals
from tests.ledger.points.stage import Purse
from tests.ledger.seals.stage import AT, checkpoint, seal

FIRST = "(SELECT id FROM ledger_movement ORDER BY seq LIMIT 1)"
LAST = "(SELECT id FROM ledger_movement ORDER BY seq DESC LIMIT 1)"
LAST_ACT = "(SELECT act_id FROM ledger_movement ORDER BY seq DESC LIMIT 1)"
LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)


@pytest.fixture
def outside(story, settings, tmp_path):
    """A folder that holds the checkpoint of the sealed story."""
    settings.SEAL_FOLDER = tmp_path / "outside"
    seal(story)
    publishing.publish(checkpoint=checkpoint(story), at=AT)
    return settings.SEAL_FOLDER


@pytest.fixture
def tamper(outside):
    """Change rows as the owner who has switched triggers off."""

    def run(*statements):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount >= 1, statement
            cursor.execute("SET LOCAL session_replication_role = origin")

    return run


@pytest.fixture
def reseal(tamper, story):
    """Seal everything again from the rows as they are now and sign it, as somebody does who has the key and all rights."""

    def run():
        tamper(
            "DELETE FROM ledger_sealpublication",
            "DELETE FROM ledger_sealcheckpoint",
            "DELETE FROM ledger_sealleaf",
        )
        seal(story)
        services.checkpoint(programme=story.unit.programme, at=AT)

    return run


def found(outside=None, at=LATER):
    return {finding.differs for finding in verify_seals(at=at, outside=[outside] if outside else []).findings}


def test_an_untouched_ledger_agrees(story, outside):
    report = verify_seals(at=LATER, outside=[outside])

    assert (report.leaves, report.checkpoints, report.outside, report.forgotten, report.findings) == (6, 1, 1, 0, [])


SECOND_ACCOUNT = "(SELECT points_account_id FROM ledger_balance WHERE points_account_id <> (SELECT points_account_id FROM ledger_movement LIMIT 1) LIMIT 1)"
BOTH_SIDES = (
    f"UPDATE ledger_movement SET amount = 110, available_after = available_after + 10 WHERE id = {FIRST}",
    "UPDATE ledger_movement SET available_after = available_after + 10 WHERE seq > 1",
    f"UPDATE ledger_lotmove SET units = 110 WHERE movement_id = {FIRST}",
    f"UPDATE ledger_lot SET granted = 110, remaining = remaining + 10 WHERE id = {FIRST}",
    "UPDATE ledger_balance SET available = available + 10 WHERE available > 0",
)
FORGERY = f"""
    INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after, pending_after,
        held_after, arrears_after, business_on, occurred_at, recorded_at, xid)
    SELECT gen_random_uuid(), points_account_id, unit_id, act_id, 7, 1, 1, 10, 500, 3, 500, 0, 0, 0, business_on, occurred_at, recorded_at, xid
      FROM ledger_movement WHERE id = {FIRST}"""
CHANGED = [
    ("edited amount", [f"UPDATE ledger_movement SET amount = 99 WHERE id = {FIRST}"]),
    ("edited balance after", [f"UPDATE ledger_movement SET available_after = 99 WHERE id = {FIRST}"]),
    ("both sides edited, everything balances", BOTH_SIDES),
    ("programme's side edited", [f"UPDATE ledger_movement SET debit = 3 WHERE id = {FIRST}"]),
    ("row moved to another member", [f"UPDATE ledger_movement SET points_account_id = {SECOND_ACCOUNT} WHERE id = {LAST}"]),
    ("back-dated business day", [f"UPDATE ledger_movement SET business_on = business_on - 40 WHERE id = {LAST}"]),
    ("back-dated moment", [f"UPDATE ledger_movement SET occurred_at = occurred_at - interval '1 hour' WHERE id = {LAST}"]),
    ("back-dated recording", [f"UPDATE ledger_movement SET recorded_at = recorded_at - interval '1 second' WHERE id = {LAST}"]),
    ("changed reference", [f"UPDATE ledger_act SET key = 'another purchase' WHERE id = {LAST_ACT}"]),
    ("deleted act", [f"DELETE FROM ledger_act WHERE id = {LAST_ACT}"]),
    ("changed lot move", [f"UPDATE ledger_lotmove SET units = units - 1 WHERE movement_id = {FIRST}"]),
    ("lot move of another day", [f"UPDATE ledger_lotmove SET business_on = business_on - 1 WHERE movement_id = {FIRST}"]),
    ("lot that never ends", [f"UPDATE ledger_lot SET expires_on = NULL WHERE id = {FIRST}"]),
    ("worth more", [f"UPDATE ledger_movement SET paid_minor = 1 WHERE id = {FIRST}"]),
    ("other reason", [f"UPDATE ledger_movement SET reason = 3 WHERE id = {FIRST}"]),
]


@pytest.mark.parametrize("statements", [statements for _name, statements in CHANGED], ids=[name for name, _statements in CHANGED])
def test_a_changed_row_is_found_inside_and_outside(story, outside, tamper, statements):
    Purse.of(story.unit)

    tamper(*statements)

    gone = {"sealed movement is gone", "movement without a seal"}
    assert found() & {"movement differs from its leaf", *gone}
    assert "checkpoint differs from the rows" in found() or found() & gone


@pytest.mark.parametrize("statements", [statements for _name, statements in CHANGED], ids=[name for name, _statements in CHANGED])
def test_a_changed_row_is_found_from_outside_when_every_hash_and_signature_was_made_anew(story, outside, tamper, reseal, statements):
    Purse.of(story.unit)
    tamper(*statements)

    reseal()

    assert found() <= {"movement without a seal"}
    assert "checkpoint differs from the rows" in found(outside)


def test_edits_that_balance_escape_the_sums_but_not_the_seals(story, outside, tamper):
    tamper(*BOTH_SIDES)

    assert queries.verify() == []
    assert found() == {"movement differs from its leaf", "checkpoint differs from the rows"}


@pytest.mark.parametrize("which", [FIRST, LAST], ids=["deleted row", "deleted tail"])
def test_a_deleted_row_is_found(story, outside, tamper, reseal, which):
    tamper(f"DELETE FROM ledger_movement WHERE id = {which}")
    assert "sealed movement is gone" in found()

    reseal()

    assert found() == set()
    assert found(outside) == {"checkpoint differs from the rows"}


def test_a_deleted_tail_with_its_leaves_is_found(story, outside, tamper):
    tamper(f"DELETE FROM ledger_sealleaf WHERE movement_id = {LAST}", f"DELETE FROM ledger_movement WHERE id = {LAST}")

    assert "checkpoint differs from the rows" in found()
    tamper("DELETE FROM ledger_sealpublication", "DELETE FROM ledger_sealcheckpoint")
    assert found() == set()
    assert found(outside) == {"checkpoint differs from the rows"}


def test_a_whole_log_that_is_gone_is_found_from_outside(story, outside, tamper):
    tamper(
        *(f"DELETE FROM ledger_{table}" for table in ("sealpublication", "sealcheckpoint", "sealleaf", "seallog", "movement", "lotmove"))
    )

    assert found() == set()
    assert found(outside) == {"log is gone"}


def test_a_forged_row_that_pretends_to_be_old_is_found(story, outside, tamper):
    tamper(FORGERY)

    assert found() == {"movement without a seal"}
    assert found(at=dt.datetime.now(dt.UTC)) == set()  # so far it could be one that the sealer has not come to


def test_a_forged_row_that_was_sealed_late_is_found_by_its_date(story, outside, tamper):
    tamper(FORGERY.replace("recorded_at, xid\n      FROM", "recorded_at - interval '2 years', xid\n      FROM"))

    seal(story)

    assert found() == {"movement is dated before a checkpoint without it"}


def test_a_lot_move_that_hides_from_its_movement_is_found(story, outside, tamper):
    tamper(f"UPDATE ledger_lotmove SET id = gen_random_uuid() WHERE movement_id = {FIRST}")

    assert {"lot move outside of its movement", "movement differs from its leaf"} <= found()


@pytest.mark.parametrize(
    ("statement", "differs"),
    [
        ("UPDATE ledger_sealleaf SET hash = sha256('') WHERE index = 2", {"movement differs from its leaf"}),
        ("DELETE FROM ledger_sealleaf WHERE index = 2", {"place in the log is missing", "movement without a seal", "checkpoint differs from the rows"}),
        ("UPDATE ledger_sealcheckpoint SET root = sha256('')", {"checkpoint is not what the log signed"}),
        ("UPDATE ledger_sealcheckpoint SET note = replace(note, '6', '5')", {"checkpoint is not what the log signed"}),
        ("INSERT INTO ledger_sealnode SELECT id, 8, 0, sha256('') FROM ledger_seallog", {"stored node differs from the rows"}),
        ("DELETE FROM ledger_sealsecret", {"secret of the wallet is gone"}),
        ("UPDATE ledger_pointsaccount SET programme = gen_random_uuid()", {"sealed movement is gone", "movement without a seal"}),
    ],
)  # fmt: skip
def test_a_changed_seal_is_found(story, outside, tamper, statement, differs):
    tamper(statement)

    assert found() == differs


def test_a_checkpoint_signed_by_somebody_else_is_no_witness(story, outside, settings):
    settings.SEAL_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    assert found(outside) == {"checkpoint is not what the log signed"}


def test_after_a_change_of_keys_the_older_public_key_still_counts(story, outside, settings):
    public = services.signer_of(SealLog.objects.get().origin).verifier.public
    settings.SEAL_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    settings.SEAL_OLD_PUBLIC_KEYS = [base64.b64encode(public).decode()]

    assert found(outside) == set()


def test_nothing_is_signed_that_contradicts_an_earlier_checkpoint(story, outside, tamper):
    tamper("UPDATE ledger_sealleaf SET hash = sha256('') WHERE index = 2")
    story.grant(1)
    seal(story)

    with pytest.raises(services.LedgerBroken):
        checkpoint(story, AT + dt.timedelta(hours=1))

    assert SealCheckpoint.objects.count() == 1


def test_leaves_of_a_forgotten_wallet_still_carry_the_tree(story, outside):
    services.forget_secret(points_account=story.account, at=AT)

    report = verify_seals(at=LATER, outside=[outside])

    assert (report.forgotten, report.findings) == (6, [])


def test_it_looks_at_one_programme_when_asked(story, outside, tamper):
    other = Purse.of()
    tamper(f"UPDATE ledger_movement SET amount = 99 WHERE id = {FIRST}")

    assert verify_seals(at=LATER, programme=other.unit.programme, outside=[outside]).findings == []
    assert verify_seals(at=LATER, programme=story.unit.programme).findings != []


def test_the_command_says_so_and_leaves_with_one(story, outside, tamper):
    out = io.StringIO()
    call_command("verify_ledger", "--checkpoints", str(outside), stdout=out)
    assert out.getvalue() == "6 sealed movements, 1 checkpoints, 1 kept outside.\nEverything agrees.\n"
    tamper(*BOTH_SIDES)

    out = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_ledger", "--json", "--checkpoints", str(outside), stdout=out)

    assert left.value.code == 1
    answer = json.loads(out.getvalue())
    assert (answer["ok"], answer["differences"], answer["seals"]["outside"]) == (False, [], 1)
    assert len(answer["seals"]["findings"]) == 8


def test_the_command_refuses_a_folder_that_is_not_there(db):
    with pytest.raises(CommandError, match="There is no /nowhere"):
        call_command("verify_ledger", "--checkpoints", "/nowhere")
