"""Description: what a small TOML file says of a team's own detector, and the reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lidar_label.detectors.inputs import Input, Wanted, read_input, read_wanted
from lidar_label.detectors.outputs import Output, read_output
from lidar_label.detectors.table import Table, read_toml
from lidar_label.errors import MissingFile, UnsafePath

_TOKEN = "LIDAR_LABEL_"  # noqa: S105 - how the name of a variable begins: a description cannot ask for another secret


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel:
    """A network in a file: where it is, what it takes and gives, and what it may use.

    `device` is "auto", "cpu" or "cuda"; `threads` 0 for all cores but one; `seconds` for one frame.
    """

    file: Path
    input: Input
    output: Output
    device: str
    threads: int
    seconds: float
    memory_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A model server: where it may be, how long it is waited for, and how much it may answer.

    `token_from` is the name of an environment variable, empty for none.
    """

    address: str
    connect_seconds: float
    answer_seconds: float
    retries: int
    answer_mb: int
    token_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All that is known of a detector before it runs.

    Parameters
    ----------
    file : Path
        The TOML file.
    name : str
    classes : tuple of str
        In the order of the model's labels.
    categories : mapping of str to str
        The project's category of each class; an empty one leaves the class out.
    least : tuple of float
        The least score of each class, 0 to 1.
    overlap : float
        Share of the ground plan in common, 0 to 1, above which the weaker of two boxes of a class goes.
    most : int
        Boxes of a frame that are kept, the surest first.
    wanted : Wanted
        Which points it gets.
    model : OnnxModel or Server
    """

    file: Path
    name: str
    classes: tuple[str, ...]
    categories: Mapping[str, str]
    least: tuple[float, ...]
    overlap: float
    most: int
    wanted: Wanted
    model: OnnxModel | Server


def read_description(file: Path) -> Description:
    """Read the description of a detector; docs/detectors.md has every key.

    Raises
    ------
    MissingFile
        If the file, or the model it names, is not there.
    UnreadableFile
        If it is no TOML.
    InvalidValue
        If a key is missing, unknown, or of a value it cannot have.
    UnsafePath
        If the model lies outside the file's own folder.
    """
    table = read_toml(file)
    kind = table.text("kind", among=("onnx", "http"))
    classes, wanted = table.names("classes"), read_wanted(table.table("points"))
    found = Description(
        file=file,
        name=table.text("name", file.stem),
        classes=classes,
        categories=_categories(table, classes),
        least=_least(table, classes),
        overlap=table.number("overlap", 0.2, low=0, high=1),
        most=table.whole("most", 500, low=1, high=10_000),
        wanted=wanted,
        model=_onnx(table, classes, wanted) if kind == "onnx" else _server(table.table("server")),
    )
    table.done()
    return found


def _categories(table: Table, classes: tuple[str, ...]) -> dict[str, str]:
    """Return the category of each class; without a table the classes are categories themselves."""
    if "categories" not in table:
        table.table("categories", needed=False)
        return {name: name for name in classes}
    rows = table.table("categories")
    found: dict[str, str] = {}
    for name in classes:
        if name not in rows:
            raise rows.fault(name, "this class has no category", f'write {name} = "vehicle.car", or "" to leave it out')
        found[name] = rows.text(name, empty=True)
    rows.done()
    return found


def _least(table: Table, classes: tuple[str, ...]) -> tuple[float, ...]:
    """Return the least score of each class, of one number or of a table by class."""
    if not isinstance(table.peek("score"), dict):
        return (table.number("score", 0.3, low=0, high=1),) * len(classes)
    rows = table.table("score")
    found = tuple(rows.number(name, low=0, high=1) for name in classes)
    rows.done()
    return found


def _onnx(table: Table, classes: tuple[str, ...], wanted: Wanted) -> OnnxModel:
    rows = table.table("model")
    found = OnnxModel(
        file=_inside(rows, "file"),
        input=read_input(table.table("input"), wanted),
        output=read_output(table.table("output"), classes, wanted),
        device=rows.text("device", "auto", among=("auto", "cpu", "cuda")),
        threads=rows.whole("threads", 0, high=256),
        seconds=rows.number("seconds", 60.0, low=0.1, high=3600),
        memory_mb=rows.whole("memory_mb", 4096, low=64, high=1 << 20),
    )
    rows.done()
    return found


def _server(rows: Table) -> Server:
    found = Server(
        address=rows.text("address", ""),
        connect_seconds=rows.number("connect_seconds", 5.0, low=0.1, high=300),
        answer_seconds=rows.number("answer_seconds", 60.0, low=0.1, high=3600),
        retries=rows.whole("retries", 3, high=20),
        answer_mb=rows.whole("answer_mb", 16, low=1, high=1024),
        token_from=rows.text("token_from", ""),
    )
    if found.token_from and not (found.token_from.startswith(_TOKEN) and found.token_from.isidentifier()):
        raise rows.fault(
            "token_from",
            f"it names an environment variable that begins with {_TOKEN}, not {found.token_from!r:.60}",
            f'write token_from = "{_TOKEN}TOKEN" and set that variable; the token itself never stands in the file',
        )
    rows.done()
    return found


def _inside(rows: Table, key: str) -> Path:
    """Return a file that lies in the description's folder, links followed."""
    name = rows.text(key)
    folder = rows.file.resolve().parent
    try:
        path = (folder / name).resolve()
    except (ValueError, OSError, RuntimeError):  # a NUL, a name too long, links in a ring
        raise rows.fault(key, f"{name!r:.80} is no name of a file") from None
    if not path.is_relative_to(folder):
        raise UnsafePath(
            f"{name!r:.80} leads out of the description's folder", where=f"{rows.file}, {rows.name}.{key}",
            hint="put the model beside its description",
        )  # fmt: skip
    if not path.is_file():
        raise MissingFile(f"there is no model {name!r:.80}", where=f"{rows.file}, {rows.name}.{key}")
    return path
