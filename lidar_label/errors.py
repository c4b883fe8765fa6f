"""The errors a person can meet, each saying what is wrong, where, and what to do about it."""

from __future__ import annotations


class LidarLabelError(Exception):
    """Base of every error this project raises on purpose.

    Parameters
    ----------
    what : str
        The fault in one sentence, without the place.
    where : str, optional
        The place: a path, with row, byte, key or token where one is known.
    hint : str, optional
        What the reader of the message can do.
    """

    def __init__(self, what: str, *, where: object = "", hint: str = "") -> None:
        self.what = what
        self.where = str(where)
        self.hint = hint
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The whole message on one line: ``where: what (hint)``."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.hint})" if self.hint else text

    def __str__(self) -> str:
        return self.line


class InvalidValue(LidarLabelError, ValueError):
    """A value breaks the rules of its type: a size below zero, a rotation that is none."""


class FrameMismatch(InvalidValue):
    """Two transforms were chained whose frames do not meet."""


class UnreadableFile(LidarLabelError, ValueError):
    """A file exists but its content is not what its format promises."""


class MissingFile(LidarLabelError, FileNotFoundError):
    """A file or folder that is needed is not there."""


class BrokenReference(LidarLabelError, LookupError):
    """A token or id names something that does not exist."""


class UnsafePath(LidarLabelError, ValueError):
    """A path written in a file leads out of the data set's own folder."""


class UnknownFormat(LidarLabelError, ValueError):
    """No format knows how to read this path, or no format has this name."""


class CannotWrite(LidarLabelError, OSError):
    """The target could not be written: it exists already, the disk is full, access is denied."""


class CannotEdit(LidarLabelError, ValueError):
    """An edit does not apply to the labels as they are now."""


class CheckFailed(LidarLabelError, ValueError):
    """Labels break a rule that an export needs; the findings say which, and where."""


class Cancelled(LidarLabelError):
    """The person stopped a long operation; nothing half-done is left behind."""
