"""The command that judges a file of items."""

import json

import pytest
from django.core.management import CommandError, call_command


def test_items_get_topics_and_the_phrases_that_decided(tmp_path, capsys):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    items = [
        {"url": "u1", "outlet": "o", "date": None, "title": "Bắt trộm", "summary": None},
        {
            "url": "u2",
            "outlet": "o",
            "date": "2026-07-30",
            "title": "Giá tiêu tăng",
            "summary": "Chợ",
            "topics": ["theft"],
        },
    ]
    lines = [json.dumps(items[0]), "", "không phải JSON", "[1]", json.dumps(items[1])]
    source.write_text("\n".join(lines), encoding="utf-8")
    call_command("match_press", "--campaigns", "sample", str(source), str(target))
    first, second = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
    assert (first["url"], first["topics"]) == ("u1", ["theft"])
    assert first["reasons"]["theft"][0]["phrase"] == "trộm"
    assert (second["topics"], second["reasons"]) == ([], {})
    assert "2 items matched, 2 lines left out" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="không-có"):
        call_command("match_press", str(tmp_path / "không-có.jsonl"), str(tmp_path / "out.jsonl"))
