"""What may be labelled in a new project: the source's own categories first, those of the road for want of any."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest

from lidar_label.datasets import NO_OPTIONS, Dataset, Drive, Format, Holds, ReadOptions, registry, write_dataset
from lidar_label.jobs import import_drive, open_project
from lidar_label.model import (
    Attribute,
    Category,
    Labels,
    Scene,
    Taxonomy,
    Track,
    driving_taxonomy,
    with_usual_look,
)

DRIVES: dict[str, Drive] = {}


class Words(Format):
    """A stranger's format, whose categories are words in its labels: none is declared."""

    name: ClassVar[str] = "words"
    title: ClassVar[str] = "Words"
    holds: ClassVar[Holds] = Holds()
    writes: ClassVar[bool] = False

    def recognises(self, path: Path) -> bool:
        return (path / "words.txt").is_file()

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        return _Words("words", path, Taxonomy(attributes=[Attribute(name="mood")]))


class _Words(Dataset):
    @property
    def scene_names(self) -> tuple[str, ...]:
        return tuple(DRIVES)

    def scene(self, name: str) -> Scene:
        return DRIVES[name].scene

    def labels(self, name: str) -> Labels:
        return DRIVES[name].labels


@pytest.fixture
def of_words(small_drive: Callable[..., Drive], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a folder of that format, with one scene for each list of categories."""
    monkeypatch.setitem(sys.modules, "their_words", sys.modules[__name__])
    point = EntryPoint("words", "their_words:Words", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.GROUP else [])
    registry._load_entry_point.cache_clear()

    def make(**scenes: list[str]) -> Path:
        DRIVES.clear()
        for name, categories in scenes.items():
            tracks = [Track(category=category) for category in categories]
            DRIVES[name] = replace(small_drive(name), labels=Labels(tracks, []))
        folder = tmp_path / "words"
        folder.mkdir()
        (folder / "words.txt").write_text("words")
        return folder

    return make


def taxonomy_of(source: Path, *, labels: bool = True) -> Taxonomy:
    file = source.parent / "work.lidarlabel"
    import_drive(source, file, labels=labels)
    with open_project(file) as project:
        return project.session.store.taxonomy()


def names(taxonomy: Taxonomy) -> list[str]:
    return [category.name for category in taxonomy.categories]


def sustech(drive: Drive, categories: list[str], folder: Path) -> Path:
    tracks = [Track(category=category, name=str(number)) for number, category in enumerate(categories)]
    box = next(iter(drive.labels.boxes()))
    boxes = [replace(box, track=track.token, token=f"box-{track.name}") for track in tracks]
    write_dataset("sustechpoints", folder, [replace(drive, labels=Labels(tracks, boxes))], Taxonomy())
    return folder


def test_words_of_the_labels_are_all_there_is_and_look_as_usual(of_words: Callable[..., Path]) -> None:
    taxonomy = taxonomy_of(of_words(one=["Car", "Kiosk"], two=["Bus", "Car"]))
    assert names(taxonomy) == ["Car", "Kiosk", "Bus"]
    car, kiosk, bus = taxonomy.categories
    road = driving_taxonomy()
    assert (car.size, car.color) == (road.category("vehicle.car").size, road.category("vehicle.car").color)
    assert bus.size == road.category("vehicle.bus.rigid").size
    assert kiosk.size is None
    assert len({car.color, kiosk.color, bus.color}) == 3
    assert [attribute.name for attribute in taxonomy.attributes] == ["mood"], "what is declared is kept"


@pytest.mark.parametrize("labels", [True, False])
def test_without_labels_there_are_the_categories_of_the_road(of_words: Callable[..., Path], labels: bool) -> None:
    taxonomy = taxonomy_of(of_words(one=[] if labels else ["Car"], two=[]), labels=labels)
    assert names(taxonomy) == names(driving_taxonomy())
    assert [attribute.name for attribute in taxonomy.attributes][:1] == ["mood"]


def test_a_sustechpoints_project_calls_a_car_what_its_labels_do(
    small_drive: Callable[..., Drive], tmp_path: Path
) -> None:
    source = sustech(small_drive("street"), ["Rider", "Car", "Hoverboard", "Pedestrian"], tmp_path / "data")
    taxonomy = taxonomy_of(source)
    found = names(taxonomy)
    assert found[:2] == ["Car", "Pedestrian"], "under the same keys in every project"
    assert found[-1] == "Hoverboard", "a word of its own stands behind the usual ones"
    assert "vehicle.car" not in found
    assert len(found) == len(set(found))
    assert all(category.size for category in taxonomy.categories if category.name != "Hoverboard")
    assert [attribute.name for attribute in taxonomy.attributes] == ["obj_attr"]


def test_a_sustechpoints_project_without_labels_offers_its_own_words(
    small_drive: Callable[..., Drive], tmp_path: Path
) -> None:
    found = names(taxonomy_of(sustech(small_drive("street"), [], tmp_path / "data")))
    assert found[0] == "Car"
    assert "vehicle.car" not in found


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("car", "vehicle.car"), ("CAR", "vehicle.car"), ("Traffic_Cone", "movable_object.trafficcone"),
        ("Van", "vehicle.car"), ("pedestrian", "human.pedestrian.adult"), ("Bus", "vehicle.bus.rigid"),
        ("Cyclist", "vehicle.bicycle"), ("truck", "vehicle.truck"), ("my.own.trailer", "vehicle.trailer"),
        ("construction worker", "human.pedestrian.construction_worker"),
    ],
)  # fmt: skip
def test_a_plain_word_looks_like_what_it_means(name: str, like: str) -> None:
    made, usual = with_usual_look(Category(name=name)), driving_taxonomy().category(like)
    assert (made.name, made.size, made.color) == (name, usual.size, usual.color)


@pytest.mark.parametrize("name", ["human", "static object", "出典", "vehicle", "-", "movable_object"])
def test_a_word_that_says_nothing_gets_no_size(name: str) -> None:
    plain = Category(name=name)
    assert with_usual_look(plain) == plain
    assert plain.size is None


def test_what_a_category_looks_like_already_stays() -> None:
    own = Category(name="car", size=(5, 2, 2), color="#123456", description="ours")
    assert with_usual_look(own) == own
    assert with_usual_look(Category(name="car", color="#123456")).size


def test_a_nuscenes_project_has_usual_sizes_and_colours(small_drive: Callable[..., Drive], tmp_path: Path) -> None:
    road = driving_taxonomy()
    write_dataset("nuscenes", tmp_path / "data", [replace(small_drive("street"), labels=Labels([], []))], road)
    found = taxonomy_of(tmp_path / "data")
    assert [(c.name, c.size, c.color) for c in found.categories] == [(c.name, c.size, c.color) for c in road.categories]
