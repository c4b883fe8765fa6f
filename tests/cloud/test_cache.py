"""The cache of tiles between programs that build, read, drop and are killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.cloud.cache import built_store, cache_folder, cached_store, fresh_store, trim
from lidar_label.cloud.store import TileStore
from lidar_label.progress import Progress

pytestmark = pytest.mark.one_numpy

OLD = (1_000_000_000, 1_000_000_000)
READS = """
import sys
from lidar_label.cloud.store import TileStore
store = TileStore.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""
BUILDS = """
import sys
from pathlib import Path
from lidar_label.cloud.build import build_tiles
from lidar_label.progress import Progress
def tell(done, total, text):
    if sys.argv[3] == "stops" and done > total // 2:
        print("half", flush=True)
        sys.stdin.read()
report = build_tiles(Path(sys.argv[1]), Path(sys.argv[2]), progress=Progress(tell))
print(report.points, report.is_new, flush=True)
"""
Start = Callable[..., subprocess.Popen]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def start(code: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def unused(store: Path) -> None:
    for name in ("used", "index.json"):
        if (store / name).exists():
            os.utime(store / name, OLD)


@pytest.mark.skipif(os.name != "posix", reason="locks that are shared are POSIX'")
def test_a_store_that_another_program_reads_stays(tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    store = built_store(las_maker(tmp_path / "a.las", 1000))
    with start(READS, store) as reader:
        assert reader.stdout.readline() == "open\n"
        unused(store)
        assert trim(0) == []
        assert store.is_dir()
        reader.kill()
        reader.wait()
    assert trim(0) == [store]
    assert list(cache_folder().iterdir()) == []


def test_the_longest_unused_goes_first(tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    stores = [built_store(las_maker(tmp_path / f"{i}.las", 1000)) for i in range(3)]
    size = sum(p.stat().st_size for p in stores[0].iterdir())
    for store in stores:
        unused(store)
    fresh_store(tmp_path / "0.las")
    os.utime(stores[2] / "used", (OLD[0] + 5, OLD[0] + 5))
    assert trim(3 * size) == []
    assert trim(2 * size) == [stores[1]]
    assert trim(0) == [stores[2]]
    assert stores[0].is_dir()


def test_a_source_that_changed_is_built_again(tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    path = las_maker(tmp_path / "a.las", 1000)
    store = built_store(path)
    assert fresh_store(path) == store
    las_maker(path, 1000, seed=5)
    assert fresh_store(path) is None
    assert built_store(path) == store
    assert fresh_store(path) == store
    with TileStore.open(store) as opened:
        assert opened.points == 1000


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_what_a_killed_build_leaves_the_next_one_clears_away(tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    path, folder = las_maker(tmp_path / "a.las", 300_000), tmp_path / "made"
    folder.mkdir()
    with start(BUILDS, path, folder / "store", "stops") as killed:
        assert killed.stdout.readline() == "half\n"
        killed.kill()
        killed.wait()
    assert any(folder.iterdir())
    assert not (folder / "store").exists()
    with start(BUILDS, path, folder / "store", "ends") as next_one:
        assert next_one.communicate()[0] == "300000 True\n"
    assert [p.name for p in folder.iterdir()] == ["store"]


def test_a_build_that_starts_over_in_the_cache_says_so_once(tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    source, said = las_maker(tmp_path / "a.las", 1000), []
    store = cached_store(source)
    (store.parent / f".{store.name}.tiles.part").mkdir(parents=True)  # what a killed build left
    assert built_store(source, Progress(on_note=said.append)) == store
    assert len(said) == 1
    assert "starts over" in said[0]
    las_maker(source, 1000, seed=5)
    built_store(source, Progress(on_note=said.append))
    assert len(said) == 1, "a changed source is no build that was ended"


def test_two_programs_that_build_the_same(tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    path, folder = las_maker(tmp_path / "a.las", 300_000), tmp_path / "made"
    folder.mkdir()
    with start(BUILDS, path, folder / "store", "stops") as first:
        assert first.stdout.readline() == "half\n"
        with start(BUILDS, path, folder / "store", "ends") as second:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(2)
            first.communicate("")
            assert first.returncode == 0
            assert second.communicate()[0] == "300000 False\n"
    assert [p.name for p in folder.iterdir()] == ["store"]
    with TileStore.open(folder / "store") as store:
        numbers = np.concatenate([store.index_of(tile) for tile in range(len(store.tiles))])
    assert np.array_equal(np.sort(numbers), np.arange(300_000))


def test_a_build_clears_away_what_killed_builds_of_other_sources_left(
    tmp_path: Path, las_maker: Callable[..., Path]
) -> None:
    killed, running = (cache_folder() / f"{name}.tiles" for name in ("killed", "running"))
    cache_folder().mkdir(parents=True)
    source = las_maker(tmp_path / "a.las", 300_000)
    with start(BUILDS, source, killed, "stops") as dead, start(BUILDS, source, running, "stops") as alive:
        assert dead.stdout.readline() == alive.stdout.readline() == "half\n"
        dead.kill()
        dead.wait()
        left = {path.name for path in cache_folder().iterdir()}
        assert {".killed.tiles.tiles.part", ".running.tiles.tiles.part"} <= left
        store = built_store(las_maker(tmp_path / "b.las", 1000))
        kept = {path.name for path in cache_folder().iterdir()}
        assert kept == {store.name, ".running.tiles.tiles.part", ".running.tiles.tiles.lock"}
        assert alive.communicate()[0].endswith("300000 True\n"), "another program's build goes on undisturbed"
