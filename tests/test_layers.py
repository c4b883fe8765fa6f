"""Who may import whom: the table of ARCHITECTURE.md, held."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BASE = {"lidar_label.errors", "lidar_label.progress", "lidar_label.held"}
MODEL, KERNELS, DATASETS = "lidar_label.model", "lidar_label.kernels", "lidar_label.datasets"
STORE, EDIT, ASSIST = "lidar_label.store", "lidar_label.edit", "lidar_label.assist"
CHECK, SYNTH, JOBS, GUI = "lidar_label.check", "lidar_label.synth", "lidar_label.jobs", "lidar_label.gui"
CONVENTIONS = "lidar_label.conventions"
CLOUD, DETECTORS = "lidar_label.cloud", "lidar_label.detectors"

ALLOWED = {
    "kernels": set(),
    "lidar_label/model": BASE,
    "datasets": BASE | {MODEL, KERNELS},
    "lidar_label/cloud": BASE | {MODEL, KERNELS, DATASETS},
    "lidar_label/store": BASE | {MODEL},
    "lidar_label/edit": BASE | {MODEL, STORE},
    "lidar_label/assist": BASE | {MODEL, KERNELS},
    "lidar_label/detectors": BASE | {MODEL, KERNELS},
    "lidar_label/check": BASE | {MODEL, KERNELS, ASSIST},
    "lidar_label/synth": BASE | {MODEL, KERNELS},
    "lidar_label/conventions": BASE | {MODEL, KERNELS, ASSIST},
    "lidar_label/jobs": BASE
    | {MODEL, KERNELS, DATASETS, CLOUD, STORE, EDIT, ASSIST, CHECK, SYNTH, CONVENTIONS, DETECTORS, "lidar_label"},
    "gui": BASE | {MODEL, KERNELS, CLOUD, EDIT, ASSIST, CHECK, JOBS},
    "lidar_label/cli": BASE | {MODEL, DATASETS, CLOUD, JOBS, GUI, "lidar_label"},
}
# A library that belongs to one layer alone, and the folders that may touch it.
OWNERS = {
    "numba": ["kernels"],
    "onnxruntime": ["lidar_label/detectors"],
    "sqlalchemy": ["lidar_label/store"],
    "alembic": ["lidar_label/store"],
    "PyQt6": ["gui"],
    "vtkmodules": ["gui/vtk"],
    "typer": ["lidar_label/cli"],
    "rich": ["lidar_label/cli"],
}


# Whatever begins a line and looks like an import; words of a docstring that do are names of nothing.
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\S+)[ \t]+import\b|import[ \t]+(.+))", re.MULTILINE)


@cache
def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for module, names in IMPORT.findall(path.read_text("utf-8")):
        assert not module.startswith("."), f"{path}: a relative import"
        found.update([module] if module else (name.split()[0] for name in names.split(",") if name.strip()))
    return found


@cache
def sources(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no sources under {folder}"
    return found


@pytest.mark.parametrize("layer", ALLOWED)
def test_a_layer_imports_only_what_lies_below_it(layer: str) -> None:
    own = layer.replace("/", ".") if layer.startswith("lidar_label") else f"lidar_label.{layer}"
    allowed = ALLOWED[layer] | {own}
    for path in sources(layer):
        for name in imports_of(path):
            if name.split(".")[0] != "lidar_label":
                continue
            fits = any(name == good or (good != "lidar_label" and name.startswith(f"{good}.")) for good in allowed)
            assert fits, f"{path.relative_to(ROOT)} imports {name}, which its layer may not"


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_is_touched_only_where_it_belongs(library: str) -> None:
    for top in ("lidar_label", "gui", "kernels", "datasets"):
        for path in sources(top):
            if any(path.is_relative_to(ROOT / owner) for owner in OWNERS[library]):
                continue
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert library not in roots, f"{path.relative_to(ROOT)} imports {library}"


def test_every_layer_is_in_the_table() -> None:
    layers = {f"lidar_label/{p.name}" for p in (ROOT / "lidar_label").iterdir() if (p / "__init__.py").is_file()}
    assert layers | {"gui", "kernels", "datasets"} == set(ALLOWED)


def test_no_bare_import_of_the_mapped_folders() -> None:
    for top in ("lidar_label", "gui", "kernels", "datasets", "tests"):
        for path in sources(top):
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert not roots & {"gui", "kernels", "datasets"}, path
