"""Finding the scenes of a job: by the lines of its manifest, else by the files that lie there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.files import natural_key, parse_json, read_text
from lidar_label.datasets.links import file_beneath, local_path, tails
from lidar_label.datasets.sagemaker.format import SEQUENCE, files_at, kind_of, root_of
from lidar_label.datasets.values import is_number, mapping, text
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import Finding

ORIGIN = "world-origin"  # our own key of a line: what was taken off the world before it was written
_NAMELESS = {"manifest", "input", "output", "dataset", "sequence", "SeqLabel", "labels"}


@dataclass(frozen=True, slots=True)
class Line:
    """One frame of a manifest of frames: what is said of it, its cuboids, and a link to the classes of its points."""

    content: Mapping[str, Any]
    cuboids: object
    class_map: Mapping[str, str]
    classes: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneFiles:
    """Where one scene lies: a sequence, its labels, or both; or the lines of a manifest of frames.

    Nothing is opened outside of `root`; `first` stands for all in messages.
    """

    root: Path
    first: Path
    sequence: Path | None = None
    labels: Path | None = None
    lines: Sequence[Line] = ()
    class_map: Mapping[str, str] = field(default_factory=dict)
    taken_off: Point3 = (0.0, 0.0, 0.0)


class SceneFinder:
    """The scenes at a path by name, and what was noticed on the way.

    Raises
    ------
    MissingFile
        If a manifest names sequences, and none of them is there.
    UnreadableFile
        If a line is none.
    InvalidValue
        If there is no label attribute of the name that was asked for.
    """

    def __init__(self, path: Path, attribute: str) -> None:
        self.findings: list[Finding] = []
        self._root, self._attribute = root_of(path), attribute
        self._met: set[str] = set()
        kinds = {file: kind_of(file) for file in files_at(path)}
        manifests = [file for file, kind in kinds.items() if kind == "manifest"]
        found = [files for file in self._newest(manifests) for files in self._of_manifest(file)]
        if not manifests:
            found = self._of_files(kinds)
        if attribute and attribute not in self._met:
            known = ", ".join(sorted(self._met)) or "none"
            raise InvalidValue(f"there is no label attribute {attribute!r}", where=path, hint=f"there are: {known}")
        self.scenes = _named(found, path)

    def _note(self, severity: str, code: str, message: str, where: object) -> None:
        finding = Finding("info" if severity == "info" else "warning", code, message, str(where))
        if finding not in self.findings:
            self.findings.append(finding)

    def _newest(self, manifests: Sequence[Path]) -> list[Path]:
        """Return the manifests that a job left, where there are some, else all: its input says no more than they do."""
        outputs = [file for file in manifests if file.stem.lower() == "output"]
        for file in manifests if outputs else ():
            if file not in outputs:
                self._note("info", "not-read", "the manifest of the job's output is read instead of this one", file)
        return outputs or list(manifests)

    def _of_manifest(self, path: Path) -> list[SceneFiles]:
        scenes: list[SceneFiles] = []
        frames: list[Line] = []
        absent: list[str] = []
        for number, row in enumerate(read_text(path).splitlines(), start=1):
            if not row.strip():
                continue
            where = f"{path}, line {number}"
            line = mapping(parse_json(row, Path(where)), "a line", where)
            source = text(line.get("source-ref"))
            if not source:
                raise UnreadableFile("a line needs a source-ref", where=where)
            labels, classes = self._label_keys(line, where)
            if not source.lower().endswith(".json"):
                frames.append(self._frame(line, source, labels, classes, where))
                continue
            sequence = self._file(source, where)
            if sequence is None:
                absent.append(source)
                continue
            scenes.append(self._sequence(path, sequence, line, labels, where))
        if absent and not (scenes or frames):
            hint = f"download {absent[0]} and what it names to the manifest's folder"
            raise MissingFile("none of its sequences is beside the manifest", where=path, hint=hint)
        if absent:
            text_ = f"{len(absent)} sequences are not beside the manifest and are left out: {absent[0][:200]}"
            self._note("warning", "missing-scene", text_, path)
        doubled = [file for file, times in Counter(scene.sequence for scene in scenes).items() if times > 1]
        if doubled:
            raise UnreadableFile(f"two lines mean one file, {doubled[0]}", where=path, hint="keep the bucket's folders")
        if frames:
            scenes.append(SceneFiles(root=self._root, first=path, lines=frames))
        return scenes

    def _frame(self, line: Mapping[str, Any], source: str, labels: str, classes: str, where: str) -> Line:
        content = {**mapping(line.get("source-ref-metadata") or {}, "source-ref-metadata", where), "frame": source}
        about, names = _about(line, labels, where), _class_map(_about(line, classes, where), "color-map", where)
        if classes and names:
            said = ", ".join(f"{number} {name}" for number, name in [*names.items()][:20])
            self._note("info", "classes", f"points have the numbers of their classes: {said}", _file_of(where))
        self._not_read(about, where)
        cuboids: object = []
        if labels:
            cuboids = mapping(line[labels], labels, where).get("annotations")
        return Line(content, cuboids, _class_map(about, "class-map", where), text(line.get(classes)), where)

    def _sequence(self, path: Path, sequence: Path, line: Mapping[str, Any], labels: str, where: str) -> SceneFiles:
        about = _about(line, labels, where)
        found = self._file(text(line[labels]), where) if labels else None
        if labels and found is None:
            text_ = f"the labels are not beside the manifest: {text(line[labels])[:200]}"
            self._note("warning", "missing-labels", text_, where)
        given = line.get(ORIGIN)
        taken_off = (0.0, 0.0, 0.0)
        if isinstance(given, Mapping) and all(is_number(given.get(axis)) for axis in "xyz"):
            taken_off = (float(given["x"]), float(given["y"]), float(given["z"]))
        return SceneFiles(
            root=self._root, first=path, sequence=sequence, labels=found, taken_off=taken_off,
            class_map=_class_map(about, "class-map", where),
        )  # fmt: skip

    def _label_keys(self, line: Mapping[str, Any], where: str) -> tuple[str, str]:
        """Return the attributes of a line that have its cuboids and the classes of its points; each may be empty."""
        cuboids, classes = [], ""
        for key, value in line.items():
            if key == "source-ref" or key.endswith("-metadata"):
                continue
            link = value.lower() if isinstance(value, str) else ""
            if (isinstance(value, Mapping) and "annotations" in value) or (
                key.endswith("-ref") and link.endswith(".json")
            ):
                cuboids.append(key)
            elif key.endswith("-ref") and link.endswith(".zlib"):
                classes = key
        self._met |= set(cuboids)
        if len(cuboids) > 1:
            taken = self._attribute if self._attribute in cuboids else cuboids[-1]
            text_ = f"labels: lines have {', '.join(cuboids)}; {taken} is read (--assume labels=NAME)"
            self._note("info", "assumed", text_, _file_of(where))
        if self._attribute:
            return self._attribute if self._attribute in cuboids else "", classes
        return cuboids[-1] if cuboids else "", classes

    def _not_read(self, about: Mapping[str, Any], where: str) -> None:
        told = about.get("dataset-object-attributes")
        if isinstance(told, Mapping) and told:
            text_ = f"attributes of frames are not read: {', '.join(sorted(map(str, told)))[:200]}"
            self._note("info", "not-read", text_, _file_of(where))

    def _file(self, link: str, where: str) -> Path | None:
        """Return the file here that a link to S3 means: of its path as much as is found beneath the folder."""
        return file_beneath((self._root,), tails(parts_of(link)), where)

    def _of_files(self, kinds: Mapping[Path, str]) -> list[SceneFiles]:
        """Return the scenes without a manifest; labels belong to the one sequence of their folder, or of all."""
        sequences = [file for file, kind in kinds.items() if kind == "sequence"]
        labels = [file for file, kind in kinds.items() if kind == "labels"]
        if len(kinds) == 1:  # one file was opened: of the other kind, only what lies beside it is its own
            beside = [file for file in files_at(self._root) if file.parent == self._root and file not in kinds]
            others = [file for file in beside if kind_of(file) == ("labels" if sequences else "sequence")]
            same = [file for file in beside if kind_of(file) == ("sequence" if sequences else "labels")]
            if len(others) == 1 and not same:
                labels, sequences = (others, sequences) if sequences else (labels, others)
        paired: dict[Path, Path] = {}
        for sequence in sequences:
            own = [file for file in labels if file.parent == sequence.parent]
            alone = sum(file.parent == sequence.parent for file in sequences) == 1
            if len(own) == 1 and alone:
                paired[sequence] = own[0]
        if len(sequences) == len(labels) == 1:
            paired = {sequences[0]: labels[0]}
        rest = [file for file in labels if file not in paired.values()]
        if sequences and rest:
            text_ = f"{len(rest)} files of labels belong to no sequence, which the manifest would say"
            self._note("warning", "labels-without-sequence", text_, rest[0])
        found = [SceneFiles(root=self._root, first=s, sequence=s, labels=paired.get(s)) for s in sequences]
        return [*found, *(SceneFiles(root=self._root, first=file, labels=file) for file in rest)]


def parts_of(link: str) -> list[str]:
    """Return the parts of a link to S3 with its bucket, or of a path."""
    return [*([urlsplit(link).netloc] if "://" in link else []), *local_path(link)]


def _about(line: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    return mapping(line.get(f"{key}-metadata") or {}, f"{key}-metadata", where) if key else {}


def _class_map(about: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    """Return the names of classes by their numbers as text; a colour map has them a level deeper."""
    given = mapping(about.get(key, about.get(key.replace("-", "_"))) or {}, key, where)
    return {
        str(number): text(value.get("class-name") if isinstance(value, Mapping) else value)
        for number, value in given.items()
    }


def _file_of(where: str) -> str:
    return where.rpartition(", line ")[0] or where


def _named(found: Sequence[SceneFiles], path: Path) -> dict[str, SceneFiles]:
    """Return scenes by the names of their files; of a nameless one its folder's."""
    names = []
    for files in found:
        file = files.sequence or files.labels or files.first
        folder = path if files.lines and path.is_dir() else file.parent
        names.append(folder.resolve().name or "scene" if file.stem in _NAMELESS or file.name == SEQUENCE else file.stem)
    often, seen = Counter(names), Counter[str]()
    named: dict[str, SceneFiles] = {}
    for name, files in zip(names, found, strict=True):
        seen[name] += 1
        file = files.sequence or files.labels or files.first
        unique = name if often[name] == 1 else f"{file.parent.resolve().name}/{name}"
        while unique in named:
            unique = f"{unique}_{seen[name]}"
        named[unique] = files
    return {name: named[name] for name in sorted(named, key=natural_key)}
