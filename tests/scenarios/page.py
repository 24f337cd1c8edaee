"""The generated part of docs/scenarios.md."""

from collections.abc import Iterable, Sequence

from tests.scenarios.cases import Scenario
from tests.scenarios.listed import ELSEWHERE, NOT_OURS, OTHER_READINGS

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


def generated(scenarios: Sequence[Scenario]) -> str:
    """Return the tables of what runs and what does not, with their numbers."""
    listed = NOT_OURS.keys() | OTHER_READINGS.keys() | ELSEWHERE.keys()
    titles = {scenario["id"]: scenario["title"] for scenario in scenarios}
    run = [[of, titles[of]] for of in titles if of not in listed]
    counts = [["run as they stand", len(run)], ["read otherwise", len(OTHER_READINGS)], ["run elsewhere", len(ELSEWHERE)]]
    counts += [["not ours", len(NOT_OURS)], ["altogether", len(scenarios)]]
    parts = [
        _table(["scenarios", "number"], counts),
        "## Run\n" + _table(["id", "what it says"], run),
        "## Read otherwise\n"
        + _table(["id", "what it says", "what the product does"], _rows(titles, OTHER_READINGS, lambda of: [OTHER_READINGS[of].reason])),
        "## Run elsewhere\n"
        + _table(["id", "what it says", "where", "how"], _rows(titles, ELSEWHERE, lambda of: [f"`{ELSEWHERE[of][0]}`", ELSEWHERE[of][1]])),
        "## Not ours\n" + _table(["id", "what it says", "why"], _rows(titles, NOT_OURS, lambda of: [NOT_OURS[of]])),
    ]
    return f"{BEGIN}\n" + "\n\n".join(parts) + f"\n{END}"


def _rows(titles, listed, more) -> list[list[str]]:
    return [[of, titles[of], *more(of)] for of in titles if of in listed]


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
