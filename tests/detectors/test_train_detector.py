"""The network of scripts/train_detector: what it is taught is what our decoder reads, and its export runs."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.detectors import OnnxModel, View, kept, open_detector, read_description
from lidar_label.detectors.decode import decode
from lidar_label.model import SE3
from lidar_label.progress import Progress

ROOT = Path(__file__).resolve().parent.parent.parent
BOXES = np.array([
    [10.1, 2.3, -0.8, 4.4, 1.8, 1.5, 0.3], [10.1, 5.3, -0.8, 4.6, 1.9, 1.6, 3.0],
    [-40.0, 20.0, 0.4, 12.0, 2.5, 3.4, -2.0], [3.0, -4.0, -0.7, 0.7, 0.6, 1.7, 1.0],
    [3.9, -4.0, -0.7, 0.7, 0.6, 1.7, -1.0], [59.9, -60.7, 0.0, 1.8, 0.6, 1.7, 0.0],
    [0.0, 30.0, 0.0, 4.4, 1.8, 1.5, 0.0], [0.0, -30.0, 0.0, 4.4, 1.8, 1.5, 0.0], [99.0, 0.0, 0.0, 4.4, 1.8, 1.5, 0.0],
])  # fmt: skip
LABELS = np.array([0, 0, 1, 2, 2, 3, 0, -1, 0])
COUNTS = np.array([90, 50, 40, 30, 20, 10, 1, 99, 9])  # of one with a single point nothing is asked


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


@pytest.mark.one_numpy
def test_what_it_is_taught_is_what_our_decoder_reads(tmp_path: Path) -> None:
    import train_detector_targets as targets

    (tmp_path / "net.onnx").touch()
    file = tmp_path / "net.toml"
    file.write_text(targets.description_of("net.onnx"), "utf-8")
    description = read_description(file)
    assert isinstance(description.model, OnnxModel)
    wanted = targets.encode(BOXES, LABELS, COUNTS, targets.WHOLE)
    logits = np.where(wanted.heatmap > 0.999, 4.0, np.log(np.clip(wanted.heatmap, 1e-4, 0.9)) - 2)
    arrays: dict[str, Any] = {name: getattr(wanted, name)[None] for name in ("offset", "height", "size", "rotation")}
    found = decode(description.model.output, description.classes, 0.5, {**arrays, "heatmap": logits[None]})
    order = np.lexsort((found.boxes[:, 0], found.labels))
    np.testing.assert_allclose(found.boxes[order], BOXES[:6], atol=1e-9)
    assert found.labels[order].tolist() == LABELS[:6].tolist()
    column, row = ((BOXES[6, :2] - targets.WHOLE.x) / targets.CELL_M).astype(int)
    assert wanted.counts[0, row, column] == 0
    assert wanted.counts[1:].all()


def test_the_export_of_a_few_random_weights_runs_in_our_detector(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch trains the network and is no part of the project")
    import train_detector_net as net
    import train_detector_run as run
    import train_detector_targets as targets

    torch.manual_seed(3)
    run.limit_threads()
    network = net.Network().eval()
    file = run.export(tmp_path / "made", network, [1.0] * 4, [3.0] * 4)
    rng = np.random.default_rng(3)
    points = rng.uniform((-60, -60, -2), (60, 60, 1), (4000, 3)).astype(np.float32)
    description = read_description(file)
    assert isinstance(description.model, OnnxModel)
    with closing(open_detector(description)) as detector:
        view = View(frame=0, timestamp_ns=0, points=points, world_SE3_model=SE3.identity("world", "model"))
        found = kept(detector.detect(view, Progress()), description)
    with torch.no_grad():
        arrays = net.Detector(network, [1.0] * 4, [3.0] * 4)(torch.from_numpy(points))
    names = ("heatmap", "offset", "height", "size", "rotation")
    tensors = {name: array.numpy() for name, array in zip(names, arrays, strict=True)}
    again = kept(decode(description.model.output, description.classes, 0.1, tensors), description)
    assert len(found.boxes) == len(again.boxes) > 20
    np.testing.assert_allclose(found.boxes[:20, :6], again.boxes[:20, :6], atol=1e-3)
    assert (tmp_path / "made" / "pillars.onnx").stat().st_size < 4_000_000
    assert targets.WHOLE.inside(found.boxes).mean() > 0.9


@pytest.mark.one_numpy
def test_without_pytorch_it_says_what_to_install(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    command = [sys.executable, str(ROOT / "scripts" / "train_detector"), "--folder", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(blocked)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("PyTorch is needed to train and is not installed here: pip install torch")
    assert not list(tmp_path.glob("*.pt"))
