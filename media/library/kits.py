"""The whole kit of an item as one ZIP that begins to flow at once: documents and sound of every language it has."""

import hashlib
import json
import logging
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Approval
from cms.core.errors import CongError
from cms.core.languages import get_orthography, language_of
from media.library.enums import DownloadKind
from media.library.models import Rendition
from media.library.selectors import airable_rendition
from media.library.services.downloads import document_of

logger = logging.getLogger(__name__)

SCHEMA = 1
PIECE = 64 * 1024
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class KitText:
    """One language of a kit."""

    approval: Approval
    sound: Rendition | None


class _Flow:
    """A file that cannot be sought: what zipfile writes is handed on and forgotten."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep what was written until `take`."""
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self.parts)
        self.parts.clear()
        return data


class Kit:
    """A kit in the making. Iterate over it once; afterwards `manifest_sha256` names what was in it."""

    def __init__(self, texts: Iterable[KitText], *, made_at: datetime) -> None:
        self.texts = list(texts)
        self.made_at = made_at
        self.files: list[dict[str, Any]] = []
        self.left_out: list[dict[str, str]] = []
        self.manifest_sha256 = ""

    def __iter__(self) -> Iterator[bytes]:
        flow = _Flow()
        with zipfile.ZipFile(flow, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
            for text in self.texts:
                for name, source, facts in self.sources(text):
                    yield from self.add(archive, flow, name, source, facts)
            manifest = json.dumps(self.manifest(), ensure_ascii=False, indent=1, sort_keys=True).encode()
            self.manifest_sha256 = hashlib.sha256(manifest).hexdigest()
            archive.writestr(self.entry(MANIFEST, self.made_at), manifest)
            yield flow.take()
        yield flow.take()

    def sources(self, text: KitText) -> Iterator[tuple[str, bytes | Path, dict[str, Any]]]:
        """(name, content, facts) of each file of one language; what cannot be made is noted and left out."""
        approval = text.approval
        folder = approval.orthography
        stem = "kich-ban" if approval.payload["kind"] == "script" else "bai-viet"
        facts = {
            "orthography": approval.orthography,
            "language": language_of(approval.orthography).code,
            "content_sha256": approval.payload_sha256,
            "title": approval.payload["title"],
        }
        for kind in (DownloadKind.DOCX, DownloadKind.PDF):
            name = f"{folder}/{stem}.{kind.value}"
            try:
                document = document_of(approval, kind)
            except CongError as error:
                self.left_out.append({"name": name, "reason": error.message})
                continue
            yield name, document.content, {**facts, "kind": kind.value}
        if text.sound is not None:
            sound = {"kind": "mp3", "duration_ms": text.sound.duration_ms, "loudness_lufs": text.sound.loudness}
            yield f"{folder}/am-thanh.mp3", text.sound.file, {**facts, **sound}
        elif approval.payload["kind"] == "script":
            self.left_out.append({"name": f"{folder}/am-thanh.mp3", "reason": _("There is no recording yet.")})

    def add(
        self, archive: zipfile.ZipFile, flow: _Flow, name: str, source: bytes | Path, facts: dict[str, Any]
    ) -> Iterator[bytes]:
        """Write one file into the archive piece by piece, counting its hash."""
        digest, size = hashlib.sha256(), 0
        if isinstance(source, Path) and not source.is_file():
            logger.error("kit file missing", extra={"event": "kit_file_missing", "file": source.name})
            self.left_out.append({"name": name, "reason": _("The file is missing on this machine.")})
            return
        with archive.open(self.entry(name, self.made_at), "w", force_zip64=False) as target:
            for piece in pieces_of(source):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
                yield flow.take()
        yield flow.take()
        self.files.append({"name": name, "bytes": size, "sha256": digest.hexdigest(), **facts})

    def manifest(self) -> dict[str, Any]:
        """What the kit holds and what it does not, for people and for programs."""
        issuers = {text.approval.payload["issuer"]["name"] for text in self.texts}
        return {
            "schema": SCHEMA,
            "issuer": sorted(issuers),
            "campaign": sorted({text.approval.item.campaign.title for text in self.texts}),
            "languages": [get_orthography(text.approval.orthography).name_vi for text in self.texts],
            "files": self.files,
            "left_out": self.left_out,
        }

    @staticmethod
    def entry(name: str, at: datetime) -> zipfile.ZipInfo:
        """An entry with a fixed date, so that the same kit gives the same bytes."""
        info = zipfile.ZipInfo(name, date_time=timezone.localtime(at).timetuple()[:6])
        info.external_attr = 0o644 << 16
        return info


def pieces_of(source: bytes | Path) -> Iterator[bytes]:
    """The content in pieces."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def kit_of(approvals: Iterable[Approval]) -> Kit:
    """The kit of these texts in force, with the sound that may be aired of each; dated by the newest approval."""
    texts = [
        KitText(approval, airable_rendition(approval.item, language_of(approval.orthography).code, "download"))
        for approval in approvals
    ]
    dates = [text.approval.decided_at for text in texts if text.approval.decided_at is not None]
    return Kit(texts, made_at=max(dates))
