"""Rules on Scale's files as they lie there: frames, what they name, and the cuboids of responses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow, numbers, rows
from lidar_label.datasets.scale.format import SceneFiles, scenes_at
from lidar_label.datasets.scale.frames import read_frame, time_ns
from lidar_label.datasets.values import text
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the files will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    for name, files in scenes_at(path).items():
        for number, file in enumerate(files.frames):
            _frame(laid, file, files.folder, name, number)
        _responses(laid, files, name)
    return laid


def _frame(laid: Laid, file: Path, root: Path, scene: str, number: int) -> None:
    try:
        frame = read_frame(file)
    except LidarLabelError as error:
        laid.note("unreadable-file", error.what, file)
        return
    content = frame.content
    if not frame.has_points or frame.first_point is None:
        laid.note("no-points", "a frame has no points", file)
    stamp = time_ns(content.get("timestamp"), "auto") if content.get("timestamp") is not None else None
    if stamp is not None:
        laid.times.setdefault(scene, []).append((stamp * 1e-9, str(file)))
    if content.get("device_heading") is not None:
        laid.rotations.append((str(file), numbers(content["device_heading"], "wxyz")))
    if content.get("device_position") is not None:
        laid.egos[f"{scene}/{number}"] = numbers(content["device_position"], "xyz")
    for image in rows(content.get("images")):
        where, link = f"{file}, {text(image.get('image_url'))}", text(image.get("image_url"))
        if "://" not in link:
            laid.named(root, link, where, "picture")
        fx, fy, cx, cy = numbers(image, ("fx", "fy", "cx", "cy"))
        laid.lenses.append(LensRow(where, (fx, fy), (cx, cy)))
        laid.rotations.append((where, numbers(image.get("heading"), "wxyz")))


def _responses(laid: Laid, files: SceneFiles, scene: str) -> None:
    parts = [files.whole] if files.whole is not None else list(files.by_frame)
    entries: list[tuple[Path, Mapping[str, Any]]] = []
    for part in parts:
        content = laid.json(part)
        while isinstance(content, Mapping) and "cuboids" not in content:
            content = next((content[key] for key in ("response", "annotations", "frames") if key in content), None)
        found = rows(content) if isinstance(content, list) else [content] if isinstance(content, Mapping) else []
        entries += [(part, entry) for entry in found]
    if files.frames and len(entries) != len(files.frames):
        laid.note("wrong-count", f"there are {len(files.frames)} frames, and cuboids of {len(entries)}", files.first)
    for number, (part, entry) in enumerate(entries):
        for row in rows(entry.get("cuboids")):
            where, frame = f"{part}, frame {number}", f"{scene}/{number}"
            size, place = numbers(row.get("dimensions"), "xyz"), numbers(row.get("position"), "xyz")
            if not text(row.get("label")):
                laid.note("no-label", "a cuboid has no label", where)
            track = text(row.get("uuid"))
            known = place if frame in laid.egos or not all(map(math.isfinite, place)) else ()
            laid.boxes.append(BoxRow(where, frame, size, known, numbers(row, ("yaw",)), track, text(row.get("label"))))


RULES = folder_rules(
    shared.UNREADABLE,
    shared.NAMED,
    FolderRule("no-points", "Frame without points", "error",
               "A task with an empty frame is refused, or labelled blindly.", shared.noted("no-points")),
    shared.COUNT,
    FolderRule("no-label", "Cuboid without a label", "error",
               "Whoever reads a response goes by the label of each cuboid.", shared.noted("no-label")),
    shared.VALUE,
    shared.TWICE,
    shared.CHANGES,
    shared.TIMES,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
