"""Big clouds: which scene of a project is one, its coarse sample, and its tile store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.cloud import regions
from lidar_label.cloud.layout import INDEX, TILES, read_index
from lidar_label.cloud.query import count, held_by_tile
from lidar_label.cloud.regions import RotatedBox
from lidar_label.cloud.stamps import is_same, source_of, stamp_of
from lidar_label.cloud.store import TileStore
from lidar_label.datasets.clouds.base import CloudFile
from lidar_label.datasets.plain.single import SingleCloudDataset
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.jobs.merged import DriveSweeps, MergedDrive, merged_store
from lidar_label.jobs.project import Project
from lidar_label.model import Box, Floats, PointCloud, Scene
from lidar_label.progress import Progress

BIG_POINTS = 3_000_000
SAMPLE_POINTS = 200_000  # few enough that the first picture waits for nothing else
_SAMPLED = ("intensity", "reflectance", "i", "remission", "r", "g", "b")  # fields that are sampled out of tiles


@dataclass(frozen=True, eq=False, kw_only=True)
class BigCloud:
    """A cloud that is drawn from tiles and never read whole.

    Parameters
    ----------
    source : CloudFile or DriveSweeps
        The file, or the drive whose sweeps are merged; none of its points is held.
    origin : (x, y, z), metres
        What the scene takes off its coordinates.
    store : Path, optional
        The tile store a person opened, or that of a drive; without, the one of the file in the cache.
    """

    source: CloudFile | DriveSweeps
    origin: tuple[float, float, float]
    store: Path | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def points(self) -> int:
        """How many points the file has."""
        return self.source.points


def big_cloud(project: Project, token: str, least: int = BIG_POINTS) -> BigCloud | None:
    """Return the cloud of a scene that is a single file of at least so many points; None for any other scene."""
    ref = project.ref(token)
    dataset = project.dataset(ref)
    if not isinstance(dataset, SingleCloudDataset) or dataset.source.points < least:
        return None
    return BigCloud(source=dataset.source, origin=dataset.scene(ref.scene).origin)


def merged_cloud(
    project: Project, token: str, progress: Progress | None = None, store: Path | None = None
) -> BigCloud | None:
    """Return the cloud of a scene that is a drive's sweeps as one, its tiles built now; None for any other scene.

    With `store` its tiles are those that a person opened. Raises as `merged_store` does.
    """
    ref = project.ref(token)
    dataset = project.dataset(ref)
    if not isinstance(dataset, MergedDrive):
        return None
    folder = store or merged_store(dataset, ref.scene, progress or Progress())
    return BigCloud(source=DriveSweeps(dataset.path, read_index(folder).points), origin=(0.0, 0.0, 0.0), store=folder)


def source_of_store(path: Path) -> tuple[Path, str] | None:
    """Return the cloud file or the drive a tile store was built from, and the part of it; None for what is no store.

    Raises
    ------
    MissingFile
        If it is not there any more.
    """
    if not (path / INDEX).is_file() or not (path / TILES).is_file():
        return None
    stamp = read_index(path).source
    source = source_of(stamp, path)
    if not source.exists():
        raise MissingFile(
            f"the cloud these tiles were built from is not there: {source}",
            where=path,
            hint="move the data back, or keep the tiles beside it",
        )
    return source, stamp.part


def with_sample(scene: Scene, cloud: BigCloud) -> Scene:
    """Return a scene whose one sweep is a coarse sample of the cloud."""
    (frame,) = scene.frames
    sweeps = {name: replace(sweep, load=partial(sample, cloud)) for name, sweep in frame.sweeps.items()}
    return replace(scene, frames=[replace(frame, sweeps=sweeps)])


def sample(cloud: BigCloud, points: int = SAMPLE_POINTS) -> PointCloud:
    """Return about so many points from all over a cloud, in the scene's world.

    They come from the tiles where those are there, else straight from the file.
    """
    from lidar_label.cloud.preview import preview

    origin = np.array(cloud.origin)
    store = found_store(cloud)
    if store is None:
        found = preview(_file_of(cloud), points)
        return PointCloud((found.xyz - origin).astype(np.float32), found.fields)
    with store:
        names = tuple(name for name in _SAMPLED if name in store.fields)
        tiles = [tile for tile in store.overview(names) if store.valid[tile.tile] and len(tile)]
    share = max(sum(map(len, tiles)) / points, 1.0)
    kept = [max(int(len(tile) / share), 1) for tile in tiles]
    places = [tile.corner - origin + tile.grid[:count] * tile.step for tile, count in zip(tiles, kept, strict=True)]
    if not places:
        return PointCloud(np.empty((0, 3), np.float32))
    fields = {
        name: np.concatenate([tile.fields[name][:count] for tile, count in zip(tiles, kept, strict=True)])
        for name in names
    }
    return PointCloud(np.concatenate(places).astype(np.float32), fields)


def found_store(cloud: BigCloud) -> TileStore | None:
    """Open the tiles of a cloud, if they are there and of the file as it is now."""
    from lidar_label.cloud.cache import fresh_store

    if cloud.store is not None:
        opened = TileStore.open(cloud.store)
        if is_same(opened.index.source, replace(stamp_of(cloud.path, cloud.store), part=opened.index.source.part)):
            return opened
        opened.close()
        raise UnreadableFile("its source changed since", where=cloud.store, hint="remove the store and build it again")
    folder = fresh_store(_file_of(cloud))
    return None if folder is None else TileStore.open(folder)


def build_store(cloud: BigCloud, progress: Progress) -> TileStore:
    """Build the tiles of a cloud in the cache, and open them.

    Raises
    ------
    Cancelled
        If the person stopped it; nothing is left.
    LidarLabelError
        If the file cannot be read or the tiles not be written.
    """
    from lidar_label.cloud.cache import built_store

    return TileStore.open(built_store(_file_of(cloud), progress))


def points_in(store: TileStore, cloud: BigCloud, box: Box) -> int:
    """Count all points of a cloud that lie in a box of the scene; a point on a face counts."""
    pose = box.world_SE3_box
    center = pose.translation + np.array(cloud.origin)
    return count(store, RotatedBox(center, np.array(box.size), pose.rotation_matrix))


def points_about(store: TileStore, cloud: BigCloud, center: Floats, reach: float) -> Floats:
    """Return all points of a cloud within a cube, `reach` metres to each side of a place of the scene, (N, 3) metres.

    They are in the scene's world, as the place is.
    """
    origin = np.array(cloud.origin)
    middle = center + origin
    parts = [np.empty((0, 3))]
    for tile, held in held_by_tile(store, regions.Box(middle - reach, middle + reach)):
        exact = store.exact(tile)
        parts.append((exact if held is None else exact[held]) - origin)
    return np.concatenate(parts)


def _file_of(cloud: BigCloud) -> CloudFile:
    if isinstance(cloud.source, DriveSweeps):
        raise UnreadableFile("the tiles of the drive are gone", where=cloud.path, hint="open it as one cloud again")
    return cloud.source
