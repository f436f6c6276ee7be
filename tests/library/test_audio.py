"""Sound as it comes: measured by decoding, refused with a reason, brought to one loudness."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.library.audio.containers import ends_early
from media.library.audio.files import sha256_of, store_pieces, whole_file
from media.library.audio.judge import accept
from media.library.audio.measure import measure
from media.library.audio.profiles import DEVICE, DEVICE_LOUD, DOWNLOAD, Limits, Profile
from media.library.audio.program import ProgramFailed, ProgramInterrupted, run_ffmpeg, run_program
from media.library.audio.refusals import RecordingRefused, Refusal
from media.library.audio.render import RenderFailed, render
from tests.factories.library import make_sound, sound_file

FORMATS = ["mp3", "wav", "ogg", "flac", "m4a", "aac", "webm"]
SINE = "sine=300:d={seconds}"


def refusal(path: Path, limits: Limits | None = None) -> Refusal:
    """The reason for which this file is refused."""
    with pytest.raises(RecordingRefused) as caught:
        accept(measure(path, **({"limits": limits} if limits else {})), **({"limits": limits} if limits else {}))
    return caught.value.reason


def loudness_by_ebur128(path: Path) -> tuple[float, float]:
    """(integrated LUFS, true peak dBTP) as ffmpeg's own meter says, apart from our reading of it."""
    log = run_ffmpeg(["-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"], timeout=60).log
    summary = log[log.rindex("Summary:") :]
    return float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1]), float(
        re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1]
    )


@pytest.mark.parametrize("ending", FORMATS)
def test_every_usual_kind_of_file_is_measured_by_decoding(ending: str) -> None:
    measured = measure(sound_file(f"kind.{ending}"))
    assert measured.duration == pytest.approx(6.0, abs=0.1)
    assert -30 < measured.integrated < -10
    assert measured.clipping_share == 0
    accept(measured)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("share", [0.35, 0.8])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    whole = sound_file(f"kind.{ending}").read_bytes()
    cut = tmp_path / f"cut.{ending}"
    cut.write_bytes(whole[: int(len(whole) * share) + 7])
    assert refusal(cut) in {Refusal.TRUNCATED, Refusal.DAMAGED}


def test_a_constant_rate_mp3_without_a_length_in_its_header_is_still_found_cut(tmp_path: Path) -> None:
    whole = sound_file("plain.mp3", extra=("-write_xing", "0")).read_bytes()
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(whole[: len(whole) * 6 // 10 + 11])
    assert refusal(cut) == Refusal.TRUNCATED


def test_an_mp3_with_tags_at_both_ends_is_whole() -> None:
    path = sound_file("tagged.mp3", extra=("-write_id3v1", "1", "-metadata", "title=Giữ nhà"))
    assert not ends_early(path)
    accept(measure(path))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", b"RIFF\0\0\0\0WAVE", b"OggS", b"ID3\4\0\0\0\0\0\5", b"\xff\xfb\x90\0"]),
)
def test_structure_of_any_bytes_is_read_without_failing(tmp_path: Path, data: bytes, head: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(head + data)
    assert ends_early(path) in {True, False}


@pytest.mark.parametrize(
    "content",
    [
        b"khong phai am thanh\n" * 50,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
        bytes(range(256)) * 300,
        b"<html><body>loi</body></html>",
    ],
)
def test_what_is_not_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ban-doc.mp3"
    path.write_bytes(content)
    assert refusal(path) == Refusal.NOT_AUDIO


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile '{path}'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{path}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/x.mp3\n",
    ],
)
def test_a_list_that_names_other_files_is_never_followed(tmp_path: Path, text: str) -> None:
    secret = make_sound(tmp_path / "secret.wav")
    path = tmp_path / "list.mp3"
    path.write_text(text.format(path=secret))
    assert refusal(path) == Refusal.NOT_AUDIO


def test_an_empty_file_and_one_over_the_limit_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp3"
    empty.touch()
    assert refusal(empty) == Refusal.EMPTY
    assert refusal(sound_file(), Limits(bytes=1000)) == Refusal.TOO_BIG


def test_a_silent_recording_is_refused() -> None:
    assert refusal(sound_file("silent.wav", source="anullsrc=d={seconds}")) == Refusal.SILENT
    hiss = "anoisesrc=d={seconds}:a=0.0003"
    assert refusal(sound_file("hiss.wav", source=hiss)) == Refusal.SILENT


def test_two_channels_that_cancel_each_other_are_refused_by_their_own_name() -> None:
    opposed = "aevalsrc='0.2*sin(2*PI*300*t)|-0.2*sin(2*PI*300*t)':d={seconds}"
    assert refusal(sound_file("opposed.wav", source=opposed)) == Refusal.OUT_OF_PHASE


