"""Ask for the undo of an import, decide on it, work it out, post it: the only code that writes undos."""

from rewards.import_undos.services.planning import (
    AnotherPersonMustApproveUndo,
    ImportNotPosted,
    ImportUndoneAlready,
    NothingToUndo,
    UndoDecided,
    UndoNotReady,
    approve_undo,
    refuse_undo,
    request_undo,
)
from rewards.import_undos.services.preview import plan
from rewards.import_undos.services.run import post, work_on_all

__all__ = [
    "AnotherPersonMustApproveUndo",
    "ImportNotPosted",
    "ImportUndoneAlready",
    "NothingToUndo",
    "UndoDecided",
    "UndoNotReady",
    "approve_undo",
    "plan",
    "post",
    "refuse_undo",
    "request_undo",
    "work_on_all",
]
