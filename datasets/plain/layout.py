"""Finding what lies in a plain folder: clouds by channel, pictures by camera, and the files beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from lidar_label.datasets.clouds.registry import cloud_suffixes, kind_of, open_cloud
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.folders import subfolders
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.objects import Find
from lidar_label.errors import LidarLabelError

LIDAR, CAMERA = "lidar", "camera"
_LOOK_AT_MOST = 5000
_CLOUD_FOLDERS = re.compile(
    r"(main_|aux_)?(lidars?|laser|velodyne(_points)?|point_?clouds?|points|clouds?|scans?|sweeps?|pcds?|bins?|las|laz|ply)",
    re.IGNORECASE,
)
_PICTURE_FOLDERS = re.compile(r"(images?|imgs?|cameras?|cams?|pictures|photos|rgb)", re.IGNORECASE)
_CAMERA_FOLDER = re.compile(r"(image|img|camera|cam|rgb)([ _.-]?\w+)", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"\d[\d.]*$")
_MOST_CAMERAS = 8  # with a picture each in one folder
# Suffixes that other files have as well: they are clouds where their content is.
_WEAK = frozenset({".txt", ".csv", ".asc", ".npy", ".npz", ".obj", ".feather", ".arrow"})
_NO_CLOUD = re.compile(
    r"(.*(pose|traj|odom|stamp|calib|extrinsic|intrinsic|label|readme|license|annotation|_gt)|times|imu|gps|gnss).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Channel:
    """The files of one sensor by their stem, in natural order, and the folder that they lie in."""

    name: str
    folder: Path
    files: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class DriveFiles:
    """What was found in a folder; `left_out` are clouds that share a stem with another of their channel."""

    folder: Path
    lidars: Sequence[Channel]
    cameras: Sequence[Channel] = ()
    left_out: Sequence[Path] = field(default=())


def is_drive(folder: Path) -> bool:
    """Say whether a folder has clouds, in it or in a folder named for them; few names are looked at."""
    return any(_clouds(place, direct=place == folder, first=True) for place in _places(folder))


def find_files(folder: Path, find: Find) -> DriveFiles:
    """Look through a folder; what is there and not used is told through `find`."""
    left_out: list[Path] = []
    lidars: list[Channel] = []
    for place in _places(folder):
        files = _clouds(place, direct=place == folder)
        if files:
            named = place.parent if place.name == "data" and place != folder else place
            single = place == folder or _CLOUD_FOLDERS.fullmatch(named.name)
            lidars.append(Channel(LIDAR if single else named.name, place, _by_stem(files, left_out)))
    lidars = _unique(lidars)
    if left_out:
        text = f"{len(left_out)} clouds have the name of another one and are left out: {left_out[0].name}, ..."
        find("warning", "doubled-file", text, left_out[0].parent)
    taken = {lidar.folder for lidar in lidars}
    cameras = _cameras(folder, taken, {stem for lidar in lidars for stem in lidar.files})
    return DriveFiles(folder, lidars, cameras, left_out)


def _places(folder: Path) -> list[Path]:
    """Return the folders that may hold clouds: itself, those named for clouds, and the channels in these."""
    found = [folder]
    for child in subfolders(folder):
        if _CLOUD_FOLDERS.fullmatch(child.name):
            inner = subfolders(child)
            found += [child, *inner, *(deep for place in inner for deep in subfolders(place) if deep.name == "data")]
    return found


def _clouds(place: Path, *, direct: bool, first: bool = False) -> list[Path]:
    """Return the clouds in a folder; in one that is not named for clouds, only files that cannot be something else."""
    strong: list[Path] = []
    weak: list[Path] = []
    suffixes = cloud_suffixes()
    for child in islice(place.iterdir(), _LOOK_AT_MOST if first else None):
        suffix = child.suffix.lower()
        if suffix not in suffixes or child.name.startswith(".") or not child.is_file():
            continue
        if suffix not in _WEAK:
            strong.append(child)
            if first:
                return strong
        elif not _NO_CLOUD.fullmatch(child.stem):
            weak.append(child)
    if strong or not weak:
        return strong
    weak.sort(key=lambda path: natural_key(path.name))
    good = _opens(weak[0]) if direct else _is_kind(weak[0])
    return [path for path in weak if path.suffix.lower() == weak[0].suffix.lower()] if good else []


def _opens(path: Path) -> bool:
    try:
        return _is_kind(path) and open_cloud(path) is not None
    except LidarLabelError:
        return False


def _is_kind(path: Path) -> bool:
    try:
        return kind_of(path) is not None
    except LidarLabelError:
        return False


def _cameras(folder: Path, taken: set[Path], stems: set[str]) -> list[Channel]:
    """Return the cameras: folders named for pictures or for a camera, else pictures that lie beside the clouds."""
    found: list[Channel] = []
    for child in subfolders(folder):
        if _PICTURE_FOLDERS.fullmatch(child.name):
            places = {child: CAMERA, **{inner: inner.name for inner in subfolders(child)}}
        elif _CAMERA_FOLDER.fullmatch(child.name):
            places = {child: child.name}
        else:
            continue
        for place, name in places.items():
            inside = next((place / inner for inner in ("data", "image_raw") if (place / inner).is_dir()), None)
            files = _pictures(place)
            if not files and inside is not None:
                place, files = inside, _pictures(inside)
            found += _by_camera(name, place, files)
    for place in sorted(taken):
        files = _pictures(place)
        beside = {stem: path for stem, path in files.items() if stem in stems}
        found += [Channel(CAMERA, place, beside)] if beside else _by_camera(CAMERA, place, files)
    return _unique(found)


def _by_camera(name: str, place: Path, files: Mapping[str, Path]) -> list[Channel]:
    """Return the cameras whose pictures lie in one folder: several, where names differ ahead of their number."""
    groups: dict[str, dict[str, Path]] = {}
    for stem, path in files.items():
        groups.setdefault(_LAST_NUMBER.sub("", stem), {})[stem] = path
    if len(groups) < 2 or not all(map(_LAST_NUMBER.search, files)) or len(groups) * 2 > len(files) + _MOST_CAMERAS:
        return [Channel(name, place, files)] if files else []
    return [Channel(group.strip("_-. ").split("__")[-1] or name, place, given) for group, given in groups.items()]


def _pictures(place: Path) -> dict[str, Path]:
    if not place.is_dir():
        return {}
    found = [child for child in place.iterdir() if child.suffix.lower() in PICTURES and not child.name.startswith(".")]
    return _by_stem(found, [])


def _by_stem(files: Iterable[Path], left_out: list[Path]) -> dict[str, Path]:
    """Return files by stem in natural order; of two with one stem the first by name stays."""
    found: dict[str, Path] = {}
    for path in sorted(files):
        stem = path.name.removesuffix(path.suffix).removesuffix(".pcd").removesuffix(".copc")
        if found.setdefault(stem, path) is not path:
            left_out.append(path)
    return {stem: found[stem] for stem in sorted(found, key=natural_key)}


def _unique(channels: Sequence[Channel]) -> list[Channel]:
    """Return channels with a name each of its own: a number is put behind one that comes again."""
    names: set[str] = set()
    made: list[Channel] = []
    for channel in channels:
        name, number = channel.name, 2
        while name in names:
            name, number = f"{channel.name}_{number}", number + 1
        names.add(name)
        made.append(Channel(name, channel.folder, channel.files))
    return made
