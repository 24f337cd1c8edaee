"""A process whose parent is gone ends by itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
CHILD = "import os, time; from loyalty.shell.up.orphans import end_with; end_with({parent}); print('on', flush=True); time.sleep(30)"


def child(parent: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD.format(parent=parent)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_it_ends_when_its_parent_is_another_process():
    orphan = child("1")

    orphan.communicate(timeout=10)

    assert orphan.returncode == -15


def test_it_stays_while_its_parent_lives():
    kept = child("os.getppid()")
    assert kept.stdout.readline() == "on\n"

    alive = False
    try:
        kept.wait(1.5)
    except subprocess.TimeoutExpired:
        alive = True
    kept.kill()
    kept.communicate()

    assert alive
