"""A model server, a real one on this machine: what it is sent, and every way in which it may fail."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.detectors import Detections, View, open_detector, read_description
from lidar_label.detectors.http import destination
from lidar_label.errors import Cancelled, InvalidValue, LidarLabelError
from lidar_label.model import SE3
from lidar_label.progress import Progress
from tests.detectors.nets import described
from tests.detectors.servers import TEXT, Answer, Handler, hangs, said, served

BOX = {"class": "person", "score": 0.5, "center": [1, 2, 3], "size": [0.8, 0.7, 1.8], "yaw": 0.25, "more": None}
POINTS = np.array([[1, 2, 3, 0.5], [1, 2, 2, 0.5]], np.float32)


@pytest.fixture
def server() -> Iterator[tuple[str, type[Handler]]]:
    with served() as found:
        yield found


def fine(handler: Handler) -> None:
    handler.say(json.dumps({"schema": "lidar-label/boxes/1", "boxes": [BOX]}).encode())


def boxes(**changes: Any) -> Answer:
    return said(json.dumps({"schema": "lidar-label/boxes/1", "boxes": [BOX, {**BOX, **changes}]}))


def drips(handler: Handler) -> None:
    """Send a byte now and then: no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def ask(folder: Path, address: str, text: str = TEXT, progress: Progress | None = None) -> Detections:
    detector = open_detector(read_description(described(folder, text)), send_to=address)
    pose = SE3.from_yaw("world", "model", 0.0, (5, 6, 7))
    view = View(frame=12, timestamp_ns=99, points=POINTS, world_SE3_model=pose)
    return detector.detect(view, progress or Progress())


