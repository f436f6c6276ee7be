"""The two peers of the WordPress channel: the simulator, and a real WordPress from Debian's package on loopback."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cms.ops.simulators.wordpress import WordPressSimulator

SHARE = Path("/usr/share/wordpress")
# What Debian calls the parts: the program, its interpreter, its database without a service.
PACKAGES = {
    "wordpress": SHARE / "wp-settings.php",
    "php-cli": Path("/usr/bin/php"),
    "mariadb-server-core": Path("/usr/sbin/mariadbd"),
}
STARTED_WITHIN = 60.0


@dataclass
class Peer:
    """Where a site is and whose key opens it."""

    name: str
    url: str
    user: str
    password: str
    subscriber: tuple[str, str]

    def seen(self, number: int) -> dict[str, Any] | None:
        """The post as an anonymous visitor of the API gets it; None when it is not shown."""
        try:
            with urllib.request.urlopen(f"{self.url}/wp-json/wp/v2/posts/{number}", timeout=20) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError:
            return None

    def picture(self, address: str) -> bytes:
        """The bytes of an uploaded picture, as a visitor's browser gets them."""
        if self.name == "simulator":
            return b""
        with urllib.request.urlopen(address, timeout=20) as answer:
            return bytes(answer.read())


def missing_packages() -> list[str]:
    """The Debian packages that a real WordPress would need and this machine lacks."""
    return [name for name, path in PACKAGES.items() if not path.exists()]


@contextmanager
def simulator() -> Iterator[Peer]:
    """The simulator, with one account that may publish and one that may not."""
    from cms.ops.simulators.wordpress_world import Account

    with WordPressSimulator() as running:
        running.world.accounts["khach"] = Account("khach", "Khách", "zzzzzzzzzzzzzzzzzzzzzzzz", role="subscriber", id=3)
        yield Peer("simulator", running.url, running.user, running.password, ("khach", "zzzz zzzz zzzz zzzz zzzz zzzz"))


@contextmanager
def wordpress(folder: Path) -> Iterator[Peer]:
    """A fresh WordPress with a database of its own, both in `folder`, gone afterwards. No service is started."""
    socket = folder / "db.sock"
    database = _start_database(folder, socket)
    port = _free_port()
    site = None
    try:
        root = _lay_out(folder, socket, f"http://127.0.0.1:{port}")
        keys = json.loads(_php(["setup.php"], root))
        log = (folder / "php.log").open("wb")
        site = subprocess.Popen(
            ["/usr/bin/php", "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", str(root)],
            stdout=log, stderr=log,
        )  # fmt: skip
        _wait_for(lambda: _answers(f"http://127.0.0.1:{port}/wp-json/"), folder / "php.log")
        yield Peer("wordpress", f"http://127.0.0.1:{port}", "cong", keys["cong"], ("khach", keys["khach"]))
    finally:
        for process in (site, database):
            if process is not None:
                process.terminate()
                process.wait(30)


