"""Frames of a recording: one a sweep of the main LiDAR, with what the other sensors have nearest to it in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.objects import Find
from lidar_label.datasets.ros.cameras import camera_of
from lidar_label.datasets.ros.loading import load_cloud, load_picture, picture
from lidar_label.datasets.ros.pictures import suffix_of
from lidar_label.datasets.ros.places import Places
from lidar_label.datasets.ros.recording import Recording
from lidar_label.datasets.ros.survey import Stream, Survey
from lidar_label.datasets.ros.topics import channels
from lidar_label.datasets.ros.transforms import Times
from lidar_label.errors import LidarLabelError
from lidar_label.model import SE3, Camera, Frame, Image, Kind, Sensor, Sweep

_GAP = 1.5
_ALONE_NS = 500_000_000  # how far from a single frame something may be and still belong to it
_LEAST_NS = 25_000_000


@dataclass(slots=True)
class Timed:
    """A sensor's messages in the order of their times; `order` leads from there to the stream's own order."""

    stream: Stream
    channel: str
    kind: Kind
    times: Times
    order: Times
    frame: Times
    is_key: list[bool]


@dataclass(slots=True)
class Built:
    """What a scene is made of."""

    frames: list[Frame]
    between: list[Sweep | Image]
    sensors: dict[str, Sensor]


class Builder:
    """Builds the frames of one recording.

    Parameters
    ----------
    recording : Recording
    found : Survey
    places : Places
    clock_ns : int or None
    rectified : str
        ``by-name``, ``yes`` or ``no``: whether pictures are without distortion.
    find : callable
    """

    def __init__(
        self, recording: Recording, found: Survey, places: Places, clock_ns: int | None, rectified: str, find: Find
    ) -> None:
        self._recording, self._found, self._places = recording, found, places
        self._clock, self._rectified, self._find = clock_ns, rectified, find
        self._where = recording.path

    def build(self, lidars: Sequence[Stream], radars: Sequence[Stream], cameras: Sequence[Stream]) -> Built:
        """Put the messages of these sensors into frames; of no LiDAR, the first camera makes them."""
        kinds: list[tuple[Kind, Sequence[Stream]]] = [("lidar", lidars), ("radar", radars), ("camera", cameras)]
        streams = [stream for _, group in kinds for stream in group]
        names = channels(streams)
        timed = [self._timed(stream, names[stream.topic.name], kind) for kind, group in kinds for stream in group]
        if not timed:
            return Built([], [], {})
        main = next((item for item in timed if item.kind != "radar"), timed[0])
        if main.kind != "lidar":
            text = f"there is no LiDAR, so the pictures of {main.stream.topic.name} make the frames"
            self._find("warning", "no-lidar", text, self._where)
        moments = self._moments(main)
        for item in timed:
            if item is not main:
                self._assign(item, moments)
        sensors: dict[str, Sensor] = {}
        sweeps: list[dict[str, Sweep]] = [{} for _ in moments]
        images: list[dict[str, Image]] = [{} for _ in moments]
        between: list[Sweep | Image] = []
        for item in timed:
            for made in self._recordings(item, sensors):
                if not made.is_keyframe:
                    between.append(made)
                elif isinstance(made, Sweep):
                    sweeps[made.frame][item.channel] = made
                else:
                    images[made.frame][item.channel] = made
        frames = [
            Frame(index=index, timestamp_ns=int(time), sweeps=sweeps[index], images=images[index])
            for index, time in enumerate(moments)
        ]
        self._report(main, timed, moments)
        self._places.finish()
        return Built(frames, sorted(between, key=lambda made: made.timestamp_ns), sensors)

    def _timed(self, stream: Stream, channel: str, kind: Kind) -> Timed:
        times = stream.times(self._clock)
        order = np.argsort(times, kind="stable")
        return Timed(stream, channel, kind, times[order], order, np.full(len(order), -1), [False] * len(order))

    def _moments(self, main: Timed) -> Times:
        """Return the times of the frames; a message of the same time as the one before is left out."""
        rising = np.append(True, np.diff(main.times) > 0) if len(main.times) else np.zeros(0, dtype=bool)
        doubled = int(len(rising) - rising.sum())
        if doubled:
            text = f"{doubled} messages of {main.stream.topic.name} have the time of another one and are left out"
            self._find("warning", "doubled-time", text, self._where)
        main.times, main.order = main.times[rising], main.order[rising]
        main.frame, main.is_key = np.arange(len(main.times)), [True] * len(main.times)
        return main.times

    def _assign(self, item: Timed, moments: Times) -> None:
        """Give each frame the message nearest to it; the others lie between, each before the frame that follows."""
        after = np.searchsorted(moments, item.times)
        item.frame = np.minimum(after, len(moments) - 1)
        before = np.maximum(after - 1, 0)
        later = np.minimum(after, len(moments) - 1)
        nearer = np.where(item.times - moments[before] <= moments[later] - item.times, before, later)
        gaps = np.abs(item.times - moments[nearer])
        steps = np.diff(moments)
        limit = max(_LEAST_NS, int(np.median(steps)) // 2) if len(steps) else _ALONE_NS
        best: dict[int, int] = {}
        for i in np.flatnonzero(gaps <= limit).tolist():
            frame = int(nearer[i])
            if frame not in best or gaps[i] < gaps[best[frame]]:
                best[frame] = i
        for frame, i in best.items():
            item.frame[i], item.is_key[i] = frame, True

    def _recordings(self, item: Timed, sensors: dict[str, Sensor]) -> list[Sweep | Image]:
        """Make the sweeps or images of one sensor."""
        times = item.times.tolist()
        poses = self._places.world_SE3_ego(times)
        origin = self._places.origin if item.stream.frame == self._places.world else (0.0, 0.0, 0.0)
        camera, suffix = self._camera(item)
        if item.kind == "camera" and not suffix:
            return []
        mounted = self._sensors(item, times, camera, origin)
        sensors[item.channel] = mounted[0]
        made: list[Sweep | Image] = []
        for i, time_ns in enumerate(times):
            at = int(item.order[i])
            topic, place = item.stream.topic, item.stream.places[at]
            common = {
                "sensor": mounted[min(i, len(mounted) - 1)], "timestamp_ns": time_ns, "world_SE3_ego": poses[i],
                "frame": int(item.frame[i]), "is_keyframe": item.is_key[i], "path": self._recording.file_of(place),
            }  # fmt: skip
            if item.kind == "camera":
                load = partial(load_picture, self._recording, topic, place)
                made.append(Image(**common, load=load, suffix=suffix))
            else:
                stamp = item.stream.stamps[at]
                made.append(Sweep(**common, load=partial(load_cloud, self._recording, topic, place, stamp, origin)))
        return made

    def _sensors(self, item: Timed, times: list[int], camera: Camera | None, origin: Point3) -> list[Sensor]:
        """Return the sensor of each message: one for all, unless it moves on the vehicle."""
        channel, frame = item.channel, item.stream.frame
        if len(item.stream.frames) > 1:
            text = f"messages of {item.stream.topic.name} name several frames; {frame} is taken for all"
            self._find("warning", "frames-differ", text, self._where)
        found = self._places.mounting(frame, channel) if frame != self._places.ego else None
        if found is None:
            if frame != self._places.ego:
                ego = self._places.ego
                text = f"no transform leads from {frame or 'a frame without a name'} to {ego}: {channel} is put there"
                self._find("warning", "no-mounting", text, self._where)
            poses = [SE3.identity("ego", channel)]
        elif found.is_still:
            poses = [found.one()]
        else:
            poses = self._places.mountings(found, times)
            if frame != self._places.world:
                self._find("info", "moving-mount", f"{channel} moves on the vehicle", self._where)
        if any(origin):
            shift = SE3(channel, channel, (1.0, 0.0, 0.0, 0.0), origin)
            poses = [pose @ shift for pose in poses]
        return [Sensor(channel=channel, kind=item.kind, ego_SE3_sensor=pose, camera=camera) for pose in poses]

    def _camera(self, item: Timed) -> tuple[Camera | None, str]:
        """Return a camera's lens, and the suffix of its pictures; an empty one where they cannot be shown."""
        if item.kind != "camera":
            return None, ""
        topic = item.stream.topic
        try:
            first = picture(self._recording, topic, item.stream.places[int(item.order[0])])
        except LidarLabelError as error:
            self._find("warning", "unreadable-image", error.what, error.where)
            return None, ".jpg"
        suffix = suffix_of(first)
        if not suffix:
            text = f"pictures of {topic.name} are of a kind that cannot be shown, and are left out"
            self._find("warning", "not-read", text, self._where)
        return camera_of(item.stream, first, self._found, self._rectified, self._find, self._where), suffix

    def _report(self, main: Timed, timed: Sequence[Timed], moments: Times) -> None:
        """Say where frames lack a sensor, and where they come late."""
        steps = np.diff(moments)
        if len(steps):
            usual = float(np.median(steps))
            late = np.flatnonzero(steps > _GAP * usual)
            if len(late):
                text = (
                    f"{len(late)} gaps between frames, the longest {steps.max() * 1e-9:.2f} s where "
                    f"{usual * 1e-9:.2f} s are usual, after frame {int(np.argmax(steps))}"
                )
                self._find("warning", "gaps", text, self._where)
        for item in timed:
            lacking = len(moments) - sum(item.is_key)
            if item is not main and lacking:
                text = f"{lacking} of {len(moments)} frames have nothing of {item.channel} near enough in time"
                self._find("warning", "missing-key", text, self._where)
