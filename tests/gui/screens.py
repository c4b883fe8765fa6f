"""A screen of its own for each process of tests that run side by side: two windows cannot both have the keyboard."""

from __future__ import annotations

import atexit
import os
import subprocess


def own_screen() -> None:
    """Start an Xvfb for this process of pytest-xdist and have Qt use it, once; it ends with the process."""
    if os.environ.get("LIDAR_LABEL_TEST_SCREEN") == str(os.getpid()):
        return
    os.environ["LIDAR_LABEL_TEST_SCREEN"] = str(os.getpid())
    ready, told = os.pipe()
    command = ["Xvfb", "-displayfd", str(told), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=(told,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(told)
    with os.fdopen(ready) as answer:
        number = answer.readline().strip()
    if not number:
        raise RuntimeError("Xvfb did not start")
    atexit.register(screen.kill)
    os.environ["DISPLAY"] = f":{number}"
