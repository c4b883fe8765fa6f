"""compiled: what Numba compiles, at its first call and no sooner, since importing Numba takes a second.

A program that wants to show something before that second has passed says `put_off`; until it calls `load`, on a thread,
functions that have a plain twin run that. The twin is NumPy's, gives the same, and takes longer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from lidar_label.kernels.places import settle

F = TypeVar("F", bound=Callable[..., Any])

_OUTER, _INNER = {"cache": True}, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

_making = threading.RLock()
_loads = threading.local()  # of the thread that loads: it runs no twins
_is_put_off = False


class Compiled:
    """A function in the hands of Numba from its first call on. To other compiled functions it is one of their kind."""

    def __init__(
        self,
        function: Callable[..., Any],
        options: dict[str, Any],
        plain: Callable[..., Any] | None,
        needs: Callable[[], object],
    ) -> None:
        self._function, self._options, self._plain, self._needs = function, options, plain, needs
        self._made: Any = None
        self.__doc__, self.__name__, self.__module__ = function.__doc__, function.__name__, function.__module__

    def __call__(self, *args: Any) -> Any:  # noqa: ANN401  what the function takes
        """Run it; compile it first if need be."""
        if self._plain is not None and _is_put_off and not getattr(_loads, "now", False):
            return self._plain(*args)
        return (self._made or self.dispatcher)(*args)

    @property
    def dispatcher(self) -> Any:  # noqa: ANN401  Numba's own
        """The function as Numba has it."""
        if self._made is None:
            with _making:
                if self._made is None:
                    from numba import njit

                    settle()
                    self._needs()
                    self._made = _of_one_kind(njit(nogil=True, **self._options)(self._function))
        return self._made

    @property
    def _numba_type_(self) -> Any:  # noqa: ANN401  asked by Numba where another function calls this one
        return self.dispatcher._numba_type_

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.dispatcher, name)


def _of_one_kind(dispatcher: Any) -> Any:  # noqa: ANN401  Numba's own
    """Have a call with a constant use the code for any number of its kind.

    Numba gives a constant a type of its own, and would compile the function, and all that it calls, once for each that
    a caller begins with (`count = 0`) and once more for what it becomes: a sixth of all the time that kernels took.
    """
    from numba.core import types

    unliteral: Callable[[Any], Any] = types.unliteral
    told = dispatcher.get_call_template

    def template(args: Iterable[Any], kws: dict[str, Any]) -> Any:  # noqa: ANN401
        return told(tuple(map(unliteral, args)), {name: unliteral(kind) for name, kind in kws.items()})

    dispatcher.get_call_template = template
    return dispatcher


def compiled(
    *,
    plain: Callable[..., Any] | None = None,
    needs: Callable[[], object] = lambda: None,
    inner: bool = False,
    **options: Any,  # noqa: ANN401  Numba's own
) -> Callable[[F], F]:
    """Have a function compiled, and what is compiled kept; it runs without the interpreter's lock.

    Parameters
    ----------
    plain : callable, optional
        Does the same with NumPy, while compiled code is put off.
    needs : callable, optional
        Called before the function is given to Numba.
    inner : bool
        Called by compiled functions alone, whose code holds it: Python can't call it, which spares a seventh of the
        time that compiling takes.
    **options
        Of ``numba.njit``.
    """
    told = _INNER if inner else _OUTER

    def made(function: F) -> F:
        return cast("F", Compiled(function, {**told, **options}, plain, needs))

    return made


def put_off() -> None:
    """Run the twins of functions until `load` has been called, on whatever thread."""
    global _is_put_off
    _is_put_off = True


def is_put_off() -> bool:
    """Say whether twins run."""
    return _is_put_off


def load(warm_ups: Iterable[Callable[[], object]]) -> None:
    """Have functions compiled, or read from where compiled code is kept, by calling each; then no twin runs any more.

    Meant for a thread. Twins come to an end also where a call fails.
    """
    global _is_put_off
    _loads.now = True
    try:
        for warm_up in warm_ups:
            warm_up()
    finally:
        _loads.now = False
        _is_put_off = False
