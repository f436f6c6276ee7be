"""ffmpeg as a separate program: never a shell, never the network, never another file than the one named."""

import logging
import os
import resource
import signal
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import imageio_ffmpeg
from django.utils.translation import gettext as _

from cms.core.errors import NotReady

logger = logging.getLogger(__name__)

# What phones, recorders and studios write. A list of files (m3u8, ffconcat) or a subtitle is not among them: such an
# input could name other files of this machine.
INPUT_FORMATS = "wav,w64,aiff,mp3,ogg,flac,aac,mov,matroska,amr,caf"
INPUT_GUARDS = ("-protocol_whitelist", "file,pipe", "-format_whitelist", INPUT_FORMATS)
MEMORY_LIMIT = 2 * 1024**3
OUTPUT_LIMIT = 2 * 1024**3
ERRORS_KEPT = 200_000


class ProgramFailed(Exception):
    """The program ended with an error or was stopped; `log` holds what it said."""

    def __init__(self, log: str, *, timed_out: bool = False) -> None:
        super().__init__("the program was stopped after its time" if timed_out else "the program failed")
        self.log = log
        self.timed_out = timed_out


class ProgramInterrupted(Exception):
    """Somebody ended the program (a shutdown, a machine out of memory): this says nothing about its input."""


INTERRUPTIONS = frozenset({-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP})


@dataclass(frozen=True)
class Run:
    """What a finished program said on its error stream."""

    log: str


@lru_cache(maxsize=1)
def ffmpeg_path() -> str:
    """The path of the ffmpeg that came with its wheel; raises NotReady when it is not there."""
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise NotReady(_("The sound program (ffmpeg) is missing on this machine.")) from error


def local_name(path: Path) -> str:
    """The path as ffmpeg must see it: a file, whatever characters its name holds."""
    return f"file:{path.resolve()}"


def run_ffmpeg(arguments: list[str], *, timeout: float) -> Run:
    """Run ffmpeg with `arguments` at low priority for at most `timeout` seconds; raises ProgramFailed.

    Gets no input stream, no secrets in its environment, one thread, a memory and an output limit.
    """
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+info", *arguments]
    return run_program(command, timeout=timeout)


def run_program(command: list[str], *, timeout: float, given: bytes | None = None) -> Run:
    """Run any of our separate programs with the same guards; `given` is written to its input.

    Raises ProgramFailed for what the program itself could not do, ProgramInterrupted when it was ended from outside.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        start_new_session=True,
    )
    restrain(process.pid, cpu_seconds=int(timeout) + 5)
    try:
        _out, said = process.communicate(given, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        _out, said = process.communicate()
        logger.warning("program stopped", extra={"event": "program_timeout", "program": Path(command[0]).name})
        raise ProgramFailed(said[-ERRORS_KEPT:].decode("utf-8", "replace"), timed_out=True) from error
    log = said[-ERRORS_KEPT:].decode("utf-8", "replace")
    if process.returncode in INTERRUPTIONS:
        raise ProgramInterrupted(f"{Path(command[0]).name} was ended by signal {-process.returncode}")
    if process.returncode != 0:
        raise ProgramFailed(log)
    return Run(log=log)


def restrain(pid: int, *, cpu_seconds: int) -> None:
    """Lower the priority of a started process and cap what it can take. Set from outside: a function run between fork
    and exec is unsafe in a process with threads."""
    try:
        os.setpriority(os.PRIO_PROCESS, pid, 10)
        if hasattr(resource, "prlimit"):
            resource.prlimit(pid, resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (OUTPUT_LIMIT, OUTPUT_LIMIT))
    except (ProcessLookupError, PermissionError):
        # A program that has already ended needs no limits; its exit code is read by the caller.
        logger.debug("limits not set", extra={"event": "limits_not_set", "pid": pid})
