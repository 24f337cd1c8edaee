"""Signed notes, checkpoints and proofs as text."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.seals.domain.notes import Checkpoint, InclusionProof, NotProven, Signer, Verifier, receipt_text

# The example that the format's first implementation documents (golang.org/x/mod/sumdb/note).
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_NOTE = (
    PUBLISHED_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("points.example/pointbook/1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CHECKPOINT = Checkpoint(SIGNER.name, 7, bytes(range(32)))


def test_the_published_note_verifies():
    assert Verifier.parse(PUBLISHED_KEY).text_of(PUBLISHED_NOTE) == PUBLISHED_TEXT
    assert str(Verifier.parse(PUBLISHED_KEY)) == PUBLISHED_KEY


@pytest.mark.parametrize(
    "note",
    [
        PUBLISHED_NOTE.replace("answer", "anwser"),
        PUBLISHED_NOTE.replace("PeterNeumann", "PaulNeumann"),
        PUBLISHED_NOTE.replace("x08go/ZJk", "x08go/ZJl"),
        PUBLISHED_NOTE.replace("x08go", "x08gp"),
        PUBLISHED_NOTE.replace("\n\n", "\n"),
        PUBLISHED_NOTE.rstrip("\n"),
        PUBLISHED_NOTE.replace("x08go/", "*"),
        PUBLISHED_TEXT,
        "",
    ],
)
def test_any_other_note_does_not(note):
    with pytest.raises(NotProven):
        Verifier.parse(PUBLISHED_KEY).text_of(note)


@pytest.mark.parametrize(
    "key",
    [
        PUBLISHED_KEY.replace("c74f20a3", "c74f20a4"),
        PUBLISHED_KEY.replace("+AR", "+AS"),
        PUBLISHED_KEY.replace("+ARpc", "+BBpc"),
        "a+b",
        "",
        "a+b+é",
    ],
)
def test_a_key_whose_id_or_kind_is_wrong_is_refused(key):
    with pytest.raises(NotProven):
        Verifier.parse(key)


def test_a_note_may_carry_signatures_of_others():
    other = Signer("witness.example", Ed25519PrivateKey.generate())
    note = SIGNER.sign(str(CHECKPOINT)) + other.sign(str(CHECKPOINT)).rpartition("\n\n")[2]

    assert Checkpoint.parse(SIGNER.verifier.text_of(note)) == CHECKPOINT
    assert Checkpoint.parse(other.verifier.text_of(note)) == CHECKPOINT


def test_a_checkpoint_is_three_lines():
    assert str(CHECKPOINT) == "points.example/pointbook/1\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n07\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n7\nAAEC\n",
        "\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n-1\n\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(NotProven):
        Checkpoint.parse(text)


@pytest.mark.parametrize("extra", [b"", b"pointbook.movement/v1\nsalt \x00"])
@pytest.mark.parametrize("path", [[], [bytes(32), bytes(range(32))]])
def test_a_proof_reads_back_as_it_was_written(extra, path):
    proof = InclusionProof(5, path, SIGNER.sign(str(CHECKPOINT)), extra)

    assert InclusionProof.parse(str(proof)) == proof
    assert str(proof).startswith("c2sp.org/tlog-proof@v1\n" + ("extra " if extra else "index 5\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v2\nindex 5\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 05\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 5\n?\n\nnote",
    ],
)
def test_what_is_not_a_proof_is_refused(text):
    with pytest.raises(NotProven):
        InclusionProof.parse(text)


def test_a_receipt_cannot_be_taken_for_a_checkpoint():
    receipt = receipt_text(origin=SIGNER.name, issued_at="2026-01-01T00:00:00Z", leaves=[("m", bytes(32))])

    with pytest.raises(NotProven):
        Checkpoint.parse(receipt)
