"""Whether a sound file was cut off, told from its own structure.

ffmpeg decodes what there is and stays silent when a WAV, an MP3 without a header of its length, or an Ogg stream ends
early (tried with ffmpeg 9.0.2), so their structure is read here. Other containers are caught by ffmpeg's own words.
"""

import struct
from pathlib import Path
from typing import BinaryIO

# A recorder that was never told the length writes one of these; the length is then unknown, not wrong.
UNKNOWN_SIZES = {0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFE}
MPEG1_LAYER3_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG2_LAYER3_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
MAX_FRAMES = 2_000_000
# What taggers leave after the last frame: ID3v1, APE, Lyrics3.
TAG_MARKS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")


def ends_early(path: Path) -> bool:
    """True when the file's structure shows that its end is missing; False when whole or not a form known here."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            return wav_ends_early(stream, size)
        if head[:4] == b"OggS":
            return ogg_ends_early(stream, size)
        if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
            return mp3_ends_early(stream, size)
    return False


def wav_ends_early(stream: BinaryIO, size: int) -> bool:
    """True when the data chunk of a RIFF/WAVE file promises more bytes than the file has."""
    position = 12
    while position + 8 <= size:
        stream.seek(position)
        name, length = struct.unpack("<4sI", stream.read(8))
        if name == b"data":
            return length not in UNKNOWN_SIZES and position + 8 + length > size
        position += 8 + length + (length & 1)
    return True  # no sound data at all: the file ends inside its header


def ogg_ends_early(stream: BinaryIO, size: int) -> bool:
    """True when the last page of an Ogg file is not whole."""
    position = 0
    while position < size:
        stream.seek(position)
        header = stream.read(27)
        if header[:4] != b"OggS":
            return False  # something else follows (or damage, which the decoder reports)
        if len(header) < 27:
            return True
        table = stream.read(header[26])
        if len(table) < header[26]:
            return True
        position += 27 + len(table) + sum(table)
    return position > size


def mp3_ends_early(stream: BinaryIO, size: int) -> bool:
    """True when the last MPEG layer III frame is not whole. Steps from frame to frame; stops at what is no frame."""
    position = 0
    stream.seek(0)
    head = stream.read(10)
    if head[:3] == b"ID3" and len(head) == 10:
        position = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    for _ in range(MAX_FRAMES):
        stream.seek(position)
        header = stream.read(4)
        length = frame_length(header)
        if length == 0:
            return False
        position += length
        if position > size:
            return True
    return False


def frame_length(header: bytes) -> int:
    """The bytes of the MPEG layer III frame that this four-byte header begins; 0 when it is no such header."""
    if len(header) < 4 or header.startswith(TAG_MARKS) or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version = (header[1] >> 3) & 3
    rate_index, frequency_index, padding = header[2] >> 4, (header[2] >> 2) & 3, (header[2] >> 1) & 1
    if version == 1 or rate_index in (0, 15) or frequency_index == 3:
        return 0
    rates = MPEG1_LAYER3_RATES if version == 3 else MPEG2_LAYER3_RATES
    return (144 if version == 3 else 72) * rates[rate_index] * 1000 // SAMPLE_RATES[version][frequency_index] + padding
