"""Exposes the Noto faces that come in wheels or from Debian as static files `fonts/…`, without copying them into the repository."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import utils
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# Static name -> (wheel package, file in it).
WHEEL_FACES = {
    "NotoSans.ttf": ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    "NotoSerif.ttf": ("fontpkg_noto_serif", "files/NotoSerif[wdth,wght].ttf"),
    "NotoSansKhmer.ttf": ("fontpkg_noto_sans_khmer", "files/NotoSansKhmer[wdth,wght].ttf"),
}
DEBIAN_FOLDER = Path("/usr/share/fonts/truetype/noto")
# No wheel carries these two; Debian's fonts-noto-core does.
DEBIAN_FACES = {
    "NotoSansTaiViet.ttf": "NotoSansTaiViet-Regular.ttf",
    "NotoSansCham.ttf": "NotoSansCham-Regular.ttf",
}
# A sheet is offered only where its face is, so that no page asks for a file that is not there.
SHEETS = {"khmer.css": "NotoSansKhmer.ttf", "tai-viet.css": "NotoSansTaiViet.ttf", "cham.css": "NotoSansCham.ttf"}
SHEETS_FOLDER = Path(__file__).resolve().parent / "faces"
SHEET_OF_SCRIPT = {"Khmr": "khmer.css", "Tavt": "tai-viet.css", "Cham": "cham.css"}
PREFIX = "fonts"


def available_faces() -> dict[str, Path]:
    """Static file name -> path on this machine, for every face (and its sheet) that can be served here."""
    faces: dict[str, Path] = {}
    for name, (package, inside) in WHEEL_FACES.items():
        try:
            root = Path(str(import_module(package).ROOT))
        except ImportError:
            continue
        if (root / inside).is_file():
            faces[name] = root / inside
    for name, file_name in DEBIAN_FACES.items():
        if (DEBIAN_FOLDER / file_name).is_file():
            faces[name] = DEBIAN_FOLDER / file_name
    for sheet, face in SHEETS.items():
        if face in faces:
            faces[sheet] = SHEETS_FOLDER / sheet
    return faces


def sheet_for_script(script: str) -> str | None:
    """The static path of the style sheet that brings the face of an ISO 15924 script, or None when none is needed or none is here."""
    sheet = SHEET_OF_SCRIPT.get(script)
    return f"{PREFIX}/{sheet}" if sheet and sheet in available_faces() else None


class _FaceStorage(FileSystemStorage):
    """Reads the faces from wherever they are; a name that is not a face does not exist."""

    def __init__(self, faces: dict[str, Path]) -> None:
        super().__init__(location=str(SHEETS_FOLDER))
        self._faces = faces
        self.prefix = PREFIX

    def path(self, name: str) -> str:
        """The real path of a face; FileNotFoundError for any other name."""
        face = self._faces.get(name.removeprefix(f"{PREFIX}/"))
        if face is None:
            raise FileNotFoundError(name)
        return str(face)

    def exists(self, name: str) -> bool:
        """True for the faces themselves."""
        return name.removeprefix(f"{PREFIX}/") in self._faces


class FontWheelFinder(BaseFinder):
    """Static finder for `fonts/NotoSans.ttf` and its like."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.faces = available_faces()
        self.storage = _FaceStorage(self.faces)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure, nothing to complain of."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The real path of a face asked for by its static path, or an empty list."""
        name = path.replace("\\", "/")
        face = self.faces.get(name.removeprefix(f"{PREFIX}/")) if name.startswith(f"{PREFIX}/") else None
        if face is None:
            return []
        return [str(face)] if find_all else str(face)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every face with the storage that opens it, for collectstatic."""
        for name in self.faces:
            if not utils.matches_patterns(name, ignore_patterns or ()):
                yield name, self.storage
