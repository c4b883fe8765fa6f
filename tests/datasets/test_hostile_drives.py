"""Every format, given files that somebody damaged: all they hold or a clear refusal, soon, in little memory."""

from __future__ import annotations

import re
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, WriteOptions, formats, write_dataset
from lidar_label.model import Category, Taxonomy

WRITES = [chosen.name for chosen in formats() if chosen.writes]
ROUNDS = 80
LONGEST_S = 5
MOST_BYTES = 512 * 2**20
PICTURES = {".png", ".jpg", ".jpeg"}
# What a number or a word in a text file is changed into.
LIES = (
    b"-1", b"0", b"99999999999999999999", b"4294967295", b"1e999", b"-1e308", b"NaN", b"null", b'""', b"[]", b"{}",
    b'"../../../etc/passwd"', b"true", b"[[[[[[[[", b"1e-320", b"0x41", b'"\\ud800"',
)  # fmt: skip


@contextmanager
def bounds() -> Iterator[None]:
    """Stop what takes over five seconds or half a gigabyte more than there is now."""

    def late(*_: object) -> None:
        raise TimeoutError(f"it took over {LONGEST_S} s")

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    before = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGALRM, late)
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MOST_BYTES, before[1]))
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def damage(data: bytes, rng: np.random.Generator) -> bytes:
    """Return a file cut, with bytes turned over, a stretch doubled, or a number or word that lies."""
    kind = int(rng.integers(5))
    if not data or kind == 0:
        return data[: int(rng.integers(len(data) + 1))]
    if kind == 1:
        changed = bytearray(data)
        for at in rng.integers(len(data), size=int(rng.integers(1, 5))):
            changed[at] ^= 1 << int(rng.integers(8))
        return bytes(changed)
    if kind == 2:
        at, size = int(rng.integers(len(data))), int(rng.integers(1, 40))
        return data[:at] + data[at : at + size] + data[at:]
    words = list(re.finditer(rb"-?\d[\d.eE+-]*|\"[^\"\n]{0,60}\"", data[:200_000]))
    if not words:
        return data + b"\0" * int(rng.integers(1, 30))
    word = words[int(rng.integers(len(words)))]
    return data[: word.start()] + LIES[int(rng.integers(len(LIES)))] + data[word.end() :]


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() not in PICTURES)


def wound_and_open(whole: Path, format_name: str, survives: Callable[[Path, str], object], seed: int) -> None:
    rng = np.random.default_rng([seed, len(format_name)])
    files = files_of(whole if whole.is_dir() else whole.parent)
    for turn in range(ROUNDS):
        path = files[turn % len(files)] if turn < len(files) * 2 else files[int(rng.integers(len(files)))]
        kept = path.read_bytes()
        path.write_bytes(damage(kept, rng))
        try:
            with bounds():
                survives(whole, format_name)
        except BaseException as error:
            error.add_note(f"round {turn}: {path.relative_to(whole.parent)} was damaged: {path.read_bytes()[:2000]!r}")
            raise
        finally:
            path.write_bytes(kept)


@pytest.mark.parametrize("format_name", WRITES)
def test_what_we_write_damaged(
    tmp_path: Path, full_drive: Callable[..., Drive], survives: Callable[[Path, str], object], format_name: str
) -> None:
    drive = full_drive(frames=3)
    write_dataset(
        format_name,
        tmp_path / "whole",
        [drive],
        Taxonomy([Category(name=track.category) for track in drive.labels.tracks]),
        WriteOptions(),
    )
    wound_and_open(tmp_path / "whole", format_name, survives, seed=1)


@pytest.mark.parametrize(
    ("folder", "format_name"),
    [
        ("lyft_mini_tables", ""),
        ("t4dataset_sample", ""),
        ("argoverse1", ""),
        ("labelcloud", ""),
        ("datumaro/kitti_raw", ""),
        ("datumaro/sly_pointcloud_dataset", ""),
    ],
)
def test_real_sets_damaged(
    tmp_path: Path, shared_data: Path, survives: Callable[[Path, str], object], folder: str, format_name: str
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(shared_data / folder, whole)
    wound_and_open(whole, format_name, survives, seed=2)
