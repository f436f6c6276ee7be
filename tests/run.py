"""What `make test` runs: the checks, everything on SQLite, then the engine's tests again on PostgreSQL with Redis.

CONG_LONG=1 (set by .ci/run) adds the long tests; CONG_NO_SKIPS=1 makes a skipped test a failure.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Rooms whose guarantees must hold on both engines.
BOTH = [
    "tests/core",
    "tests/delivery",
    "tests/telegram",
    "tests/facebook",
    "tests/zalo",
    "tests/manual",
    "tests/website_channel",
    "tests/loudspeaker",
    "tests/portal",
    "tests/crash",
]


def pytest(*arguments: str, **env: str) -> int:
    """The exit code of one pytest run; no collected test is a failure here."""
    workers = os.environ.get("CONG_TEST_WORKERS", "2")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", workers, "--dist", "loadfile"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env={**os.environ, **env}, check=False).returncode


def main() -> int:
    """0 when all passed."""
    marks = [] if os.environ.get("CONG_LONG") else ["-m", "not slow"]
    codes = [subprocess.run([sys.executable, "-m", "tests.check"], cwd=ROOT, check=False).returncode]
    print("\n== SQLite ==", flush=True)
    codes.append(pytest("tests", *marks))
    print("\n== PostgreSQL and Redis ==", flush=True)
    codes.append(pytest(*[each for each in BOTH if (ROOT / each).exists()], *marks, CONG_TEST_DATABASE="postgres"))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
