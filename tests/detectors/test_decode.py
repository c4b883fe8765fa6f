"""Tensors to boxes: every coding undone against boxes that were coded here by the papers' formulas."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.detectors.decode import decode
from lidar_label.detectors.description import Description, read_description
from lidar_label.detectors.detections import Detections, kept
from lidar_label.detectors.outputs import AnchorsOutput, Output
from lidar_label.errors import InvalidValue
from tests.detectors.nets import MEAN, PILLARS, described

HEAD, _, _ = MEAN.partition("[output]")
ANCHORS = """[output]
kind = "anchors"
directions = "directions"
layout = "LAYOUT"
area = [0.0, -4.0, 16.0, 4.0]
[[output.anchor]]
size = [3.9, 1.6, 1.56]
bottom = -1.78
[[output.anchor]]
size = [0.8, 0.6, 1.7]
bottom = -0.6
"""


def description_of(folder: Path, text: str) -> Description:
    (folder / "net.onnx").touch()
    return read_description(described(folder, text))


def output_of(folder: Path, text: str) -> Output:
    found = description_of(folder, text).model
    return found.output  # type: ignore[union-attr]


@pytest.mark.parametrize("layout", ["channels-first", "channels-last"])
def test_anchors_give_back_what_was_coded(tmp_path: Path, layout: str) -> None:
    """4 by 8 cells of 2 m, a box at (5.2, -0.9) in the cell of (5, -1), of the second anchor, turned by 90 degrees."""
    output = output_of(tmp_path, HEAD + ANCHORS.replace("LAYOUT", layout))
    assert isinstance(output, AnchorsOutput)
    scores, boxes = np.full((4, 2, 4, 8), -9.0), np.zeros((4, 7, 4, 8))
    ways = np.zeros((4, 2, 4, 8))
    row, column = 1, 2
    for which, size, bottom, yaw, label, heading, wanted in (
        (3, (0.8, 0.6, 1.7), -0.6, math.pi / 2, 1, -1.4, (5.2, -0.9, 0.4, 0.9, 0.7, 1.8)),
        (0, (3.9, 1.6, 1.56), -1.78, 0.0, 0, 0.2, (4.9, -1.3, -1.1, 4.2, 1.8, 1.5)),
    ):
        scores[which, label, row, column] = 2.0
        diagonal = math.hypot(*size[:2])
        boxes[which, :, row, column] = [
            (wanted[0] - 5.0) / diagonal,
            (wanted[1] + 1.0) / diagonal,
            (wanted[2] - (bottom + size[2] / 2)) / size[2],
            *(math.log(one / two) for one, two in zip(wanted[3:], size, strict=True)),
            (heading if heading > 0 else heading + math.pi) - yaw,  # a network cannot tell the front from the back ...
        ]
        ways[which, 1 if heading < 0 else 0, row, column] = 1.0  # ... and says which half of a turn it is
    arrays = {"scores": scores, "boxes": boxes, "directions": ways}
    tensors = {name: array.reshape(1, -1, 4, 8) for name, array in arrays.items()}
    if layout == "channels-last":
        tensors = {name: np.moveaxis(array, 1, 3) for name, array in tensors.items()}
    found = decode(output, ("Car", "Person"), 0.3, tensors)
    assert found.labels.tolist() == [0, 1]
    np.testing.assert_allclose(found.boxes[0, :6], [4.9, -1.3, -1.1, 4.2, 1.8, 1.5])
    np.testing.assert_allclose(found.boxes[1, :6], [5.2, -0.9, 0.4, 0.9, 0.7, 1.8])
    turns = np.exp(1j * found.boxes[:, 6])
    # offsets of directions are 45 degrees: 0.2 is in the half from -135 to 45 degrees only by half a turn
    np.testing.assert_allclose(np.abs(turns.real), [math.cos(0.2), math.cos(1.4)])
    np.testing.assert_allclose(found.scores, 1 / (1 + math.exp(-2.0)))
    for name, wrong in (("boxes", np.zeros((1, 27, 4, 8))), ("scores", np.zeros((1, 8, 4))),
                        ("directions", np.zeros((1, 8, 5, 8)))):  # fmt: skip
        with pytest.raises(InvalidValue, match=f"the output '{name}' of the model has shape"):
            decode(output, ("Car", "Person"), 0.3, {**tensors, name: wrong})


@pytest.mark.parametrize("yaw", [-2.9, -1.0, 0.3, 0.78, 0.79, 2.2, 3.1])
def test_halves_of_a_turn_are_counted_as_openpcdet_does(tmp_path: Path, yaw: float) -> None:
    """The target of a direction there is floor((yaw - offset) / pi) of the yaw from 0 to 2 pi after the offset."""
    output = output_of(tmp_path, HEAD + ANCHORS.replace("LAYOUT", "channels-first"))
    part = int(((yaw - 0.7853981633974483) % math.tau) // math.pi)
    scores, boxes, ways = np.full((1, 8, 4, 8), -9.0), np.zeros((1, 28, 4, 8)), np.zeros((1, 8, 4, 8))
    scores[0, 0, 0, 0], ways[0, part, 0, 0] = 5.0, 3.0
    for turned in (0, math.pi):  # however the regression left it
        boxes[0, 6, 0, 0] = yaw + turned
        found = decode(output, ("Car", "Person"), 0.3, {"scores": scores, "boxes": boxes, "directions": ways})
        assert math.remainder(found.boxes[0, 6] - yaw, math.tau) == pytest.approx(0, abs=1e-9)


def test_centers(tmp_path: Path) -> None:
    output = output_of(tmp_path, PILLARS.replace("size_log = false", 'size_log = true\nsize_order = ["w", "l", "h"]'))
    arrays: dict[str, Any] = {name: np.zeros((1, n, 16, 32), np.float32) for name, n in
                              (("heat", 1), ("offset", 2), ("height", 1), ("size", 3), ("rotation", 2))}  # fmt: skip
    arrays["heat"] -= 9
    arrays["heat"][0, 0, 3:5, 10] = [2.0, 1.0]  # one peak and its slope
    arrays["heat"][0, 0, 3, 20] = np.nan
    arrays["offset"][0, :, 3, 10] = [0.25, 0.75]
    arrays["height"][0, 0, 3, 10] = -0.5
    arrays["size"][0, :, 3, 10] = np.log([1.8, 4.5, 1.6])
    arrays["rotation"][0, :, 3, 10] = [math.sin(2.0), math.cos(2.0)]
    found = decode(output, ("car",), 0.5, arrays)
    np.testing.assert_allclose(found.boxes, [[10.25, -8 + 3.75, -0.5, 4.5, 1.8, 1.6, 2.0]], rtol=1e-6)
    assert found.dropped == 1
    with pytest.raises(InvalidValue, match=r"'size' of the model has shape \(1, 2, 16, 32\)"):
        decode(output, ("car",), 0.5, {**arrays, "size": arrays["size"][:, :2]})


def test_the_older_convention_of_boxes(tmp_path: Path) -> None:
    """Bottom centres, width before length, and angles that grow clockwise from -y, as SECOND had them."""
    text = (
        HEAD
        + """[output]
    kind = "boxes"
    columns = ["x", "y", "z", "w", "l", "h", "yaw", "score", "label", "-"]
    first_label = 1
    origin = "bottom"
    yaw_zero_deg = -90.0
    yaw_sense = "clockwise"
    """
    )
    rows = np.array([[[1, 2, -1.5, 1.8, 4.5, 1.6, -math.pi / 2 - 0.3, 0.7, 2, 99]]], np.float32)
    found = decode(output_of(tmp_path, text), ("Car", "Person"), 0.3, {"boxes": rows})
    np.testing.assert_allclose(found.boxes, [[1, 2, -0.7, 4.5, 1.8, 1.6, 0.3]], atol=1e-6)
    assert (found.labels.tolist(), found.scores.round(3).tolist()) == ([1], [0.7])
    with pytest.raises(InvalidValue, match="labels from 1 to 2, not 3"):
        decode(output_of(tmp_path, text), ("Car", "Person"), 0.3, {"boxes": rows + np.eye(10)[8].astype(np.float32)})
    with pytest.raises(InvalidValue, match=r"score 3\.7, which is no probability.*score_form"):
        decode(output_of(tmp_path, text), ("Car", "Person"), 0.3, {"boxes": rows + 3 * np.eye(10)[7]})


def test_scores_by_class_and_a_count(tmp_path: Path) -> None:
    text = HEAD + '[output]\nkind = "boxes"\nlabels = ""\ncount = "count"\nscore_form = "logit"\n'
    arrays = {
        "boxes": np.tile(np.array([0, 0, 0, 4, 2, 1, 0], np.float32), (1, 3, 1)),
        "scores": np.array([[[1.0, 2.0], [3.0, -1.0], [9.0, 9.0]]]),
        "count": np.array([2], np.int32),
    }
    found = decode(output_of(tmp_path, text), ("Car", "Person"), 0.3, arrays)
    assert found.labels.tolist() == [1, 0]
    np.testing.assert_allclose(found.scores, 1 / (1 + np.exp([-2.0, -3.0])))
    with pytest.raises(InvalidValue, match="a number of rows from 0 to 3, not 7"):
        decode(output_of(tmp_path, text), ("Car", "Person"), 0.3, {**arrays, "count": np.array([7])})


def test_what_is_kept(tmp_path: Path) -> None:
    """The surest of what overlaps in its class; none that is unsure, of an unwanted class, no box, or over the most."""
    description = description_of(tmp_path, MEAN.replace('Person = ""', 'Person = "person"').replace(
        "score = 0.2", "score = { Car = 0.2, Person = 0.6 }\nmost = 3"))  # fmt: skip
    car = [10.0, 0, 0, 4, 2, 1.5, 0]
    rows = [
        (car, 0.8, 0), ([10.5, 0, 0, 4, 2, 1.5, 0.1], 0.9, 0), (car, 0.7, 1), ([30.0, 0, 0, 4, 2, 1.5, 0], 0.1, 0),
        ([50.0, 0, 0, 0, 2, 1.5, 0], 0.9, 0), ([np.nan, 0, 0, 4, 2, 1, 0], 0.9, 0), ([0, 0, 0, 0, 0, 0, 0], 0.0, 0),
        ([20.0, 0, 0, 4, 2, 1.5, 0], 0.5, 1), ([70.0, 0, 0, 4, 2, 1.5, 0], 0.3, 0), ([80.0, 0, 0, 4, 2, 1, 0], 0.25, 0),
    ]  # fmt: skip
    found = kept(
        Detections(boxes=np.array([row[0] for row in rows]), scores=np.array([row[1] for row in rows]),
                   labels=np.array([row[2] for row in rows])),
        description,
    )  # fmt: skip
    assert found.scores.tolist() == [0.9, 0.7, 0.3]
    assert found.labels.tolist() == [0, 1, 0]
    assert found.boxes[0, 0] == 10.5
    assert found.dropped == 2
