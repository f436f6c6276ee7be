"""The process that parses: reads one request after another from its standard input, lives and dies apart from us.

A request is one line of JSON (length, headers, url, time of fetching) and then the body; an answer is one line of JSON.
Started by `media.press.parsing`; it has no secrets in its environment and limits on memory, files and idle time.
"""

import json
import os
import resource
import select
from datetime import datetime
from typing import BinaryIO

from media.press.feed_reading import Refused, read_feed, to_plain

IDLE_SECONDS = 60
# A 5 MB feed of 20,000 items takes less than a third of this.
MEMORY_BYTES = 1_000_000_000
OPEN_FILES = 64


def answer(request: dict, body: bytes) -> dict:
    """What the parent is told: {"feed": …} or {"refused": code}."""
    try:
        feed = read_feed(body, request["headers"], request["url"], datetime.fromisoformat(request["fetched_at"]))
        return {"feed": to_plain(feed)}
    except Refused as refusal:
        return {"refused": refusal.code}
    except (MemoryError, RecursionError) as error:
        return {"refused": "too_heavy", "detail": type(error).__name__}
    except Exception as error:  # noqa: BLE001 - a parser's fault is an answer with its name, the parent logs it
        return {"refused": "parser_fault", "detail": f"{type(error).__name__}: {error}"[:300]}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers until the parent closes the pipe or nothing was asked for `IDLE_SECONDS`."""
    while True:
        ready, _, _ = select.select([source], [], [], IDLE_SECONDS)
        line = source.readline() if ready else b""
        if not line:
            return
        request = json.loads(line)
        body = source.read(request["length"])
        sink.write(json.dumps(answer(request, body)).encode() + b"\n")
        sink.flush()


def main() -> None:
    """Takes the pipes for itself, so that nothing a library prints can be read as an answer, and serves."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    buffered = os.fdopen(source.fileno(), "rb", closefd=False)
    serve(buffered, sink)


if __name__ == "__main__":
    main()
