"""Which picture of a project a file of 2D labels means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lidar_label.jobs.project import Project
from lidar_label.store import SceneRef


@dataclass(frozen=True, slots=True)
class Place:
    """A picture: its scene, the frame it belongs to, and its camera."""

    ref: SceneRef
    frame: int
    channel: str


class Pictures:
    """The pictures of a project by the names that files of labels may give them.

    The name is the end of the picture's path, with or without its suffix; or scene/channel/frame, of which the first
    may be left out, and where the frame is its name or its number.
    """

    def __init__(self, project: Project, scenes: Sequence[str] = ()) -> None:
        """Look up those of some scenes, by their tokens; by default of all."""
        self.without_lens: set[Place] = set()
        self._names: dict[str, list[tuple[tuple[str, ...], Place]]] = defaultdict(list)
        for ref in project.refs:
            if scenes and ref.token not in scenes:
                continue
            scene = project.scene(ref.token)
            cameras = [c for c, sensor in scene.sensors.items() if sensor.kind == "camera"]
            for frame in scene.frames:
                number = f"{frame.index:06d}"
                for channel in dict.fromkeys([*cameras, *frame.images]):
                    image = frame.images.get(channel)
                    if image is None and any(channel in other.images for other in scene.frames):
                        continue  # this frame has no picture of it
                    place = Place(ref, frame.index, channel)
                    lens = image.sensor.camera if image is not None else scene.sensors[channel].camera
                    if lens is None:
                        self.without_lens.add(place)
                    ways: set[tuple[str, ...]] = {(ref.name, channel, n) for n in (frame.name or number, number)}
                    if image is not None and image.path is not None:
                        ways.add((*image.path.parts[:-1], image.path.stem))
                    for way in ways:
                        self._names[way[-1]].append((way, place))

    def places(self, name: str) -> set[Place]:
        """Return the pictures that a name may mean: those that have the most of its folders in common."""
        path = PurePosixPath(name.replace("\\", "/"))
        asked = (*path.parts[:-1], path.stem)
        best, found = 0, set[Place]()
        for way, place in [*self._names.get(path.stem, ()), *self._names.get(path.name, ())]:
            count = 1  # the names themselves; then the folders, from the last on
            while count < min(len(way), len(asked)) and way[-1 - count] == asked[-1 - count]:
                count += 1
            if count > best:
                best, found = count, {place}
            elif count == best:
                found.add(place)
        return found