@pytest.mark.parametrize("ending", ["wav", "mp3", "ogg"])
def test_a_clipped_recording_is_refused_also_after_it_was_encoded(ending: str) -> None:
    loud = SINE + ",volume=20dB,aformat=sample_fmts=s16"
    assert refusal(sound_file(f"clipped.{ending}", source=loud)) == Refusal.CLIPPED


def test_one_clipped_channel_is_enough_and_one_silent_channel_is_not_clipping() -> None:
    loud = SINE + ",volume=20dB,aformat=sample_fmts=s16,pan=stereo|c0=c0|c1=0*c0"
    assert refusal(sound_file("clipped-left.wav", source=loud)) == Refusal.CLIPPED
    peaks = "aevalsrc='sin(2*PI*200*t)*exp(-9*mod(t,1))':d={seconds},volume=0.1dB,pan=stereo|c0=c0|c1=0*c0"
    assert measure(sound_file("left-only.wav", source=peaks)).clipping_share < 0.001


def test_too_short_and_too_long_are_refused() -> None:
    assert refusal(sound_file("short.mp3", seconds=1)) == Refusal.TOO_SHORT
    assert refusal(sound_file(), Limits(longest=5)) == Refusal.TOO_LONG


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    run_ffmpeg(["-y", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", str(film)], timeout=60)
    assert refusal(film) == Refusal.NO_SOUND_TRACK


def test_every_reason_has_words_for_its_sender() -> None:
    assert all(str(reason.label).endswith(".") for reason in Refusal)


@pytest.mark.parametrize("profile", [DEVICE, DOWNLOAD, DEVICE_LOUD])
@pytest.mark.parametrize("gain", ["-22dB", "0dB", "5dB"])
def test_renditions_reach_their_loudness_within_one_unit(tmp_path: Path, profile: Profile, gain: str) -> None:
    from tests.factories.library import SPEECH

    source = sound_file(f"level{gain}.wav", source=SPEECH + f",volume={gain}", seconds=9)
    made = render(source, measure(source), profile, tmp_path / "out.mp3")
    integrated, peak = loudness_by_ebur128(made.path)
    assert integrated == pytest.approx(profile.integrated, abs=1.0)
    assert made.loudness == pytest.approx(integrated, abs=0.11)
    assert peak <= -0.9
    assert made.duration_ms == pytest.approx(9000, abs=60)


@pytest.mark.parametrize(("profile", "rate", "bits"), [(DEVICE, 24000, 48), (DOWNLOAD, 48000, 128)])
def test_renditions_have_the_promised_format_and_no_tags(
    tmp_path: Path, profile: Profile, rate: int, bits: int
) -> None:
    source = sound_file("named.m4a", extra=("-metadata", "title=Bí mật"))
    made = render(source, measure(source), profile, tmp_path / "out.mp3")
    log = run_ffmpeg(["-i", str(made.path), "-f", "null", "-"], timeout=60).log
    assert re.search(rf"Audio: mp3 .*{rate} Hz, mono, \w+, {bits} kb/s", log)
    assert "Bí mật".encode() not in made.path.read_bytes()
    assert made.bytes == made.path.stat().st_size
    assert made.sha256 == sha256_of(made.path)


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    source = sound_file()
    measured = measure(source)
    first = render(source, measured, DEVICE, tmp_path / "a.mp3")
    second = render(source, measured, DEVICE, tmp_path / "b.mp3")
    assert first.sha256 == second.sha256


def test_a_failed_rendition_leaves_nothing_behind(tmp_path: Path) -> None:
    measured = measure(sound_file())
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"nothing")
    with pytest.raises(RenderFailed):
        render(broken, measured, DEVICE, tmp_path / "out" / "x.mp3")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_program_that_somebody_ends_says_nothing_about_its_input() -> None:
    with pytest.raises(ProgramInterrupted):
        run_program(["/bin/sh", "-c", "kill -9 $$"], timeout=10)
    with pytest.raises(ProgramFailed):
        run_program(["/bin/sh", "-c", "exit 3"], timeout=10)


def test_a_program_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(ProgramFailed) as caught:
        run_ffmpeg(["-re", "-f", "lavfi", "-i", "sine=d=60", "-f", "null", "-"], timeout=0.7)
    assert caught.value.timed_out


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_file(tmp_path / "x.mp3") as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    assert store_pieces([b"a" * 10, b"b" * 10], tmp_path / "y.mp3", limit=15) is None
    assert list(tmp_path.iterdir()) == []
    assert store_pieces([b"a" * 10, b"b"], tmp_path / "y.mp3", limit=15)[1] == 11
