"""Rules on the files of Ground Truth jobs as they lie there: manifests, sequences, labels and what they name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.sagemaker.format import files_at, kind_of, root_of
from lidar_label.datasets.sagemaker.manifest import parts_of
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow, numbers, rows
from lidar_label.datasets.values import text
from lidar_label.model import Finding


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the files will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid, root = Laid(), root_of(path)
    maps: dict[str, set[str]] = {}
    kinds = {file: kind_of(file) for file in dict.fromkeys(files_at(path))}
    for file in (file for file, kind in kinds.items() if kind == "manifest"):
        _manifest(laid, root, file, maps)
    for file in (file for file, kind in kinds.items() if kind == "sequence"):
        _sequence(laid, root, file)
    for file in (file for file, kind in kinds.items() if kind == "labels"):
        _labels(laid, file, maps.get(file.parent.name, set()))
    return laid


def _local(root: Path, link: str) -> Path | None:
    """Return where a link into a bucket lies here: under the longest end of it that is there."""
    parts = parts_of(link)
    places = (root.joinpath(*parts[k:]) for k in range(len(parts)) if ".." not in parts)
    return next((place for place in places if place.is_file()), None)


def _manifest(laid: Laid, root: Path, file: Path, maps: dict[str, set[str]]) -> None:
    for number, line in enumerate(file.read_text("utf-8-sig", errors="replace").splitlines(), start=1):
        where = f"{file}, line {number}"
        try:
            row = json.loads(line) if line.strip() else {}
        except ValueError:
            laid.note("unreadable-file", "a line is not valid JSON: a manifest has one object a line", where)
            continue
        for key, link in row.items() if isinstance(row, dict) else ():
            if key.endswith("-ref") and isinstance(link, str):
                found = _local(root, link)
                if found is None:
                    laid.note("named-file", f"a file that is named is not there, as {link[-60:]!r}", where)
                about = row.get(f"{key}-metadata")
                classes = about.get("class-map") if isinstance(about, Mapping) else None
                if found is not None and isinstance(classes, Mapping):
                    maps[found.parent.name] = set(classes)


def _sequence(laid: Laid, root: Path, file: Path) -> None:
    content = laid.json(file)
    if not isinstance(content, Mapping):
        return
    frames = rows(content.get("frames"))
    if content.get("number-of-frames") != len(frames):
        laid.note("wrong-count", f"number-of-frames is {content.get('number-of-frames')}, and there are {len(frames)}",
                  file)  # fmt: skip
    for number, row in enumerate(frames):
        where = f"{file}, frame {row.get('frame-no', number)}"
        laid.times.setdefault(str(file), []).append((numbers(row, ("unix-timestamp",))[0], where))
        path = _local(file.parent, text(row.get("frame"))) or _local(root, text(row.get("frame")))
        if path is None:
            laid.note("named-file", f"a cloud that is named is not there, as {text(row.get('frame'))!r:.60}", where)
        elif text(row.get("format", "binary/xyzi")) == "binary/xyzi":
            laid.clouds.append(path)
        pose = row.get("ego-vehicle-pose")
        if isinstance(pose, Mapping):
            laid.rotations.append((where, numbers(pose.get("heading"), ("qw", "qx", "qy", "qz"))))
            laid.egos[f"{file.parent}/{number}"] = numbers(pose.get("position"), "xyz")
        for image in rows(row.get("images")):
            _image(laid, root, file.parent, image, where)


def _image(laid: Laid, root: Path, folder: Path, image: Mapping[str, Any], where: str) -> None:
    link = text(image.get("image-path"))
    if (_local(folder, link) or _local(root, link)) is None:
        laid.note("named-file", f"a picture that is named is not there, as {link!r:.60}", where)
    fx, fy, cx, cy = numbers(image, ("fx", "fy", "cx", "cy"))
    laid.lenses.append(LensRow(f"{where}, {link}", (fx, fy), (cx, cy)))
    laid.rotations.append((f"{where}, {link}", numbers(image.get("heading"), ("qw", "qx", "qy", "qz"))))


def _labels(laid: Laid, file: Path, classes: set[str]) -> None:
    content = laid.json(file)
    if not isinstance(content, Mapping):
        return
    entries = rows(content.get("tracking-annotations", content.get("annotations")))
    count = sum(str(file.parent) == frame.rpartition("/")[0] for frame in laid.egos)
    for number, entry in enumerate(entries):
        frame = entry.get("frame-number", number)
        where = f"{file}, frame {frame}"
        if count and not (isinstance(frame, int) and 0 <= frame < count):
            laid.note("frame-beyond", f"labels name a frame after the last of {count}", where)
        for row in rows(entry.get("annotations", [entry] if "center-x" in entry else [])):
            if classes and text(row.get("class-id")) not in classes:
                laid.note("unknown-reference", "a class-id is not in the class-map of the manifest", where)
            size = numbers(row, ("length", "width", "height"))
            place = numbers(row, ("center-x", "center-y", "center-z")) if count else ()
            laid.boxes.append(
                BoxRow(where, f"{file.parent}/{frame}", size, place, numbers(row, ("yaw",)),
                       text(row.get("object-id")), text(row.get("class-id")))
            )  # fmt: skip


RULES = folder_rules(
    shared.UNREADABLE,
    shared.NAMED,
    shared.CUT,
    shared.COUNT,
    shared.UNKNOWN,
    FolderRule("frame-beyond", "Labels of frames that are not there", "error",
               "A label of a frame without data cannot be used, and often means that all frames are shifted.",
               shared.noted("frame-beyond")),
    shared.VALUE,
    shared.TWICE,
    shared.CHANGES,
    shared.TIMES,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
