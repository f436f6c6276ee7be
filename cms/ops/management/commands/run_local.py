"""manage.py run_local: the whole product on this machine, with the sample province when the database is empty."""

import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation.reloader import translation_file_changed

from cms.ops.local import Child, Household, free_port, manage, wait_until_up, web, worker


class Command(BaseCommand):
    """Sets up what is missing, starts web, worker and (for the sample) simulators and a station player."""

    help = "Run everything on one machine; Ctrl-C stops it. An empty database gets the sample province."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--port, --host, --no-sample."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--no-sample", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until Ctrl-C or until a process ends by itself."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        self._prepare()
        port = free_port(options["port"], options["host"])
        if port != options["port"]:
            self.stdout.write(f"Cổng {options['port']} đang có chương trình khác dùng; lần này dùng cổng {port}.")
        base = f"http://localhost:{port}" if options["host"] == "127.0.0.1" else f"http://{options['host']}:{port}"
        self._answer_at(base)
        ports: dict[str, int] = {}
        for place, name in enumerate(("telegram", "press", "facebook", "zalo")):
            ports[name] = free_port(max([port + 90 + place, *ports.values()]) + 1)
        env = {
            "CONG_BASE_URL": base,
            "CONG_HTTP_ALLOW": ",".join(f"127.0.0.1:{each}" for each in ports.values()),
            "CONG_TELEGRAM_API_BASE": f"http://127.0.0.1:{ports['telegram']}",
            "CONG_FACEBOOK_API_BASE": f"http://127.0.0.1:{ports['facebook']}",
            "CONG_ZALO_API_BASE": f"http://127.0.0.1:{ports['zalo']}",
            "CONG_ZALO_OAUTH_BASE": f"http://127.0.0.1:{ports['zalo']}",
            "CONG_LOG_LEVEL": "INFO",
        }
        house = Household(Path(settings.DATA_DIR) / "logs")
        try:
            # The web process first and, on two cores, with as little beside it as can be: people wait for the page.
            house.start(self._with_env(web(options["host"], port), env))
            sample = self._sample(env, ports, wanted=not options["no_sample"])
            if not wait_until_up(
                f"http://127.0.0.1:{port}/health", seconds=60, alive=lambda: house.dead() is None and not stop.is_set()
            ):
                raise CommandError(f"The web process did not come up; see {house.logs / 'web.log'}.")
            if sample:
                house.start(Child("simulators", self._simulators(ports), env))
            house.start(self._with_env(worker(), env))
            if sample:
                house.start(Child("player", manage("station_player", "--sample", "--base", base), env))
            self._greet(base, ports if sample else {})
            self._watch(house, stop)
        finally:
            self._say("\nĐang dừng…")
            house.stop()
            self._say("Đã dừng.")

    def _say(self, words: str) -> None:
        """Write, if anybody can still read it: a closed terminal must not keep the processes from being stopped."""
        with suppress(OSError):
            self.stdout.write(words)

    def _prepare(self) -> None:
        call_command("compile_catalogues", verbosity=0)
        # This process looked for catalogues before they were there; Django's own reloader knows how to forget that.
        translation_file_changed(None, Path("django.mo"))
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Đang chuẩn bị cơ sở dữ liệu…")
            call_command("migrate", verbosity=0, interactive=False)

    def _answer_at(self, base: str) -> None:
        """Links in posts and feeds lead to the port that is taken this time."""
        from campaigns.services.site import set_site_address

        set_site_address(base)

    def _simulators(self, ports: dict[str, int]) -> list[str]:
        return manage("simulators", *(word for name, port in ports.items() for word in (f"--{name}-port", str(port))))

    def _sample(self, env: dict[str, str], ports: dict[str, int], *, wanted: bool) -> bool:
        """Load the sample into an empty database, or wake it; True when this database holds the sample."""
        from cms.core.models import User
        from cms.ops.sample.load import is_loaded, wake

        empty = not User.objects.exists()
        if not (wanted and empty) and not is_loaded():
            return False
        press = f"http://127.0.0.1:{ports['press']}"
        if not empty:
            wake(press)
            return True
        self.stdout.write("Cơ sở dữ liệu trống: đang nạp tỉnh mẫu…")
        load = manage("sample_data", "--press-base", press)
        if subprocess.run(load, env={**os.environ, **env, "CONG_LOG_LEVEL": "WARNING"}, check=False).returncode:
            raise CommandError("The sample province could not be loaded; what went wrong stands above.")
        return True

    def _with_env(self, child: Child, env: dict[str, str]) -> Child:
        child.env = {**child.env, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, **env}
        return child

    def _greet(self, base: str, ports: dict[str, int]) -> None:
        from cms.ops.sample.registers import PASSWORD, PEOPLE

        self.stdout.write(self.style.SUCCESS(f"\nCồng đang chạy: {base}/   (quản trị: {base}/admin/)"))
        if not ports:
            self.stdout.write("Chưa có ai? Tạo người quản trị đầu tiên: .venv/bin/python manage.py createsuperuser")
            return
        self.stdout.write(f"Tỉnh mẫu. Mật khẩu chung: {PASSWORD}")
        for username, name, role, *_rest in PEOPLE:
            self.stdout.write(f"  {username:<12} {name:<20} {role.label}")
        self.stdout.write(f"Telegram mô phỏng: http://127.0.0.1:{ports['telegram']}/")
        self.stdout.write(f"Facebook mô phỏng: http://127.0.0.1:{ports['facebook']}/")
        self.stdout.write(f"Zalo mô phỏng:     http://127.0.0.1:{ports['zalo']}/")
        self.stdout.write(f"Báo mô phỏng:      http://127.0.0.1:{ports['press']}/")
        self.stdout.write("Dừng: Ctrl-C")
        self.stdout.flush()

    def _watch(self, house: Household, stop: threading.Event) -> None:
        while not stop.wait(0.5):
            dead = house.dead()
            if dead is not None:
                raise CommandError(
                    f"{dead.name} ended by itself with code {dead.exit_code}; see {house.logs / (dead.name + '.log')}."
                )
