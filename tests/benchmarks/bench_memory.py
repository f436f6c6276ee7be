"""Memory of the web process and the worker at rest, in a data folder of their own. Aim: under 350 MB together."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from cms.ops.local import Household, free_port, manage, wait_until_up, web, worker

AIM_MB = 350


def run() -> list[tuple[str, str]]:
    """Rows of (what, megabytes), by PSS: what is shared between processes counts once."""
    with tempfile.TemporaryDirectory(prefix="cong-bench-memory-") as folder:
        port = free_port(18700)
        env = {"DJANGO_SETTINGS_MODULE": "cms.settings.dev", "CONG_DATA_DIR": folder, "CONG_LOG_LEVEL": "WARNING"}
        subprocess.run(manage("migrate", "-v0"), env={**os.environ, **env}, check=True, capture_output=True)
        house = Household(Path(folder) / "logs")
        try:
            for child in (web("127.0.0.1", port), worker()):
                child.env = env
                house.start(child)
            wait_until_up(f"http://127.0.0.1:{port}/health", seconds=60, alive=lambda: house.dead() is None)
            time.sleep(15)
            sizes = {child.name: _pss_mb(child.process.pid) for child in house.children if child.process}
        finally:
            house.stop()
    rows = [(f"{name} at rest (all its processes)", f"{size:.0f} MB") for name, size in sizes.items()]
    return [*rows, ("together", f"{sum(sizes.values()):.0f} MB (aim: under {AIM_MB} MB)")]


def _pss_mb(session: int) -> float:
    """Megabytes of every process of a session (each child was started as the leader of its own)."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(path.name)) == session:
                lines = (path / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total / 1024
