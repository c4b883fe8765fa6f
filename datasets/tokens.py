"""Steady tokens for formats that have none: the same files give the same tokens, whoever opens them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from lidar_label.model import Box, Frame, Image, Labels, Scene, Sensor, Sweep, Taxonomy, Track


def token_of(*parts: object) -> str:
    """Return a token made from what identifies a thing: 32 hexadecimal digits."""
    text = "\0".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def steady_taxonomy(taxonomy: Taxonomy) -> Taxonomy:
    """Return a taxonomy whose categories and attributes have tokens that follow from their names."""
    return Taxonomy(
        [replace(category, token=token_of("category", category.name)) for category in taxonomy.categories],
        [replace(attribute, token=token_of("attribute", attribute.name)) for attribute in taxonomy.attributes],
        taxonomy.visibilities,
    )


def steady_scene(format_name: str, scene: Scene) -> Scene:
    """Return a scene whose tokens follow from its format, name, and its frames' names and times.

    Two opens of a drive then agree, and so do two conversions of it.
    """
    frames = "\0".join(f"{frame.name} {frame.timestamp_ns}" for frame in scene.frames)
    own = token_of("scene", format_name, scene.name, frames)
    sensors: dict[int, Sensor] = {}

    def sensor_of(sensor: Sensor) -> Sensor:
        if id(sensor) not in sensors:
            sensors[id(sensor)] = replace(sensor, token=token_of("sensor", own, sensor.channel, len(sensors)))
        return sensors[id(sensor)]

    def sweep_of(sweep: Sweep) -> Sweep:
        token = token_of("sweep", own, sweep.channel, sweep.frame, sweep.timestamp_ns)
        return replace(sweep, sensor=sensor_of(sweep.sensor), token=token)

    def image_of(image: Image) -> Image:
        token = token_of("image", own, image.channel, image.frame, image.timestamp_ns)
        return replace(image, sensor=sensor_of(image.sensor), token=token)

    def frame_of(frame: Frame) -> Frame:
        return replace(
            frame,
            token=token_of("frame", own, frame.index),
            sweeps={channel: sweep_of(sweep) for channel, sweep in frame.sweeps.items()},
            images={channel: image_of(image) for channel, image in frame.images.items()},
        )

    return replace(
        scene,
        token=own,
        sensors={channel: sensor_of(sensor) for channel, sensor in scene.sensors.items()},
        frames=[frame_of(frame) for frame in scene.frames],
        between=[sweep_of(data) if isinstance(data, Sweep) else image_of(data) for data in scene.between],
    )


def steady_labels(scene: Scene, tracks: Iterable[Track], boxes: Iterable[Box]) -> Labels:
    """Return labels whose tokens follow from their scene and their order in its files."""
    found = list(tracks)
    tokens = {track.token: token_of("track", scene.token, number) for number, track in enumerate(found)}
    return Labels(
        [replace(track, token=tokens[track.token]) for track in found],
        [replace(box, track=tokens[box.track], token=token_of("box", tokens[box.track], box.frame)) for box in boxes],
    )
