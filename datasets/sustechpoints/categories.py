"""The categories that SUSTechPOINTS offers its users most, with usual sizes and colours."""

from __future__ import annotations

from lidar_label.model import Category

# Those a labeller reaches by a key come first. "Rider" and "Motor" are of older labels.
_CATEGORIES: tuple[tuple[str, tuple[float, float, float], str], ...] = (
    ("Car", (4.6, 1.9, 1.6), "#4dabff"),
    ("Pedestrian", (0.6, 0.6, 1.7), "#ff6b6b"),
    ("Van", (5.0, 1.9, 2.0), "#686de0"),
    ("Bus", (11.5, 2.8, 3.3), "#00d2d3"),
    ("Truck", (7.0, 2.5, 3.0), "#a29bfe"),
    ("ScooterRider", (1.8, 0.7, 1.7), "#e056fd"),
    ("Scooter", (1.7, 0.6, 1.1), "#c56cf0"),
    ("BicycleRider", (1.7, 0.6, 1.7), "#2ed573"),
    ("Bicycle", (1.7, 0.5, 1.1), "#7bed9f"),
    ("Motorcycle", (2.0, 0.8, 1.2), "#f9ca24"),
    ("Rider", (1.8, 0.7, 1.7), "#00b894"),
    ("Motor", (1.9, 0.8, 1.3), "#ffbe0b"),
    ("Child", (0.5, 0.5, 1.2), "#ffa8b8"),
    ("RoadWorker", (0.7, 0.7, 1.7), "#ff9f43"),
    ("Cone", (0.4, 0.4, 0.7), "#ff9233"),
    ("TrafficBarrier", (1.5, 0.4, 1.1), "#e17055"),
    ("Tram", (15.0, 2.6, 3.5), "#81ecec"),
    ("Animal", (0.9, 0.4, 0.7), "#c8a26b"),
)


def usual_categories() -> list[Category]:
    """Return the categories that a new project on such data offers."""
    return [Category(name=name, size=size, color=color) for name, size, color in _CATEGORIES]
