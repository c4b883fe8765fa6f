"""Reading DGP: the scenes that a data set's own list or its folders have, and their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.dgp.format import scene_file_names
from lidar_label.datasets.dgp.labels import Features, LabelledBox, read_boxes, read_features, read_ontology
from lidar_label.datasets.dgp.scene_file import BOXES_3D, Datum, Sample, SceneFile, read_scene_file
from lidar_label.datasets.dgp.scenes import make_scene
from lidar_label.datasets.files import inside, natural_key, read_json
from lidar_label.datasets.folders import subfolders
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import listed, mapping, text
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Category, Labels, Scene, SensorData, Source

_LOOK_AT_MOST = 200
_LIST_MARK = b'"scene_splits"'
_ANNOTATIONS = {
    "0": "bounding_box_2d", "2": "semantic_segmentation_2d", "3": "semantic_segmentation_3d",
    "4": "instance_segmentation_2d", "5": "instance_segmentation_3d", "6": "depth", "10": "key_point_2d",
    "11": "key_line_2d", "12": "polygon_2d",
}  # fmt: skip


class DgpDataset(PlacedDataset[Path, SceneFile]):
    """One scene a scene file, under the name of its folder; the file and its calibrations are read.

    Raises
    ------
    MissingFile
        If there is no scene.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002, ARG002
        files, missing = _scene_files(path)
        absent = MissingFile("there is no scene", where=path, hint="SCENE/scene_HASH.json is expected")
        super().__init__(format.name, path, _named(files), absent=absent)
        for file in missing:
            self.find("warning", "missing-scene", "the data set names a scene that is not there", file)
        self._classes(self.known(self.scene_names[0])[1])
        self.taxonomy = self._words.taxonomy()

    def _read(self, name: str, place: Path) -> tuple[Scene, SceneFile]:
        file = read_scene_file(place)
        return make_scene(self.format, name, file, self.find), file

    def labels(self, name: str) -> Labels:
        """Return the labels of a scene; a track is known by its instance id.

        An object that several sensors of a frame have is taken from the first LiDAR; from cameras, which have it
        at their own time, only where no LiDAR of the frame has labels.
        """
        scene, file = self.known(name)
        classes, features = self._classes(file), self._features(file)
        book = TrackBook(self.find)
        boxes: list[Box] = []
        samples = {sample.time_ns: sample for sample in file.samples}
        repeated = 0
        for frame in scene.frames:
            seen: set[str] = set()
            sources: list[SensorData] = [*frame.sweeps.values(), *frame.images.values()]
            data = {source.channel: source for source in sources}
            for datum, found in self._boxes_of(file, samples[frame.timestamp_ns]):
                own = [box for box in found if not box.instance or box.instance not in seen]
                repeated += len(found) - len(own)
                seen |= {box.instance for box in found}
                for number, box in enumerate(own):
                    where = f"{datum.annotations[BOXES_3D]}, box {number} of instance {box.instance}"
                    category = self._category(classes, box.class_id, datum.annotations[BOXES_3D])
                    track = book.track(frame.index, box.instance, category, where)
                    more = features.get((frame.timestamp_ns + file.base_ns, box.instance), {})
                    pose = data[datum.channel].world_SE3_sensor
                    sensor_SE3_box = SE3(pose.src, "box", box.sensor_SE3_box.rotation, box.sensor_SE3_box.translation)
                    try:
                        boxes.append(
                            Box(
                                track=track.token, frame=frame.index, world_SE3_box=pose @ sensor_SE3_box,
                                size=box.size, attributes={**more, **box.attributes}, num_lidar_pts=box.points,
                                source=Source.IMPORTED,
                            )
                        )  # fmt: skip
                    except InvalidValue as error:
                        raise UnreadableFile(error.what, where=where) from None
        if repeated:
            text_ = f"{repeated} boxes are of an object that another sensor of the frame has too; the first stands"
            self.find("info", "repeated-boxes", text_, file.path)
        self._report_others(file)
        return self.learn(steady_labels(scene, book.tracks, boxes))

    def _boxes_of(self, file: SceneFile, sample: Sample) -> Iterator[tuple[Datum, list[LabelledBox]]]:
        """Yield the recordings of a sample whose boxes count, and their boxes."""
        data: dict[str, Datum] = {}
        for key in sample.keys:
            if key in file.data:
                data.setdefault(file.data[key].channel, file.data[key])
        labelled = [datum for datum in data.values() if BOXES_3D in datum.annotations]
        lidars = [datum for datum in labelled if datum.kind != "camera"]
        if lidars and len(lidars) < len(labelled):
            self.find("info", "not-read", "3D boxes of cameras repeat those of the LiDAR and are not read", file.path)
        for datum in lidars or labelled:
            path = datum.annotations[BOXES_3D]
            if path.is_file():
                yield datum, read_boxes(path)
            else:
                self.find("warning", "missing-labels", "a file of labels that the scene names is not there", path)

    def _report_others(self, file: SceneFile) -> None:
        kinds = {kind for datum in file.data.values() for kind in datum.annotations if kind != BOXES_3D}
        if kinds:
            names = sorted(_ANNOTATIONS.get(kind, f"annotation {kind}") for kind in kinds)
            self.find("info", "not-read", f"labels that are not read: {', '.join(names)}", file.path)

    def _classes(self, file: SceneFile) -> dict[int, Category]:
        """Return the categories of a scene's 3D boxes by their number, and offer them."""
        hashed = file.ontologies.get(BOXES_3D, "")
        path = inside(file.path.parent, f"ontology/{hashed or 'none'}.json", where=file.path)
        if not hashed or not path.is_file():
            self.find("warning", "no-ontology", "the names of classes are not there; they get their numbers", path)
            return {}
        classes = read_ontology(path)
        for category in classes.values():
            self._words.declare(category)
        return classes

    def _category(self, classes: dict[int, Category], number: int, path: Path) -> str:
        if number in classes:
            return classes[number].name
        if classes:
            self.find("warning", "unknown-class", f"class {number} is not in the ontology", path)
        return f"class {number}"

    def _features(self, file: SceneFile) -> Features:
        """Return what the agents' files of a scene say of its objects."""
        found: Features = {}
        for path in sorted(islice(file.path.parent.glob("agents_*.json"), _LOOK_AT_MOST)):
            found |= read_features(path)
        return found


