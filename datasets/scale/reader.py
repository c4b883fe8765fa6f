"""Reading Scale's files: a response is a scene, and the frames that were sent are matched with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.files import read_json
from lidar_label.datasets.links import local_path
from lidar_label.datasets.placed import WholeDataset
from lidar_label.datasets.scale.format import SceneFiles, scenes_at
from lidar_label.datasets.scale.frames import read_frame
from lidar_label.datasets.scale.labels import entries_of, read_cuboids
from lidar_label.datasets.scale.scenes import Row, SceneMaker
from lidar_label.datasets.values import mapping, text
from lidar_label.errors import MissingFile
from lidar_label.model import Labels, Scene


class ScaleDataset(WholeDataset[SceneFiles]):
    """One scene a response, or a folder with one; of frames all but the points is read.

    Raises
    ------
    MissingFile
        If there is no such file.
    UnreadableFile
        If a response or a frame is none.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        absent = MissingFile("there is no response", where=path, hint='one begins with [{"cuboids": [')
        super().__init__(format.name, path, scenes_at(path), absent=absent, keeps=None)
        self._unit, self._heading = format.assumed(options, "time_unit"), format.assumed(options, "heading")
        self._in_world = format.assumed(options, "points") == "world"
        self.learn_all()

    def _read(self, name: str, place: SceneFiles) -> tuple[Scene, Labels]:
        rows = self._rows(place)
        scene = SceneMaker(place, rows, self._unit, self._in_world, self.find).scene(self.format, name)
        return scene, read_cuboids(scene, [(row.entry, row.where) for row in rows], self._heading, self.find)

    def _rows(self, files: SceneFiles) -> list[Row]:
        """Return the frames of a scene: those of the response beside those that were sent, in order."""
        if files.whole is not None:
            entries = entries_of(read_json(files.whole), files.whole)
            said = [(str(i), entry, f"{files.whole}, frame {i}") for i, entry in enumerate(entries)]
        else:
            said = [(p.stem, mapping(read_json(p), "a frame's annotations", p), str(p)) for p in files.by_frame]
        sent = [read_frame(path) for path in self._in_order(files)]
        if not said or not sent:
            bare = [Row(frame.path.stem, {}, str(frame.path), frame) for frame in sent]
            return [Row(name, entry, where, None) for name, entry, where in said] or bare
        by_stem = {frame.path.stem: frame for frame in sent}
        if files.whole is None and any(name in by_stem for name, _, _ in said):
            known = {name: (entry, where) for name, entry, where in said}
            stems = [*by_stem, *(name for name in known if name not in by_stem)]
            return [Row(s, *known.get(s, ({}, str(files.folder))), by_stem.get(s)) for s in stems]
        if len(said) != len(sent):
            text_ = f"the response is of {len(said)} frames and {len(sent)} were sent; they are matched from the first"
            self.find("warning", "frames-differ", text_, files.first)
        rows: list[Row] = []
        for index in range(max(len(said), len(sent))):
            frame = sent[index] if index < len(sent) else None
            name, entry, where = said[index] if index < len(said) else ("", {}, str(files.first))
            rows.append(Row(frame.path.stem if frame is not None else name, entry, where, frame))
        return rows

    def _in_order(self, files: SceneFiles) -> Sequence[Path]:
        """Return the frames as the task names them, else by their names."""
        if files.task is None:
            return files.frames
        content: object = read_json(files.task)
        content = content.get("params", content) if isinstance(content, Mapping) else {}
        links = content.get("attachments") if isinstance(content, Mapping) else None
        names = ["".join(local_path(text(link))[-1:]) for link in links] if isinstance(links, list) else []
        known = {path.name: path for path in files.frames}
        if len(set(names)) == len(names) == len(known) and set(names) == set(known):
            return [known[name] for name in names]
        self.find("warning", "frames-differ", "the task names other frames; they are taken by their names", files.task)
        return files.frames
