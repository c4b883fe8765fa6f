"""Track: one object through a scene. Labels: the tracks and boxes of one scene."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lidar_label.errors import BrokenReference, InvalidValue
from lidar_label.model.box import AttributeValue, Box, check_size, new_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One object through a scene.

    Parameters
    ----------
    category : str
        Name of a `Category` in the taxonomy.
    name : str
        What the source or a person calls it (SUSTechPOINTS ``obj_id``, KITTI track id); may be empty.
    attributes : mapping
        What is true of the object in every frame.
    locked_size : (length, width, height), metres, or None
        The size that all its boxes are to have, once a person has fixed it.
    token : str
        Its own id (nuScenes ``instance``); made fresh where none is given.
    """

    category: str
    name: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    locked_size: tuple[float, float, float] | None = None
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if not self.token or not self.category:
            raise InvalidValue("a track needs a token and a category")
        object.__setattr__(self, "attributes", dict(self.attributes))
        if self.locked_size is not None:
            object.__setattr__(self, "locked_size", check_size(self.locked_size))


class Labels:
    """The tracks and boxes of one scene, as readers give and writers take them.

    Parameters
    ----------
    tracks : iterable of Track
    boxes : iterable of Box

    Raises
    ------
    InvalidValue
        If two tracks or two boxes share a token, or a track has two boxes in one frame.
    BrokenReference
        If a box names a track that is not there.
    """

    def __init__(self, tracks: Iterable[Track] = (), boxes: Iterable[Box] = ()) -> None:
        self._tracks: dict[str, Track] = {}
        for track in tracks:
            if track.token in self._tracks:
                raise InvalidValue("two tracks have the same token", where=f"track {track.token}")
            self._tracks[track.token] = track
        by_frame: dict[int, list[Box]] = defaultdict(list)
        by_track: dict[str, dict[int, Box]] = defaultdict(dict)
        tokens: set[str] = set()
        for box in boxes:
            if box.track not in self._tracks:
                raise BrokenReference(f"a box names track {box.track}, which does not exist", where=f"box {box.token}")
            if box.frame in by_track[box.track]:
                raise InvalidValue("a track has two boxes in one frame", where=f"track {box.track}, frame {box.frame}")
            if box.token in tokens:
                raise InvalidValue("two boxes have the same token", where=f"box {box.token}")
            tokens.add(box.token)
            by_frame[box.frame].append(box)
            by_track[box.track][box.frame] = box
        self._by_frame = {frame: tuple(found) for frame, found in by_frame.items()}
        self._by_track = {token: tuple(found[f] for f in sorted(found)) for token, found in by_track.items()}

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Every track, in the order given."""
        return tuple(self._tracks.values())

    def track(self, token: str) -> Track:
        """Return the track with this token; raise `BrokenReference` where there is none."""
        try:
            return self._tracks[token]
        except KeyError:
            raise BrokenReference(f"there is no track {token}") from None

    def in_frame(self, frame: int) -> tuple[Box, ...]:
        """Return the boxes of one frame, in the order given."""
        return self._by_frame.get(frame, ())

    def of_track(self, token: str) -> tuple[Box, ...]:
        """Return the boxes of one track, by frame."""
        self.track(token)
        return self._by_track.get(token, ())

    def boxes(self) -> Iterator[Box]:
        """Yield every box, frame by frame."""
        for frame in sorted(self._by_frame):
            yield from self._by_frame[frame]

    def __len__(self) -> int:
        return sum(len(found) for found in self._by_frame.values())

    def __repr__(self) -> str:
        return f"Labels({len(self._tracks)} tracks, {len(self)} boxes)"
