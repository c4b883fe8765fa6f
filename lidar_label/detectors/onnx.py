"""A detector in an ONNX file, run by onnxruntime: checked against its description before the first frame."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.detectors.decode import decode, tensor_names
from lidar_label.detectors.description import Description, OnnxModel
from lidar_label.detectors.detections import Detections, nothing
from lidar_label.detectors.gather import View
from lidar_label.detectors.inputs import PillarsInput, PointsInput
from lidar_label.detectors.tensors import tensors_of
from lidar_label.detectors.waiting import TookTooLong, within
from lidar_label.errors import InvalidValue, LidarLabelError, UnreadableFile
from lidar_label.model import Finding
from lidar_label.progress import Progress

if TYPE_CHECKING:
    import onnxruntime

_MOST_BYTES = 2_000_000_000  # more does not fit into one file of the format
_OPEN_S = 300.0  # for a model to be read and made ready
_WARMING_S = 120.0  # more for the first frame on a graphics card, whose kernels are chosen then
_MOST_VALUES = 1 << 28  # of one output
_FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
_WHOLE = {"tensor(int32)": np.int32, "tensor(int64)": np.int64}
_REAL = (*_FLOATS, *_WHOLE, "tensor(int8)", "tensor(uint8)", "tensor(int16)", "tensor(bool)")
_CUDA = "CUDAExecutionProvider"
_CPU = "CPUExecutionProvider"
_NO_MEMORY = ("Available memory of", "Failed to allocate memory", "bad_alloc")
_limits: list[int] = []  # what the process is held to by now


class ModelFailed(LidarLabelError, RuntimeError):
    """A model could not be run."""


class OnnxDetector:
    """Finds boxes by a network.

    Parameters
    ----------
    description : Description
        Whose model is an `OnnxModel`.
    progress : Progress, optional

    Raises
    ------
    ModelFailed
        If onnxruntime is not installed, or the device is not there.
    UnreadableFile
        If the file is no model that it can run.
    InvalidValue
        If the model's inputs and outputs are not as the description says.
    """

    def __init__(self, description: Description, progress: Progress | None = None) -> None:
        if not isinstance(description.model, OnnxModel):
            raise TypeError("the description is of no network")
        self.description, self._model = description, description.model
        self.findings: list[Finding] = []
        self._session = self._open(_runtime(), progress or Progress())
        self._types: dict[str, Any] = {}
        self._fixed: dict[str, int | None] = {}
        self._around: dict[str, tuple[int, ...] | None] = {}
        self._check_inputs()
        self._check_outputs()
        self._is_cold = _CUDA in self._session.get_providers()

    def detect(self, view: View, progress: Progress) -> Detections:
        """Return what the network finds in a frame.

        Raises
        ------
        InvalidValue
            If its outputs are not as the description says.
        ModelFailed
            If it fails, takes too long or too much memory.
        Cancelled
            If the progress was stopped.
        """
        if not len(view.points):
            return nothing()
        given = tensors_of(self._model.input, self.description.wanted, view.points, self._fixed)
        if not all(len(array) for array in given.values()):
            return nothing()
        feeds = {name: self._as_wanted(name, array) for name, array in given.items()}
        names = list(tensor_names(self._model.output))
        arrays = dict(zip(names, self._run(names, feeds, progress), strict=True))
        for name, array in arrays.items():
            if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub" or array.size > _MOST_VALUES:
                raise InvalidValue(f"the output {name!r} of the model is no tensor of numbers of a size that fits")
        return decode(self._model.output, self.description.classes, min(self.description.least), arrays)

    def _as_wanted(self, name: str, array: NDArray[Any]) -> NDArray[Any]:
        """Return a tensor of the model's type, with a batch of one or without dimensions where it wants that."""
        typed, around = array.astype(self._types[name], copy=False), self._around[name]
        if around is None:
            return typed
        return typed.reshape((*around, *typed.shape) if around else ())

    def _run(self, names: list[str], feeds: dict[str, NDArray[Any]], progress: Progress) -> list[Any]:
        runtime = _runtime()
        options = runtime.RunOptions()
        options.log_severity_level = 4

        def stop() -> None:
            options.terminate = True

        seconds = self._model.seconds + (_WARMING_S if self._is_cold else 0)
        try:
            made = within(seconds, lambda: self._session.run(names, feeds, options), progress, stop=stop)
        except TookTooLong:
            raise ModelFailed(
                f"the model took over {seconds:g} s for a frame", where=self._model.file,
                hint="write seconds = ... under [model] if it is that slow",
            ) from None  # fmt: skip
        except _faults() as error:
            raise self._failed(error) from None
        self._is_cold = False
        return list(made)

    def _failed(self, error: Exception) -> ModelFailed:
        if isinstance(error, MemoryError) or any(word in str(error) for word in _NO_MEMORY):
            what, hint = f"the model wants more than {self._model.memory_mb} MB", "write memory_mb = ... under [model]"
            return ModelFailed(what, where=self._model.file, hint=hint)
        return ModelFailed(f"the model failed: {_words(error)}", where=self._model.file)

    def close(self) -> None:
        """Give back the memory it held."""
        del self._session
        _limit_memory(_runtime(), self._model.memory_mb, anew=True)

    def _open(self, runtime: Any, progress: Progress) -> onnxruntime.InferenceSession:  # noqa: ANN401 - a module
        model = self._model
        if model.file.stat().st_size > _MOST_BYTES:
            raise UnreadableFile("the model has over 2 GB", where=model.file, hint="no ONNX file may be so large")
        there = runtime.get_available_providers()
        if model.device == "cuda" and _CUDA not in there:
            raise ModelFailed(
                "onnxruntime has no CUDA here", where=self.description.file,
                hint='install onnxruntime-gpu in place of onnxruntime, or write device = "cpu"',
            )  # fmt: skip
        _limit_memory(runtime, model.memory_mb)
        tries = [[_CUDA, _CPU]] if model.device != "cpu" and _CUDA in there else []
        if model.device != "cuda":
            tries.append([_CPU])  # of the others some would send data away
        for number, providers in enumerate(tries, start=1):
            try:
                return self._session_of(runtime, providers, progress)
            except TookTooLong as late:
                raise ModelFailed(f"the model was not ready after {_OPEN_S:g} s", where=model.file) from late
            except _faults() as error:
                if number == len(tries):
                    raise UnreadableFile(
                        f"this is no model that onnxruntime {runtime.__version__} can run: {_words(error)}",
                        where=model.file,
                    ) from None
                self.findings.append(
                    Finding("warning", "no-cuda", f"it runs on the processor: {_words(error)}", str(model.file))
                )
        raise AssertionError("there is no provider to try")

    def _session_of(self, runtime: Any, providers: list[str], progress: Progress) -> Any:  # noqa: ANN401
        options = runtime.SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised
        options.intra_op_num_threads = self._model.threads or max(1, (os.cpu_count() or 2) - 1)
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the desk wants the cores too

        def make() -> Any:  # noqa: ANN401
            # Data beside the model is read by onnxruntime itself, which keeps to the model's folder, links followed.
            return runtime.InferenceSession(str(self._model.file), options, providers=providers, enable_fallback=0)

        return within(_OPEN_S, make, progress, stop=lambda: None)

    def _check_inputs(self) -> None:
        given = self._model.input
        if isinstance(given, PointsInput):
            columns = len(self.description.wanted.fields)
            wanted = {given.points: ([None, columns], True)}
            if given.count:
                wanted[given.count] = ([None], False)
        else:
            wanted = _pillar_shapes(given)
        known = {one.name: one for one in self._session.get_inputs()}
        for name in known:
            if name not in wanted:
                raise self._fault(f"the model has an input {name!r}, which [input] does not name")
        for name, (shape, real) in wanted.items():
            if name not in known:
                raise self._fault(f"the model has no input {name!r}; it has {', '.join(known)}")
            types: dict[str, Any] = _FLOATS if real else _WHOLE
            kind, theirs = known[name].type, list(known[name].shape)
            if kind not in types:
                raise self._fault(f"the input {name!r} is a {kind}, and should be one of {', '.join(types)}")
            self._types[name] = types[kind]
            self._fixed[name] = self._compare(name, theirs, shape)

    def _compare(self, name: str, theirs: list[Any], shape: list[int | None]) -> int | None:
        """Hold an input's shape against what it will get; return its number of rows where the model fixes it."""
        if not theirs and len(shape) == 1:
            self._around[name] = ()
            return None
        batched = len(theirs) == len(shape) + 1 and (theirs[0] == 1 or not isinstance(theirs[0], int))
        own = theirs[1:] if batched else theirs
        fits = len(own) == len(shape) and all(
            not isinstance(one, int) or other is None or one == other for one, other in zip(own, shape, strict=True)
        )
        if not fits:
            told = ", ".join("N" if side is None else str(side) for side in shape)
            raise self._fault(f"the input {name!r} has shape {theirs}, and the description makes it ({told})")
        self._around[name] = (1,) if batched else None
        rows = own[0] if isinstance(own[0], int) else None
        if rows is not None and isinstance(self._model.input, PillarsInput) and rows != self._model.input.most_pillars:
            raise self._fault(
                f"the input {name!r} is of {rows} pillars, and most_pillars is {self._model.input.most_pillars}"
            )
        return rows

    def _check_outputs(self) -> None:
        known = {one.name: one for one in self._session.get_outputs()}
        for name, count in tensor_names(self._model.output).items():
            if name not in known:
                raise self._fault(f"the model has no output {name!r}; it has {', '.join(known)}")
            if known[name].type not in _REAL:
                raise self._fault(f"the output {name!r} is a {known[name].type}, which is no tensor of numbers")
            shape = list(known[name].shape)  # none where the model does not say
            if count and shape and len(shape) not in (count, count + 1):
                raise self._fault(
                    f"the output {name!r} has shape {shape}, and should have {count} dimensions, or a batch more"
                )

    def _fault(self, what: str) -> InvalidValue:
        return InvalidValue(what, where=self.description.file, hint="correct the description, or the model")


