"""The description of a model: the manual's examples are read, and what is wrong is said with its key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lidar_label.detectors import OnnxModel, Server, read_description
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnreadableFile, UnsafePath
from tests.detectors.nets import MEAN, PILLARS, described

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "detectors.md").read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_manual(tmp_path: Path) -> None:
    for name in ("pointpillars.onnx", "centerpoint.onnx"):
        (tmp_path / name).touch()
    found = [read_description(described(tmp_path, text)) for text in EXAMPLES]
    assert [type(one.model) for one in found] == [OnnxModel, OnnxModel, Server]
    assert found[0].least == (0.4, 0.4, 0.3)
    assert found[0].categories["Car"] == "vehicle.car"
    assert found[1].wanted.sweeps == 10


def test_every_key_that_is_read_is_in_the_manual() -> None:
    page = (ROOT / "docs" / "detectors.md").read_text("utf-8")
    told = set(re.findall(r"`\[*([a-z_.]+)\]*`", page))
    sources = [
        (ROOT / "lidar_label" / "detectors" / name).read_text("utf-8")
        for name in ("description.py", "inputs.py", "outputs.py")
    ]
    asked = set(re.findall(r'(?:rows|table)\.[a-z]+\(\s*"(\w+)"', "".join(sources)))
    assert len(asked) > 40
    missing = {key for key in asked if key not in told and f"output.{key}" not in told}
    assert not missing


@pytest.mark.parametrize(
    ("text", "old", "new", "error", "words"),
    [
        (MEAN, 'kind = "onnx"', 'kind = "tflite"', InvalidValue, "model.toml, kind: it needs one of onnx, http"),
        (MEAN, 'classes = ["Car", "Person"]', "", InvalidValue, "classes: this key is missing"),
        (MEAN, "score = 0.2", "score = 2", InvalidValue, "score: it needs a number from 0 to 1, not 2"),
        (MEAN, "score = 0.2", "scores = 0.2", InvalidValue, "scores: there is no such key .did you mean score"),
        (MEAN, "score = 0.2", "score = nan", InvalidValue, "score: it needs a number"),
        (MEAN, 'Person = ""', "", InvalidValue, "categories.Person: this class has no category"),
        (MEAN, 'Person = ""', 'Person = ""\nDog = "animal"', InvalidValue, "categories.Dog: there is no such key"),
        (MEAN, "-50.0, -50.0, -5.0,", "-50.0, 60.0, -5.0,", InvalidValue, "points.range: a least value is not below"),
        (MEAN, 'fields = ["x", "y", "z"]', 'fields = ["x", "y"]', InvalidValue, "points.fields: it lacks z"),
        (MEAN, 'fields = ["x", "y", "z"]', 'scale = { z = 2 }', InvalidValue, "points.scale.z: 'z' is none of"),
        (MEAN, 'file = "net.onnx"', 'file = "../net.onnx"', UnsafePath, "leads out of the description's folder"),
        (MEAN, 'file = "net.onnx"', 'file = "/etc/passwd"', UnsafePath, "leads out of the description's folder"),
        (MEAN, 'file = "net.onnx"', 'file = "link.onnx"', UnsafePath, "leads out of the description's folder"),
        (MEAN, 'file = "net.onnx"', 'file = "a\\u0000b"', InvalidValue, "is no name of a file"),
        (MEAN, 'file = "net.onnx"', 'file = "absent.onnx"', MissingFile, "there is no model 'absent.onnx'"),
        (MEAN, "seconds = 20.0", 'seconds = "20"', InvalidValue, "model.seconds: it needs a number, not '20'"),
        (MEAN, 'kind = "boxes"', 'kind = "boxes"\ncolumns = ["x", "y"]', InvalidValue, "output.columns: it lacks 'z'"),
        (MEAN, 'kind = "boxes"', 'kind = "boxes"\nscores = ""', InvalidValue, "output.scores: there are no scores"),
        (MEAN, "[output]", "[output", UnreadableFile, "this is no TOML"),
        (PILLARS, "cell = [1.0, 1.0, 8.0]", "cell = [0.3, 1.0, 8.0]", InvalidValue, "input.cell: along x the range of"),
        (PILLARS, '"distance"', '"far"', InvalidValue, "input.features: 'far' is none of"),
        (PILLARS, 'heatmap = "heat"', "", InvalidValue, r"output.head\[0\].heatmap: this key is missing"),
        (PILLARS, "most_pillars = 64", "most_pillars = 2000000\nmost_points = 9", UnreadableFile, "no TOML"),
        (EXAMPLES[2], "retries = 3", 'token_from = "AWS_SECRET"', InvalidValue, "begins with LIDAR_LABEL_"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_key(
    tmp_path: Path, text: str, old: str, new: str, error: type[LidarLabelError], words: str
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for place in (folder / "net.onnx", tmp_path / "net.onnx"):
        place.touch()
    (folder / "link.onnx").symlink_to(tmp_path / "net.onnx")
    assert old in text
    with pytest.raises(error, match=words):
        read_description(described(folder, text.replace(old, new, 1)))


def test_a_description_that_is_not_there_or_is_something_else(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="no such description"):
        read_description(tmp_path / "model.toml")
    (tmp_path / "model.toml").write_bytes(b"\xff\xfe" * 10)
    with pytest.raises(UnreadableFile, match="no TOML"):
        read_description(tmp_path / "model.toml")
    (tmp_path / "model.toml").write_text("x = " + "[" * 5000)
    with pytest.raises(UnreadableFile, match="no TOML"):
        read_description(tmp_path / "model.toml")
