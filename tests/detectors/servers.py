"""A real model server on this machine, which keeps what it was sent and answers as a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TEXT = """
kind = "http"
classes = ["car", "person"]
[points]
range = [-50.0, -50.0, -5.0, 50.0, 50.0, 5.0]
[server]
connect_seconds = 0.5
answer_seconds = 0.5
retries = 1
answer_mb = 1
"""
Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Keeps what it was sent and answers as the test wants."""

    answers: list[Answer]
    asked: list[tuple[dict[str, str], Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((dict(self.headers), json.loads(body)))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        answer(self)

    def do_GET(self) -> None:
        self.asked.append((dict(self.headers), None))

    def say(self, body: bytes, code: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None: ...  # a client that has gone


@contextmanager
def served() -> Iterator[tuple[str, type[Handler]]]:
    """Give the address of a server, and its handler."""

    class Own(Handler): ...

    Own.answers, Own.asked = [], []
    running = Server(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/detect", Own
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def said(text: str | bytes, **more: Any) -> Answer:
    return lambda handler: handler.say(text if isinstance(text, bytes) else text.encode(), **more)


def hangs(handler: Handler) -> None:
    time.sleep(1.5)
