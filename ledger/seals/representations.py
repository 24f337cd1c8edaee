"""Receipts and proofs as the API shows them."""

import uuid
from typing import Any

from pydantic import BaseModel

from ledger.seals.domain.notes import InclusionProof
from ledger.seals.keys import signer_of


class ReceiptAnswer(BaseModel):
    """A signed promise that these movements will be in the programme's log; check `note` with the log's key (verify_receipt.py)."""

    movements: list[uuid.UUID]
    note: str


class ProofAnswer(BaseModel):
    """That a movement is in the log: `proof` is a file of c2sp.org/tlog-proof, `key` the log's public key as a signed note's verifier."""

    movement: uuid.UUID
    index: int
    key: str
    proof: str


def proof_answer(movement: uuid.UUID, proof: InclusionProof) -> dict[str, Any]:
    """Shown as ProofAnswer."""
    origin = proof.note.partition("\n")[0]
    return {"movement": str(movement), "index": proof.index, "key": str(signer_of(origin).verifier), "proof": str(proof)}
