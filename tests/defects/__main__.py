"""Plants each defect in a copy of the tree, runs the tests that must notice, and tells which defects they let live."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.defects.defect import Defect
from tests.defects.planted import DEFECTS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKS = "<!-- defects -->", "<!-- end of defects -->"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")


def main() -> int:
    options = read_options()
    chosen = [defect for defect in DEFECTS if options.only in defect.name]
    with tempfile.TemporaryDirectory(prefix="pointbook-defects-") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as another user
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        if not passes(copy, sorted({test for defect in chosen for test in defect.tests})):
            sys.exit("The tests fail without any defect; mend that first.")
        alive = [defect for number, defect in enumerate(chosen, 1) if survives(copy, defect, f"{number}/{len(chosen)}")]
    verdict = f"{len(chosen) - len(alive)} of {len(chosen)} planted defects were noticed by the tests."
    print(verdict, *(f"Not noticed: {defect.name}" for defect in alive), sep="\n")  # noqa: T201  # a command speaks
    if options.write:
        write(verdict, chosen, alive)
    return 1 if alive else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev defects", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only defects whose name contains this")
    parser.add_argument("--write", action="store_true", help="write the result to docs/benchmarks.md")
    return parser.parse_args()


def survives(copy: Path, defect: Defect, place: str) -> bool:
    """Plant one defect, run its tests, take it out again."""
    path = copy / defect.path
    text = path.read_text()
    if text.count(defect.sound) != 1:
        sys.exit(f"{defect.path} does not contain this exactly once, so nothing can be planted there:\n{defect.sound}")
    path.write_text(text.replace(defect.sound, defect.planted))
    lived = passes(copy, defect.tests)
    path.write_text(text)
    print(f"{place} {'NOT NOTICED' if lived else 'noticed'}: {defect.name}", flush=True)  # noqa: T201  # a command speaks
    return lived


def passes(copy: Path, tests: Iterable[str]) -> bool:
    """Run tests in the copy. A run that fails in any other way than by a failed test (it cannot even start) ends everything."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "-rf", *tests]
    run = subprocess.run(
        command, cwd=copy, capture_output=True, text=True, check=False, env=os.environ | {"POINTBOOK_DATA": str(copy / "var")}
    )
    if run.returncode == 0:
        return True
    if not re.search(r"^FAILED ", run.stdout, re.MULTILINE):
        sys.exit(f"The tests did not run:\n{run.stdout[-3000:]}{run.stderr[-1000:]}")
    return False


def write(verdict: str, chosen: list[Defect], alive: list[Defect]) -> None:
    rows = [f"| {defect.name} | {'**no**' if defect in alive else 'yes'} |" for defect in chosen]
    table = "\n".join([verdict, "", "| defect | noticed |", "|---|---|", *rows])
    before, rest = PAGE.read_text().split(MARKS[0])
    PAGE.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


if __name__ == "__main__":
    sys.exit(main())
