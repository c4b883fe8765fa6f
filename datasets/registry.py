"""The table of formats, and opening a path in the one that fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import Dataset, Format, ReadOptions
from lidar_label.datasets.meant import MeantDataset, conventions_of
from lidar_label.errors import MissingFile, UnknownFormat, UnreadableFile
from lidar_label.model import Finding
from lidar_label.model.convention import MEANT

GROUP = "lidar_label.formats"
_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
_MOST_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class _Builtin:
    """A format of ours. It is imported only when it is needed.

    `needs` tells a person what a folder of it holds; `signs` are names whose presence makes it likely.
    One that takes `anything` with points is tried after every other, those of packages included.
    """

    name: str
    target: str
    needs: str
    signs: tuple[str, ...]
    anything: bool = False


# Tried in this order: the first that recognises a path opens it.
_BUILTIN = (
    _Builtin(
        "t4",
        "lidar_label.datasets.nuscenes.t4:T4",
        "annotation/*.json (the tables of nuScenes) beside data/",
        ("annotation", "data"),
    ),
    _Builtin(
        "nuscenes",
        "lidar_label.datasets.nuscenes.format:NuScenes",
        "a folder with scene.json, sample.json, sample_data.json and the other tables, beside samples/",
        (".json", "samples", "sweeps", "maps", "annotation"),
    ),
    _Builtin(
        "openlabel",
        "lidar_label.datasets.openlabel.format:OpenLabel",
        'a JSON file that begins with {"openlabel":, or a folder of them',
        (".json",),
    ),
    _Builtin(
        "kitti-raw",
        "lidar_label.datasets.kitti.raw:KittiRaw",
        "DATE_drive_NUMBER_sync/velodyne_points/data/*.bin",
        ("velodyne_points", "tracklet_labels.xml", "oxts"),
    ),
    _Builtin(
        "kitti-tracking",
        "lidar_label.datasets.kitti.tracking:KittiTracking",
        "label_02/*.txt and calib/*.txt, with velodyne/SEQUENCE/*.bin",
        ("label_02", "image_02"),
    ),
    _Builtin(
        "semantickitti",
        "lidar_label.datasets.kitti.odometry:SemanticKitti",
        "sequences/NN/velodyne/*.bin with labels/*.label",
        ("sequences", "labels", ".label"),
    ),
    _Builtin(
        "kitti-odometry",
        "lidar_label.datasets.kitti.odometry:KittiOdometry",
        "sequences/NN/velodyne/*.bin with calib.txt and times.txt, and poses/NN.txt",
        ("sequences", "poses", "velodyne", "times.txt", "poses.txt"),
    ),
    _Builtin(
        "kitti-object",
        "lidar_label.datasets.kitti.object:KittiObject",
        "velodyne/*.bin and calib/*.txt, with label_2/*.txt",
        ("velodyne", "label_2", "image_2", ".bin"),
    ),
    _Builtin(
        "datumaro",
        "lidar_label.datasets.datumaro.format:Datumaro",
        "annotations/*.json of 3D cuboids, with point_clouds/",
        ("annotations", "point_clouds"),
    ),
    _Builtin(
        "supervisely",
        "lidar_label.datasets.supervisely.format:Supervisely",
        "meta.json and DATASET/pointcloud/*.pcd, with ann/ or annotation.json",
        ("meta.json", "pointcloud", "related_images", "ann"),
    ),
    _Builtin(
        "xtreme1",
        "lidar_label.datasets.xtreme1.format:Xtreme1",
        "SCENE/lidar_point_cloud_0/*.pcd, with camera_image_0/, camera_config/ and result/",
        ("lidar_point_cloud_0", "camera_config", "camera_image_0", "result"),
    ),
    _Builtin(
        "scale",
        "lidar_label.datasets.scale.format:Scale",
        "frames/*.json with device_position and points, and a response with cuboids; or a response alone",
        ("frames", "annotations.json"),
    ),
    _Builtin(
        "sagemaker",
        "lidar_label.datasets.sagemaker.format:SageMaker",
        "a .manifest of frames or sequences, with the files it names beside it; or sequences and SeqLabel.json alone",
        (".manifest", "manifests", "SeqLabel.json"),
    ),
    _Builtin(
        "labelcloud",
        "lidar_label.datasets.labelcloud.format:LabelCloud",
        "labels/_classes.json and labels/*.json, with pointclouds/",
        ("labels", "pointclouds", "_classes.json"),
    ),
    _Builtin(
        "boxes-csv",
        "lidar_label.datasets.tables.format:BoxesCsv",
        "a CSV with the columns category, x, y, z, l, w, h and more, or a folder with boxes.csv",
        (".csv",),
    ),
    _Builtin(
        "boxes-parquet",
        "lidar_label.datasets.tables.format:BoxesParquet",
        "a Parquet file with the columns category, x, y, z, l, w, h and more, or a folder with boxes.parquet",
        (".parquet",),
    ),
    _Builtin(
        "sustechpoints",
        "lidar_label.datasets.sustechpoints.format:SustechPoints",
        "lidar/*.pcd, with camera/, calib/ and label/",
        ("lidar", "label", "calib", ".pcd"),
    ),
    _Builtin(
        "argoverse1",
        "lidar_label.datasets.argoverse1.format:Argoverse1",
        "LOG/vehicle_calibration_info.json with lidar/PC_*.ply and per_sweep_annotations_amodal/",
        ("vehicle_calibration_info.json", "per_sweep_annotations_amodal", "poses", ".ply"),
    ),
    _Builtin(
        "argoverse2",
        "lidar_label.datasets.argoverse2.format:Argoverse2",
        "LOG/city_SE3_egovehicle.feather and LOG/sensors/lidar/*.feather",
        ("sensors", "calibration", ".feather"),
    ),
    _Builtin(
        "dgp",
        "lidar_label.datasets.dgp.format:Dgp",
        "SCENE/scene_HASH.json with calibration/, point_cloud/ and bounding_box_3d/",
        ("scene_dataset_v1.0.json", "bounding_box_3d", "point_cloud", "ontology"),
    ),
    _Builtin(
        "zod",
        "lidar_label.datasets.zod.format:Zod",
        "SCENE/calibration.json and SCENE/ego_motion.json with lidar_velodyne/*.npy",
        ("lidar_velodyne", "camera_front_blur", "ego_motion.json", "single_frames"),
    ),
    _Builtin(
        "pandaset",
        "lidar_label.datasets.pandaset.format:PandaSet",
        "SEQUENCE/lidar/00.pkl.gz and SEQUENCE/lidar/poses.json",
        ("lidar", "camera", "annotations", ".gz", ".pkl"),
    ),
    _Builtin(
        "once",
        "lidar_label.datasets.once.format:Once",
        "data/SEQUENCE/SEQUENCE.json with lidar_roof/*.bin",
        ("data", "ImageSets", "lidar_roof", "cam01"),
    ),
    _Builtin(
        "waymo",
        "lidar_label.datasets.waymo.format:Waymo",
        "lidar/SEGMENT.parquet, with lidar_calibration/, vehicle_pose/, lidar_box/ and camera_image/",
        ("vehicle_pose", "lidar_box", "camera_image", "lidar_calibration", "training", "validation"),
    ),
    _Builtin(
        "ros1",
        "lidar_label.datasets.ros.format:Ros1Bag",
        "a .bag file of ROS 1, or a folder of them",
        (".bag",),
    ),
    _Builtin(
        "ros2",
        "lidar_label.datasets.ros.format:Ros2Bag",
        "a ROS 2 bag: metadata.yaml with .db3 or .mcap files",
        (".db3", "metadata.yaml"),
    ),
    _Builtin(
        "mcap",
        "lidar_label.datasets.ros.format:Mcap",
        "a .mcap file, or a folder of them",
        (".mcap",),
    ),
    _Builtin(
        "cloud",
        "lidar_label.datasets.plain.single:SingleCloud",
        "a cloud file of any kind (see lidar-label formats)",
        (),
        anything=True,
    ),
    _Builtin(
        "cloud-folder",
        "lidar_label.datasets.plain.format:CloudFolder",
        "cloud files, in it or in lidar/, points/, velodyne/; with images/, calib.json and poses where there are some",
        ("lidar", "points", "velodyne", "images", "poses.txt", "poses.json", "calib.json"),
        anything=True,
    ),
)


def formats() -> tuple[Format, ...]:
    """Return every format that can be used: ours first, then those of installed packages.

    A package's format that cannot be loaded is left out here and named by `broken_formats`.
    """
    theirs = (_load_entry_point(point) for point in _entry_points())
    return (*(format_named(entry.name) for entry in _BUILTIN), *(f for f in theirs if isinstance(f, Format)))


def broken_formats() -> tuple[Finding, ...]:
    """Return a finding for each format of an installed package that cannot be used."""
    theirs = (_load_entry_point(point) for point in _entry_points())
    return tuple(found for found in theirs if isinstance(found, Finding))


def format_named(name: str) -> Format:
    """Return the format of this name.

    Raises
    ------
    UnknownFormat
        If there is none, or the package it comes from cannot be loaded.
    """
    for entry in _BUILTIN:
        if entry.name == name:
            return _load_builtin(entry)
    for point in _entry_points():
        if point.name == name:
            found = _load_entry_point(point)
            if isinstance(found, Finding):
                raise UnknownFormat(found.message, where=found.where)
            return found
    raise UnknownFormat(f"there is no format {name!r}", hint=f"there are: {', '.join(format_names())}")


def format_needs() -> dict[str, str]:
    """Return what a folder of each format of ours holds, by the format's name."""
    return {entry.name: entry.needs for entry in _BUILTIN}


