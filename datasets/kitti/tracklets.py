"""KITTI's tracklet_labels.xml: boxes of a raw drive, track by track, in the Velodyne's frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import AttributeValue, check_size

MOST_BYTES = 256 * 2**20
_DEEPEST = 32
_NAMED = {
    "OCCLUSION_UNSET": -1, "VISIBLE": 0, "PARTLY": 1, "FULLY": 2,
    "TRUNCATION_UNSET": -1, "IN_IMAGE": 0, "TRUNCATED": 1, "OUT_IMAGE": 2, "BEHIND_IMAGE": 99,
}  # fmt: skip
UNSET, INTERPOLATED, LABELED = 0, 1, 2
OUTSIDE = (2, 99)  # truncation: outside the image, or behind it; other tools fill gaps of a track with these


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackletPose:
    """One frame of a tracklet: `x`, `y`, `z` of the centre of the bottom face, `yaw` about z.

    `roll` and `pitch` are the turns about x and y, which KITTI does not define and other tools use.
    `state`, `occlusion` and `truncation` are KITTI's numbers; -1 where they are not set. `is_key`
    is other tools' mark of a pose that a person fixed, `attributes` what else they say of it.
    """

    x: float
    y: float
    z: float
    yaw: float
    state: int = -1
    occlusion: int = -1
    truncation: int = -1
    roll: float = 0.0
    pitch: float = 0.0
    is_key: bool = False
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)

    @property
    def tilted(self) -> bool:
        """True where it turns about x or y."""
        return self.roll != 0 or self.pitch != 0


@dataclass(frozen=True, slots=True)
class TrackletFile:
    """The tracklets of a drive, and where a count in the file is not what follows it."""

    tracklets: tuple[Tracklet, ...]
    miscounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracklet:
    """One object over consecutive frames, all of one size (length, width, height in metres).

    `negative` is True where the file had a size below zero, as some tools write for boxes drawn
    backwards; `size` is then its absolute value.
    """

    kind: str
    size: tuple[float, float, float]
    first_frame: int
    poses: tuple[TrackletPose, ...]
    negative: bool = False
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


def read_tracklets(path: Path) -> TrackletFile:
    """Read a tracklet file. What is there counts: some tools write wrong counts.

    Raises
    ------
    MissingFile
        If it is not there.
    UnreadableFile
        If it is not well-formed, declares entities, or a value is missing or no number.
    """
    root = _parse(path)
    holder = root.find("tracklets")
    if holder is None:
        raise UnreadableFile("the file has no <tracklets>", where=path)
    items = holder.findall("item")
    miscounted = [
        *_miscount(holder, "tracklets", str(path)),
        *(text for n, item in enumerate(items) for text in _miscount(item.find("poses"), f"tracklet {n}", str(path))),
    ]
    found = tuple(_tracklet(item, f"{path}, tracklet {number}") for number, item in enumerate(items))
    return TrackletFile(found, tuple(miscounted))


def _tracklet(item: Element, where: str) -> Tracklet:
    kind = (item.findtext("objectType") or "").strip()
    if not kind:
        raise UnreadableFile("a tracklet has no objectType", where=where)
    sides = [_number(item, name, where) for name in ("l", "w", "h")]
    first = _number(item, "first_frame", where)
    if first < 0 or first != int(first):
        raise UnreadableFile(f"first_frame is {first}, not a whole number of 0 or more", where=where)
    holder = item.find("poses")
    if holder is None:
        raise UnreadableFile("a tracklet has no poses", where=where)
    poses = holder.findall("item")
    try:
        size = check_size([abs(side) for side in sides])
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None
    return Tracklet(
        kind=kind,
        size=size,
        first_frame=int(first),
        poses=tuple(_pose(pose, f"{where}, pose {number}") for number, pose in enumerate(poses)),
        negative=min(sides) < 0,
        attributes=_attributes(item),
    )


def _pose(item: Element, where: str) -> TrackletPose:
    x, y, z, yaw = (_number(item, name, where) for name in ("tx", "ty", "tz", "rz"))
    state, occlusion, truncation = (_state(item, name, where) for name in ("state", "occlusion", "truncation"))
    roll, pitch, key = (_number(item, name, where, 0.0) for name in ("rx", "ry", "occlusion_kf"))
    return TrackletPose(
        x=x, y=y, z=z, yaw=yaw, roll=roll, pitch=pitch, state=state, occlusion=occlusion,
        truncation=truncation, is_key=key == 1, attributes=_attributes(item),
    )  # fmt: skip


def _state(item: Element, name: str, where: str) -> int:
    """Return one of KITTI's states; -1 where it is not set. Some tools write its name and not its number."""
    word = (item.findtext(name) or "").strip().rpartition(".")[2]
    return _NAMED[word] if word in _NAMED else int(_number(item, name, where, -1.0))


def _attributes(item: Element) -> dict[str, AttributeValue]:
    """Return what other tools say beside KITTI's own values: ``<attributes>`` with names and values."""
    found: dict[str, AttributeValue] = {}
    for attribute in item.findall("attributes/attribute"):
        name, text = (attribute.findtext("name") or "").strip(), attribute.findtext("value") or ""
        if name:
            found[name] = _value(text)
    return found


