"""What `make check` runs: style, types, floors, migrations, deployment settings, catalogues. All of it, then the verdict."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "for-the-deployment-check-only-" + "k7Qw9zX2mB4vN8rT1yU6" * 2,
    "CONG_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "ALLOWED_HOSTS": "cong.example",
    "CONG_BASE_URL": "https://cong.example",
}

STEPS: list[tuple[str, list[str], dict[str, str]]] = [
    ("catalogues compiled", ["python", "manage.py", "compile_catalogues"], {}),
    ("ruff", ["ruff", "check", "."], {}),
    ("ruff format", ["ruff", "format", "--check", "."], {}),
    ("import-linter", ["lint-imports", "--no-cache"], {}),
    ("mypy", ["mypy", "cms", "campaigns", "translations", "media", "channels"], {}),
    ("migrations complete", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    (
        "deployment settings",
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    ("catalogue complete", ["python", "manage.py", "check_catalogues"], {}),
]


def main() -> int:
    """0 when every step passed; each step's output is shown when it failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="cong-check-") as data:
        for name, command, extra in STEPS:
            env = {**os.environ, "CONG_DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "cms.settings.dev", **extra}
            began = time.monotonic()
            done = subprocess.run(
                [str(BIN / command[0]), *command[1:]], cwd=ROOT, env=env, capture_output=True, text=True, check=False
            )
            print(
                f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)",
                flush=True,
            )
            if done.returncode:
                failed.append(name)
                print(done.stdout[-8000:], done.stderr[-8000:], sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
