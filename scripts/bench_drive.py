"""Make the drive of real size that scrubbing is measured on: frames of 200 thousand points, six cameras, boxes.

Tables, labels and files are written by our own nuScenes writer, so that the real reader is measured. Clouds and
pictures of a few moments are cast and then varied, since casting all of them takes half an hour.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from lidar_label.datasets import Drive, WriteOptions, write_dataset
from lidar_label.model import Frame, PointCloud
from lidar_label.synth import make_drive
from lidar_label.synth.drive import SynthDrive
from lidar_label.synth.lidar import Spinner
from lidar_label.synth.rig import LIDAR

FRAMES, POINTS = 200, 200_000
RATE_HZ = 10.0
IMAGE_SIZE = (1600, 900)
CAST = 8  # moments that are cast; every other frame varies the nearest of them


def drive_under(cache: Path, frames: int = FRAMES, points: int = POINTS) -> Path:
    """Return the drive's folder under a cache folder, made there if it is not there yet."""
    target = cache / f"drive-{frames}x{points}"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(cache).free
        need = frames * (points * 20 + 6 * 250_000)
        if free < need * 1.2:
            raise SystemExit(f"{cache}: {need / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free")
        _make(target, frames, points)
    return target


def _make(target: Path, frames: int, points: int) -> None:
    # Few beams tell as well which box is seen as many do.
    made = make_drive(frames=frames, frame_rate_hz=RATE_HZ, beams=24, columns=600, image_size=IMAGE_SIZE)
    scene = replace(made.scene, frames=[_varied(made, frame, frames, points) for frame in made.scene.frames])
    write_dataset("nuscenes", target, [Drive(scene=scene, labels=made.labels)], made.taxonomy, WriteOptions(jobs=2))


def _varied(made: SynthDrive, frame: Frame, frames: int, points: int) -> Frame:
    """Return a frame whose recordings are variations of a moment near it."""
    every = max(frames // CAST, 1)
    near = made.scene.frames[frame.index // every * every]
    sweep = replace(frame.sweeps[LIDAR], load=_cloud_of(made, near, frame.index, points))
    images = {
        channel: replace(image, load=_once(near.images[channel].load, f"{near.index} {channel}"))
        for channel, image in frame.images.items()
    }
    return replace(frame, sweeps={LIDAR: sweep}, images=images)


_kept: dict[str, object] = {}


def _once(load: Callable[[], bytes], name: str) -> Callable[[], bytes]:
    def loaded() -> bytes:
        found = _kept.get(name)
        if not isinstance(found, bytes):
            found = _kept[name] = load()
        return found

    return loaded


def _cloud_of(made: SynthDrive, near: Frame, index: int, points: int) -> Callable[[], PointCloud]:
    def load() -> PointCloud:
        name = f"cloud {near.index}"
        cloud = _kept.get(name)
        if not isinstance(cloud, PointCloud):
            turn = Spinner(beams=128, columns=2000).turn(made.world, near.index / RATE_HZ, (0, near.index))[0]
            cloud = _kept[name] = turn
        random = np.random.default_rng(index)
        seen = np.flatnonzero(cloud.valid)
        chosen = np.sort(random.choice(seen, points, replace=len(seen) < points))
        xyz = cloud.xyz[chosen] + random.normal(0.0, 0.01, (points, 3)).astype(np.float32)
        return PointCloud(xyz, {field: values[chosen] for field, values in cloud.fields.items()})

    return load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--points", type=int, default=POINTS)
    chosen = parser.parse_args()
    sys.stdout.write(f"{drive_under(chosen.cache, chosen.frames, chosen.points)}\n")


if __name__ == "__main__":
    main()
