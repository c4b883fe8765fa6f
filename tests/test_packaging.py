"""What a wheel holds is what the tree has, under one import name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAPPED = ("gui", "kernels", "datasets")


def declared() -> dict[str, object]:
    settings: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    return settings


def packages_in_the_tree() -> set[str]:
    found: set[str] = set()
    for init in (ROOT / "lidar_label").rglob("__init__.py"):
        found.add(init.parent.relative_to(ROOT).as_posix().replace("/", "."))
    for name in MAPPED:
        for init in (ROOT / name).rglob("__init__.py"):
            found.add("lidar_label." + init.parent.relative_to(ROOT).as_posix().replace("/", "."))
    return found


def test_the_declared_packages_are_those_of_the_tree() -> None:
    packages = declared()["packages"]
    assert isinstance(packages, list)
    assert len(packages) == len(set(packages))
    assert set(packages) == packages_in_the_tree()


def test_every_folder_with_sources_is_a_package() -> None:
    for top in ("lidar_label", *MAPPED):
        for source in (ROOT / top).rglob("*.py"):
            assert (source.parent / "__init__.py").is_file(), source


def test_what_asks_for_the_devkit_runs_where_it_is() -> None:
    run = [ROOT / path for path in re.findall(r" (tests/\S+)", (ROOT / "scripts/test").read_text("utf-8"))]
    assert all(path.exists() for path in run)
    asks = re.compile(r'importorskip\("(nuscenes|motmetrics|pandas)\b')
    for file in (ROOT / "tests").rglob("*.py"):
        if asks.search(file.read_text("utf-8")):
            assert any(file.is_relative_to(path) for path in run), f"scripts/test never runs {file} with the devkit"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy so that no leftover of an earlier build slips in."""
    folder, copy = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("copy")
    for name in ("lidar_label", *MAPPED):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(folder), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 and "network" in done.stderr.lower():
        pytest.skip("the build backend cannot be had without a network")
    assert done.returncode == 0, done.stderr[-2000:]
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_one_top_level_name_and_every_file(wheel: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert {name.split("/")[0] for name in names} == {"lidar_label"}
    expected = {p.relative_to(ROOT).as_posix() for p in (ROOT / "lidar_label").rglob("*.py")}
    for top in MAPPED:
        expected |= {f"lidar_label/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / top).rglob("*.py")}
        expected |= {f"lidar_label/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / top).rglob("*.ts")}
    expected |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "lidar_label").rglob("*.json")}
    expected.add("lidar_label/py.typed")
    assert set(names) == expected


def test_the_installed_wheel_runs_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(place)
    script = (
        "import lidar_label, lidar_label.kernels, lidar_label.datasets, lidar_label.model;"
        "print(lidar_label.__file__); print(lidar_label.datasets.__file__)"
    )
    environment = {**os.environ, "PYTHONPATH": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert all(line.startswith(str(place)) for line in done.stdout.split())
