"""Pickles read as data: what they name is written down, and never imported, called or made."""

from __future__ import annotations

import gzip
import pickletools
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lidar_label.errors import MissingFile, UnreadableFile

# A file that packs more than this a byte says the same over and over, which no recording does.
_MOST_TIMES, _MOST_BYTES = 64, 16_777_216
_MOST_STEPS = 1_000_000
_GZIP = b"\x1f\x8b"
_FAMILY = ("pandas", "numpy", "pyarrow")
_LATER = "save it with columns of objects; pandas 3 needs pandas.options.future.infer_string = False for that"
_BEWARE = "a pickle can run any code: do not open it elsewhere unless you trust its maker"
_CONSTANTS: Final = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS: Final = frozenset(
    {"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8",
     "SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"}
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Named:
    """A class or function that a pickle names, as ``module.name``."""

    name: str


@dataclass(slots=True, eq=False)
class Made:
    """What a pickle would have made: by which class or function, of what, and what it would have been told then."""

    by: str
    args: tuple[Any, ...]
    state: Any = None


def read_pickle(path: Path, known: Collection[str]) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return the content of a pickle, as plain values, `Named` and `Made`; a .gz is unpacked.

    Parameters
    ----------
    path : Path
    known : collection of str
        The classes and functions that it may name.

    References
    ----------
    Python's ``pickletools``: the meaning of each step of the pickle machine, protocols 2 to 5.

    Raises
    ------
    MissingFile
        If it is not there.
    UnreadableFile
        If it is damaged, names something else, or unpacks to far more than its size.
    """
    data = _unpacked(path)
    machine = _Machine(known, path)
    try:
        for step, (operation, argument, _) in enumerate(pickletools.genops(data)):
            if step >= _MOST_STEPS:
                raise UnreadableFile(f"the pickle has over {_MOST_STEPS} steps", where=path)
            machine.step(operation.name, argument)
        return machine.result()
    except UnreadableFile:
        raise
    except (ValueError, TypeError, LookupError, OverflowError, MemoryError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise UnreadableFile(f"the pickle is damaged: {reason}", where=path) from None


def _unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if it is a gzip file."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            if not packed:
                return file.read()
            most = _MOST_BYTES + _MOST_TIMES * path.stat().st_size
            with gzip.GzipFile(fileobj=file) as unpacking:
                data = unpacking.read(most + 1)
    except FileNotFoundError:
        raise MissingFile("the file is not there", where=path) from None
    except EOFError:
        raise UnreadableFile("the gzip file is cut off", where=path) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(f"the gzip file is damaged: {error}", where=path) from None
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=path) from None
    if len(data) > most:
        raise UnreadableFile(f"the gzip file unpacks to over {most / 1e6:.0f} MB", where=path)
    return data


class _Machine:
    """The pickle machine without its hands: it stacks values, and calls nothing."""

    def __init__(self, known: Collection[str], path: Path) -> None:
        self._known = known
        self._path = path
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def result(self) -> Any:  # noqa: ANN401 - whatever the file holds
        """Return what is left when the pickle stops."""
        if len(self._stack) != 1 or self._marked:
            raise ValueError("it does not end with one value")
        return self._stack[0]

    def step(self, name: str, argument: Any) -> None:  # noqa: ANN401, C901 - one case a step
        """Do one step of the pickle."""
        stack = self._stack
        if name in _LITERALS:
            stack.append(bytes(argument) if isinstance(argument, bytearray) else argument)
            return
        if name in _CONSTANTS:
            stack.append(_CONSTANTS[name])
            return
        match name:
            case "PROTO" | "FRAME" | "STOP":
                pass
            case "MARK":
                self._marked.append(stack)
                self._stack = []
            case "EMPTY_LIST":
                stack.append([])
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_TUPLE":
                stack.append(())
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                self._push(tuple(self._pop(int(name[-1]))))
            case "TUPLE":
                self._push(tuple(self._to_mark()))
            case "LIST":
                self._push(self._to_mark())
            case "APPEND" | "APPENDS":
                items = self._to_mark() if name == "APPENDS" else self._pop(1)
                self._top(list).extend(items)
            case "SETITEM" | "SETITEMS":
                self._set(self._to_mark() if name == "SETITEMS" else self._pop(2))
            case "MEMOIZE":
                self._memo[len(self._memo)] = stack[-1]
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self._memo[argument])
            case "GLOBAL":
                stack.append(self._named(*argument.split(" ", 1)))
            case "STACK_GLOBAL":
                self._push(self._named(*self._pop(2)))
            case "REDUCE" | "NEWOBJ":
                self._push(self._made(*self._pop(2)))
            case "BUILD":
                (state,) = self._pop(1)
                made = self._top(Made)
                if made.state is not None:
                    raise ValueError("a thing is told its state twice")
                made.state = state
            case _:
                raise UnreadableFile(f"the pickle has a step {name}, which no frame of pandas needs", where=self._path)

    def _named(self, module: object, attribute: object = "") -> Named:
        if not isinstance(module, str) or not isinstance(attribute, str):
            raise ValueError("a name is no text")
        name = f"{module}.{attribute}"
        if name not in self._known:
            family = name.partition(".")[0] in _FAMILY
            raise UnreadableFile(
                f"the pickle names {name[:100]!r}, which no frame of numbers and texts needs; nothing of it was run",
                where=self._path, hint=_LATER if family else _BEWARE,
            )  # fmt: skip
        return Named(name)

    def _made(self, by: object, args: object) -> Made:
        if not isinstance(by, Named) or not isinstance(args, tuple):
            raise ValueError("what it makes is made by no class")
        return Made(by.name, args)

    def _set(self, items: list[Any]) -> None:
        target = self._top(dict)
        if len(items) % 2 or not all(isinstance(key, str) for key in items[::2]):
            raise ValueError("a key is no text")
        target.update(zip(items[::2], items[1::2], strict=True))

    def _push(self, value: Any) -> None:  # noqa: ANN401 - whatever the file holds
        self._stack.append(value)

    def _pop(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise ValueError("it takes more from its stack than is there")
        taken = self._stack[-count:]
        del self._stack[-count:]
        return taken

    def _to_mark(self) -> list[Any]:
        taken = self._stack
        self._stack = self._marked.pop()
        return taken

    def _top(self, kind: type[Any]) -> Any:  # noqa: ANN401 - as asked for
        if not isinstance(self._stack[-1], kind):
            raise ValueError(f"a {kind.__name__.lower()} is expected and something else is there")
        return self._stack[-1]
