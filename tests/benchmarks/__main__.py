"""`make bench`: every bench_*.py beside this file, each printing ratios beside a baseline measured in the same run."""

import importlib
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run all benchmarks (or those named as arguments) in a database of their own and print their rows."""
    with tempfile.TemporaryDirectory(prefix="cong-bench-") as data:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
        os.environ["CONG_DATA_DIR"] = data
        os.environ.setdefault("CONG_LOG_LEVEL", "WARNING")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("compile_catalogues", verbosity=0)
        call_command("migrate", verbosity=0)
        names = sys.argv[1:] or sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
        for name in names:
            print(f"\n{name.removeprefix('bench_')}", flush=True)
            for label, value in importlib.import_module(f"tests.benchmarks.{name}").run():
                print(f"  {label:<68} {value}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
