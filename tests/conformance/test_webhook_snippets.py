"""The receivers that docs/webhook.md tells people to copy do what the page says."""

import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns.payloads import canonical_bytes
from channels.website.webhook import signing
from tests.conformance.peers import _answers, _free_port

PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhook.md"
KEYS = ["khoa-thu-0123456789-0123456789-abcd", "khoa-cu-0123456789-0123456789-abcde"]
PHP = Path("/usr/bin/php")
# In the place of a database: one row for each object, in a file.
_MEMORY = """
class Rows { public function __construct(private $db, private $sql) {}
  private $found = false;
  public function execute($values) {
    $rows = is_file('%file%') ? json_decode(file_get_contents('%file%'), true) : [];
    if (str_starts_with($this->sql, 'SELECT')) { $this->found = $rows[$values[0]][0] ?? false; return true; }
    $rows[$values[0]] = [$values[1], $values[2]]; file_put_contents('%file%', json_encode($rows)); return true; }
  public function fetchColumn() { return $this->found; } }
class Memory extends PDO { public function __construct() {}
  public function beginTransaction(): bool { return true; } public function commit(): bool { return true; }
  public function rollBack(): bool { return true; }
  #[\\ReturnTypeWillChange] public function prepare($sql, $options = []) { return new Rows($this, $sql); } }
"""

Ask = Callable[[dict[str, str], bytes], int]


def snippet(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.S)
    assert found is not None
    return found[1]


@pytest.fixture
def python() -> Ask:
    stored: dict[str, int] = {}
    space: dict[str, Any] = {"store": lambda name, version, content: stored.update({name: version})}
    exec(compile(snippet("python"), str(PAGE), "exec"), space)  # noqa: S102 - our own page
    return lambda headers, body: int(space["accept"](headers, body, KEYS, stored)[0])


@pytest.fixture
def php(tmp_path: Path) -> Iterator[Ask]:
    if not PHP.exists():
        pytest.skip("the Debian package php-cli is not installed")
    code = snippet("php").replace("<?php\n", "<?php\n" + _MEMORY.replace("%file%", str(tmp_path / "rows.json")), 1)
    code = code.replace("'…key…'", ", ".join(f"'{key}'" for key in KEYS))
    (tmp_path / "index.php").write_text(re.sub(r"new PDO\([^)]*\)", "new Memory()", code))
    port = _free_port()
    server = subprocess.Popen(
        [str(PHP), "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", str(tmp_path)],
        stdout=subprocess.DEVNULL, stderr=(tmp_path / "log").open("wb"),
    )  # fmt: skip

    def ask(headers: dict[str, str], body: bytes) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    try:
        (tmp_path / "up.txt").write_text("up")
        until = time.monotonic() + 20
        while not _answers(f"http://127.0.0.1:{port}/up.txt") and time.monotonic() < until:
            time.sleep(0.05)
        yield ask
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("language", ["python", "php"])
def test_a_copied_receiver_refuses_what_it_must(language: str, request: pytest.FixtureRequest) -> None:
    ask: Ask = request.getfixturevalue(language)
    now = int(time.time())

    def told(version: int, *, event: str = "publish", key: str = KEYS[0], at: int = now) -> int:
        said: dict[str, Any] = {"event": event, "delivery": "d", "version": version, "object": {"id": "vật-thể"}}
        if event == "publish":
            said["content"] = {"title": "Giữ nhà"}
        body = canonical_bytes(said)
        return ask({"X-Cong-Timestamp": str(at), "X-Cong-Signature": signing.header([key], at, body)}, body)

    assert told(1, event="ping") == 200
    assert told(3) == 200
    assert told(3) == told(2) == 409
    assert told(4, key=KEYS[1]) == 200, "the old key while it is being changed"
    assert told(5, key="khoa-la-0123456789-0123456789-abcdef") == 401
    assert told(5, at=now - 400) == told(5, at=now + 400) == 401
    assert told(6, event="take_down") == 200
    assert told(5) == 409, "what was taken down does not come back late"
    body = b'{"event":"publish"}'
    assert ask({"X-Cong-Timestamp": f"{now}\n", "X-Cong-Signature": ""}, body) == 401 if language == "python" else True