def _value(text: str) -> AttributeValue:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if text == str(number) and abs(number) < 2**63:
            return number
    return text


def _number(item: Element, name: str, where: str, default: float | None = None) -> float:
    text = item.findtext(name)
    if text is None:
        if default is None:
            raise UnreadableFile(f"<{name}> is missing", where=where)
        return default
    try:
        value = float(text)
    except ValueError:
        raise UnreadableFile(f"<{name}> is {text.strip()[:40]!r}, which is no number", where=where) from None
    if not math.isfinite(value):
        raise UnreadableFile(f"<{name}> is {text.strip()}, which is not finite", where=where)
    return value


def _miscount(holder: Element | None, what: str, where: str) -> list[str]:
    if holder is None:
        return []
    found = len(holder.findall("item"))
    stated = _number(holder, "count", where, float(found))
    return [] if stated == found else [f"{what}: {stated:.0f} stated, {found} there"]


class _Reader:
    """Builds the tree with a parser that knows no entities and opens no other file.

    The boost library writes a document type of one bare name; one with anything in it is refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.builder, self.depth = TreeBuilder(), 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity

    def _refuse(self, what: str) -> NoReturn:
        raise UnreadableFile(f"{what}, which is refused", where=f"{self.path}, line {self.parser.CurrentLineNumber}")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            self._refuse(f"elements are nested deeper than {_DEEPEST}")
        self.builder.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(tag)

    def _doctype(self, _name: str, system: str | None, public: str | None, internal: bool | int) -> None:
        if system or public or internal:
            self._refuse("the document type refers to other files or declares something")

    def _entity(self, *_: object) -> None:
        self._refuse("an entity is declared")

    def read(self) -> Element:
        """Return the root element."""
        with self.path.open("rb") as file:
            self.parser.ParseFile(file)
        return self.builder.close()


def _parse(path: Path) -> Element:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFile(f"the file is larger than {MOST_BYTES // 2**20} MiB", where=path)
        return _Reader(path).read()
    except FileNotFoundError:
        raise MissingFile("the tracklets are not there", where=path) from None
    except UnreadableFile:
        raise
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise UnreadableFile(f"not well-formed XML: {reason}", where=f"{path}, line {error.lineno}") from None
    except (OSError, ValueError, LookupError) as error:
        raise UnreadableFile(f"the file cannot be read: {error}", where=path) from None


def write_tracklets(path: Path, tracklets: Iterable[Tracklet]) -> None:
    """Write a tracklet file as KITTI's own development kit reads it."""
    with path.open("w", encoding="utf-8") as file:
        for line in _lines(list(tracklets)):
            file.write(line + "\n")


def _lines(tracklets: list[Tracklet]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
    yield "<!DOCTYPE boost_serialization>"
    yield '<boost_serialization signature="serialization::archive" version="9">'
    yield '<tracklets class_id="0" tracking_level="0" version="0">'
    yield f"\t<count>{len(tracklets)}</count>"
    yield "\t<item_version>1</item_version>"
    first_pose = True
    for number, tracklet in enumerate(tracklets):
        # Boost describes a class where it first appears and nowhere else.
        yield f"\t<item{_class(1, 1) if number == 0 else ''}>"
        yield f"\t\t<objectType>{escape(tracklet.kind)}</objectType>"
        for name, side in zip("hwl", reversed(tracklet.size), strict=True):  # boost reads by position
            yield f"\t\t<{name}>{side!r}</{name}>"
        yield f"\t\t<first_frame>{tracklet.first_frame}</first_frame>"
        yield f"\t\t<poses{_class(2, 0) if number == 0 else ''}>"
        yield f"\t\t\t<count>{len(tracklet.poses)}</count>"
        yield "\t\t\t<item_version>2</item_version>"
        for pose in tracklet.poses:
            yield f"\t\t\t<item{_class(3, 2) if first_pose else ''}>"
            yield from (f"\t\t\t\t<{name}>{value!r}</{name}>" for name, value in _pose_values(pose))
            yield "\t\t\t</item>"
            first_pose = False
        yield "\t\t</poses>"
        yield "\t\t<finished>1</finished>"
        yield "\t</item>"
    yield "</tracklets>"
    yield "</boost_serialization>"


def _class(number: int, version: int) -> str:
    return f' class_id="{number}" tracking_level="0" version="{version}"'


def _pose_values(pose: TrackletPose) -> Iterator[tuple[str, float | int]]:
    yield from (("tx", pose.x), ("ty", pose.y), ("tz", pose.z), ("rx", 0), ("ry", 0), ("rz", pose.yaw))
    yield from (("state", pose.state), ("occlusion", pose.occlusion), ("occlusion_kf", 0))
    yield from (("truncation", pose.truncation), ("amt_occlusion", -1), ("amt_occlusion_kf", 0))
    yield from (("amt_border_l", -1), ("amt_border_r", -1), ("amt_border_kf", 0))
