"""2D labels read from files made here, as their formats have them, and from such as break the rules."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets.flat import Rle, read_flat
from lidar_label.datasets.flat.coco import rle_of
from lidar_label.errors import LidarLabelError, UnreadableFile

pytestmark = pytest.mark.one_numpy


def coco(tmp_path: Path, annotation: dict[str, Any], **images: Any) -> Path:
    path = tmp_path / "labels.json"
    image = {"id": 7, "file_name": "a/000001.png", "width": 8, "height": 6, **images}
    row = {"id": 3, "image_id": 7, "category_id": 1, "bbox": [1, 2, 4, 3], **annotation}
    whole = {"images": [image], "annotations": [row], "categories": [{"id": 1, "name": "car"}]}
    path.write_text(json.dumps(whole), "utf-8")
    return path


def test_coco_boxes_polygons_and_masks(tmp_path: Path) -> None:
    (one,) = read_flat(coco(tmp_path, {"track_id": 12, "segmentation": [[1, 2, 5, 2, 5, 5]]}))
    assert (one.image, one.category, one.size, one.object) == ("a/000001.png", "car", (8, 6), "12")
    np.testing.assert_allclose(one.rect, [0.5, 1.5, 4.5, 4.5])  # COCO counts from the corner of a pixel
    np.testing.assert_allclose(one.polygons[0], [[0.5, 1.5], [4.5, 1.5], [4.5, 4.5]])
    (run,) = read_flat(coco(tmp_path, {"segmentation": {"size": [6, 8], "counts": [8, 3, 3, 3, 31]}}))
    assert run.rle is not None
    mask = run.rle.mask("")
    assert mask.shape == (6, 8)
    assert {(int(r), int(c)) for r, c in np.argwhere(mask)} == {(r, c) for r in (2, 3, 4) for c in (1, 2)}


def packed(counts: list[int]) -> str:
    """Pack runs as pycocotools does (its C code, rleToString), for the reader to unpack."""
    text = ""
    for n, count in enumerate(counts):
        value, more = count - counts[n - 2] if n > 2 else count, True
        while more:
            bits, value = value & 0x1F, value >> 5
            more = value != -1 if bits & 0x10 else value != 0
            text += chr((bits | 0x20 if more else bits) + 48)
    return text


def test_packed_runs_come_back() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        counts = random.integers(1, 3000, 9).tolist()
        rle = rle_of({"size": [1, sum(counts)], "counts": packed(counts)}, "")
        assert rle == Rle(1, sum(counts), tuple(counts))


def test_nuimages_tables(tmp_path: Path) -> None:
    folder = tmp_path / "v1.0-mini"
    folder.mkdir()
    counts = base64.b64encode(packed([8, 3, 3, 3, 31]).encode()).decode()
    rows = {
        "object_ann": [{"token": "o", "sample_data_token": "s", "category_token": "c", "bbox": [1, 2, 5, 6],
                        "mask": {"size": [6, 8], "counts": counts}}],
        "sample_data": [{"token": "s", "filename": "samples/CAM_FRONT/x.jpg", "width": 8, "height": 6}],
        "category": [{"token": "c", "name": "vehicle.car"}],
    }  # fmt: skip
    for name, table in rows.items():
        (folder / f"{name}.json").write_text(json.dumps(table), "utf-8")
    for path in (tmp_path, folder, folder / "object_ann.json"):
        (one,) = read_flat(path)
        assert (one.image, one.category) == ("samples/CAM_FRONT/x.jpg", "vehicle.car")
        assert one.rle is not None
        assert one.rle.mask("").sum() == 6
    (folder / "category.json").write_text("[]", "utf-8")
    with pytest.raises(LidarLabelError, match="in no table"):
        read_flat(tmp_path)


def test_kitti_text_of_both_benchmarks(tmp_path: Path) -> None:
    (tmp_path / "000008.txt").write_text(
        "Car 0.00 0 -1.5 10 20 110 80\nDontCare -1 -1 -10 1 1 9 9 -1 -1 -1 -1000 -1000 -1000 -10\n\n"
        "Van 0.00 0 -1.5 10.5 20 110 80 2 2 5 1 1 10 0.1\nCar -1 -1 -10 -1 -1 -1 -1 1 1 1 1 1 1 1\n", "utf-8",
    )  # fmt: skip
    marks = read_flat(tmp_path)
    assert [(m.image, m.category, m.rect[0]) for m in marks] == [
        ("image_02/000008", "Car", 10),
        ("image_02/000008", "Van", 10.5),
    ]
    (tmp_path / "000008.txt").write_text("12 4 Car 0 0 -1.5 10 20 110 80 1 1 4 1 1 9 0\n", "utf-8")
    (one,) = read_flat(tmp_path / "000008.txt")
    assert (one.image, one.object) == ("000008/image_02/000012", "4")


@pytest.mark.parametrize("categories", [None, 7, {"id": 1}])
def test_categories_that_are_no_list_are_said(tmp_path: Path, categories: object) -> None:
    path = tmp_path / "flat.json"
    path.write_text(json.dumps({"images": [], "annotations": [], "categories": categories}), "utf-8")
    with pytest.raises(UnreadableFile, match="lists of images, annotations and categories"):
        read_flat(path)


def test_a_picture_of_absurd_size_has_none(tmp_path: Path) -> None:
    path = tmp_path / "flat.json"
    whole = {
        "images": [{"id": 1, "file_name": "a.png", "width": 10**400, "height": 10**400}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
        "categories": [{"id": 1, "name": "car"}],
    }
    path.write_text(json.dumps(whole), "utf-8")
    assert read_flat(path)[0].size is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"bbox": [1, 2, "x", 3]}, "a bbox is"),
        ({"bbox": [1, 2, float("nan"), 3]}, "a bbox is"),
        ({"bbox": [1, 2, 0, 3]}, "0 x 3 pixels"),
        ({"bbox": [1, 2, 10**400, 3]}, "a bbox is"),
        ({"image_id": 8}, "no image 8"),
        ({"category_id": None}, "no category None"),
        ({"segmentation": [[1, 2, 3]]}, "a polygon is"),
        ({"segmentation": {"size": [6, 8], "counts": "~~~"}}, "the runs of a mask"),
        ({"segmentation": {"size": [6], "counts": []}}, "the size of a mask"),
    ],
)
def test_annotations_that_break_the_rules_are_named(tmp_path: Path, row: dict[str, Any], says: str) -> None:
    with pytest.raises(LidarLabelError, match=says) as caught:
        read_flat(coco(tmp_path, row))
    assert "annotation 3" in str(caught.value)


def test_masks_of_absurd_size_are_refused_before_they_are_made() -> None:
    with pytest.raises(LidarLabelError, match="cannot be read"):
        Rle(10**6, 10**6, (10**12,)).mask("x")
    with pytest.raises(LidarLabelError, match="the runs of a mask are 5 pixels, it has 48"):
        Rle(6, 8, (2, 3)).mask("x")


def test_what_is_no_file_of_2d_labels(tmp_path: Path) -> None:
    with pytest.raises(LidarLabelError, match="no 2D labels at this path"):
        read_flat(tmp_path / "none.json")
    (tmp_path / "x.json").write_text("[1, 2", "utf-8")
    with pytest.raises(LidarLabelError):
        read_flat(tmp_path / "x.json")
    (tmp_path / "x.json").write_text("[]", "utf-8")
    with pytest.raises(LidarLabelError, match="lists of images, annotations and categories"):
        read_flat(tmp_path / "x.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LidarLabelError, match="no 2D labels that can be read"):
        read_flat(tmp_path / "empty")
    with pytest.raises(LidarLabelError, match="coco, kitti, nuimages"):
        read_flat(tmp_path, "yolo")
