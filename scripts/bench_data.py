#!/usr/bin/env python3
"""Make LAS clouds of a town as a mobile mapping car sees it: any number of points, in the order of the scan.

    scripts/bench_data.py FILE.las POINTS [--seed N]        POINTS may be 50m or 500k

Two profile scanners on a car that drives up and down the streets of a town: road and kerbs, cars,
poles and trees along it, houses beyond. LAS 1.4, point format 7, every field filled, millimetres,
UTM 32. The same seed gives the same bytes. Memory does not grow with the points.
"""

from __future__ import annotations

import argparse
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from numba import njit  # noqa: E402

from lidar_label import kernels  # noqa: E402, F401  (it says where compiled code is kept)

RECORD = np.dtype(
    [
        ("x", "<i4"),
        ("y", "<i4"),
        ("z", "<i4"),
        ("intensity", "<u2"),
        ("returns", "u1"),
        ("flags", "u1"),
        ("classification", "u1"),
        ("user_data", "u1"),
        ("scan_angle", "<i2"),
        ("point_source_id", "<u2"),
        ("gps_time", "<f8"),
        ("red", "<u2"),
        ("green", "<u2"),
        ("blue", "<u2"),
    ]
)  # LAS 1.4 R15, point data record format 7
SCALE, ORIGIN = 0.001, (500_000.0, 5_400_000.0, 0.0)
BLOCK = 500_000  # points made at a time by one thread
THREADS = 2
SPEED, RATE = 10.0, 200.0  # of the car, m/s; of the scanners, turns per second
STREET, ACROSS, BEND = 480.0, 60.0, 15.0  # metres of a street, from one to the next, radius of a bend
LEG = STREET + ACROSS + np.pi * BEND  # one street, a bend, the way to the next street, a bend
ROAD, KERB, PARKED, ALLEY = 5.0, 0.12, 4.0, 6.8  # half a road, height of a kerb; where cars and trees stand, across
START = 1.3e9 - 1e9 + 90_000_000.0  # adjusted GPS seconds
WKT = (
    b'PROJCS["WGS 84 / UTM zone 32N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    b'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    b'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",9],PARAMETER["scale_factor",0.9996],'
    b'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1],AUTHORITY["EPSG","32632"]]'
)