def open_dataset(path: Path | str, format: str = "", options: ReadOptions | None = None) -> Dataset:  # noqa: A002
    """Open a data set without loading any sensor data.

    Parameters
    ----------
    path : Path
        Its folder (or file).
    format : str, optional
        Name of its format, where it cannot be told from the files.
    options : ReadOptions, optional
        What a person says of conventions that the files leave open.

    Raises
    ------
    MissingFile
        If there is nothing at `path`.
    InvalidValue
        If an option is none of the format's.
    UnknownFormat
        If no format recognises it, or there is no format of this name.
    UnreadableFile, BrokenReference, UnsafePath
        If it is not what its format promises.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise MissingFile("there is nothing at this path", where=path)
        chosen = format_named(format) if format else _recognise(path)
        options = options or ReadOptions()
        meant = conventions_of(options.assume.get(MEANT, ""), chosen.name)
        dataset = chosen.read(path, options.checked(chosen))
        return MeantDataset(dataset, meant) if meant else dataset
    except PermissionError as error:
        raise UnreadableFile("the folder may not be read", where=error.filename or path) from None


def recognised(path: Path) -> str:
    """Return the name of the format that opens a path; empty where none knows it."""
    return next((candidate.name for candidate in _candidates() if candidate.recognises(path)), "")


def _recognise(path: Path) -> Format:
    tried = []
    for candidate in _candidates():
        if candidate.recognises(path):
            return candidate
        tried.append(candidate.name)
    if path.is_dir() and next(path.iterdir(), None) is None:
        raise UnknownFormat("the folder is empty", where=path, hint=f"formats that can be read: {', '.join(tried)}")
    if path.is_file() and path.suffix.lower() in _ARCHIVES:
        raise UnknownFormat("an archive is not opened", where=path, hint="unpack it and open the folder")
    likely = _likely(path)
    needs = "; ".join(f"{entry.name} needs {entry.needs}" for entry in likely)
    raise UnknownFormat(f"not a data set in any known format (tried {', '.join(tried)})", where=path, hint=needs)


def _candidates() -> Iterator[Format]:
    """Yield the formats one by one, so that those behind the one that fits are never imported."""
    yield from (_load_builtin(entry) for entry in _BUILTIN if not entry.anything)
    theirs = (_load_entry_point(point) for point in _entry_points())
    yield from (found for found in theirs if isinstance(found, Format))
    yield from (_load_builtin(entry) for entry in _BUILTIN if entry.anything)


def _likely(path: Path) -> list[_Builtin]:
    """Return the formats that share a name or a kind of file with a folder; all where none does."""
    names: set[str] = set()
    if path.is_dir():
        for child in islice(path.iterdir(), _MOST_LOOKED_AT):
            names |= {child.name, child.suffix}
            if child.is_dir():
                names |= {part for inner in islice(child.iterdir(), 20) for part in (inner.name, inner.suffix)}
    else:
        names |= {path.name, path.suffix}
    return [entry for entry in _BUILTIN if names.intersection(entry.signs)] or list(_BUILTIN)


def format_names() -> list[str]:
    """Return the names of all formats; none of them is imported."""
    return [*(entry.name for entry in _BUILTIN), *(point.name for point in _entry_points())]


@cache
def _load_builtin(entry: _Builtin) -> Format:
    module, _, name = entry.target.partition(":")
    found: Format = getattr(import_module(module), name)()
    return found


def _entry_points() -> tuple[EntryPoint, ...]:
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


@cache
def _load_entry_point(point: EntryPoint) -> Format | Finding:
    """Load another package's format. Its faults must not keep ours from working, so they are told."""
    where = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    if point.name in {entry.name for entry in _BUILTIN}:
        return Finding("warning", "broken-format", f"format {point.name!r} has the name of a built-in one", where)
    try:
        found = point.load()()
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
        message = f"format {point.name!r} cannot be loaded: {type(error).__name__}: {error}"
        return Finding("warning", "broken-format", message, where)
    if not isinstance(found, Format) or found.name != point.name:
        return Finding("warning", "broken-format", f"format {point.name!r} is not a Format of that name", where)
    return found
