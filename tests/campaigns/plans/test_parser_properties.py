"""Whatever a scanner or a typist does to a plan: the reader never fails, spans stay true, nothing is dropped."""

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.plans.parser import parse_plan
from campaigns.plans.parser.flat import flatten, fold_same_length, one_tone_fashion
from tests.campaigns.plans.reading import FIXTURES, SEEDS, check_evidence, check_shape, fixture_text, targets, values

TEXTS = [path.read_text(encoding="utf-8") for path in sorted(FIXTURES.glob("*.txt"))]
PLANS = TEXTS + ([path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))] if SEEDS.exists() else [])
TONES = [("oà", "òa"), ("oá", "óa"), ("uỷ", "ủy"), ("uý", "úy"), ("oè", "òe"), ("hoá", "hóa")]
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def mutate(text: str, seed: int) -> str:
    """The text as a careless scanner would give it."""
    chance = random.Random(seed)
    lines = text.split("\n")
    for _ in range(chance.randint(0, 12)):
        index = chance.randrange(len(lines))
        kind = chance.choice(["break", "word", "blank", "drop", "twice", "join", "tone", "case"])
        line = lines[index]
        if kind == "break" and " " in line:
            spaces = [i for i, ch in enumerate(line) if ch == " "]
            at = chance.choice(spaces)
            lines[index] = line[:at] + chance.choice(["\n", "\n\n"]) + line[at + 1 :]
        elif kind == "word" and len(line) > 3:
            at = chance.randrange(1, len(line))
            lines[index] = line[:at] + "\n\n" + line[at:]
        elif kind == "blank":
            lines.insert(index, chance.choice(["", "   ", "\t", "- 3 -", "***"]))
        elif kind == "drop":
            del lines[index : index + chance.randint(1, 8)]
            lines = lines or [""]
        elif kind == "twice":
            lines[index:index] = lines[index : index + chance.randint(2, 20)]
        elif kind == "join" and index + 1 < len(lines):
            lines[index : index + 2] = [line + " " + lines[index + 1]]
        elif kind == "tone":
            for new, old in TONES:
                lines = [one.replace(old, new) for one in lines]
        elif kind == "case":
            lines[index] = line.upper()
    return "\n".join(lines)


@RELAXED
@given(st.integers(0, len(PLANS) - 1), st.integers(0, 10_000))
def test_a_damaged_plan_is_still_covered_and_its_evidence_true(which: int, seed: int) -> None:
    plan = parse_plan(mutate(PLANS[which], seed))
    check_shape(plan)
    check_evidence(plan)


@RELAXED
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    check_shape(parse_plan(text))


PIECES = st.sampled_from(
    [
        "I. MỤC ĐÍCH",
        "\n",
        "1. ",
        "- ",
        "(",
        ")",
        "Công an tỉnh",
        " chủ trì; ",
        "Sở Y tế",
        " phối hợp",
        " thực hiện",
        "ngày ",
        "31/02/2024",
        "28/02/2024",
        "trước ",
        "Số: 1/KH-X",
        "Căn cứ ",
        "Kế hoạch số 5/KH-UBND",
        " của ",
        "ít nhất 75%",
        "Nơi nhận:",
        "KT. GIÁM ĐỐC",
        "| a | b | c |",
        "***",
        "\t",
        "   ",
        "2/3",
        "Các sở: ",
        ", ",
        "và ",
        "100%",
        "Điều 1. ",
        "“",
        "”",
        ";",
        ".",
    ]
)


@RELAXED
@given(st.lists(PIECES, max_size=40))
def test_pieces_of_plans_in_any_order(pieces: list[str]) -> None:
    plan = parse_plan("".join(pieces))
    check_shape(plan)


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold_same_length(text)) == len(text)
    assert len(one_tone_fashion(text)) == len(text)
    flat = flatten(text, 0, len(text))
    assert len(flat.text) == len(flat.norm) == len(flat.fold) == len(flat.starts)
    assert all(text[at] == ch for ch, at in zip(flat.text, flat.starts, strict=True) if ch != " ")


def test_a_page_scanned_twice_does_not_double_targets_or_points() -> None:
    lines = fixture_text("ubnd_hai_cot").split("\n")
    page = next(i for i, line in enumerate(lines) if line.startswith("II. CHỈ TIÊU"))
    text = "\n".join(lines)
    doubled = "\n".join(lines[: page + 9] + lines[page : page + 9] + lines[page + 9 :])
    once, twice = parse_plan(text), parse_plan(doubled)
    assert targets(once) == targets(twice)
    assert len(values(twice["contents"])) == len(values(once["contents"]))


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "\ufeff", "***", "PV"])
def test_next_to_nothing(text: str) -> None:
    plan = parse_plan(text)
    check_shape(plan)
    assert plan["tasks"] == [] and plan["number"] is None


def test_the_same_text_gives_the_same_reading() -> None:
    for text in TEXTS:
        assert parse_plan(text) == parse_plan(text)


def test_sixty_kilobytes_are_read_in_about_linear_time() -> None:
    """An aim of one second for 60 kB, told by a ratio: twice the text costs at most three times as long."""
    text = "\n".join(TEXTS)
    small = text[:30_000]
    started = time.perf_counter()
    parse_plan(small)
    one = time.perf_counter() - started
    started = time.perf_counter()
    parse_plan((text * 3)[:60_000])
    assert time.perf_counter() - started < max(3 * one, 0.5) * 2