@njit(cache=True, nogil=True, inline="always")
def _mixed(value: np.uint64) -> np.uint64:
    """Return 64 random bits of a number (splitmix64, Steele, Lea and Flood 2014)."""
    value = (value + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(cache=True, nogil=True, inline="always")
def _share(bits: np.uint64, shift: int) -> float:
    """Return 16 of the bits as a number from 0 to 1."""
    return float((bits >> np.uint64(shift)) & np.uint64(0xFFFF)) / 65536.0


@njit(cache=True, nogil=True)
def _place(at: float) -> tuple[float, float, float, float]:
    """Return where the car is after `at` metres: east, north, and its heading's cosine and sine."""
    leg = int(at // LEG)
    rest = at - leg * LEG
    sign = 1.0 if leg % 2 == 0 else -1.0  # even streets lead east
    west, north = (0.0, leg * (ACROSS + 2 * BEND))
    x, y, turn = 0.0, 0.0, 0.0  # of a leg that leads east and bends to the north
    quarter = np.pi / 2 * BEND
    if rest < STREET:
        x = rest
    elif rest < STREET + quarter:
        turn = (rest - STREET) / BEND
        x, y = STREET + BEND * np.sin(turn), BEND * (1 - np.cos(turn))
    elif rest < STREET + quarter + ACROSS:
        turn = np.pi / 2
        x, y = STREET + BEND, BEND + rest - STREET - quarter
    else:
        turn = np.pi / 2 + (rest - STREET - quarter - ACROSS) / BEND
        x, y = STREET + BEND * np.sin(turn), BEND * (1 - np.cos(turn)) + ACROSS
    if sign < 0:
        x = STREET - x
    return west + x, north + y, sign * np.cos(turn), np.sin(turn)


@njit(cache=True, nogil=True, inline="always")
def _hill(east: float, north: float) -> float:
    """Return the height of the road, metres."""
    return 210.0 + 7.0 * np.sin(east / 170.0 + 0.4) * np.cos(north / 230.0) + 2.0 * np.sin((east + north) / 61.0)


@njit(cache=True, nogil=True)
def _hit(along, side, up, height, is_street, leg, rest, seed):  # noqa: ANN001, ANN202, C901
    """Follow a ray from the scanner; return how far, what it hits, random bits of that thing, and returns.

    The ray leads `along` the street, to the `side` (positive is left) and `up`, from `height` above the road;
    `down` says it was sent below the horizon. All per metre. A length of 0 says that it is lost in the sky.
    """
    across = abs(side)
    left = np.uint64(1) if side > 0 else np.uint64(0)
    street = np.uint64(leg * 8 + 1) * np.uint64(1_000_003) + left * np.uint64(77) + np.uint64(seed)
    far = 1e9
    if up < -1e-6:
        far = -height / up
        if far * across > ROAD:
            far = (KERB - height) / up
            far = max(far, ROAD / across) if across > 1e-9 else far
    ground_far = far
    if not is_street:
        return (far, 2 if far * across > ROAD else 11, np.uint64(0), 1) if far * across < 12.0 else (0.0, 0, street, 1)
    if across < 1e-3:
        return (far, 11, np.uint64(0), 1) if far < 60.0 else (0.0, 0, street, 1)
    # parked cars: one place every 7 metres, most of them taken
    to = PARKED / across
    place = np.floor((rest + along * to) / 7.0)
    bits = _mixed(street * np.uint64(3) + np.uint64(place + 64.0))
    if _share(bits, 0) < 0.6:
        long, wide, tall = 3.8 + 1.2 * _share(bits, 16), 1.7 + 0.2 * _share(bits, 32), 1.4 + 0.6 * _share(bits, 48)
        middle = (place + 0.5) * 7.0 - rest
        near, exit_ = (PARKED - wide / 2) / across, (PARKED + wide / 2) / across
        if abs(along) > 1e-9:
            one, two = (middle - long / 2) / along, (middle + long / 2) / along
            near, exit_ = max(near, min(one, two)), min(exit_, max(one, two))
        elif abs(middle) > long / 2:
            exit_ = -1.0
        if up < -1e-9:
            near, exit_ = max(near, (tall - height) / up), min(exit_, (0.3 - height) / up)
        elif height > tall:
            exit_ = -1.0
        if near < exit_ and 0.0 < near < far:
            return near, 1, bits, 1
    # trees and lamps: one every 9 metres
    to = ALLEY / across
    place = np.floor((rest + along * to) / 9.0)
    bits = _mixed(street * np.uint64(5) + np.uint64(place + 64.0))
    kind = _share(bits, 0)
    if kind < 0.75 and to < far + 3.0 / across:
        ahead = (place + 0.5) * 9.0 - rest
        trunk, top = 0.08 + (0.12 * _share(bits, 16) if kind > 0.2 else 0.0), 6.0 + 2.5 * _share(bits, 32)
        flat = along * along + across * across
        nearest = (along * ahead + across * ALLEY) / flat
        miss = (ahead - along * nearest) ** 2 + (ALLEY - across * nearest) ** 2
        high = height + up * nearest
        if miss < trunk * trunk and 0.0 < high < top and nearest < far:
            return nearest - np.sqrt((trunk * trunk - miss) / flat), 64 if kind < 0.2 else 5, bits, 1
        if kind >= 0.2:
            crown = 1.6 + 1.2 * _share(bits, 48)
            dot = along * ahead + across * ALLEY + up * (top - height)
            miss = ahead * ahead + ALLEY * ALLEY + (top - height) ** 2 - dot * dot
            if miss < crown * crown and dot > 0.0:
                leaf = _mixed(bits ^ np.uint64(np.int64(along * 4e6) ^ np.int64(up * 9e6 + rest * 1e4)))
                depth = _share(leaf, 0)
                if depth < 0.85:  # some light passes
                    half = np.sqrt(crown * crown - miss)
                    return dot - half + 2 * half * depth * depth, 5, bits, 1 + int(depth * 3.5)
    # houses: one every 17 metres with gaps
    bits = _mixed(street * np.uint64(7) + np.uint64(np.floor((rest + along * 11.0 / across) / 17.0) + 64.0))
    if _share(bits, 0) < 0.85:
        wall = 9.5 + 3.0 * _share(bits, 16)
        to = wall / across
        within = (rest + along * to) % 17.0
        high = height + up * to
        if to < far and 0.0 < high < 7.0 + 9.0 * _share(bits, 32) and within > 1.2:
            window = within % 2.6
            if 0.8 < window < 2.0 and 0.9 < high % 3.0 < 2.3:
                to += 0.18 / across  # a pane stands back
            return to, 6, bits, 1
    if ground_far * across < 45.0:
        return ground_far, 2 if ground_far * across > ROAD else 11, np.uint64(0), 1
    return 0.0, 0, street, 1


@njit(cache=True, nogil=True)
def fill(records, first, per_turn, step, seed, counts, low, high):  # noqa: ANN001, ANN201, C901
    """Fill LAS records with the points from number `first` on.

    Parameters
    ----------
    records : (N,) of RECORD
    first : number of the first point in the whole scan
    per_turn, step : points and metres of a turn of a scanner
    seed : whole number
    counts : (15,) int64, points of each return; low, high : (3,) int64, the least and largest position
    """
    turn = np.int64(-1)
    east = north = cos = sin = ground = slope = rest = height = lean = 0.0
    leg, is_street = 0, True
    for i in range(len(records)):
        number = first + i
        if number // per_turn != turn:
            turn = number // per_turn
            at = turn * step
            east, north, cos, sin = _place(at)
            ground = _hill(east, north)
            slope = _hill(east + cos, north + sin) - ground
            leg = int(at // LEG)
            rest = at - leg * LEG
            quarter = np.pi / 2 * BEND
            is_street = 20.0 < rest < STREET - 20.0
            if not is_street and STREET + quarter + 20.0 < rest < STREET + quarter + ACROSS - 20.0:
                is_street = True
            head = turn % 2
            lean = 0.6 if head == 0 else -0.6  # the profiles lean forward and back
            height = 2.3
        j = number - turn * per_turn
        bits = _mixed(np.uint64(number) ^ (np.uint64(seed) << np.uint64(40)))
        angle = (j + _share(bits, 0)) / per_turn * 4.2 - 2.1  # from straight down, to the left and right
        length, kind, thing, returns = 0.0, 0, np.uint64(0), 1
        along = side = up = 0.0
        for attempt in range(3):
            side, up = np.sin(angle), -np.cos(angle)
            along = lean * abs(side)
            norm = 1.0 / np.sqrt(1.0 + along * along)
            along, side, up = along * norm, side * norm, up * norm
            length, kind, thing, returns = _hit(along, side, up, height, is_street, leg, rest, seed)
            if length > 0.0:
                break
            # lost in the sky: a scanner says nothing then, here it looks down instead
            angle = (_share(bits, 16 + 16 * attempt) * 2.0 - 1.0) * (1.1 if attempt < 1 else 0.9)
        noise = (_share(bits, 16) + _share(bits, 32) + _share(bits, 48) - 1.5) * 0.008
        if kind == 5:
            noise *= 3.0
        length += noise
        ds, dt = along * length, side * length
        x, y, heading_cos, heading_sin = east + cos * ds, north + sin * ds, cos, sin
        x -= heading_sin * dt
        y += heading_cos * dt
        z = ground + slope * ds - 0.02 * min(abs(dt), 5.0) + height + up * length
        record = records[i]
        gx, gy, gz = np.int64(np.rint(x / SCALE)), np.int64(np.rint(y / SCALE)), np.int64(np.rint(z / SCALE))
        record.x, record.y, record.z = np.int32(gx), np.int32(gy), np.int32(gz)
        low[0], low[1], low[2] = min(low[0], gx), min(low[1], gy), min(low[2], gz)
        high[0], high[1], high[2] = max(high[0], gx), max(high[1], gy), max(high[2], gz)
        which = 1 + int(_share(thing ^ bits, 8) * returns)
        counts[which - 1] += 1
        grain = _share(bits, 8)
        if kind == 11:
            red = green = blue = 70.0 + 18.0 * grain
            shine = 18.0
            if abs(abs(dt) - 0.08) < 0.08 and (rest + ds) % 12.0 < 6.0:  # a marking
                red = green = blue = 215.0
                shine = 90.0
        elif kind == 2:
            red, green, blue, shine = 120.0 + 20.0 * grain, 115.0 + 20.0 * grain, 105.0 + 15.0 * grain, 30.0
        elif kind == 6:
            red, green, blue = 130.0 + 110.0 * _share(thing, 8), 120.0 + 90.0 * _share(thing, 24), 90.0 + 100.0 * grain
            shine = 45.0
        elif kind == 5:
            red, green, blue, shine = 40.0 + 40.0 * grain, 90.0 + 70.0 * grain, 30.0 + 25.0 * grain, 38.0
        elif kind == 1:
            red, green, blue = 240.0 * _share(thing, 8), 240.0 * _share(thing, 24), 240.0 * _share(thing, 40)
            shine = 60.0
        else:
            red, green, blue, shine = 150.0, 152.0, 158.0, 75.0
        record.intensity = np.uint16(min(65535.0, shine * 480.0 * (0.75 + 0.5 * grain) / (1.0 + length * 0.02)))
        record.returns = np.uint8(which | (returns << 4))
        channel = turn % 2
        record.flags = np.uint8((channel << 4) | ((1 if dt > 0 else 0) << 6) | ((1 if j == 0 else 0) << 7))
        record.classification = np.uint8(kind)
        record.user_data = np.uint8(min(255.0, length * 4.0))
        record.scan_angle = np.int16(np.rint(np.degrees(angle) / 0.006))
        record.point_source_id = np.uint16(leg + 1)
        record.gps_time = START + turn * step / SPEED + j / (per_turn * RATE)
        record.red, record.green, record.blue = (
            np.uint16(red * 257.0),
            np.uint16(green * 257.0),
            np.uint16(blue * 257.0),
        )


def header(points: int, counts: np.ndarray, low: np.ndarray, high: np.ndarray) -> bytes:
    """Return everything before the points: the header of LAS 1.4 and the record that names the projection."""
    record = struct.pack("<2x16sHH32s", b"LASF_Projection", 2112, len(WKT) + 1, b"WGS 84 / UTM zone 32N") + WKT + b"\0"
    found = struct.pack("<4sHH16xBB32s32sHHHIIBHI", b"LASF", 0, 1 | 16, 1, 4, b"made up", b"lidar-label bench_data",
                        1, 2026, 375, 375 + len(record), 1, 7, RECORD.itemsize, 0) + bytes(20)  # fmt: skip
    found += struct.pack("<6d", SCALE, SCALE, SCALE, *ORIGIN)
    for axis in range(3):
        found += struct.pack("<2d", high[axis] * SCALE + ORIGIN[axis], low[axis] * SCALE + ORIGIN[axis])
    found += struct.pack("<QQIQ15Q", 0, 0, 0, points, *counts.tolist())
    return found + record


def make_las(path: Path, points: int, seed: int = 0) -> None:
    """Write a made-up town of so many points; the file appears under its name when it is whole."""
    metres = 800.0 * (points / 1e6) ** 0.5  # 2.5 km of 10 million points, 5.7 of 50, 17.9 of 500
    turns = max(1, round(metres / (SPEED / RATE)))
    per_turn = -(-points // turns)
    counts = np.zeros((THREADS, 15), np.int64)
    low = np.full((THREADS, 3), np.iinfo(np.int64).max)
    high = np.full((THREADS, 3), np.iinfo(np.int64).min)
    buffers = [np.zeros(BLOCK, RECORD) for _ in range(2 * THREADS)]
    part = path.with_name(path.name + ".part")

    def block(number: int) -> np.ndarray:
        lane = number % THREADS
        first = number * BLOCK
        records = buffers[number % len(buffers)][: min(BLOCK, points - first)]
        fill(records, first, per_turn, SPEED / RATE, seed, counts[lane], low[lane], high[lane])
        return records

    try:
        with part.open("wb") as file, ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
            lanes = (one, other)  # a lane each, so that no two threads count in the same place
            file.write(header(points, counts.sum(0), np.zeros(3), np.zeros(3)))
            blocks = -(-points // BLOCK)
            waiting = [lanes[n % THREADS].submit(block, n) for n in range(min(blocks, THREADS))]
            for n in range(blocks):
                records = waiting.pop(0).result()
                if n + THREADS < blocks:  # into the buffers that are not being written now
                    waiting.append(lanes[n % THREADS].submit(block, n + THREADS))
                file.write(records.view(np.uint8).data)
            file.seek(0)
            file.write(header(points, counts.sum(0), low.min(0), high.max(0)))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def number_of(text: str) -> int:
    """Return 50_000_000 of '50m'."""
    letters = {"k": 1_000, "m": 1_000_000}
    return int(float(text[:-1]) * letters[text[-1].lower()]) if text[-1].lower() in letters else int(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("points", type=number_of)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    start = time.perf_counter()
    make_las(given.file, given.points, given.seed)
    seconds = time.perf_counter() - start
    print(f"{given.points:,} points in {seconds:.1f} s, {given.points / seconds / 1e6:.1f} M points/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
