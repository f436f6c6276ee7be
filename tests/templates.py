"""A migrated SQLite database kept between runs, for people who run one test file after another."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def template_for(folder: Path, target: Path) -> None:
    """Put a copy of the migrated database at `target`; it is made first when `folder` has none of these migrations."""
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / f"{_fingerprint()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            making = folder / f"making-{os.getpid()}.sqlite3"
            making.unlink(missing_ok=True)
            environment = {
                **os.environ, "DATABASE_URL": f"sqlite:///{making}", "DJANGO_SETTINGS_MODULE": "cms.settings.test",
            }  # fmt: skip
            command = [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
            making.rename(template)
    shutil.copyfile(template, target)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/**/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update((ROOT / "requirements" / "base.txt").read_bytes())
    return digest.hexdigest()[:24]