def test_what_is_sent_and_what_is_taken(
    tmp_path: Path, server: tuple[str, type[Handler]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, handler = server
    handler.answers = [fine]
    monkeypatch.setenv("LIDAR_LABEL_TOKEN", "s3cret")
    found = ask(tmp_path, address, TEXT + 'token_from = "LIDAR_LABEL_TOKEN"\n')
    np.testing.assert_allclose(found.boxes, [[1, 2, 3, 0.8, 0.7, 1.8, 0.25]])
    assert (found.scores.tolist(), found.labels.tolist()) == ([0.5], [1])
    ((headers, told),) = handler.asked
    assert headers["Authorization"] == "Bearer s3cret"
    points = told.pop("points")
    sent = np.frombuffer(base64.b64decode(points.pop("data")), "<f4").reshape(points["count"], -1)
    assert np.array_equal(sent, POINTS)
    assert points == {"fields": ["x", "y", "z", "intensity"], "count": 2, "dtype": "float32-little-endian"}
    pose = {"rotation_wxyz": [1, 0, 0, 0], "translation": [5, 6, 7]}
    assert told == {
        "schema": "lidar-label/points/1", "frame": 12, "timestamp_ns": 99, "classes": ["car", "person"],
        "world_from_points": pose,
    }  # fmt: skip
    page = (Path(__file__).parent.parent.parent / "docs" / "detectors.md").read_text("utf-8")
    example = json.loads(page.split("```json\n")[1].split("```")[0])  # the manual's request is such a one
    assert example.keys() == {*told, "points"}
    assert np.array_equal(np.frombuffer(base64.b64decode(example["points"]["data"]), "<f4").reshape(2, 4), POINTS)


def test_nothing_is_sent_because_a_file_says_so(tmp_path: Path, server: tuple[str, type[Handler]]) -> None:
    address, handler = server
    description = read_description(described(tmp_path, f'{TEXT}address = "{address}"\n'))
    with pytest.raises(InvalidValue, match=f"points of every frame would be sent .*--send-to {address}"):
        open_detector(description)
    assert not handler.asked


@pytest.mark.parametrize(
    ("answers", "words", "asked"),
    [
        ([said("", code=500), fine], "", 2),
        ([hangs, fine], "", 2),
        ([said("", code=503)], "answered 503 Service Unavailable, 2 times over", 2),
        ([hangs], "did not answer .*in.*, 2 times over", 2),
        ([drips], r"did not answer within 1 s, 2 times over", 2),
        ([said("", code=404)], "answered 404 Not Found", 1),
        ([said("", code=307, Location="http://elsewhere.example/")], "sends on to 'http://elsewhere.example/'", 1),
        ([said("", code=302, Location="/other")], "sends on to '/other'", 1),
        ([said("<html>")], "answered no JSON: it begins '<html>'", 1),
        ([said(b"\xff\xfe\x00")], "answered no JSON", 1),
        ([said("[" * 100_000)], "answered no JSON", 1),
        ([said("{}")], 'without "schema"', 1),
        ([said(b" " * (1 << 20) + b" ")], "has over 1 MB .write answer_mb", 1),
        ([said("{}", length=1 << 40)], "has over 1 MB", 1),
        ([said("{}", length=100)], "broke off: it is shorter than it says", 1),
        ([said("{}", Content_Encoding="gzip")], "in 'gzip' coding", 1),
        ([lambda handler: handler.connection.close()], "broke off", 1),
        ([lambda handler: handler.wfile.write(b"rubbish\r\n\r\n")], "broke off", 1),
        ([boxes(center=[1, 2])], r'box 1 .* needs "center": 3 numbers, not \[1, 2\]', 1),
        ([boxes(size=[1, 2, "x"])], "box 1 .* has 'x' for size, which is no number", 1),
        ([boxes(yaw=None)], "box 1 .* has None for yaw", 1),
        ([boxes(score=7)], "box 1 .* has score 7, which is not 0 to 1", 1),
        ([boxes(**{"class": "van"})], "box 1 .* is of class 'van', and known are car, person", 1),
    ],
)  # fmt: skip
def test_a_server_that_fails(
    tmp_path: Path, server: tuple[str, type[Handler]], answers: list[Answer], words: str, asked: int
) -> None:
    address, handler = server
    handler.answers = answers
    if words:
        with pytest.raises(LidarLabelError, match=words) as told:
            ask(tmp_path, address)
        assert told.value.where == address
    else:
        assert len(ask(tmp_path, address).boxes) == 1
    assert len(handler.asked) == asked


def test_numbers_that_are_none_are_left_to_be_dropped(tmp_path: Path, server: tuple[str, type[Handler]]) -> None:
    address, handler = server
    handler.answers = [boxes(center=[float("nan"), 0, 10**400])]
    assert not np.isfinite(ask(tmp_path, address).boxes[1, :3]).all()


def test_a_server_that_is_not_there_and_one_that_a_person_stops(
    tmp_path: Path, server: tuple[str, type[Handler]]
) -> None:
    address, handler = server
    with pytest.raises(LidarLabelError, match="cannot be reached: Connection refused"):
        ask(tmp_path, "http://127.0.0.1:9/detect")
    handler.answers = [hangs]
    progress = Progress()
    threading.Timer(0.1, progress.cancel).start()
    with pytest.raises(Cancelled):
        ask(tmp_path, address, TEXT.replace("answer_seconds = 0.5", "answer_seconds = 600.0"), progress)
    assert len(handler.asked) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://host/", "is no address of a server"),
        ("file:///etc/passwd", "is no address of a server"),
        ("localhost:8000", "is no address of a server"),
        ("http://host:99999/", "is no address of a server"),
        ("http://host/a b", "is no address of a server"),
        ("http://me:secret@host/", "has a user's name or password in it"),
        ("http://host.example/", "the token would go to host.example in the clear"),
        ("https://host.example/", "LIDAR_LABEL_NONE has no token"),
    ],
)
def test_addresses_that_nothing_is_sent_to(tmp_path: Path, address: str, words: str) -> None:
    description = read_description(described(tmp_path, TEXT + 'token_from = "LIDAR_LABEL_NONE"\n'))
    with pytest.raises(InvalidValue, match=words) as told:
        open_detector(description, send_to=address)
    assert "secret" not in told.value.line


def test_where_it_goes_is_said_with_the_proxy_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert destination("https://host.example:8/detect") == "https://host.example:8"
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    assert destination("https://host.example:8/detect") == "https://host.example:8 by the proxy proxy.example"
    monkeypatch.setenv("no_proxy", "host.example")
    assert destination("https://host.example:8/detect") == "https://host.example:8"
