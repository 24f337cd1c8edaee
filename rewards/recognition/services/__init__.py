"""Acts of recognition: give the allowances of a month, recognise a colleague, take a recognition back."""

from rewards.recognition.services.giving import (
    AT_ONCE,
    KEY,
    ExternalIdConflict,
    Giving,
    MayNotRecognise,
    OwnRecognition,
    RecognisesNobody,
    give_allowances,
    nobody,
    recognise,
)
from rewards.recognition.services.undoing import RecognisedPointsAreSpent, RecognitionUndone, Undoing, undo_recognition

__all__ = [
    "AT_ONCE",
    "KEY",
    "ExternalIdConflict",
    "Giving",
    "MayNotRecognise",
    "OwnRecognition",
    "RecognisedPointsAreSpent",
    "RecognisesNobody",
    "RecognitionUndone",
    "Undoing",
    "give_allowances",
    "nobody",
    "recognise",
    "undo_recognition",
]
