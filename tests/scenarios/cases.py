"""Scenarios of other products' test suites as data. ``SCENARIOS`` names another file of the same form."""

import os
from pathlib import Path
from typing import Any

import yaml

Scenario = dict[str, Any]

OWN_FILE = Path(__file__).with_name("scenarios.yaml")
FILE = Path(os.environ.get("SCENARIOS") or OWN_FILE)


def read(path: Path) -> list[Scenario]:
    found: list[Scenario] = yaml.safe_load(path.read_text())["scenarios"]
    return found


EVERY = read(FILE)
