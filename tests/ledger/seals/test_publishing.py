"""Checkpoints: when they are signed, and how they leave the database."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from ledger.seals import publishing, queries, status, tasks
from ledger.seals.domain.notes import Checkpoint
from ledger.seals.keys import signer_of
from ledger.seals.models import SealCheckpoint, SealLog, SealPublication
from tests.ledger.points.stage import Purse
from tests.ledger.seals.stage import AT, checkpoint, seal, seal_committed

SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


@pytest.fixture
def folder(settings, tmp_path):
    settings.SEAL_FOLDER = tmp_path
    return tmp_path


def test_nothing_is_signed_before_something_is_sealed(purse):
    assert checkpoint(purse) is None
    purse.grant(1)
    assert checkpoint(purse) is None


def test_a_checkpoint_is_signed_when_the_log_grew_and_at_most_every_minute(story):
    seal(story)
    first = checkpoint(story)
    assert checkpoint(story, AT + MINUTE) is None  # nothing new
    story.grant(1)
    seal(story)

    assert checkpoint(story, AT + MINUTE - SECOND) is None
    second = checkpoint(story, AT + MINUTE)

    assert (first.size, second.size) == (6, 7)
    origin = SealLog.objects.get().origin
    signed = Checkpoint.parse(signer_of(origin).verifier.text_of(second.note))
    assert signed == Checkpoint(origin, 7, bytes(second.root))
    proof = queries.consistency_of(programme=story.unit.programme, old=6)
    assert proof.startswith("pointbook.consistency/v1\nold 6\n") and proof.endswith(second.note)
    out = io.StringIO()
    call_command("seal_consistency", str(story.unit.programme), "6", stdout=out)
    assert out.getvalue() == proof
    with pytest.raises(CommandError, match="no checkpoint of that size"):
        call_command("seal_consistency", str(story.unit.programme), "5")


def test_consistency_is_proven_between_checkpoints_only(story):
    seal(story)
    checkpoint(story)

    for old, new in ((0, None), (5, None), (7, None), (6, 9)):
        with pytest.raises(queries.NoSuchCheckpoint):
            queries.consistency_of(programme=story.unit.programme, old=old, new=new)


def test_a_checkpoint_becomes_a_file_once(story, folder):
    seal(story)
    signed = checkpoint(story)

    assert publishing.unpublished() == [signed]
    assert publishing.publish(checkpoint=signed, at=AT) == [f"folder {folder}"]
    assert publishing.publish(checkpoint=signed, at=AT) == []

    assert publishing.unpublished() == []
    [file] = [path for path in folder.rglob("*") if path.is_file()]
    assert (file.name, file.parent.name, file.read_text()) == ("6.checkpoint", str(story.unit.programme), signed.note)


def test_a_file_with_another_text_is_never_replaced(story, folder):
    seal(story)
    signed = checkpoint(story)
    file = folder / str(story.unit.programme) / "6.checkpoint"
    file.parent.mkdir()
    file.write_text("another history")

    with pytest.raises(publishing.AnotherText):
        publishing.publish(checkpoint=signed, at=AT)

    assert file.read_text() == "another history"
    assert not SealPublication.objects.exists()
    assert [path.name for path in file.parent.iterdir()] == ["6.checkpoint"]


def to_the_moon(checkpoint):
    return f"moon {checkpoint.size}"


def test_other_publishers_are_named_in_the_settings(story, folder, settings):
    settings.SEAL_PUBLISHERS = ["ledger.seals.publishing.to_folder", f"{__name__}.to_the_moon"]
    seal(story)
    signed = checkpoint(story)

    assert publishing.publish(checkpoint=signed, at=AT) == [f"folder {folder}", "moon 6"]
    assert publishing.unpublished() == []


def test_the_newest_checkpoints_are_mailed_once_to_those_who_want_them(story, settings, mailoutbox):
    seal(story)
    signed = checkpoint(story)
    assert publishing.mail_newest(at=AT) == 0
    settings.SEAL_MAIL = ["auditor@example.com"]

    assert [publishing.mail_newest(at=AT), publishing.mail_newest(at=AT)] == [1, 0]

    [letter] = mailoutbox
    assert letter.to == ["auditor@example.com"]
    assert signed.note in letter.body
    assert publishing.unpublished() == [signed]  # a mail is no folder


def test_the_tasks_seal_sign_and_publish(committed_db, folder):
    purse = Purse.of()
    purse.grant(5)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    while not SealCheckpoint.objects.exists() and dt.datetime.now(dt.UTC) < until:
        tasks.seal_movements()

    assert tasks.publish_checkpoints() == 1
    assert tasks.publish_checkpoints() == 0
    assert tasks.mail_checkpoints() == 0
    assert (folder / str(purse.unit.programme) / "1.checkpoint").exists()


def test_the_status_tells_what_waits(committed_db):
    purse = Purse.of()
    purse.grant(5)

    before = status.seal_status(programme=purse.unit.programme)
    seal_committed(purse, 1)
    signed = checkpoint(purse)
    after = status.seal_status(programme=purse.unit.programme)

    assert (before.origin, before.size, before.waiting, before.checkpoint) == (None, 0, 1, None)
    assert before.lag(before.oldest_at + MINUTE) == MINUTE
    assert (after.size, after.waiting, after.held_up, after.checkpoint, after.lag(AT)) == (1, 0, 0, signed, dt.timedelta())


def test_a_movement_is_proven_once_a_checkpoint_holds_it(story):
    movement = story.grant(9).movement
    asked = {"movement": movement, "points_account": story.account}
    with pytest.raises(queries.NotSealedYet):
        queries.proof_of(**asked)
    seal(story)
    with pytest.raises(queries.NotSealedYet):
        queries.proof_of(**asked)
    signed = checkpoint(story)

    proof = queries.proof_of(**asked)

    assert (proof.index, proof.note) == (6, signed.note)
    assert f"movement {movement}".encode() in proof.extra
    with pytest.raises(queries.NoSuchEntry):
        queries.proof_of(movement=movement, points_account=Purse.of(story.unit).account)
