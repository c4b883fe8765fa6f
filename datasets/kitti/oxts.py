"""KITTI's OXTS packets: where the vehicle's GPS and IMU unit was, frame by frame."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lidar_label.datasets.euler import angles_of
from lidar_label.datasets.files import read_text
from lidar_label.errors import UnreadableFile
from lidar_label.model import SE3, Floats
from lidar_label.model.turns import product, turn_about

_EARTH_RADIUS_M = 6_378_137.0
_VALUES = 30
_LEAST_VALUES = 6
_WIDEST_LATITUDE = 85.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Latitude and longitude in degrees, altitude in metres, roll, pitch and yaw (0 is east) in radians."""

    latitude: float
    longitude: float
    altitude: float
    roll: float
    pitch: float
    yaw: float


def read_packet(path: Path) -> Packet:
    """Read a file of one packet, as the raw drives have them; raise `UnreadableFile` where it is none."""
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    if len(lines) != 1:
        raise UnreadableFile(f"an OXTS file has one line of numbers, this one {len(lines)}", where=path)
    return _packet(lines[0], str(path))


def read_packets(path: Path) -> list[Packet]:
    """Read a file of one packet a line, as the tracking benchmark has them."""
    return [_packet(line, f"{path}, row {n}") for n, line in enumerate(read_text(path).splitlines(), 1) if line.strip()]


def _packet(line: str, where: str) -> Packet:
    cells = line.split()
    if len(cells) < _LEAST_VALUES:
        raise UnreadableFile(f"an OXTS packet has {_VALUES} values, this one {len(cells)}", where=where)
    try:
        values = [float(cell) for cell in cells[:_LEAST_VALUES]]
    except ValueError as error:
        raise UnreadableFile(f"an OXTS packet has a value that is no number: {error}", where=where) from None
    if not all(map(math.isfinite, values)) or abs(values[0]) > _WIDEST_LATITUDE:
        raise UnreadableFile(f"this is no place and direction on the earth: {cells[:_LEAST_VALUES]}", where=where)
    names = ("latitude", "longitude", "altitude", "roll", "pitch", "yaw")
    return Packet(**dict(zip(names, values, strict=True)))


def poses_of(packets: Mapping[int, Packet]) -> dict[int, SE3]:
    """Return ``world_SE3_ego`` of each packet; the first one is the world's origin.

    References
    ----------
    A. Geiger et al., "Vision meets Robotics: The KITTI Dataset", 2013, and its raw data development
    kit: a Mercator map scaled by the cosine of the first latitude, turned by roll, pitch and yaw.
    """
    if not packets:
        return {}
    numbers = sorted(packets)
    scale = math.cos(math.radians(packets[numbers[0]].latitude))
    placed = {number: _on_the_map(packets[number], scale) for number in numbers}
    origin = placed[numbers[0]].inverse
    poses = {number: _renamed(origin @ pose) for number, pose in placed.items()}
    poses[numbers[0]] = SE3.identity("world", "ego")
    return poses


def _on_the_map(packet: Packet, scale: float) -> SE3:
    place = (
        scale * _EARTH_RADIUS_M * math.radians(packet.longitude),
        scale * _EARTH_RADIUS_M * math.log(math.tan(math.pi / 4 + math.radians(packet.latitude) / 2)),
        packet.altitude,
    )
    leaning = product(turn_about("y", packet.pitch), turn_about("x", packet.roll))
    turn = product(turn_about("z", packet.yaw), leaning)
    return SE3("map", "ego", turn, place)


def _renamed(first_SE3_ego: SE3) -> SE3:
    return SE3("world", "ego", first_SE3_ego.rotation, first_SE3_ego.translation)


def fill_gaps(poses: Mapping[int, SE3], wanted: Sequence[int]) -> dict[int, SE3]:
    """Return a pose for each wanted frame number, interpolated by number where there is none.

    Before the first and after the last pose the nearest one stands.
    """
    known = np.array(sorted(poses))
    filled: dict[int, SE3] = {}
    for number in wanted:
        after = int(np.searchsorted(known, number))
        if number in poses:
            filled[number] = poses[number]
        elif after in (0, len(known)):
            filled[number] = poses[int(known[min(after, len(known) - 1)])]
        else:
            low, high = int(known[after - 1]), int(known[after])
            filled[number] = poses[low].between(poses[high], (number - low) / (high - low))
    return filled


def pose_at(times_ns: Sequence[int], poses: Sequence[SE3], time_ns: int) -> SE3:
    """Return the pose at a time, between its neighbours; past an end, the motion goes on for one interval."""
    if len(times_ns) < 2:
        return poses[0]
    at = min(max(int(np.searchsorted(np.asarray(times_ns, dtype=np.int64), time_ns)), 1), len(times_ns) - 1)
    start, stop = times_ns[at - 1], times_ns[at]
    fraction = (time_ns - start) / (stop - start)
    return poses[at - 1].between(poses[at], min(max(fraction, -1.0), 2.0))


def packets_for(poses: Sequence[SE3]) -> list[Packet]:
    """Return packets that `poses_of` turns into these poses, seen from the first one.

    KITTI has places on the earth alone, so the drive is put where latitude and longitude are 0.
    """
    return [_packet_for(pose.translation - poses[0].translation, pose) for pose in poses]


def _packet_for(place: Floats, pose: SE3) -> Packet:
    yaw, pitch, roll = angles_of(pose.rotation, "ZYX")
    return Packet(
        latitude=math.degrees(math.atan(math.sinh(place[1] / _EARTH_RADIUS_M))),
        longitude=math.degrees(place[0] / _EARTH_RADIUS_M),
        altitude=float(place[2]),
        roll=float(roll),
        pitch=float(pitch),
        yaw=float(yaw),
    )


def format_packet(packet: Packet) -> str:
    """Return the 30 values of a packet; velocities, accelerations and the receiver's state are 0."""
    known = (packet.latitude, packet.longitude, packet.altitude, packet.roll, packet.pitch, packet.yaw)
    return " ".join([*(repr(value + 0.0) for value in known), *["0"] * (_VALUES - len(known))])
