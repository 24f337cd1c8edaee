"""The long form of the fault tests: `./dev faults [--minutes N] [pytest arguments]`."""

import argparse
import os
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long processes are killed under load (default 10)")
    options, others = parser.parse_known_args()
    environment = os.environ | {"POINTBOOK_FAULTS_MINUTES": str(options.minutes)}
    return subprocess.run([sys.executable, "-m", "pytest", "tests/faults", "-v", *others], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
