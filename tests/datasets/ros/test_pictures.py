"""Pictures and lenses of messages: the same pixels, and the same projection, whatever the encoding says."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import ReadOptions, open_dataset
from lidar_label.datasets.base import Dataset
from lidar_label.errors import UnreadableFile
from lidar_label.model import Fisheye, Image, Pinhole

K = (500.0, 0, 320, 0, 510, 240, 0, 0, 1)


@pytest.fixture
def see(record: Callable[..., Path], made: ModuleType) -> Callable[..., tuple[Dataset, Image]]:
    """Write one picture, with or without a calibration, and open it."""

    def write(
        encoding: str, data: np.ndarray, size: tuple[int, int], step: int, *, big: bool = False,
        topic: str = "/cam/image_raw", info: Callable[..., object] | None = None, kind: str = "bag", **assume: str,
    ) -> tuple[Dataset, Image]:  # fmt: skip
        raw = np.frombuffer(np.ascontiguousarray(data).tobytes(), dtype=np.uint8)

        def make(m: Any) -> Any:
            head = m.header(made.START, "cam")
            return m("sensor_msgs/msg/Image", head, size[1], size[0], encoding, int(big), step, raw)

        sent = [made.Sent(topic, "sensor_msgs/msg/Image", made.START, make)]
        if info is not None:
            sent.append(made.Sent(topic.rpartition("/")[0] + "/camera_info", "sensor_msgs/msg/CameraInfo", made.START,
                                  info))  # fmt: skip
        dataset = open_dataset(record(kind, sent), "", ReadOptions(assume=assume))
        (image,) = dataset.scene("drive").frames[0].images.values()
        return dataset, image

    return write


def pixels(image: Image) -> np.ndarray:
    assert image.suffix == ".png"
    return np.asarray(Picture.open(io.BytesIO(image.encoded())))


@pytest.mark.parametrize(
    ("encoding", "depth", "order"),
    [("rgb8", 3, (0, 1, 2)), ("bgr8", 3, (2, 1, 0)), ("8UC3", 3, (2, 1, 0)), ("rgba8", 4, (0, 1, 2, 3)),
     ("bgra8", 4, (2, 1, 0, 3))],
)  # fmt: skip
def test_colours(see: Callable[..., tuple[Dataset, Image]], encoding: str, depth: int, order: Sequence[int]) -> None:
    data = np.random.default_rng(0).integers(0, 256, (5, 7, depth), dtype=np.uint8)
    rows = np.zeros((5, 7 * depth + 3), dtype=np.uint8)  # rows may be padded
    rows[:, : 7 * depth] = data.reshape(5, -1)
    _, image = see(encoding, rows, (7, 5), rows.shape[1])
    np.testing.assert_array_equal(pixels(image), data[..., order])


@pytest.mark.parametrize("big", [False, True])
def test_grey_in_8_and_16_bits(see: Callable[..., tuple[Dataset, Image]], big: bool) -> None:
    grey = np.random.default_rng(1).integers(0, 65536, (4, 6)).astype(">u2" if big else "<u2")
    np.testing.assert_array_equal(pixels(see("mono16", grey, (6, 4), 12, big=big, kind="db3")[1]), grey)


def test_grey_in_8_bits(see: Callable[..., tuple[Dataset, Image]]) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (4, 6), dtype=np.uint8)
    np.testing.assert_array_equal(pixels(see("mono8", grey, (6, 4), 6)[1]), grey)


@pytest.mark.parametrize(("encoding", "order"), [("yuv422", "UYVY"), ("yuv422_yuy2", "YUYV")])
def test_shared_colours_are_what_pillow_makes_of_them(
    see: Callable[..., tuple[Dataset, Image]], encoding: str, order: str
) -> None:
    rng = np.random.default_rng(3)
    planes = {"Y": rng.integers(30, 220, (4, 8), dtype=np.uint8)}
    planes |= {name: rng.integers(90, 160, (4, 4), dtype=np.uint8) for name in "UV"}
    seen = {
        "Y": iter((planes["Y"][:, ::2], planes["Y"][:, 1::2])),
        "U": iter((planes["U"],)),
        "V": iter((planes["V"],)),
    }
    rows = np.stack([next(seen[letter]) for letter in order], axis=-1).reshape(4, 16)
    full = np.stack([planes["Y"], planes["U"].repeat(2, axis=1), planes["V"].repeat(2, axis=1)], axis=-1)
    expected = np.asarray(Picture.fromarray(full, "YCbCr").convert("RGB")).astype(int)
    assert np.abs(pixels(see(encoding, rows, (8, 4), 16)[1]).astype(int) - expected).max() <= 1


@pytest.mark.parametrize(("pattern", "red"), [("rggb", (0, 0)), ("grbg", (0, 1)), ("gbrg", (1, 0)), ("bggr", (1, 1))])
def test_a_mosaic_of_one_colour_gives_that_colour(
    see: Callable[..., tuple[Dataset, Image]], pattern: str, red: tuple[int, int]
) -> None:
    y, x = np.indices((6, 8))
    is_red = (y % 2 == red[0]) & (x % 2 == red[1])
    is_blue = (y % 2 != red[0]) & (x % 2 != red[1])
    mosaic = np.where(is_red, 200, np.where(is_blue, 40, 120)).astype(np.uint8)
    found = pixels(see(f"bayer_{pattern}8", mosaic, (8, 6), 8)[1])
    assert (found == (200, 120, 40)).all()


def test_what_cannot_be_shown_says_so(see: Callable[..., tuple[Dataset, Image]]) -> None:
    _, image = see("32FC7", np.zeros(100, np.uint8), (2, 2), 56)
    with pytest.raises(UnreadableFile, match="'32FC7' cannot be shown"):
        image.encoded()


def test_a_picture_that_is_too_short(see: Callable[..., tuple[Dataset, Image]]) -> None:
    _, image = see("rgb8", np.zeros(100, np.uint8), (2000, 2000), 6000)
    with pytest.raises(UnreadableFile, match="needs more than its 100 bytes"):
        image.encoded()


def info_of(**kwargs: object) -> Callable[..., object]:
    def make(m: object) -> object:
        return m.camera(0, "cam", kwargs.pop("size", (640, 480)), kwargs.pop("k", K), **kwargs)  # type: ignore[attr-defined]

    return make


def lens_of(see: Callable[..., tuple[Dataset, Image]], size: tuple[int, int] = (640, 480), **kwargs: object) -> object:
    topic, assume = kwargs.pop("topic", "/cam/image_raw"), kwargs.pop("assume", {})
    grey = np.zeros((size[1], size[0]), np.uint8)
    _, image = see("mono8", grey, size, size[0], topic=topic, info=info_of(**kwargs), **assume)
    return image.sensor.camera


def test_lenses(see: Callable[..., tuple[Dataset, Image]]) -> None:
    plain = lens_of(see, d=(-0.3, 0.1, 0.001, -0.002, 0.01))
    assert plain == Pinhole(width=640, height=480, fx=500, fy=510, cx=320, cy=240,
                            distortion=(-0.3, 0.1, 0.001, -0.002, 0.01))  # fmt: skip


@pytest.mark.parametrize("model", ["equidistant", "fisheye"])
def test_fisheyes(see: Callable[..., tuple[Dataset, Image]], model: str) -> None:
    lens = lens_of(see, d=(0.1, -0.02, 0.003, 0.0), model=model)
    assert lens == Fisheye(width=640, height=480, fx=500, fy=510, cx=320, cy=240, distortion=(0.1, -0.02, 0.003, 0.0))


def test_eight_coefficients(see: Callable[..., tuple[Dataset, Image]]) -> None:
    d = (0.1, 0.2, 0, 0, 0.01, 0.3, 0.05, 0.001)
    lens = lens_of(see, d=d, model="rational_polynomial")
    assert isinstance(lens, Pinhole)
    assert lens.distortion == d


def test_a_rectified_picture_has_no_distortion(see: Callable[..., tuple[Dataset, Image]]) -> None:
    """Trap 64: distortion must not be applied a second time."""
    p = (480.0, 0, 310, 0, 0, 485, 235, 0, 0, 0, 1, 0)
    expected = Pinhole(width=640, height=480, fx=480, fy=485, cx=310, cy=235)
    assert lens_of(see, topic="/cam/image_rect_color", d=(-0.3, 0.1, 0, 0, 0), p=p) == expected


def test_whether_it_is_rectified_can_be_told(see: Callable[..., tuple[Dataset, Image]]) -> None:
    p = (480.0, 0, 310, 0, 0, 485, 235, 0, 0, 0, 1, 0)
    lens = lens_of(see, d=(-0.3, 0.1, 0, 0, 0), p=p, assume={"rectified": "yes"})
    assert lens == Pinhole(width=640, height=480, fx=480, fy=485, cx=310, cy=235)


def test_half_size_pictures_scale_the_calibration(see: Callable[..., tuple[Dataset, Image]]) -> None:
    lens = lens_of(see, (320, 240))
    assert lens == Pinhole(width=320, height=240, fx=250, fy=255, cx=159.75, cy=119.75)


def test_a_part_of_the_picture_shifts_the_centre(see: Callable[..., tuple[Dataset, Image]]) -> None:
    lens = lens_of(see, (300, 200), roi=(100, 50, 300, 200))
    assert lens == Pinhole(width=300, height=200, fx=500, fy=510, cx=220, cy=190)


def test_a_camera_without_calibration(see: Callable[..., tuple[Dataset, Image]]) -> None:
    dataset, image = see("mono8", np.zeros((4, 4), np.uint8), (4, 4), 4)
    assert image.sensor.camera is None
    assert "there is no calibration of /cam/image_raw" in str(dataset.findings)


def test_an_empty_calibration(see: Callable[..., tuple[Dataset, Image]]) -> None:
    assert lens_of(see, k=(0.0,) * 9) is None
