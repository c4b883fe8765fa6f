"""Reading recordings: each one a scene, without labels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from lidar_label.datasets.base import Dataset
from lidar_label.datasets.moments import time_text
from lidar_label.datasets.ros.build import Builder
from lidar_label.datasets.ros.messages import PACKETS, TRANSFORMS, kind_of
from lidar_label.datasets.ros.places import Places, common_clock
from lidar_label.datasets.ros.recording import Recording
from lidar_label.datasets.ros.survey import Survey, survey
from lidar_label.datasets.ros.topics import Chosen, choose, lens_for
from lidar_label.datasets.tokens import steady_scene
from lidar_label.errors import MissingFile
from lidar_label.model import Labels, Scene, Taxonomy

_SHOWN = 40


class RosDataset(Dataset):
    """One scene a recording, under its name.

    Parameters
    ----------
    format : str
    path : Path
    recordings : mapping of str to callable
        What opens each recording, by its name. A single one is opened at once.
    assumed : callable(key)
        What is taken for each of the format's assumptions.

    Raises
    ------
    MissingFile, UnreadableFile
        If there is no recording, or the only one is damaged.
    """

    def __init__(
        self, format: str, path: Path, recordings: Mapping[str, Callable[[], Recording]],  # noqa: A002
        assumed: Callable[[str], str],
    ) -> None:  # fmt: skip
        super().__init__(format, path, Taxonomy())
        if not recordings:
            raise MissingFile("there is no recording", where=path)
        self._open, self._assumed = dict(recordings), assumed
        self._recordings: dict[str, Recording] = {}
        self._scenes: dict[str, Scene] = {}
        self._lock = threading.RLock()
        if len(recordings) == 1:
            self._recording(next(iter(recordings)))

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The recordings' names."""
        return tuple(self._open)

    def labels(self, name: str) -> Labels:
        """Return no labels: recordings have none that are read."""
        self.check_name(name)
        return Labels()

    def scene(self, name: str) -> Scene:
        """Return a scene; the first time, the recording is passed over once.

        Raises
        ------
        InvalidValue
            If a topic or frame that was named is not there.
        UnreadableFile
            If the recording is damaged.
        """
        self.check_name(name)
        with self._lock:
            if name not in self._scenes:
                self._scenes[name] = self._scene(name, self._recording(name))
            return self._scenes[name]

    def _recording(self, name: str) -> Recording:
        if name not in self._recordings:
            self._recordings[name] = self._open[name]()
            self.findings += [f for f in self._recordings[name].findings if f not in self.findings]
        return self._recordings[name]

    def _scene(self, name: str, recording: Recording) -> Scene:
        found = survey(recording)
        chosen = choose(found, self._assumed("lidar"), self._assumed("cameras"))
        sensors = [*chosen.lidars, *chosen.radars, *chosen.cameras]
        clock = common_clock(sensors, self._assumed("time") == "recorded", self.find, recording.path)
        places = Places(
            found, chosen.lidars, clock, self._assumed("ego"), self._assumed("world"), self._assumed("poses"),
            self.find, recording.path,
        )  # fmt: skip
        built = Builder(recording, found, places, clock, self._assumed("rectified"), self.find).build(
            chosen.lidars, chosen.radars, chosen.cameras
        )
        self._tell_what_was_taken(recording, found, chosen, places)
        self._tell_what_is_not_read(recording, found, chosen, places)
        log = {"logfile": recording.path.name}
        if built.frames:
            log["date_captured"] = time_text(built.frames[0].timestamp_ns)[:10]
        scene = Scene(
            name=name, frames=built.frames, between=built.between, sensors=built.sensors, origin=places.origin,
            description=recording.title, log=log, has_poses=places.has_poses,
        )  # fmt: skip
        return steady_scene(self.format, scene)

    def _tell_what_was_taken(self, recording: Recording, found: Survey, chosen: Chosen, places: Places) -> None:
        where = recording.path
        guessed = [s.topic.name for s in chosen.lidars if s.topic.name not in chosen.told]
        if guessed:
            others = f"; also {', '.join(guessed[1:])}" if guessed[1:] else ""
            text = f"the main LiDAR is {guessed[0]}{others} (--assume lidar=TOPIC,TOPIC to choose)"
            self.find("info", "assumed", text, where)
        cameras = [s.topic.name for s in chosen.cameras if s.topic.name not in chosen.told]
        if cameras:
            text = f"cameras are {', '.join(cameras)} (--assume cameras=TOPIC,TOPIC to choose)"
            self.find("info", "assumed", text, where)
        if (chosen.lidars or chosen.cameras) and not places.told_ego:
            text = f"the vehicle's frame is {places.ego or 'without a name'} (--assume ego=FRAME to choose)"
            self.find("info", "assumed", text, where)
        if places.has_poses and self._assumed("poses") == "guess":
            text = f"ego poses are from {places.source} (--assume poses=tf or a topic to choose)"
            self.find("info", "assumed", text, where)
        elif chosen.lidars and not places.has_poses and self._assumed("poses") != "none":
            self.find("info", "no-poses", "there are no ego poses, so each frame stands in its own world", where)
        for name, number in sorted(found.damaged.items()):
            self.find("warning", "damaged-message", f"{number} messages of {name} are damaged and left out", where)
        refused = sum(edge.refused for edge in (*found.frames.edges.values(), *found.poses.values()))
        if refused:
            self.find("warning", "damaged-message", f"{refused} transforms are no rotations and are left out", where)
        doubled = found.frames.doubled()
        if doubled:
            text = f"frames with two parents in tf: {', '.join(doubled)}; the one with more samples counts"
            self.find("warning", "tf-tree", text, where)

    def _tell_what_is_not_read(self, recording: Recording, found: Survey, chosen: Chosen, places: Places) -> None:
        where, topics = recording.path, recording.topics
        kinds = {name: kind_of(topic) for name, topic in topics.items()}
        packets = sorted(name for name, kind in kinds.items() if kind == PACKETS)
        listed = ", ".join(f"{t.name} ({t.type}, {t.count})" for t in sorted(topics.values(), key=lambda t: t.name))
        if not chosen.lidars:
            text = f"there are no clouds of points (PointCloud2) in it; its topics are: {listed or 'none'}"
            self.find("warning", "no-lidar", text, where)
        for name in packets:
            text = (
                f"{name} holds a LiDAR's raw packets ({topics[name].type}), which are not read; "
                "play them through the driver and record its PointCloud2"
            )
            self.find("warning", "raw-packets", text, where)
        used = {s.topic.name for s in (*chosen.lidars, *chosen.radars, *chosen.cameras)}
        used |= {lens_for(stream, found.lenses) for stream in chosen.cameras}
        used |= {name for name, kind in kinds.items() if kind == TRANSFORMS}
        used |= {name for name in found.poses if name == places.source}
        rest = [topics[name] for name in sorted(set(topics) - used - set(packets))]
        if rest:
            shown = ", ".join(f"{t.name} ({t.type or t.encoding}, {t.count})" for t in rest[:_SHOWN])
            more = f" and {len(rest) - _SHOWN} more" if len(rest) > _SHOWN else ""
            self.find("info", "not-read", f"topics that are not read: {shown}{more}", where)
