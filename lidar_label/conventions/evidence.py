"""What is gathered of a drive, once, to tell conventions apart: clouds, pictures, boxes and the vehicle's way."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from lidar_label.assist.motion import Motion
from lidar_label.conventions.cloud import Cloud, look_at
from lidar_label.errors import InvalidValue, LidarLabelError
from lidar_label.model import SE3, Box, Camera, Category, Floats, Frame, Image, Labels, Scene, with_usual_look
from lidar_label.progress import Progress

_MOST_MOMENTS, _MOST_VIEWS = 3, 12
_WIDTH = 640
_BLUR, _SPREAD, _AROUND = 1.2, 2.5, 61  # pixels of a picture that wide
_MOST_STEPS = 150
_MOST_POINTS, _FEW = 150_000, 400
_USUAL = {"wheeled": (4.6, 1.9, 1.7), "walker": (0.7, 0.7, 1.75)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Boxes as they were read, in the frame in which their source has them (the vehicle's, or world).

    `usual` is a usual size of each one's category, NaN where nobody knows, and `slack` by which factor it may be off,
    as a logarithm.
    """

    centers: Floats
    rotations: Floats
    sizes: Floats
    usual: Floats
    slack: Floats

    def __len__(self) -> int:
        return len(self.centers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One frame: its cloud, where the LiDAR and the vehicle are said to be, and its boxes; (4, 4) matrices."""

    frame: int
    cloud: Cloud
    ego_T_lidar: Floats
    world_T_ego: Floats
    boxes: Boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One picture: where its edges are, and where the camera is said to be.

    `edges` is (H, W) float32 with mean 0 and deviation 1: how strong the edge near a pixel is for its surroundings;
    a pixel of the lens is `scale` of its pixels.
    """

    moment: int
    channel: str
    camera: Camera
    ego_T_camera: Floats
    world_T_ego: Floats
    time_s: float
    edges: Floats
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Wheeled tracks in two frames: rows of boxes before and after, the vehicle's poses then, and the time between."""

    before: Boxes
    after: Boxes
    poses_before: Floats
    poses_after: Floats
    seconds: Floats

    def __len__(self) -> int:
        return len(self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that conventions are told by."""

    moments: Sequence[Moment]
    views: Sequence[View]
    steps: Steps
    times_s: Floats
    path: Floats
    in_world: bool
    has_poses: bool
    missing: Sequence[str] = field(default=())


def thinned(evidence: Evidence) -> Evidence:
    """Return evidence for a first look: one moment, and of it fewer points."""
    middle = max(range(len(evidence.moments)), key=lambda i: (len(evidence.moments[i].boxes), -i))
    moment = evidence.moments[middle]
    cloud = moment.cloud
    few = replace(cloud, points=cloud.points[::3], edges=cloud.edges[:_FEW], plain=cloud.plain[:_FEW])
    views = [replace(view, moment=0) for view in evidence.views if view.moment == middle]
    return replace(evidence, moments=[replace(moment, cloud=few)], views=views)


def gather(scene: Scene, labels: Labels, *, in_world: bool = False, progress: Progress | None = None) -> Evidence:
    """Gather what a scene has to say; a few frames and pictures are read, spread over the drive.

    Parameters
    ----------
    scene : Scene
        As it was read.
    labels : Labels
        Of the source; may be empty.
    in_world : bool
        Whether the source has its boxes in world; else in the vehicle's frame.

    Raises
    ------
    InvalidValue
        If no frame has a cloud of a LiDAR that can be read.
    """
    progress = progress or Progress()
    scene, labels = _unshifted(scene, labels)
    frames = _chosen(scene, labels)
    moments: list[Moment] = []
    views: list[View] = []
    missing: list[str] = []
    for done, frame in enumerate(frames):
        progress.step(done, len(frames), scene.name)
        try:
            moments.append(_moment(frame, labels, in_world=in_world))
        except LidarLabelError as error:
            missing.append(error.what)
            continue
        for image in frame.images.values():
            if image.sensor.camera is not None and image.is_present and len(views) < _MOST_VIEWS:
                try:
                    views.append(_view(image, image.sensor.camera, len(moments) - 1, scene.frames[0].timestamp_ns))
                except LidarLabelError as error:
                    missing.append(error.what)
    if not moments:
        raise InvalidValue("no frame has points of a LiDAR, so nothing tells conventions apart", where=scene.name)
    start = scene.frames[0].timestamp_ns
    track = {record.timestamp_ns: record.world_SE3_ego for record in scene.recordings()}
    track.update({frame.timestamp_ns: frame.world_SE3_ego for frame in scene.frames})
    order = sorted(track)
    if not views:
        missing.append("there are no pictures to compare with the points")
    if not any(len(moment.boxes) for moment in moments):
        missing.append("there are no boxes to compare with the points")
    return Evidence(
        moments=moments,
        views=views,
        steps=_steps(scene, labels, in_world=in_world),
        times_s=np.array([(time - start) * 1e-9 for time in order]),
        path=np.stack([track[time].matrix for time in order]),
        in_world=in_world,
        has_poses=scene.has_poses,
        missing=missing,
    )


def _unshifted(scene: Scene, labels: Labels) -> tuple[Scene, Labels]:
    """Return a scene in the source's own world: an inverse of poses means another place there."""
    if not scene.has_poses or not any(scene.origin):
        return scene, labels

    def moved(pose: SE3) -> SE3:
        return SE3(pose.dst, pose.src, pose.rotation, pose.translation + scene.origin)

    def frame_of(frame: Frame) -> Frame:
        return replace(
            frame, pose=None if frame.pose is None else moved(frame.pose),
            sweeps={c: replace(s, world_SE3_ego=moved(s.world_SE3_ego)) for c, s in frame.sweeps.items()},
            images={c: replace(i, world_SE3_ego=moved(i.world_SE3_ego)) for c, i in frame.images.items()},
        )  # fmt: skip

    boxes = [box.moved(moved(box.world_SE3_box)) for box in labels.boxes()]
    between = [replace(record, world_SE3_ego=moved(record.world_SE3_ego)) for record in scene.between]
    frames = [frame_of(frame) for frame in scene.frames]
    return replace(scene, frames=frames, between=between, origin=(0.0, 0.0, 0.0)), Labels(labels.tracks, boxes)


def _chosen(scene: Scene, labels: Labels) -> list[Frame]:
    """Return frames with clouds: with boxes before those without, pictures too, spread over the drive."""

    def worth(frame: Frame) -> int:
        return 2 * bool(labels.in_frame(frame.index)) + any(image.is_present for image in frame.images.values())

    able = [
        frame for frame in scene.frames if any(s.sensor.kind == "lidar" and s.is_present for s in frame.sweeps.values())
    ]
    if not able:
        return []
    best = max(map(worth, able))
    able = [frame for frame in able if worth(frame) == best]
    return [able[i] for i in np.unique(np.linspace(0, len(able) - 1, min(len(able), _MOST_MOMENTS)).astype(int))]


def _moment(frame: Frame, labels: Labels, *, in_world: bool) -> Moment:
    sweep = frame.sweep()
    cloud = sweep.points()
    xyz = cloud.xyz[cloud.valid].astype(np.float64)
    xyz = xyz[:: max(1, len(xyz) // _MOST_POINTS)]
    here = labels.in_frame(frame.index)
    return Moment(
        frame=frame.index,
        cloud=look_at(xyz),
        ego_T_lidar=sweep.sensor.ego_SE3_sensor.matrix,
        world_T_ego=sweep.world_SE3_ego.matrix,
        boxes=_boxes(here, labels, None if in_world else [frame.world_SE3_ego] * len(here)),
    )


def _boxes(found: Sequence[Box], labels: Labels, egos: Sequence[SE3] | None) -> Boxes:
    """Return boxes in world, or each in the frame of the vehicle at its pose."""
    poses = [box.world_SE3_box for box in found]
    if egos is not None:
        poses = [ego.inverse @ pose for ego, pose in zip(egos, poses, strict=True)]
    usual, slack = np.full((len(found), 3), np.nan), np.full(len(found), 0.35)
    for row, box in enumerate(found):
        category = labels.track(box.track).category
        known = with_usual_look(Category(name=category)).size
        kind = Motion.of(category).kind
        if known is not None or kind in _USUAL:
            usual[row] = known or _USUAL[kind]
            slack[row] = 0.2 if known is not None and max(known) < 5.5 else 0.5
    return Boxes(
        centers=np.array([p.translation for p in poses]).reshape(-1, 3),
        rotations=np.array([p.rotation_matrix for p in poses]).reshape(-1, 3, 3),
        sizes=np.array([box.size for box in found], dtype=np.float64).reshape(-1, 3),
        usual=usual,
        slack=slack,
    )


def _view(image: Image, camera: Camera, moment: int, start_ns: int) -> View:
    from PIL import Image as Decoder

    try:
        with Decoder.open(io.BytesIO(image.encoded())) as opened:
            scale = min(1.0, _WIDTH / opened.width)
            size = (round(opened.width * scale), round(opened.height * scale))
            opened.draft("L", (2 * size[0], 2 * size[1]))
            grey = np.asarray(opened.convert("L").resize(size, Decoder.Resampling.BOX), dtype=np.float64)
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidValue(f"a picture cannot be read: {error}", where=image.path or image.channel) from None
    return View(
        moment=moment,
        channel=image.channel,
        camera=camera,
        ego_T_camera=image.sensor.ego_SE3_sensor.matrix,
        world_T_ego=image.world_SE3_ego.matrix,
        time_s=(image.timestamp_ns - start_ns) * 1e-9,
        edges=_edges(grey),
        scale=size[0] / camera.width,
    )


def _edges(grey: Floats) -> Floats:
    """Return how strong the upright edges near each pixel are, as ranks, against those around."""
    smooth = gaussian_filter(grey, _BLUR)
    slope = np.abs(np.gradient(smooth, axis=1))
    ranks = np.empty(slope.size, dtype=np.float32)
    ranks[np.argsort(slope, axis=None)] = np.linspace(0, 1, slope.size, dtype=np.float32)
    strong = gaussian_filter(ranks.reshape(slope.shape) ** 4, (_SPREAD, _SPREAD * 0.6))
    apart = strong - uniform_filter(strong, _AROUND)
    found: Floats = apart / max(float(apart.std()), 1e-6)
    return found


def _steps(scene: Scene, labels: Labels, *, in_world: bool) -> Steps:
    """Return wheeled tracks a second or so apart, a fair sample of all by how far they move.

    Without poses nobody knows how the vehicle itself moved, so that there are none.
    """
    pairs: list[tuple[float, Box, Box]] = []
    for track in labels.tracks if scene.has_poses else ():
        if Motion.of(track.category).kind == "wheeled":
            pairs += _a_second_apart(scene, labels.of_track(track.token))
    pairs.sort(key=lambda pair: -pair[0])
    pairs = pairs[:: max(1, len(pairs) // _MOST_STEPS)][:_MOST_STEPS]
    boxes, poses = [], []
    sides = ([first for _, first, _ in pairs], [second for _, _, second in pairs])
    for chosen in sides:
        here = [scene.frames[box.frame].world_SE3_ego for box in chosen]
        boxes.append(_boxes(chosen, labels, None if in_world else here))
        poses.append(np.array([pose.matrix for pose in here]).reshape(-1, 4, 4))
    times = [np.array([scene.frames[box.frame].timestamp_ns for box in chosen], dtype=np.int64) for chosen in sides]
    seconds = (times[1] - times[0]).astype(np.float64) * 1e-9
    return Steps(before=boxes[0], after=boxes[1], poses_before=poses[0], poses_after=poses[1], seconds=seconds)


def _a_second_apart(scene: Scene, boxes: Sequence[Box]) -> list[tuple[float, Box, Box]]:
    found = []
    first = 0
    for to in range(1, len(boxes)):
        apart = scene.frames[boxes[to].frame].timestamp_ns - scene.frames[boxes[first].frame].timestamp_ns
        if apart >= 1_000_000_000 or to == len(boxes) - 1:
            found.append((float(np.linalg.norm(boxes[to].center - boxes[first].center)), boxes[first], boxes[to]))
            first = to
    return found
