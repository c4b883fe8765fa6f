"""Part of scripts/train_detector: training, which goes on where it was stopped, and the export; it needs PyTorch."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as fn
from train_detector_frames import Shot, choose, read, varied
from train_detector_net import Detector, Network, pillars
from train_detector_targets import CELL_M, Grid, Targets, description_of, encode

MODEL, DESCRIPTION, STATE = "pillars.onnx", "pillars.toml", "state.pt"
_SIDE = 128  # cells of a piece of a frame
_FARTHEST_M = 58.0
_BATCH = 8
_RATE, _WARM, _DECAY = 3e-3, 0.1, 0.01
_TOLD, _KEPT = 20, 100  # steps
_WEIGHTS = {"offset": 1.0, "height": 1.0, "size": 2.0, "axis": 2.0, "way": 0.4}


def train(folder: Path, files: Sequence[Path], steps: int, seed: int, minutes: float) -> bool:
    """Train up to so many steps in all, or for so many minutes; say whether it is done.

    What was reached is kept in the folder, and the next call goes on from there.
    """
    torch.manual_seed(seed)
    network = Network()
    asked = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    first = _resume(folder / STATE, network, asked)
    network.train()
    until = time.monotonic() + 60 * minutes
    sums: dict[str, float] = {}
    count = 0
    for step in range(first, steps):
        for group in asked.param_groups:
            group["lr"] = _rate(step / steps)
        losses = _step(network, [_piece(read(file), rng) for file, rng in choose(files, step, _BATCH, seed)])
        asked.zero_grad()
        sum(losses.values(), torch.zeros(())).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        asked.step()
        sums = {name: sums.get(name, 0.0) + float(loss.detach()) for name, loss in losses.items()}
        count += 1
        if (step + 1) % _TOLD == 0:
            told = ", ".join(f"{name} {total / count:.3f}" for name, total in sums.items())
            print(f"step {step + 1} of {steps}: {told}", file=sys.stderr, flush=True)
            sums, count = {}, 0
        late = time.monotonic() > until
        if (step + 1) % _KEPT == 0 or late or step + 1 == steps:
            _keep(folder / STATE, network, asked, step + 1)
        if late and step + 1 < steps:
            return False
    return True


def trained(folder: Path) -> Network:
    """Return the network that training has come to."""
    network = Network()
    network.load_state_dict(torch.load(folder / STATE, weights_only=True)["network"])
    return network.eval()


def _resume(file: Path, network: Network, asked: torch.optim.Optimizer) -> int:
    if not file.is_file():
        return 0
    state = torch.load(file, weights_only=True)
    network.load_state_dict(state["network"])
    asked.load_state_dict(state["asked"])
    return int(state["step"])


def _keep(file: Path, network: Network, asked: torch.optim.Optimizer, step: int) -> None:
    beside = file.with_name(f".{file.name}")
    torch.save({"network": network.state_dict(), "asked": asked.state_dict(), "step": step}, beside)
    beside.rename(file)


def _rate(done: float) -> float:
    """Return the rate of learning: it rises for a while and then falls as a cosine does."""
    if done < _WARM:
        return _RATE * (0.05 + 0.95 * done / _WARM)
    return _RATE * max(0.005, 0.5 + 0.5 * float(np.cos(np.pi * (done - _WARM) / (1 - _WARM))))


def _piece(shot: Shot, rng: np.random.Generator) -> tuple[Tensor, Grid, Targets]:
    """Return the points of a piece of a frame, varied, and what the network is to say of it."""
    wanted = shot.boxes[(np.hypot(*shot.boxes[:, :2].T) < _FARTHEST_M) & (shot.labels >= 0), :2]
    middle = wanted[int(rng.integers(len(wanted)))] if len(wanted) else np.zeros(2)
    middle = middle + rng.uniform(-0.4, 0.4, 2) * _SIDE * CELL_M
    near = np.hypot(*(shot.points[:, :2] - middle.astype(np.float32)).T) < _SIDE * CELL_M * 0.8
    marked = np.vstack([shot.boxes, [*middle, 0.0, 1.0, 1.0, 1.0, 0.0]])
    shot = varied(Shot(shot.points[near], marked, shot.labels, shot.counts), rng)
    low = shot.boxes[-1, :2] - _SIDE * CELL_M / 2
    grid = Grid(float(low[0]), float(low[1]), _SIDE, _SIDE)
    points = shot.points[grid.inside(shot.points)]
    if not len(points):
        points = np.array([[*(low + 1), 0.0]], np.float32)
    return torch.from_numpy(points), grid, encode(shot.boxes[:-1], shot.labels, shot.counts, grid)


def _step(network: Network, pieces: Sequence[tuple[Tensor, Grid, Targets]]) -> dict[str, Tensor]:
    """Return the losses of some pieces."""
    with torch.no_grad():
        known, about = zip(*(pillars(points, grid) for points, grid, _ in pieces), strict=True)
    maps = network(torch.cat(known))
    return losses_of(maps, torch.cat(about), [targets for _, _, targets in pieces])


def losses_of(maps: Mapping[str, Tensor], about: Tensor, wanted: Sequence[Targets]) -> dict[str, Tensor]:
    """Return how far maps are from what is wanted: of peaks by a focal loss, of the rest by the mean distance."""
    heat = _stacked([one.heatmap for one in wanted])
    counts = _stacked([one.counts for one in wanted])
    known = _stacked([one.known for one in wanted])
    turns = _stacked([one.turns for one in wanted])
    sine, cosine = _stacked([one.rotation for one in wanted]).split(1, dim=1)
    logits = maps["heatmap"]
    chance = torch.sigmoid(logits)
    top = (heat > 0.999).to(torch.float32)
    peaks = top * (1 - chance) ** 2 * fn.softplus(-logits)
    rest = (1 - top) * counts * (1 - heat) ** 4 * chance**2 * fn.softplus(logits)
    found = {"peaks": (peaks + rest).sum() / top.sum().clamp(min=1)}
    targets = {
        "offset": _stacked([one.offset for one in wanted]),
        "height": _stacked([one.height for one in wanted]) - about,
        "size": _stacked([one.size for one in wanted]),
        "axis": torch.cat([2 * sine * cosine, cosine**2 - sine**2], dim=1),
        "way": torch.cat([sine, cosine], dim=1),
    }
    for name, weight in _WEIGHTS.items():
        away = (maps[name] - targets[name]).abs().sum(dim=1, keepdim=True)
        where = turns if name in ("axis", "way") else known
        found[name] = weight * (away * where).sum() / where.sum().clamp(min=1)
    return found


def _stacked(maps: Sequence[NDArray[np.float64]]) -> Tensor:
    return torch.from_numpy(np.stack(maps).astype(np.float32))


def export(folder: Path, network: Network, slope: Sequence[float], bias: Sequence[float]) -> Path:
    """Write the network with its description into a folder, or neither; return the description's path."""
    detector = Detector(network, slope, bias).eval()
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{MODEL}"
    example = torch.rand(2000, 3) * 20
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the newer exporter needs a package more, and makes no smaller a file
        torch.onnx.export(
            detector, (example,), str(beside), dynamo=False, opset_version=18, input_names=["points"],
            output_names=["heatmap", "offset", "height", "size", "rotation"], dynamic_axes={"points": {0: "count"}},
        )  # fmt: skip
    beside.rename(folder / MODEL)
    words = folder / f".{DESCRIPTION}"
    words.write_text(description_of(MODEL), encoding="utf-8")
    return words.rename(folder / DESCRIPTION)


def limit_threads() -> None:
    """Take one thread, so that others can work beside, and so that sums are always the same."""
    torch.set_num_threads(1)
