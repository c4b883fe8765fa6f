"""The taxonomy for drives on public roads: nuScenes' categories, attributes and visibility levels."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from lidar_label.model.taxonomy import Attribute, Category, Taxonomy, Visibility, color_for

# name, usual length, width and height in metres, colour, what it takes in
_CATEGORIES: tuple[tuple[str, tuple[float, float, float], str, str], ...] = (
    ("human.pedestrian.adult", (0.7, 0.7, 1.75), "#ff6b6b", "A grown person on foot."),
    ("human.pedestrian.child", (0.5, 0.5, 1.25), "#ffa8b8", "A child on foot."),
    ("human.pedestrian.construction_worker", (0.75, 0.7, 1.75), "#ff9f43", "A person at work on the road or a site."),
    ("human.pedestrian.personal_mobility", (1.2, 0.65, 1.8), "#e056fd", "A person on a scooter, skates or the like."),
    ("human.pedestrian.police_officer", (0.7, 0.7, 1.8), "#5f7bff", "A police officer on foot."),
    ("human.pedestrian.stroller", (1.0, 0.6, 1.2), "#fd79a8", "A pram or pushchair, with the child in it."),
    ("human.pedestrian.wheelchair", (1.2, 0.8, 1.4), "#c56cf0", "A wheelchair, with the person in it."),
    ("animal", (0.8, 0.4, 0.6), "#c8a26b", "Any animal that is not on a vehicle."),
    ("vehicle.car", (4.6, 1.9, 1.7), "#4dabff", "A car for everyday use, van and pick-up included."),
    ("vehicle.motorcycle", (2.1, 0.8, 1.5), "#f9ca24", "A motorcycle or scooter; its box includes the rider."),
    ("vehicle.bicycle", (1.7, 0.6, 1.3), "#2ed573", "A bicycle, electric or not; its box includes the rider."),
    ("vehicle.bus.bendy", (18.0, 2.95, 3.5), "#00b8a9", "One stiff section of a bus with a joint."),
    ("vehicle.bus.rigid", (11.5, 2.9, 3.4), "#00d2d3", "A bus or coach without a joint."),
    ("vehicle.truck", (7.0, 2.5, 3.0), "#a29bfe", "A lorry made to carry goods; of a road train, the tractor."),
    ("vehicle.construction", (6.4, 2.8, 3.2), "#ffbe0b", "A machine for building work, such as a digger."),
    ("vehicle.emergency.ambulance", (6.5, 2.4, 2.7), "#ff7979", "An ambulance."),
    ("vehicle.emergency.police", (4.9, 2.0, 1.7), "#686de0", "A police car or motorcycle."),
    ("vehicle.trailer", (12.0, 2.9, 3.9), "#b08d7b", "A trailer behind any vehicle, or left alone."),
    ("movable_object.barrier", (0.5, 2.5, 1.0), "#e17055", "A barrier put up for a time, a unit at a time."),
    ("movable_object.trafficcone", (0.4, 0.4, 0.8), "#ff9233", "A cone or a pole of the same use."),
    ("movable_object.pushable_pullable", (0.7, 0.6, 1.0), "#b8e994", "What people push or pull: a bin, a trolley."),
    ("movable_object.debris", (1.0, 1.0, 0.5), "#95a5a6", "Something left on the road that is too big to drive over."),
    ("static_object.bicycle_rack", (3.0, 1.5, 1.1), "#7bed9f", "A place to park bicycles, as a whole."),
)
_ATTRIBUTES = (
    ("vehicle.moving", "The vehicle is on the move."),
    ("vehicle.stopped", "The vehicle stands, its driver there and about to go on."),
    ("vehicle.parked", "The vehicle stands and is to stay there."),
    ("cycle.with_rider", "Somebody rides the bicycle or motorcycle."),
    ("cycle.without_rider", "Nobody is on the bicycle or motorcycle."),
    ("pedestrian.sitting_lying_down", "The person sits or lies."),
    ("pedestrian.standing", "The person stands."),
    ("pedestrian.moving", "The person walks or runs."),
)
# What else people call them, where the word is none of the name's own.
_USUAL_WORDS = {
    "bus": "rigid", "van": "car", "lorry": "truck", "person": "adult", "cyclist": "bicycle", "rider": "bicycle",
    "motor": "motorcycle", "motorbike": "motorcycle", "motorcyclist": "motorcycle", "cone": "trafficcone",
    "worker": "constructionworker",
}  # fmt: skip
_VISIBILITIES = (
    ("1", "v0-40", "At most 40 % of the object can be seen."),
    ("2", "v40-60", "40 to 60 % of the object can be seen."),
    ("3", "v60-80", "60 to 80 % of the object can be seen."),
    ("4", "v80-100", "80 % of the object or more can be seen."),
)


def driving_taxonomy() -> Taxonomy:
    """Return what may be labelled on a public road, under the names nuScenes uses.

    23 categories with usual sizes and colours, 8 attributes of one box each, 4 levels of visibility.
    Tokens follow from the names, so that two projects agree on them.
    """
    return Taxonomy(
        [
            Category(name=name, size=size, color=color, description=text, token=_token("category", name))
            for name, size, color, text in _CATEGORIES
        ],
        [Attribute(name=name, description=text, token=_token("attribute", name)) for name, text in _ATTRIBUTES],
        [Visibility(token=token, level=level, description=text) for token, level, text in _VISIBILITIES],
    )


def with_usual_look(category: Category) -> Category:
    """Return a category with the size and colour of the driving category that its name plainly means.

    "Car" looks like vehicle.car and "Traffic_Cone" like movable_object.trafficcone. A size or a colour of its own
    stays; a name that says nothing gets no size.
    """
    word = _plain(category.name.rsplit(".", 1)[-1])
    word = _USUAL_WORDS.get(word, word)
    known = [([_plain(part) for part in row[0].split(".")], row) for row in _CATEGORIES]
    ends = [row for parts, row in known if parts[-1] == word]
    within = [row for parts, row in known if word in parts[1:]]
    for _, size, color, _ in (ends or within)[:1]:
        plain = category.color == color_for(category.name)
        return replace(category, size=category.size or size, color=color if plain else category.color)
    return category


def _plain(word: str) -> str:
    return re.sub(r"[\W_]+", "", word).lower()


def _token(table: str, name: str) -> str:
    return hashlib.sha256(f"{table} {name}".encode()).hexdigest()[:32]
