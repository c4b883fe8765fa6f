"""Finding: one thing a reader, a writer or a check has to say about the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark about data, for the import report, the export report and the list of checks.

    Parameters
    ----------
    severity : "info", "warning" or "error"
    code : str
        A short stable name in kebab-case, such as ``missing-file``.
    message : str
        One sentence for a person.
    where : str
        The place it speaks of: a path, a scene and frame, a token.
    """

    severity: Severity
    code: str
    message: str
    where: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding as the command line's JSON prints it."""
        return asdict(self)
