"""The stand-alone verifier, run outside of the project as somebody who has nothing but the files."""

import base64
import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.points.models import Movement
from ledger.seals import queries
from ledger.seals.keys import signer_of
from ledger.seals.models import SealLog
from ledger.seals.receipts import issue_receipt, issue_receipt_of
from ledger.seals.services import first_origin
from tests.ledger.points.stage import Purse
from tests.ledger.seals.stage import AT, checkpoint, seal

SCRIPT = Path(__file__).resolve().parents[3] / "static" / "verify_receipt.py"


class Desk:
    """A folder with the verifier and the files of one story, and the log's key."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        shutil.copy(SCRIPT, folder)

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        self.put(name, text.replace(old, new, 1))

    def check(self, *names: str, key: str | None = None) -> tuple[int, str]:
        command = [sys.executable, "-I", "verify_receipt.py", key or self.key, *names]
        answer = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env={})
        return answer.returncode, answer.stdout + answer.stderr


@pytest.fixture
def movement(story):
    return Movement.objects.get(points_account=story.account, seq=3)


@pytest.fixture
def desk(story, movement, tmp_path):
    programme, wallet = story.unit.programme, story.account
    receipt = issue_receipt_of(programme=programme, movement=movement.id, points_account=wallet, at=AT)
    seal(story)
    first = checkpoint(story)
    proof = queries.proof_of(movement=movement.id, points_account=wallet)
    for _ in range(5):
        story.grant(1)
    seal(story)
    second = checkpoint(story, AT + dt.timedelta(hours=1))
    desk = Desk(tmp_path, str(signer_of(SealLog.objects.get().origin).verifier))
    desk.put("receipt.txt", receipt.note)
    desk.put("movement.tlog-proof", str(proof))
    desk.put("6.checkpoint", first.note)
    desk.put("11.checkpoint", second.note)
    desk.put("growth.txt", queries.consistency_of(programme=programme, old=6))
    return desk


ALL = ("receipt.txt", "movement.tlog-proof", "6.checkpoint", "11.checkpoint", "growth.txt")


def test_it_is_short_enough_to_be_read():
    assert len(SCRIPT.read_text().splitlines()) < 200


def test_everything_holds(desk, movement):
    code, said = desk.check(*ALL)

    assert code == 0, said
    assert f"proof of place 2 of 6: movement {movement.id}, wallet {movement.points_account_id}, seq 3, moved 120 from 10 to 2" in said
    assert "receipt of 2026-01-11T00:00:00+00:00 for 1 movements" in said
    assert "the log of 11 leaves only added to that of 6" in said


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("receipt.txt", "2026-01-11", "2026-01-12", "the signature is wrong"),
        ("movement.tlog-proof", "index 2", "index 3", "the movement is not in this log"),
        ("6.checkpoint", "\n6\n", "\n7\n", "the signature is wrong"),
        ("growth.txt", "old 6", "old 5", "the checkpoint of size 5 is missing"),
        ("movement.tlog-proof", "extra ", "extra !", "it cannot be read"),
        ("growth.txt", "pointbook.consistency/v1", "pointbook.consistency/v2", "it is a checkpoint of|the signature is wrong"),
    ],
)
def test_a_changed_file_does_not(desk, name, old, new, complaint):
    desk.edit(name, old, new)

    code, said = desk.check(*ALL)

    assert code == 1
    assert any(one in said for one in complaint.split("|")), said


def test_a_movement_with_another_amount_does_not(desk):
    proof = (desk.folder / "movement.tlog-proof").read_text()
    content = proof.split("\n")[1].removeprefix("extra ")
    forged = base64.b64decode(content).replace(b"moved 120", b"moved 520")
    desk.edit("movement.tlog-proof", content, base64.b64encode(forged).decode())

    assert desk.check("movement.tlog-proof") == (1, "WRONG: movement.tlog-proof: the movement is not in this log\n")


def test_a_broken_promise_is_seen(desk, story):
    """A row that was changed between receipt and sealing."""
    origin = SealLog.objects.get().origin
    text = (desk.folder / "receipt.txt").read_text().rpartition("\n\n")[0] + "\n"
    promised = text.split("\n")[3].split(" ")[1]
    desk.put("receipt.txt", signer_of(origin).sign(text.replace(promised, base64.b64encode(bytes(32)).decode())))

    code, said = desk.check("receipt.txt", "movement.tlog-proof")

    assert code == 1
    assert "is not what the receipt promised" in said


def test_two_histories_are_seen(desk):
    from ledger.seals.domain.notes import Checkpoint  # beside its use

    origin = SealLog.objects.get().origin
    desk.put("other.checkpoint", signer_of(origin).sign(str(Checkpoint(origin, 6, bytes(32)))))

    assert desk.check("6.checkpoint", "other.checkpoint")[0] == 1
    assert "two histories" in desk.check("6.checkpoint", "other.checkpoint")[1]


def test_a_log_that_was_rewritten_is_no_continuation(desk, story):
    from ledger.seals.domain.notes import Checkpoint  # beside its use

    origin = SealLog.objects.get().origin
    desk.put("6.checkpoint", signer_of(origin).sign(str(Checkpoint(origin, 6, bytes(32)))))

    code, said = desk.check("6.checkpoint", "11.checkpoint", "growth.txt")

    assert code == 1
    assert "is not a continuation" in said


def test_the_key_of_somebody_else_does_not_do(desk):
    other = str(signer_of("another.example").verifier)

    code, said = desk.check("6.checkpoint", key=other)

    assert (code, "it is not signed by another.example" in said) == (1, True)
    assert desk.check("6.checkpoint", key="a+b+c")[0] == 1
    assert desk.check("nowhere.txt")[0] == 1


def test_one_receipt_covers_all_that_a_transaction_posted(committed_db):
    from django.db import transaction  # beside its use

    purse = Purse.of()
    purse.grant(5)
    with transaction.atomic():
        assert issue_receipt(programme=purse.unit.programme, at=AT) is None
        posted = [purse.grant(1).movement, purse.grant(2).movement]
        receipt = issue_receipt(programme=purse.unit.programme, at=AT)

    assert receipt.movements == posted
    assert receipt.as_dict() == {"movements": [str(one) for one in posted], "note": receipt.note}
    signer_of(first_origin(purse.unit.programme)).verifier.text_of(receipt.note)
