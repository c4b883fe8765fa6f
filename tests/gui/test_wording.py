"""Messages of the other rooms in the language of the window: found in their code, translated with their values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lidar_label.assist.propagate_judge import Reason
from lidar_label.check import check_labels
from lidar_label.datasets import formats
from lidar_label.errors import UnreadableFile
from lidar_label.gui.check_texts import CHECK_PHRASES, CHECKS
from lidar_label.gui.finding_texts import FINDINGS, MORE, PHRASES
from lidar_label.gui.folder_texts import FOLDERS
from lidar_label.gui.format_texts import NOTES, note_of
from lidar_label.gui.loss_texts import LOSSES
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.gui.wording import TEMPLATES, finding_text, in_language, line_of
from lidar_label.jobs.conversions import everything, losses_into
from lidar_label.jobs.targets import targets
from lidar_label.model import SE3, Box, Finding, Frame, Labels, Scene, Source, Taxonomy, Track

ROOMS = [
    "attributes",
    "boxes",
    "motion",
    "points",
    "shake",
    "sizes",
    "times",
    "tracks",
    "unlabelled",
    "views",
    "vocabulary",
]
ALL = (*TEMPLATES, *LOSSES, *FINDINGS, *CHECKS, *PHRASES, *CHECK_PHRASES, MORE)
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
            if path.name != "wording.py" and not path.name.endswith("_texts.py"):
                said.update(texts_of(ast.parse(path.read_text("utf-8"))))
    assert [text for text in ALL if text not in said] == [], "take these along in gui/ and gui/i18n"
    assert len(set(ALL)) == len(ALL)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_each_template_is_translated(chinese: None) -> None:
    messages = [text.format("one", 2, 3.5, 4, 5) for text in (*TEMPLATES, *LOSSES, *FINDINGS, *CHECKS, *FOLDERS)]
    assert [message for message in messages if not is_chinese(in_language(message))] == []


def test_whatever_may_be_lost_is_said_in_chinese(chinese: None) -> None:
    """Everything that any format says of a drive that has one of everything."""
    drive, _ = everything()
    found = [loss for target in formats() if target.writes for loss in losses_into(target, drive)]
    assert len(found) > 50
    assert [loss.message for loss in found if not is_chinese(in_language(loss.message))] == []


def test_what_formats_are_like_is_said_in_chinese(chinese: None) -> None:
    said = {part for target in targets() if target.note for part in target.note.split("; ")}
    assert said == set(NOTES)
    assert [target.note for target in targets() if target.note and not is_chinese(note_of(target.note))] == []
    assert [part for part in NOTES if note_of(part) == part] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_rule_for_labels_is_said_in_chinese(chinese: None, room: str) -> None:
    tree = ast.parse((ROOT / f"lidar_label/check/{room}.py").read_text("utf-8"))
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
    }
    whole = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr | ast.Constant)]
    parts = {id(part) for n in whole if isinstance(n, ast.JoinedStr) for part in n.values}
    for rule in [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Rule"]:
        parts |= {id(inner) for inner in ast.walk(rule)}  # names and reasons are not messages
    said = {next(texts_of(n), "") for n in whole if id(n) not in parts}
    messages = [text.format("one", 2, 3.5, 4, 5) for text in said - docs if text.count(" ") > 2]
    assert messages
    assert [message for message in messages if not is_chinese(in_language(message))] == []


def test_english_stays_as_the_code_says_it(qapp: object) -> None:
    for template in ALL:
        message = template.format("one", 2, 3.5, "{4}", 5)
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
    odd = "attribute 'speed' is not in the taxonomy, and in 12 more of its frames"
    assert in_language(odd) == "属性 'speed' 不在类别表中，另有 12 帧也是如此"
    behind = "CAM_FRONT: there is no calibration: pictures are shown without boxes"
    assert in_language(behind) == "CAM_FRONT: 没有标定：图像中不显示标注框"
    assert "出现两次" in in_language("id 7 is there twice in a frame; it is a track of its own")
    assert "世界坐标系" in in_language("points are taken as in world (--assume points=...)")


def test_the_place_of_a_label_is_said_too(chinese: None) -> None:
    finding = Finding("error", "far", "the box is more than 300 m from the car", "scene a, frame 2, track t1 (7)")
    assert finding_text(finding) == "场景 a，第 2 帧，目标 t1 (7): 标注框距自车超过 300 米"


def test_the_longer_template_wins(chinese: None) -> None:
    assert "数据流" in in_language("stream a is of type b and is not read")
    assert in_language("camera front is not in the calibration").startswith("相机")


@pytest.mark.parametrize("reason", list(Reason))
def test_why_a_box_is_doubtful_is_said_in_chinese(chinese: None, reason: Reason) -> None:
    box = Box(
        track="car", frame=0, world_SE3_box=SE3.identity("world", "box"), size=(4, 2, 1.5), is_keyframe=False,
        source=Source.PROPAGATED, doubt=str(reason),
    )  # fmt: skip
    labels = Labels([Track(category="car", name="1", token="car")], [box])
    scene = Scene(name="a", frames=[Frame(index=0, timestamp_ns=0, sweeps={}, images={})], sensors={})
    found = check_labels(scene, labels, Taxonomy())
    (shown,) = [in_language(finding.message) for finding in found if finding.code == "doubtful-box"]
    assert not set(shown) & set("abcdefghijklmnopqrstuvwxyz"), shown
