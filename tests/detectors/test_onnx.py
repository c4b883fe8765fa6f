"""Networks in real files, run by onnxruntime: what they find, and what is wrong with them said in words."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from lidar_label.detectors import Detections, View, kept, open_detector, read_description
from lidar_label.errors import Cancelled, InvalidValue, LidarLabelError, UnreadableFile
from lidar_label.model import SE3
from lidar_label.progress import Progress
from tests.detectors.nets import (
    CAR,
    FLOAT,
    INT64,
    MEAN,
    PILLARS,
    constant,
    described,
    mean_net,
    pillar_net,
    save,
    value,
)

POINTS = np.array([[10, 2, 0.5], [12, 4, 0.5], [11, 3, -1.0]], np.float32)


def view_of(points: np.ndarray = POINTS) -> View:
    return View(frame=0, timestamp_ns=0, points=points, world_SE3_model=SE3.identity("world", "model"))


def found_by(file: Path, points: np.ndarray = POINTS, progress: Progress | None = None) -> Detections:
    detector = open_detector(read_description(file))
    try:
        return kept(detector.detect(view_of(points), progress or Progress()), detector.description)
    finally:
        detector.close()


def test_a_network_on_points(tmp_path: Path) -> None:
    mean_net(tmp_path / "net.onnx")
    found = found_by(described(tmp_path))
    np.testing.assert_allclose(found.boxes, [[11, 3, 0, *CAR, 0.5]], rtol=1e-6)
    assert found.scores == pytest.approx(0.9)
    assert not len(found_by(described(tmp_path), POINTS[:0]).boxes)
    mean_net(tmp_path / "net.onnx", label=1)  # a class that is left out
    assert not len(found_by(described(tmp_path)).boxes)


@pytest.mark.parametrize(("rows", "middle"), [(2, 10.5), (6, 5.5)])
def test_a_network_that_fixes_the_number_of_points(tmp_path: Path, rows: int, middle: float) -> None:
    """Of three points the first and the last, or three more of zeros."""
    mean_net(tmp_path / "net.onnx", rows=rows)
    assert found_by(described(tmp_path)).boxes[0, 0] == pytest.approx(middle)


def test_a_network_that_wants_a_batch_and_a_count(tmp_path: Path) -> None:
    """Its score is the number of points, a hundredth each; it takes its numbers as another type."""
    save(
        tmp_path / "net.onnx",
        [
            helper.make_node("ReduceMean", ["points"], ["middle"], axes=[1], keepdims=1),
            helper.make_node("Cast", ["middle"], ["single"], to=FLOAT),
            helper.make_node("Concat", ["single", "rest"], ["boxes"], axis=2),
            helper.make_node("Cast", ["count"], ["many"], to=FLOAT),
            helper.make_node("Mul", ["many", "hundredth"], ["scores"]),
        ],
        [value("points", TensorProto.FLOAT16, [1, "n", 3]), value("count", TensorProto.INT32, [1])],
        [value("boxes", FLOAT, [1, 1, 7]), value("scores", FLOAT, [1])],
        [constant("rest", np.array([[[*CAR, 0.5]]], np.float32)), constant("hundredth", np.float32(0.1))],
    )
    text = MEAN.replace('kind = "points"', 'kind = "points"\ncount = "count"')
    found = found_by(described(tmp_path, text.replace('kind = "boxes"', 'kind = "boxes"\nlabels = ""')))
    np.testing.assert_allclose(found.boxes, [[11, 3, 0, *CAR, 0.5]], rtol=1e-3)
    assert found.scores == pytest.approx(0.3)


def test_a_network_on_pillars(tmp_path: Path) -> None:
    """It is hot where its pillars say that they are, and its features are what the description calls them."""
    pillar_net(tmp_path / "net.onnx")
    points = np.array([[20.25, 3.0, 0.1], [20.75, 3.5, 0.2], [4.0, -7.9, 1.0], [99, 0, 0]], np.float32)
    found = found_by(described(tmp_path, PILLARS), points)
    by_place = {tuple(box[:3].tolist()) for box in found.boxes}
    assert by_place == {(20.5, 3.25, -1.0), (4.5, -7.75, -1.0)}
    np.testing.assert_allclose(found.boxes[:, 6], np.pi / 2)  # sin 1, cos 0
    pillar = found.scores[np.argmax(found.boxes[:, 0])]
    assert pillar == pytest.approx(1 / (1 + np.exp(-np.linalg.norm(points[1]))))  # the largest feature is the distance


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('["car"]', '["car", "van"]', r"'heat' of the model has shape \(1, 1, 16, 32\)"),
        ('size = "size"', 'size = "offset"', r"'offset' of the model has shape \(1, 2, 16, 32\)"),
        ("most_points = 4", "most_points = 8", r"'voxels' has shape .*, and the description makes it \(N, 8, 6\)"),
        ('axes = ["batch", "y", "x"]', 'axes = ["y", "x"]', r"'coors' has shape .*, and the description makes it"),
    ],
)
def test_a_network_of_heat_maps_that_is_not_as_described(tmp_path: Path, old: str, new: str, words: str) -> None:
    pillar_net(tmp_path / "net.onnx")
    assert old in PILLARS
    with pytest.raises(InvalidValue, match=words):
        found_by(described(tmp_path, PILLARS.replace(old, new)))


def test_a_network_that_gives_no_numbers(tmp_path: Path) -> None:
    for score, size in ((0.9, (np.nan, 1, 1)), (np.nan, CAR), (0.9, (-1, 1, 1)), (0.9, (1, np.inf, 1))):
        mean_net(tmp_path / "net.onnx", score=score, size=size)
        found = found_by(described(tmp_path))
        assert (len(found.boxes), found.dropped) == (0, 1)


SIN_COS = 'columns = ["x", "y", "z", "l", "w", "h", "sin", "cos"]'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            '"z"]',
            '"z", "intensity"]',
            r"input 'points' has shape \['n', 3\], and the description makes it \(N, 4\)",
        ),
        ('"points"', '"points"\npoints = "cloud"', "has an input 'points', which .input. does not name"),
        ('"points"', '"points"\ncount = "count"', "has no input 'count'; it has points"),
        ('"boxes"', '"boxes"\nboxes = "found"', "has no output 'found'; it has boxes, scores"),
        ('"boxes"', '"boxes"\nboxes = "labels"\nlabels = ""', r"'labels' has shape \[1\], and should have 2"),
        ('"boxes"', '"boxes"\ncount = "boxes"', "a number of rows from 0 to 1"),
        ('"boxes"', f'"boxes"\n{SIN_COS}', r"'boxes' of the model has shape \(1, 7\), .* \(N, 8\)"),
        ('"boxes"', '"boxes"\nfirst_label = 3', "labels from 3 to 4, not 0"),
        ("seconds = 20.0", 'device = "cuda"', "onnxruntime has no CUDA here"),
    ],
)
def test_a_network_that_is_not_as_described(tmp_path: Path, old: str, new: str, words: str) -> None:
    """What does not fit is said before the first frame, or at it where the network does not tell before."""
    if "cuda" in new and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("there is CUDA here")
    mean_net(tmp_path / "net.onnx")
    assert old in MEAN
    with pytest.raises(LidarLabelError, match=words) as told:
        found_by(described(tmp_path, MEAN.replace(old, new)))
    assert told.value.hint


def test_files_that_are_no_networks(tmp_path: Path) -> None:
    mean_net(tmp_path / "net.onnx")
    whole = (tmp_path / "net.onnx").read_bytes()
    file = described(tmp_path)
    for junk in (b"", b"rubbish" * 1000, whole[: len(whole) // 2]):
        (tmp_path / "net.onnx").write_bytes(junk)
        with pytest.raises(UnreadableFile, match=r"net.onnx: this is no model that onnxruntime .* can run"):
            found_by(file)
    with (tmp_path / "net.onnx").open("wb") as sparse:
        sparse.truncate(2_500_000_000)
    with pytest.raises(UnreadableFile, match="over 2 GB"):
        found_by(file)


@pytest.mark.parametrize("place", ["../secret.bin", "{absolute}", "link.bin"])
def test_a_network_that_would_read_files_elsewhere(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.ones(7, "<f4").tobytes())
    (folder / "link.bin").symlink_to(secret)
    mean_net(folder / "net.onnx")
    model = onnx.load(folder / "net.onnx")
    for name, location in (("rest", "rest.bin"), ("score", place.format(absolute=secret))):
        tensor = next(one for one in model.graph.initializer if one.name == name)
        (folder / "rest.bin").write_bytes(tensor.raw_data)
        size = str(len(tensor.raw_data))
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, text in (("location", location), ("length", size)):
            tensor.external_data.add(key=key, value=text)
        (folder / "net.onnx").write_bytes(model.SerializeToString())
        if name == "rest":
            (folder / "rest.bin").write_bytes(np.array([*CAR, 0.5], "<f4").tobytes())
            assert len(found_by(described(folder)).boxes) == 1  # data beside the model is fine
    with pytest.raises(UnreadableFile, match="External data path"):
        found_by(described(folder))


def loop_net(file: Path) -> None:
    """A network that never ends."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Add", ["sum", "sum"], ["more"])],
        "body",
        [value("number", INT64, []), value("go", TensorProto.BOOL, []), value("sum", FLOAT, [None, None])],
        [value("on", TensorProto.BOOL, []), value("more", FLOAT, [None, None])],
    )
    save(
        file,
        [
            helper.make_node("Loop", ["count", "true", "points"], ["boxes"], body=body),
            helper.make_node("ReduceMean", ["boxes"], ["scores"], axes=[1], keepdims=0),
        ],
        [value("points", FLOAT, ["n", 3])],
        [value("boxes", FLOAT, [None, None]), value("scores", FLOAT, [None])],
        [constant("count", np.array(2**60)), constant("true", np.array(True))],
    )


