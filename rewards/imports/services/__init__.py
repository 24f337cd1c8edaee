"""Hand in files of balances, decide on them, read them, post them: the only code that writes imports."""

from rewards.imports.services.forgetting import forget_names
from rewards.imports.services.planning import (
    AnotherPersonMustApproveImport,
    FileCannotBeRead,
    ImportDecided,
    ImportFile,
    ImportNotReady,
    SameFileAgain,
    approve_import,
    refuse_import,
    request_import,
)
from rewards.imports.services.reading import read_file
from rewards.imports.services.run import post_import, work_on_all

__all__ = [
    "AnotherPersonMustApproveImport",
    "FileCannotBeRead",
    "ImportDecided",
    "ImportFile",
    "ImportNotReady",
    "SameFileAgain",
    "approve_import",
    "forget_names",
    "post_import",
    "read_file",
    "refuse_import",
    "request_import",
    "work_on_all",
]