def _pillar_shapes(given: PillarsInput) -> dict[str, tuple[list[int | None], bool]]:
    wanted: dict[str, tuple[list[int | None], bool]] = {
        given.pillars: ([None, given.most_points, len(given.features)], True)
    }
    if given.counts:
        wanted[given.counts] = ([None], False)
    if given.places:
        wanted[given.places] = ([None, len(given.axes)], False)
    return wanted


def _runtime() -> Any:  # noqa: ANN401 - a module
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelFailed(
            f"onnxruntime is needed to run a model, and cannot be imported: {error}",
            hint="pip install 'lidar-label[onnx]'",
        ) from None
    return onnxruntime


def _faults() -> tuple[type[Exception], ...]:
    """Return what onnxruntime raises; its errors have no common parent of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    found = [value for value in vars(state).values() if isinstance(value, type) and issubclass(value, Exception)]
    return (*found, RuntimeError, ValueError, MemoryError)


def _words(error: Exception) -> str:
    """Return what onnxruntime says, without its numbers and the paths it was built in; never a whole page."""
    text = re.sub(r"\[ONNXRuntimeError\] : \d+ : \w+ : ", "", str(error))
    text = re.sub(r"/onnxruntime_src/\S+ ", "", text)
    return " ".join(text.split())[:300] or type(error).__name__


def _limit_memory(runtime: Any, megabytes: int, *, anew: bool = False) -> None:  # noqa: ANN401 - a module
    """Bound what models opened from now on may take together; `anew` lets go of what earlier ones took."""
    if _limits[-1:] == [megabytes] and not anew:
        return
    place = runtime.OrtMemoryInfo("Cpu", runtime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, runtime.OrtMemType.DEFAULT)
    runtime.create_and_register_allocator(
        place, runtime.OrtArenaCfg({"max_mem": megabytes << 20, "arena_extend_strategy": 1})
    )
    _limits[:] = [megabytes]