def test_a_network_without_end_is_stopped_by_time_and_by_the_person(tmp_path: Path) -> None:
    loop_net(tmp_path / "net.onnx")
    text = MEAN.replace('kind = "boxes"', 'kind = "boxes"\nlabels = ""\nscores = "scores"')
    with pytest.raises(LidarLabelError, match=r"took over 0.3 s for a frame .write seconds"):
        found_by(described(tmp_path, text, seconds="seconds = 0.3"))
    progress = Progress()
    threading.Timer(0.2, progress.cancel).start()
    with pytest.raises(Cancelled):
        found_by(described(tmp_path, text), progress=progress)
    until = time.monotonic() + 20
    while any(thread.name == "detector" for thread in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(thread.name == "detector" for thread in threading.enumerate())


def test_a_network_that_wants_more_memory_than_it_may(tmp_path: Path) -> None:
    save(
        tmp_path / "net.onnx",
        [
            helper.make_node("Shape", ["points"], ["shape"]),
            helper.make_node("Mul", ["shape", "many"], ["large"]),
            helper.make_node("ConstantOfShape", ["large"], ["zeros"]),
            helper.make_node("ReduceMean", ["zeros"], ["scores"], axes=[1], keepdims=0),
            helper.make_node("Identity", ["points"], ["boxes"]),
        ],
        [value("points", FLOAT, ["n", 3])],
        [value("boxes", FLOAT, ["n", 3]), value("scores", FLOAT, [None])],
        [constant("many", np.array([10_000_000, 10], np.int64))],
    )
    text = MEAN.replace("seconds = 20.0", "memory_mb = 100").replace('kind = "boxes"', 'kind = "boxes"\nlabels = ""')
    with pytest.raises(LidarLabelError, match=r"wants more than 100 MB .write memory_mb"):
        found_by(described(tmp_path, text))


def test_without_onnxruntime_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mean_net(tmp_path / "net.onnx")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(LidarLabelError, match=r"pip install 'lidar-label\[onnx\]'"):
        found_by(described(tmp_path))


def test_points_are_not_sent_by_a_network(tmp_path: Path) -> None:
    mean_net(tmp_path / "net.onnx")
    with pytest.raises(InvalidValue, match="runs here, and nothing is sent"):
        open_detector(read_description(described(tmp_path)), send_to="http://localhost:1/")
