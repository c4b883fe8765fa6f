"""A detector's boxes for a scene of a project: found in files of many kinds, and placed in the scene's world."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from lidar_label.assist.tracking import chance
from lidar_label.datasets import Dataset, open_dataset
from lidar_label.datasets.kitti.detections import read_detections
from lidar_label.datasets.kitti.labels import LabelRow
from lidar_label.datasets.kitti.reference import References
from lidar_label.errors import InvalidValue, MissingFile, UnknownFormat
from lidar_label.model import SE3, Box, Scene

Found = tuple[list[list[Box]], dict[str, str]]  # boxes by frame; the category of each box's track
_TEXT = ".txt"


def detections_of(source: Path, source_format: str = "") -> Callable[[Scene], Found | None]:
    """Return what gives the detections of a scene, or None where the source has none of it.

    Parameters
    ----------
    source : Path
        KITTI's or AB3DMOT's text: a file, or a folder with files named after the scenes (in folders of their own by
        class, too). Or labels in any format that can be read, with scenes of the same names or a single one.
    source_format : str
        The format of such labels, where it cannot be told from the files.

    Raises
    ------
    MissingFile
        If there is nothing at the path.
    UnknownFormat
        If it is neither.
    LidarLabelError
        If it cannot be read.
    """
    if not source.exists():
        raise MissingFile("there are no detections at this path", where=source)
    files = [] if source_format else _texts(source)
    if files:
        return lambda scene: _from_texts(files, source, scene)
    try:
        dataset = open_dataset(source, source_format)
    except UnknownFormat as error:
        hint = "a folder of KITTI or AB3DMOT text files named after the scenes does as well, such as Car/0000.txt"
        raise UnknownFormat(error.what, where=source, hint=hint) from None
    return lambda scene: _from_labels(dataset, scene)


def _texts(source: Path) -> list[Path]:
    """Return the text files of a path that is no data set by itself."""
    if source.is_file():
        return [source] if source.suffix == _TEXT else []
    if (source / "calib").exists() or (source / "label_02").exists():
        return []
    return sorted([*source.glob(f"*{_TEXT}"), *source.glob(f"*/*{_TEXT}")])


def _from_texts(files: Sequence[Path], source: Path, scene: Scene) -> Found | None:
    """Return the rows of the files that are named after a scene; a single file that was named itself is of any."""
    fitting = [
        file for file in files if file == source or file.stem == scene.name or scene.name.endswith(f"_{file.stem}")
    ]
    if not fitting:
        return None
    numbers = {int(frame.name) if frame.name.isdigit() else frame.index: frame.index for frame in scene.frames}
    refs = References(scene)
    by_frame: list[list[Box]] = [[] for _ in scene.frames]
    for file in fitting:
        for row in read_detections(file):
            if row.frame not in numbers:
                raise InvalidValue(
                    f"row {row.line} is of frame {row.frame}, which scene {scene.name} does not have", where=file,
                    hint=f"it has {len(scene.frames)} frames; are these its detections?",
                )  # fmt: skip
            frame = numbers[row.frame]
            by_frame[frame].append(_placed(refs, row, frame))
    return by_frame, {row: row for row in {box.track for boxes in by_frame for box in boxes}}


def _placed(refs: References, row: LabelRow, frame: int) -> Box:
    """Return a row of the rectified camera in world; its category stands for its track."""
    velo_SE3_box = refs.calibration(frame).box_in_velo(row.location, row.size[2], row.rotation_y)
    world_SE3_box = refs.world_SE3_velo(frame) @ velo_SE3_box
    return Box(track=row.kind, frame=frame, world_SE3_box=world_SE3_box, size=row.size, score=row.score)


def _from_labels(dataset: Dataset, scene: Scene) -> Found | None:
    """Return the labels of the scene of the same name, or of the only one, seen from the same place of the vehicle."""
    names = dataset.scene_names
    name = scene.name if scene.name in names else (names[0] if len(names) == 1 else "")
    if not name:
        return None
    theirs, labels = dataset.scene(name), dataset.labels(name)
    frame_of = _same_moments(theirs, scene)
    by_lidar = theirs.main_lidar is not None and scene.main_lidar is not None
    by_frame: list[list[Box]] = [[] for _ in scene.frames]
    for box in labels.boxes():
        if box.frame not in frame_of:
            continue
        frame = frame_of[box.frame]
        if by_lidar:
            seen, own = theirs.world_SE3_lidar(box.frame).inverse @ box.world_SE3_box, scene.world_SE3_lidar(frame)
        else:  # labels without sensors are seen from the vehicle
            seen = theirs.frames[box.frame].world_SE3_ego.inverse @ box.world_SE3_box
            own = scene.frames[frame].world_SE3_ego
        pose = own @ SE3(own.src, "box", seen.rotation, seen.translation)  # their LiDAR may have another name
        by_frame[frame].append(
            Box(
                track=box.track,
                frame=frame,
                world_SE3_box=pose,
                size=box.size,
                score=_score(box),
                attributes={k: v for k, v in box.attributes.items() if k != "score"},
                visibility=box.visibility,
            )
        )
    return by_frame, {track.token: track.category for track in labels.tracks}


def _score(box: Box) -> float | None:
    """Return a box's score; one that is no share of 1 was kept as an attribute, and is taken for log-odds."""
    odds = box.attributes.get("score")
    if box.score is not None or isinstance(odds, bool | str) or odds is None:
        return box.score
    return chance(float(odds))


def _same_moments(theirs: Scene, ours: Scene) -> dict[int, int]:
    """Return which of our frames each of theirs is: by index where there are as many, else by name or by time."""
    if len(theirs.frames) == len(ours.frames):
        return {frame.index: frame.index for frame in theirs.frames}
    named = {frame.name: frame.index for frame in ours.frames if frame.name}
    by_name = {frame.index: named[frame.name] for frame in theirs.frames if frame.name in named}
    if by_name:
        return by_name
    times = [frame.timestamp_ns for frame in ours.frames]
    near = min((b - a for a, b in pairwise(times)), default=10**9) / 2
    found: dict[int, int] = {}
    for frame in theirs.frames:
        at = bisect_left(times, frame.timestamp_ns)
        best = min((i for i in (at - 1, at) if 0 <= i < len(times)), key=lambda i: abs(times[i] - frame.timestamp_ns))
        if abs(times[best] - frame.timestamp_ns) <= near:
            found[frame.index] = best
    if not found:
        raise InvalidValue(
            f"no frame of the detections is at the time of a frame of scene {ours.name}", where=theirs.name,
            hint=f"they have {len(theirs.frames)} frames, the scene has {len(ours.frames)}",
        )  # fmt: skip
    return found
