"""The main job: a campaign goes from a signed plan to a loudspeaker, a web page and a Telegram post, and its echo is counted.

This gives it a folder, a database and processes of its own (web, worker, simulators); nothing of the installation it runs
in is touched. What people do in it stands in main_job_steps.py.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cms.ops.local import Child, Household, free_port, manage, wait_until_up, web, worker
from cms.ops.main_job_steps import NAMES


def outside(say: Callable[[dict[str, Any]], None]) -> bool:
    """Run the whole job in a temporary folder; each step is handed to `say` as it ends. True when none failed."""
    with tempfile.TemporaryDirectory(prefix="cong-main-job-") as folder:
        port = free_port(18000)
        telegram = free_port(port + 1)
        press = free_port(telegram + 1)
        env = {
            "DJANGO_SETTINGS_MODULE": "cms.settings.dev", "CONG_DATA_DIR": folder, "DATABASE_URL": "",
            "CELERY_BROKER_URL": "memory://", "CONG_BASE_URL": f"http://127.0.0.1:{port}",
            "CONG_HTTP_ALLOW": f"127.0.0.1:{telegram},127.0.0.1:{press}",
            "CONG_TELEGRAM_API_BASE": f"http://127.0.0.1:{telegram}", "CONG_LOG_LEVEL": "WARNING",
            "CONG_LEASE_SECONDS": "30",
        }  # fmt: skip
        env = {name: value for name, value in env.items() if value} | {"SECRET_KEY": "", "CONG_FIELD_KEYS": ""}
        subprocess.run(manage("migrate", "-v0"), env={**_clean(), **env}, check=True, capture_output=True)
        house = Household(Path(folder) / "logs")
        try:
            for child in (
                Child("simulators", manage("simulators", "--telegram-port", str(telegram), "--press-port", str(press))),
                web("127.0.0.1", port),
                worker(),
            ):
                child.env = env
                house.start(child)
            up = wait_until_up(f"{env['CONG_BASE_URL']}/health", seconds=90, alive=lambda: house.dead() is None)
            dead = house.dead()
            if not up or dead is not None:
                name = dead.name if dead else "web"
                log = (house.logs / f"{name}.log").read_text(errors="replace")[-2000:]
                say({"step": NAMES[0], "ok": False, "error": f"the {name} process did not start: {log}"})
                return False
            return _inside(env, f"http://127.0.0.1:{press}", say)
        finally:
            house.stop()


def _clean() -> dict[str, str]:
    """Our environment without what would lead to another database or broker."""
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL"}}


def _inside(env: dict[str, str], press: str, say: Callable[[dict[str, Any]], None]) -> bool:
    command = manage("main_job", "--inside", "--press-base", press)
    seen = []
    with subprocess.Popen(command, env={**_clean(), **env}, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if line.startswith("{"):
                seen.append(json.loads(line))
                say(seen[-1])
    return process.returncode == 0 and [step["step"] for step in seen if step["ok"]] == list(NAMES)
