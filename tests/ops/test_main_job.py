"""The whole way, with processes of its own: the proof that everything stands on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cms.ops.main_job_steps import NAMES

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
def test_main_job_goes_all_the_way(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "main_job", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
        env={"PATH": "/usr/bin:/bin", "CONG_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    report = json.loads(done.stdout[done.stdout.index("{") :])
    assert done.returncode == 0, report
    assert [step["step"] for step in report["steps"]] == list(NAMES)
    assert all(step["ok"] for step in report["steps"])
