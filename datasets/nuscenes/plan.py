"""What an export of one scene will consist of: tokens, times, chains and file names, before any byte is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from lidar_label.datasets.nuscenes.naming import FileNames, Tokens
from lidar_label.errors import CannotWrite
from lidar_label.model import Image, Scene, Sweep

MAIN_CHANNEL = "LIDAR_TOP"


@dataclass(slots=True)
class Recording:
    """One row of sample_data and the sweep or image it stands for."""

    source: Sweep | Image
    token: str
    channel: str
    sample: str
    frame: int
    is_key: bool
    timestamp_us: int
    filename: str
    prev: str = ""
    next: str = ""


@dataclass(slots=True)
class Sample:
    """One row of sample."""

    token: str
    timestamp_us: int


@dataclass(slots=True)
class ScenePlan:
    """The rows of one scene that sensor files hang on. `counts` says what had to be changed."""

    scene: Scene
    token: str
    samples: list[Sample] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    renamed: str = ""
    counts: Counter[str] = field(default_factory=Counter)


def plan_scene(scene: Scene, tokens: Tokens, names: FileNames) -> ScenePlan:
    """Plan the export of a scene.

    Times become whole microseconds that rise strictly along each channel. A scene whose LiDARs have
    other names gets its main one called ``LIDAR_TOP``, which the devkit's evaluation and most
    training code ask for.

    Raises
    ------
    CannotWrite
        If the scene has no frame, or a recording belongs to none.
    """
    if not scene.frames:
        raise CannotWrite("the scene has no frame, and nuScenes has no scene without one", where=f"scene {scene.name}")
    plan = ScenePlan(scene, tokens.claim("scene", scene.token, scene.name), renamed=_main_lidar(scene))
    last = -1
    for frame in scene.frames:
        last = _later(frame.timestamp_ns, last, plan)
        plan.samples.append(Sample(tokens.claim("sample", frame.token, scene.name), last))
    by_channel: dict[str, list[tuple[int, bool, Sweep | Image]]] = defaultdict(list)
    for frame in scene.frames:
        keys: list[Sweep | Image] = [*frame.sweeps.values(), *frame.images.values()]
        for key in keys:
            by_channel[key.channel].append((frame.index, True, key))
    for other in scene.between:
        if other.frame >= len(scene.frames):
            raise CannotWrite(
                f"a recording of {other.channel} belongs to frame {other.frame} of {len(scene.frames)}",
                where=f"scene {scene.name}",
            )
        by_channel[other.channel].append((other.frame, False, other))
    log = scene.log.get("logfile") or scene.name
    for channel in sorted(by_channel):
        written = MAIN_CHANNEL if channel == plan.renamed else channel
        chain: list[Recording] = []
        last = -1
        for index, is_key, source in sorted(by_channel[channel], key=lambda item: item[2].timestamp_ns):
            last = _later(source.timestamp_ns, last, plan)
            folder = "samples" if is_key else "sweeps"
            chain.append(
                Recording(
                    source=source,
                    token=tokens.claim("sample_data", source.token, scene.name),
                    channel=written,
                    sample=plan.samples[index].token,
                    frame=index,
                    is_key=is_key,
                    timestamp_us=last,
                    filename=names.data(folder, log, written, last, _extension(source)),
                )
            )
        for first, second in pairwise(chain):
            first.next, second.prev = second.token, first.token
        plan.recordings += chain
    return plan


def _main_lidar(scene: Scene) -> str:
    """Return the channel that has to be called LIDAR_TOP; nothing where one is, or there is no LiDAR."""
    lidars = [channel for channel, sensor in scene.sensors.items() if sensor.kind == "lidar"]
    if not lidars or MAIN_CHANNEL in scene.sensors:
        return ""
    return next((channel for channel in lidars if "TOP" in channel.upper()), lidars[0])


def _later(timestamp_ns: int, last_us: int, plan: ScenePlan) -> int:
    """Round a time to microseconds, at least one after the last."""
    rounded = (timestamp_ns + 500) // 1000
    if rounded <= last_us:
        plan.counts["moved times"] += 1
        return last_us + 1
    return rounded


def _extension(source: Sweep | Image) -> str:
    if isinstance(source, Image):
        return source.suffix if source.suffix.isascii() and source.suffix[1:].isalnum() else ".jpg"
    return ".pcd" if source.sensor.kind == "radar" else ".pcd.bin"