def _scene_files(path: Path) -> tuple[list[Path], list[Path]]:
    """Return the scene files that the lists in a folder name; without a list, those of its folders.

    Those that a list names and that are not there come second.
    """
    own = scene_file_names(path)
    if own:
        return own, []
    named: dict[Path, None] = {}
    for file in islice(path.glob("*.json"), _LOOK_AT_MOST):
        for relative in _listed(file):
            named.setdefault(inside(path, relative, where=file))
    if named:
        return [file for file in named if file.is_file()], [file for file in named if not file.is_file()]
    return [file for child in subfolders(path) for file in scene_file_names(child)], []


def _listed(file: Path) -> Iterator[str]:
    """Yield the scenes of all splits of a list; none where the file is no list."""
    try:
        if _LIST_MARK not in file.read_bytes():
            return
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=file) from None
    splits = mapping(mapping(read_json(file), "a list of scenes", file).get("scene_splits"), "scene_splits", file)
    for split in splits.values():
        names = mapping(split, "a split", file).get("filenames") or []
        yield from map(text, listed(names, "filenames", file))


def _named(files: Sequence[Path]) -> dict[str, Path]:
    often = Counter(file.resolve().parent.name for file in files)
    found = {}
    for file in files:
        folder = file.resolve().parent.name
        found[folder if often[folder] == 1 else f"{file.parent.name}/{file.stem}"] = file
    return {name: found[name] for name in sorted(found, key=natural_key)}
