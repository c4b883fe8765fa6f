"""The import report as tables, the same for the terminal and the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lidar_label.jobs.inspect_clouds import CloudInfo
from lidar_label.jobs.inspect_labels import CategoryInfo
from lidar_label.jobs.inspect_points import FieldInfo
from lidar_label.jobs.inspecting import Inspection, SceneInfo

Cell = str | int | float
MOST_SCENES = 20  # whose sensors are shown one by one


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report. Title and columns are fixed English words, which the desk translates."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def sections(found: Inspection) -> list[Section]:
    """Return the tables of a report; those without a row are left out."""
    if found.cloud is not None:
        return list(_of_cloud(found.cloud))
    shown = found.scenes[:MOST_SCENES]
    made = [
        _scenes(found.scenes),
        _over(shown, "Recordings", _RECORDINGS, _recordings),
        _over(shown, "Points", _POINTS, _points),
        _over(shown, "Fields of the points", _FIELDS, _fields),
        _over(shown, "Calibration", _CALIBRATION, _calibration),
        _labels(found.scenes),
    ]
    return [section for section in made if section.rows]


_SCENES = (
    "scene", "frames", "seconds", "sweeps", "images", "tracks", "boxes", "key boxes", "labelled frames", "shifted by",
)  # fmt: skip
_RECORDINGS = (
    "scene", "channel", "kind", "recordings", "per second", "gaps", "longest (s)", "after frame", "files absent",
)  # fmt: skip
_POINTS = ("scene", "channel", "sweeps read", "points a sweep", "invalid", "x", "y", "z")
_FIELDS = ("scene", "channel", "field", "type", "from", "to")
_CALIBRATION = (
    "scene", "channel", "position (m)", "yaw, pitch, roll (°)", "picture", "centre", "points in picture",
)  # fmt: skip
_LABELS = (
    "category", "tracks", "boxes", "key boxes", "mean l, w, h (m)", "boxes looked at", "without a point",
    "median points",
)  # fmt: skip
_CLOUD = ("points", "read", "invalid", "x", "y", "z", "step", "shown from")
_CLOUD_FIELDS = ("field", "type", "from", "to")


def _over(
    scenes: Sequence[SceneInfo],
    title: str,
    columns: tuple[str, ...],
    rows: Callable[[SceneInfo], Iterator[tuple[Cell, ...]]],
) -> Section:
    if len(scenes) == 1:  # its name stands above
        return Section(title, columns[1:], list(rows(scenes[0])))
    return Section(title, columns, [(scene.name, *row) for scene in scenes for row in rows(scene)])


def _scenes(scenes: Sequence[SceneInfo]) -> Section:
    rows = [
        (
            s.name, s.frames, s.duration_s if s.has_timestamps else "-", s.sweeps, s.images, s.tracks, s.boxes,
            s.key_boxes, s.labelled_frames, _metres(s.origin) if any(s.origin) else "-",
        )
        for s in scenes
    ]  # fmt: skip
    return Section("Scenes", _SCENES, rows)


def _recordings(scene: SceneInfo) -> Iterator[tuple[Cell, ...]]:
    for info in scene.recordings:
        rate = "-" if info.rate_hz is None else f"{info.rate_hz:.2f}"
        absent: Cell = info.absent if info.asked == info.recordings else f"{info.absent} / {info.asked}"
        longest = max(info.gaps, key=lambda gap: gap.seconds, default=None)
        gap: tuple[Cell, Cell] = ("-", "-") if longest is None else (f"{longest.seconds:.2f}", longest.frame)
        yield info.channel, info.kind, info.recordings, rate, len(info.gaps), *gap, absent


def _points(scene: SceneInfo) -> Iterator[tuple[Cell, ...]]:
    for info in scene.points:
        count = f"{info.fewest}" if info.fewest == info.most else f"{info.fewest} - {info.most}"
        invalid = f"{info.invalid / info.points:.1%}" if info.invalid else "-"
        yield info.channel, info.sweeps, count, invalid, *_axes(info.minimum, info.maximum)


def _fields(scene: SceneInfo) -> Iterator[tuple[Cell, ...]]:
    for info in scene.points:
        for found in info.fields:
            yield info.channel, *_field(found)


def _field(found: FieldInfo) -> tuple[str, str, str, str]:
    return found.name, found.dtype, _number(found.minimum), _number(found.maximum)


def _calibration(scene: SceneInfo) -> Iterator[tuple[Cell, ...]]:
    for info in scene.sensors:
        size = "-" if info.size is None else f"{info.size[0]} x {info.size[1]}"
        centre = "-" if info.centered is None else "inside" if info.centered else "OUTSIDE"
        seen = "-" if info.seen is None else f"{info.seen:.1%}"
        yield (
            info.channel,
            _metres(info.position),
            "  ".join(f"{round(a, 1) + 0.0:.1f}" for a in info.angles_deg),
            size,
            centre,
            seen,
        )


def _labels(scenes: Sequence[SceneInfo]) -> Section:
    """Sum up the categories of all scenes; the median is that of the scene with the most boxes looked at."""
    sums: dict[str, CategoryInfo] = {}
    for scene in scenes:
        for info in scene.categories:
            sums[info.category] = _sum(sums[info.category], info) if info.category in sums else info
    rows = [
        (
            c.category, c.tracks, c.boxes, c.key_boxes, "-" if c.size is None else _metres(c.size), c.counted or "-",
            c.empty if c.counted else "-", "-" if c.median_points is None else round(c.median_points),
        )
        for c in sorted(sums.values(), key=lambda info: (-info.boxes, info.category))
    ]  # fmt: skip
    return Section("Labels", _LABELS, rows)


def _sum(first: CategoryInfo, second: CategoryInfo) -> CategoryInfo:
    boxes = first.boxes + second.boxes
    size = first.size or second.size
    if first.size is not None and second.size is not None:
        pairs = zip(first.size, second.size, strict=True)
        length, width, height = ((a * first.boxes + b * second.boxes) / max(boxes, 1) for a, b in pairs)
        size = (length, width, height)
    richer = first if first.counted >= second.counted else second
    return replace(
        first,
        tracks=first.tracks + second.tracks,
        boxes=boxes,
        key_boxes=first.key_boxes + second.key_boxes,
        size=size,
        counted=first.counted + second.counted,
        empty=first.empty + second.empty,
        median_points=richer.median_points,
    )


def _of_cloud(cloud: CloudInfo) -> Iterator[Section]:
    axes = _axes(cloud.minimum, cloud.maximum)
    step = "-" if cloud.step is None else " x ".join(f"{value:g}" for value in cloud.step)
    origin = _metres(cloud.origin) if any(cloud.origin) else "-"
    yield Section("Cloud", _CLOUD, [(cloud.points, cloud.read, cloud.invalid, *axes, step, origin)])
    if cloud.fields:
        yield Section("Fields of the points", _CLOUD_FIELDS, [_field(found) for found in cloud.fields])


def _axes(low: tuple[float, ...] | None, high: tuple[float, ...] | None) -> tuple[str, ...]:
    if low is None or high is None:
        return ("-", "-", "-")
    return tuple(f"{a:.2f} .. {b:.2f}" for a, b in zip(low, high, strict=True))


def _metres(values: Sequence[float]) -> str:
    return "  ".join(f"{round(value, 2) + 0.0:.2f}" for value in values)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.9g}"