def _start_database(folder: Path, socket: Path) -> subprocess.Popen[bytes]:
    data = folder / "db"
    log = (folder / "db.log").open("wb")
    owner = ["--user=root"] if os.geteuid() == 0 else []
    common = ["--no-defaults", f"--datadir={data}", *owner]
    subprocess.run(
        ["/usr/bin/mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, stdout=log, stderr=log, timeout=120,
    )  # fmt: skip
    small = ["--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0"]
    process = subprocess.Popen(
        ["/usr/sbin/mariadbd", *common, "--skip-networking", f"--socket={socket}", f"--pid-file={folder}/db.pid", *small],
        stdout=log, stderr=log,
    )  # fmt: skip
    _wait_for(socket.exists, folder / "db.log")
    return process


def _lay_out(folder: Path, socket: Path, address: str) -> Path:
    """The package's files behind links, with a wp-content of our own: WordPress writes only there."""
    root = folder / "site"
    root.mkdir()
    for entry in SHARE.iterdir():
        if entry.name not in ("wp-content", "wp-config.php", "wp-load.php"):
            (root / entry.name).symlink_to(entry)
    # The file that finds the configuration looks beside itself.
    shutil.copy(SHARE / "wp-load.php", root / "wp-load.php")
    for name in ("wp-blog-header.php", "index.php"):
        (root / name).unlink()
        shutil.copy(SHARE / name, root / name)
    (root / "wp-content" / "uploads").mkdir(parents=True)
    (root / "wp-content" / "themes").mkdir()
    plain = root / "wp-content" / "themes" / "tron"
    plain.mkdir()
    (plain / "style.css").write_text("/* Theme Name: Tron */\n")
    (plain / "index.php").write_text("<?php while (have_posts()) { the_post(); the_title(); the_content(); }\n")
    (root / "wp-config.php").write_text(_config(socket, address))
    (root / "setup.php").write_text(_SETUP.replace("%address%", address))
    return root


def _config(socket: Path, address: str) -> str:
    salts = "".join(
        f"define('{name}', '{secrets.token_hex(32)}');\n"
        for name in ("AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT",
                     "LOGGED_IN_SALT", "NONCE_SALT")
    )  # fmt: skip
    return (
        "<?php\n"
        "define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', '');\n"
        f"define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');\n"
        f"{salts}"
        # Application passwords work without TLS in a local environment only.
        "define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_DEBUG', false);\n"
        "define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true);\n"
        "define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_DEFAULT_THEME', 'tron');\n"
        f"define('WP_SITEURL', '{address}'); define('WP_HOME', '{address}');\n"
        "$table_prefix = 'wp_';\n"
        "if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }\n"
        "define('WP_CONTENT_DIR', __DIR__ . '/wp-content');\n"
        "require_once ABSPATH . 'wp-settings.php';\n"
    )


# Installs the site and gives two accounts an application password each, as Users → Profile would.
_SETUP = """<?php
$_SERVER['HTTP_HOST'] = parse_url('%address%', PHP_URL_HOST) . ':' . parse_url('%address%', PHP_URL_PORT);
$_SERVER['REQUEST_METHOD'] = 'GET'; $_SERVER['REQUEST_URI'] = '/';
preg_match("/DB_HOST', 'localhost:([^']+)'/", file_get_contents(__DIR__ . '/wp-config.php'), $found);
$link = mysqli_connect('localhost', 'root', '', '', 0, $found[1]);
mysqli_query($link, 'CREATE DATABASE IF NOT EXISTS wp CHARACTER SET utf8mb4');
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification($title, $url, $id, $password) {}
wp_install('Trang tin', 'quantri', 'quantri@example.org', true, '', bin2hex(random_bytes(12)));
update_option('permalink_structure', '/%postname%/');
update_option('blog_charset', 'UTF-8');
wp_insert_term('Thông báo', 'category', array('slug' => 'thong-bao'));
wp_insert_term('An ninh', 'post_tag', array('slug' => 'an-ninh'));
$keys = array();
foreach (array('cong' => 'author', 'khach' => 'subscriber') as $login => $role) {
    $id = wp_insert_user(array('user_login' => $login, 'user_pass' => bin2hex(random_bytes(12)), 'role' => $role,
                               'display_name' => 'Phòng Tuyên truyền', 'user_email' => $login . '@example.org'));
    $made = WP_Application_Passwords::create_new_application_password($id, array('name' => 'Cong'));
    $keys[$login] = WP_Application_Passwords::chunk_password($made[0]);
}
flush_rewrite_rules(false);
echo json_encode($keys);
"""


def _php(arguments: list[str], root: Path) -> str:
    done = subprocess.run(
        ["/usr/bin/php", "-d", "display_errors=0", *arguments], cwd=root, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    if done.returncode or not done.stdout.strip().startswith("{"):
        raise RuntimeError(f"WordPress was not installed: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    return done.stdout


def _wait_for(ready: Any, log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        if ready():
            return
        time.sleep(0.1)
    sys.stderr.write(log.read_text(errors="replace")[-3000:])
    raise RuntimeError(f"not started within {STARTED_WITHIN} s")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
