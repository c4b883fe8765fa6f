"""Small networks as real ONNX files, and the descriptions that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT32, INT64, STRING = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64, TensorProto.STRING
CAR = (4.5, 1.8, 1.6)

MEAN = """
kind = "onnx"
name = "Mean of points"
classes = ["Car", "Person"]
score = 0.2
[categories]
Car = "vehicle.car"
Person = ""
[points]
range = [-50.0, -50.0, -5.0, 50.0, 50.0, 5.0]
fields = ["x", "y", "z"]
[model]
file = "net.onnx"
seconds = 20.0
[input]
kind = "points"
[output]
kind = "boxes"
"""


def value(name: str, kind: int, shape: Sequence[Any]) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name: str, array: Any) -> Any:
    return numpy_helper.from_array(np.asarray(array), name)


def save(file: Path, nodes: Sequence[Any], given: Sequence[Any], made: Sequence[Any], known: Sequence[Any] = ()) -> Any:
    graph = helper.make_graph(list(nodes), "net", list(given), list(made), list(known))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString())
    return model


def mean_net(file: Path, *, score: Any = 0.9, label: int = 0, size: Sequence[float] = CAR, rows: Any = "n") -> None:
    """A network that finds one box: a car in the middle of all points it gets."""
    save(
        file,
        [
            helper.make_node("ReduceMean", ["points"], ["middle"], axes=[0], keepdims=1),
            helper.make_node("Concat", ["middle", "rest"], ["boxes"], axis=1),
            helper.make_node("Identity", ["score"], ["scores"]),
            helper.make_node("Identity", ["label"], ["labels"]),
        ],
        [value("points", FLOAT, [rows, 3])],
        [value("boxes", FLOAT, [1, 7]), value("scores", FLOAT, [1]), value("labels", INT64, [1])],
        [
            constant("rest", np.array([[*size, 0.5]], np.float32)),
            constant("score", np.array([score], np.float32)),
            constant("label", np.array([label], np.int64)),
        ],
    )


def described(folder: Path, text: str = MEAN, **changes: str) -> Path:
    """Write a description; each change replaces a line that begins with the key, or is added at the top."""
    for key, line in changes.items():
        old = [row for row in text.splitlines() if row.split("=")[0].strip() == key]
        text = text.replace(old[0], line) if old else f"{line}\n{text}"
    file = folder / "model.toml"
    file.write_text(text, "utf-8")
    return file


PILLARS = """
kind = "onnx"
classes = ["car"]
score = 0.5
[points]
range = [0.0, -8.0, -4.0, 32.0, 8.0, 4.0]
fields = ["x", "y", "z"]
[model]
file = "net.onnx"
[input]
kind = "pillars"
cell = [1.0, 1.0, 8.0]
most_points = 4
most_pillars = 64
features = ["x", "y", "z", "x_mean", "x_middle", "distance"]
places = "coors"
axes = ["batch", "y", "x"]
[output]
kind = "centers"
cell = [1.0, 1.0]
size_log = false
[[output.head]]
classes = ["car"]
heatmap = "heat"
offset = "offset"
height = "height"
size = "size"
rotation = "rotation"
"""


def pillar_net(file: Path) -> None:
    """A pillar network of 16 by 32 cells that is hot where a pillar is highest in x, and gives one size and turn."""
    maps = {"offset": [0.5, 0.25], "height": [-1.0], "size": list(CAR), "rotation": [1.0, 0.0]}
    spread = [
        helper.make_node("Expand", [f"{name}_value", f"{name}_shape"], [name]) for name in maps
    ]  # fmt: skip
    known = [
        constant("zero", np.full((1, 16, 32), -9, np.float32)),
        constant("one", np.array([1], np.int64)),
        constant("shape", np.array([1, 1, 16, 32], np.int64)),
    ]
    for name, values in maps.items():
        known.append(constant(f"{name}_value", np.array(values, np.float32).reshape(1, -1, 1, 1)))
        known.append(constant(f"{name}_shape", np.array([1, len(values), 16, 32], np.int64)))
    save(
        file,
        [
            helper.make_node("ReduceMax", ["voxels"], ["tallest"], axes=[1, 2], keepdims=0),
            helper.make_node("Cast", ["coors"], ["places"], to=INT64),
            helper.make_node("ScatterND", ["zero", "places", "tallest"], ["map"]),
            helper.make_node("Reshape", ["map", "shape"], ["heat"]),
            *spread,
        ],
        [value("voxels", FLOAT, ["m", 4, 6]), value("coors", INT32, ["m", 3])],
        [value("heat", FLOAT, [1, 1, 16, 32]), *(value(n, FLOAT, [1, len(v), 16, 32]) for n, v in maps.items())],
        known,
    )
