"""How large objects of a category usually are, learnt from those that people have measured here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Size = tuple[float, float, float]

_TOLD = 4.0  # objects that the size counts for which was there before any was measured


def learnt_size(usual: Size, measured: Sequence[Size]) -> Size:
    """Return the usual size of a category where objects of it have been measured.

    Cars of one country are longer than those of another, and one team draws boxes closer than another: what people
    have measured in a drive tells of the next object there. A few objects move the size a little, many replace it.

    Parameters
    ----------
    usual : (length, width, height), metres
        What is known of the category beforehand.
    measured : sequence of (length, width, height), metres
        Of other objects of it, one for each; an object that was seen often counts once.

    Returns
    -------
    (length, width, height), metres

    Notes
    -----
    The mean of logarithms, to which `usual` counts as four objects: that of a log-normal size under a conjugate prior,
    see Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, section 2.5.
    """
    if not measured:
        return usual
    logs = np.log(np.array(measured, dtype=np.float64)).sum(axis=0) + _TOLD * np.log(usual)
    length, width, height = np.exp(logs / (len(measured) + _TOLD)).tolist()
    return (length, width, height)
