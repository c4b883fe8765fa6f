"""Plain folders that somebody damaged: they open with findings, or are refused, soon."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

pytestmark = pytest.mark.one_numpy

LIES = (
    b"-1", b"0", b"99999999999999999999", b"1e999", b"-1e308", b"NaN", b"null", b'""', b"[]", b"{}", b"true",
    b"[[[[[[", b"1e-320", b'"\\ud800"', b"[[1],[2,3]]", b"1" * 400,
)  # fmt: skip
KITTI = "1 0 0 {n} 0 1 0 0 0 0 1 0\n"
TUM = "1532402927.{n:02d} {n} 0 0 0 0 0 1\n"
CALIBS: dict[str, object] = {
    "calib.json": {
        "front": {
            "intrinsic": [[40, 0, 32], [0, 41, 24], [0, 0, 1]],
            "extrinsic": [0, -1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0, 0, 0, 0, 1],
            "distortion": [0.1, 0, 0, 0, 0],
            "width": 64,
        }
    },
    "calibration.json": [
        {
            "camera_internal": {"fx": 40, "fy": 41, "cx": 32, "cy": 24},
            "camera_external": {"rotation": [0.5, 0.5, -0.5, 0.5], "translation": {"x": 0, "y": 0, "z": 1}},
            "rowMajor": False,
        }
    ],
    "calib.txt": "P0: 40 0 32 0 0 41 24 0 0 0 1 0\nTr: 0 -1 0 0 0 0 -1 0 1 0 0 0\n",
}
POSES: dict[str, object] = {
    "poses.txt": "".join(KITTI.format(n=n) for n in range(4)),
    "trajectory.txt": "".join(TUM.format(n=n) for n in range(4)),
    "poses.json": {"poses": [{"name": f"{n}", "matrix": np.eye(4).tolist()} for n in range(4)]},
}


@contextmanager
def soon() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError

    handler = signal.signal(signal.SIGALRM, late)
    signal.alarm(5)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    kind = int(rng.integers(4))
    if kind == 0 or not data:
        return data[: int(rng.integers(len(data) + 1))]
    if kind == 1:
        changed = bytearray(data)
        for at in rng.integers(len(data), size=3):
            changed[at] ^= 1 << int(rng.integers(8))
        return bytes(changed)
    at, size = int(rng.integers(len(data))), int(rng.integers(1, 12))
    return data[:at] + LIES[int(rng.integers(len(LIES)))] + data[at + (size if kind == 2 else 0) :]


@pytest.mark.parametrize("calib", CALIBS)
@pytest.mark.parametrize("poses", POSES)
def test_damage(tmp_path: Path, survives: Callable[[Path, str], None], calib: str, poses: str) -> None:
    rng = np.random.default_rng(len(calib) + 100 * len(poses))
    files = {
        "points/times.txt": "".join(f"1532402927.{n:02d}\n" for n in range(4)),
        calib: CALIBS[calib],
        poses: POSES[poses],
    }
    for number in range(4):
        (tmp_path / "points").mkdir(exist_ok=True)
        (tmp_path / "images" / "front").mkdir(parents=True, exist_ok=True)
        (tmp_path / "points" / f"{number}.csv").write_text("x,y,z,i\n" + "1,2,0.5,3\n-4,5,0,6\n" * 3)
        Picture.new("RGB", (64, 48)).save(tmp_path / "images" / "front" / f"{number}.png")
    texts = {name: (c if isinstance(c, str) else json.dumps(c)).encode() for name, c in files.items()}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    survives(tmp_path, "cloud-folder")
    texts["points/2.csv"] = (tmp_path / "points" / "2.csv").read_bytes()
    names = list(texts)
    for turn in range(60):
        name = names[turn % len(names)]
        wound = damaged(texts[name], rng)
        (tmp_path / name).write_bytes(wound)
        try:
            with soon():
                survives(tmp_path, "cloud-folder")
        except BaseException as error:
            error.add_note(f"{name}: {wound[:500]!r}")
            raise
        finally:
            (tmp_path / name).write_bytes(texts[name])
