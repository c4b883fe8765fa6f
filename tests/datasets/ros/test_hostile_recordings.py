"""Recordings that somebody damaged: what they hold or a clear refusal, soon and in little memory."""

from __future__ import annotations

import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lidar_label.datasets import open_dataset
from lidar_label.errors import UnreadableFile

pytestmark = pytest.mark.one_numpy

ROUNDS = 60


@contextmanager
def bounds() -> Iterator[None]:
    """Stop what takes over five seconds or half a gigabyte more than there is now."""

    def late(*_: object) -> None:
        raise TimeoutError("it took over 5 s")

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGALRM, late)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 512 * 2**20, before[1]))
    signal.alarm(5)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def damage(data: bytes, rng: np.random.Generator) -> bytes:
    kind = int(rng.integers(4))
    if kind == 0:
        return data[: int(rng.integers(len(data)))]
    at = int(rng.integers(len(data)))
    if kind == 1:
        return data[:at] + data[at : at + 37] + data[at:]
    changed = bytearray(data)
    if kind == 2:
        for place in rng.integers(len(data), size=int(rng.integers(1, 6))):
            changed[place] ^= 1 << int(rng.integers(8))
    else:  # a number that lies
        at = min(at, len(data) - 8)
        changed[at : at + 4] = int(rng.choice([0, 1, 2**31 - 1, 2**32 - 1, len(data)])).to_bytes(4, "little")
    return bytes(changed)


@pytest.mark.parametrize("kind", ["bag", "bag-lz4", "bag-bz2", "db3", "db3-messages", "mcap", "mcap-zstd"])
def test_damaged_recordings(
    record: Callable[..., Path], made: ModuleType, survives: Callable[[Path, str], None], kind: str
) -> None:
    path = record(kind, made.drive(2))
    file = path if path.is_file() else next(p for p in path.iterdir() if p.suffix in (".db3", ".mcap"))
    survives(path, "")
    whole = file.read_bytes()
    rng = np.random.default_rng(len(kind))
    chosen = "ros1" if kind.startswith("bag") else "ros2"
    for turn in range(ROUNDS):
        file.write_bytes(damage(whole, rng))
        try:
            with bounds():
                survives(path, chosen)
        except BaseException as error:
            error.add_note(f"round {turn}")
            raise


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
def test_damaged_foxglove_messages(
    tmp_path: Path, made: ModuleType, survives: Callable[[Path, str], None], encoding: str
) -> None:
    writer = made.PlainMcap()
    body = writer.channel("/lidar", "foxglove.PointCloud", encoding)
    rng = np.random.default_rng(7)
    make = made.foxglove_json if encoding == "json" else made.foxglove_wire
    for turn in range(80):
        body += writer.message("/lidar", made.START + turn * made.SECOND // 10, damage(make(0), rng))
    path = tmp_path / "drive.mcap"
    path.write_bytes(writer.ended(writer.chunk(body)))
    with bounds():
        dataset = open_dataset(path)
        scene = dataset.scene("drive")
        for frame in scene.frames:
            with suppress(UnreadableFile):
                frame.sweep().points()
    if encoding == "json":
        assert "damaged-message" in {finding.code for finding in dataset.findings}


def test_a_database_that_would_compute_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "evil.db3"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT);"
        "CREATE VIEW messages AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
        " SELECT id, 1 AS topic_id, 0 AS timestamp, x'00' AS data FROM n;"
    )
    db.close()
    with bounds(), pytest.raises(UnreadableFile, match="no table 'messages'"):
        open_dataset(path)


def test_nothing_is_written_beside_a_bag(record: Callable[..., Path]) -> None:
    path = record("db3")
    before = sorted(p.name for p in path.iterdir())
    scene = open_dataset(path).scene("drive")
    scene.frames[0].sweep().points()
    assert sorted(p.name for p in path.iterdir()) == before


def test_definitions_in_a_bag_are_no_code(record: Callable[..., Path], tmp_path: Path) -> None:
    path = record("bag")
    marker = tmp_path / "ran"
    data = path.read_bytes()
    evil = f"uint8 x\n__import__('pathlib').Path({str(marker)!r}).touch()\n".encode()
    at = data.index(b"message_definition=") + len(b"message_definition=")
    path.write_bytes(data[:at] + evil + data[at + len(evil) :])
    open_dataset(path).scene("drive").frames[0].sweep().points()
    assert not marker.exists()
