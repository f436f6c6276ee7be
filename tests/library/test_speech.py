"""The draft voice: another program, two voices, the spoken form of what is written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cms.core.errors import BadInput, NotReady
from media.library.audio.measure import measure
from media.library.audio.program import ProgramFailed, run_program
from media.library.speech import draft
from media.library.speech.draft import FEMALE, MALE, PROGRAM, Turn, run_voice, speak, turns_of


def payload(*blocks: dict[str, Any], orthography: str = "vi") -> dict[str, Any]:
    """A script's payload."""
    return {
        "kind": "script",
        "orthography": orthography,
        "title": "Thử",
        "summary": "",
        "blocks": list(blocks),
        "hotlines": [{"id": 1, "label": "Công an tỉnh", "number": "0692 869 999", "hours": ""}],
    }


def test_the_product_never_loads_the_voice_into_its_own_process() -> None:
    code = (
        "import django; django.setup(); import media.library.services, media.library.tasks, sys;"
        "sys.exit(any('espeak' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_turns_have_voices_pauses_and_the_spoken_form() -> None:
    turns = turns_of(
        payload(
            {"type": "lead_in", "text": "Kính thưa bà con."},
            {"type": "turn", "voice": "male", "text": "Ngày 26/6 có 3 vụ."},
            {"type": "sound", "description": "nhạc", "seconds": 60},
            {"type": "hotline", "text_before": "Xin gọi", "hotline": 1},
        )
    )
    assert [(turn.variant, turn.pitch) for turn in turns] == [FEMALE, MALE, FEMALE]
    assert turns[1].text == "Ngày hai mươi sáu tháng sáu có ba vụ."
    assert turns[1].pause_ms == draft.LONGEST_SILENCE_MS
    assert "không sáu chín hai" in turns[2].text
    assert not any(digit in turn.text for turn in turns for digit in "0123456789")


def test_an_empty_script_another_language_and_a_book_are_refused() -> None:
    with pytest.raises(BadInput):
        turns_of(payload({"type": "turn", "voice": "male", "text": "  "}))
    with pytest.raises(BadInput):
        turns_of(payload({"type": "turn", "voice": "male", "text": "ƀuôn"}, orthography="jra"))
    with pytest.raises(BadInput):
        turns_of(payload({"type": "turn", "voice": "male", "text": "bà con " * 9000}))


def test_what_is_spoken_is_sound_of_a_plausible_length(tmp_path: Path) -> None:
    sentence = "Kính thưa bà con, hôm nay trời đẹp, mời bà con ra nhà rông họp làng."
    speak([Turn(sentence, *FEMALE, 500), Turn(sentence, *MALE, 0)], tmp_path / "draft.wav")
    measured = measure(tmp_path / "draft.wav")
    syllables = 2 * len(sentence.split())
    assert 130 < syllables / (measured.duration - 0.5) * 60 < 230
    assert measured.true_peak < 0
    assert measured.integrated > -35


def test_markup_in_a_text_is_read_and_never_obeyed(tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.wav", tmp_path / "marked.wav"
    speak([Turn("xin chào bà con", *FEMALE, 0)], plain)
    speak([Turn('<break time="60s"/>xin chào bà con', *FEMALE, 0)], marked)
    assert measure(marked).duration < measure(plain).duration + 20


def test_the_program_refuses_a_voice_that_is_no_name(tmp_path: Path) -> None:
    request = {"voice": "vi", "rate": 100, "turns": [{"text": "a", "variant": "../../x", "pitch": 50, "pause_ms": 0}]}
    with pytest.raises(ProgramFailed) as caught:
        run_program(
            [sys.executable, "-I", str(PROGRAM), "speak", str(tmp_path / "x.wav")],
            timeout=20,
            given=json.dumps(request).encode(),
        )
    assert "variant" in caught.value.log
    with pytest.raises(NotReady):
        run_voice(["speak"], timeout=20)


def test_the_voice_also_works_from_a_deep_folder(tmp_path: Path) -> None:
    import espeakng_loader

    deep = tmp_path / ("sâu" * 20) / ("d" * 80)
    deep.mkdir(parents=True)
    (deep / "espeakng_loader").symlink_to(Path(espeakng_loader.__file__).parent)
    code = f"import sys; sys.path.insert(0, {str(deep)!r}); sys.argv=['x','check']; import runpy; runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_voice_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        speak([Turn("xin chào", "không-có", 50, 0)], tmp_path / "x.wav")
    assert list(tmp_path.iterdir()) == []
