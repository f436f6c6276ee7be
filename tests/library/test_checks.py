"""What this machine must have is said at start-up."""

from pathlib import Path

import pytest

from media.library import checks
from media.library.audio import program


def test_this_machine_has_all_it_needs() -> None:
    assert checks.check_programs_present(None) == []
    assert checks.check_ffmpeg(None) == []
    assert checks.check_draft_voice(None) == []


def test_a_missing_ffmpeg_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    monkeypatch.setenv("PATH", str(tmp_path))
    program.ffmpeg_path.cache_clear()
    try:
        assert [each.id for each in checks.check_programs_present(None)] == ["library.E002"]
        assert [each.id for each in checks.check_ffmpeg(None)] == ["library.E001"]
    finally:
        program.ffmpeg_path.cache_clear()


def test_a_missing_voice_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("media.library.speech.draft.PROGRAM", tmp_path / "gone.py")
    assert [each.id for each in checks.check_draft_voice(None)] == ["library.W001"]
