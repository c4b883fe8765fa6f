"""Messages of the other rooms in the language of the window: found in their code, translated with their values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lidar_label.errors import UnreadableFile
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.gui.wording import TEMPLATES, finding_text, in_language, line_of
from lidar_label.model import Finding

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chinese(qapp: object) -> Iterator[None]:
    language = Language()
    language.use("zh_CN")
    yield
    language.use(ENGLISH)


def texts_of(node: ast.AST) -> Iterator[str]:
    """Yield every text in a piece of code, with {0}, {1}, ... for what is put into it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
        elif isinstance(inner, ast.JoinedStr):
            holes = iter(range(len(inner.values)))
            parts = [v.value if isinstance(v, ast.Constant) else f"{{{next(holes)}}}" for v in inner.values]
            yield "".join(map(str, parts))


def test_each_template_is_what_the_code_says() -> None:
    said: set[str] = set()
    for folder in ("lidar_label", "datasets", "gui"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "wording.py":
                said.update(texts_of(ast.parse(path.read_text("utf-8"))))
    assert [text for text in TEMPLATES if text not in said] == [], "take these along in gui/wording.py and zh_CN.ts"
    assert len(set(TEMPLATES)) == len(TEMPLATES)


def test_english_stays_as_the_code_says_it(qapp: object) -> None:
    for template in TEMPLATES:
        message = template.format("one", 2, 3.5, "{4}")
        assert in_language(message) == message
    assert in_language("nobody has translated this") == "nobody has translated this"
    assert in_language("") == ""


def test_a_message_is_translated_with_its_values(chinese: None) -> None:
    assert in_language("camera {left} has no calibration") == "相机 {left} 没有标定"
    shown = in_language("48 points of 16 bytes are 768 bytes and 100 are there")
    assert all(number in shown for number in ("48", "16", "768", "100"))
    assert "points" not in shown
    error = UnreadableFile("the file ends before its last point", where="000.bin", hint="cut off while it was read")
    assert line_of(error) == "000.bin: 文件在最后一个点之前就结束了 (读取时文件被截断)"
    finding = Finding("warning", "no-timestamps", "there are no times, so ten frames a second are assumed", "drive")
    assert finding_text(finding) == "drive: 没有时间戳，按每秒 10 帧处理"
    assert in_language("it has nothing to say") == "it has nothing to say"
