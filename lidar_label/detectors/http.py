"""A detector on a model server: a frame at a time is sent to the address a person gave, and nowhere else."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from lidar_label.detectors.description import Description, Server
from lidar_label.detectors.detections import Detections, nothing
from lidar_label.detectors.gather import View
from lidar_label.detectors.waiting import TookTooLong, within
from lidar_label.detectors.wire import BadAnswer, boxes_from, request_of
from lidar_label.errors import InvalidValue, LidarLabelError
from lidar_label.model import Finding
from lidar_label.progress import Progress

_FIRST_WAIT_S = 0.5  # before a request is sent again; doubled each time
_LONGEST_WAIT_S = 30.0
_PIECE = 1 << 16


class ServerFailed(LidarLabelError, ConnectionError):
    """A model server cannot be reached, or answers that it cannot."""


class _Again(Exception):
    """The server may do better in a while."""


def check_address(address: str, *, has_token: bool = False) -> str:
    """Return an address that points may be sent to.

    Raises
    ------
    InvalidValue
        If it is no http or https address of a host, has a password in it, or would show a token to the network.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or any(ord(letter) <= 32 for letter in address):
        raise InvalidValue(f"{address!r:.120} is no address of a server", hint="such as http://localhost:8000/detect")
    if parts.username is not None or parts.password is not None:
        raise InvalidValue(
            "the address has a user's name or password in it", hint="write token_from = ... under [server]"
        )
    if has_token and parts.scheme == "http" and not _is_local(host):
        raise InvalidValue(
            f"the token would go to {host} in the clear", hint="give an https address, or leave token_from out"
        )
    return address


def destination(address: str) -> str:
    """Return in words where data for an address goes: its host, and the proxy on the way where there is one."""
    parts = urlsplit(check_address(address))
    place = f"{parts.scheme}://{parts.netloc}"
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy is None or urllib.request.proxy_bypass(parts.netloc):
        return place
    return f"{place} by the proxy {urlsplit(proxy).hostname or proxy}"


class HttpDetector:
    """Finds boxes by asking a server.

    Parameters
    ----------
    description : Description
        Whose model is a `Server`.
    address : str
        Where the points are sent: what a person gave or agreed to.

    Raises
    ------
    InvalidValue
        If the address is none, or the token's variable is not set.
    """

    def __init__(self, description: Description, address: str) -> None:
        if not isinstance(description.model, Server):
            raise TypeError("the description is of no server")
        self.description, self._server = description, description.model
        self.findings: list[Finding] = []
        self.address = check_address(address, has_token=bool(self._server.token_from))
        self._headers = {
            "Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity",
        }  # fmt: skip
        if self._server.token_from:
            token = os.environ.get(self._server.token_from, "")
            if not token or not token.isascii() or not token.isprintable():
                raise InvalidValue(
                    f"the environment variable {self._server.token_from} has no token", where=description.file,
                    hint="set it, or leave token_from out",
                )  # fmt: skip
            self._headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Do nothing: no connection outlives its frame."""

    def detect(self, view: View, progress: Progress) -> Detections:
        """Return what the server finds in a frame; where it is busy or slow it is asked again.

        Raises
        ------
        ServerFailed
            If it cannot be reached, does not answer in time, or answers that it cannot.
        BadAnswer
            If it answers something else than boxes.
        Cancelled
            If the progress was stopped.
        """
        if not len(view.points):
            return nothing()
        body, wait = request_of(view, self.description), _FIRST_WAIT_S
        for left in range(self._server.retries, -1, -1):
            try:
                return boxes_from(self._ask(body, progress), self.description)
            except _Again as reason:
                if not left:
                    tries = self._server.retries + 1
                    told = f"{reason}, {tries} times over" if tries > 1 else str(reason)
                    raise ServerFailed(told, where=self.address, hint="is it up, and is the address right?") from None
            except BadAnswer as error:
                raise BadAnswer(error.what, where=self.address, hint=error.hint) from None
            until = time.monotonic() + wait
            while time.monotonic() < until:
                progress.check()
                time.sleep(0.02)
            wait = min(2 * wait, _LONGEST_WAIT_S)
        raise AssertionError("a request is answered or fails")

    def _ask(self, body: bytes, progress: Progress) -> bytes:
        """Send one request; the whole of it has its time, however slowly the answer drips."""
        server, opened = self._server, _Sockets()
        seconds = server.connect_seconds + server.answer_seconds
        request = urllib.request.Request(self.address, data=body, headers=self._headers, method="POST")  # noqa: S310
        opener = _opener(opened, server)

        def ask() -> bytes:
            with opener.open(request, timeout=server.connect_seconds) as answer:
                return _whole(answer, server.answer_mb << 20)

        try:
            return within(seconds, ask, progress, stop=opened.shut, what="the server")
        except BadAnswer:
            raise
        except TookTooLong:
            raise _Again(f"the server did not answer within {seconds:g} s") from None
        except urllib.error.HTTPError as error:
            raise self._told(error) from None
        except TimeoutError:
            raise _Again("the server did not answer in time") from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise _Again(f"the server could not be reached within {server.connect_seconds:g} s") from None
            raise ServerFailed(f"the server cannot be reached: {_cause(error.reason)}", where=self.address) from None
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise ServerFailed(f"the answer broke off: {_cause(error)}", where=self.address) from None

    def _told(self, error: urllib.error.HTTPError) -> Exception:
        """Return the error of an answer that is none: a fault of the server, a refusal, or a way to elsewhere."""
        with error:
            if error.code >= 500:
                return _Again(f"the server answered {error.code} {_shown(error.reason)}")
            if 300 <= error.code < 400:
                target = error.headers.get("Location", "elsewhere")
                return ServerFailed(
                    f"the server sends on to {target!r:.120}, where nothing was sent", where=self.address,
                    hint="give that address if it is the right one",
                )  # fmt: skip
            return ServerFailed(f"the server answered {error.code} {_shown(error.reason)}", where=self.address)


def _whole(answer: Any, most: int) -> bytes:  # noqa: ANN401 - urllib's answers have no common type
    """Read an answer to its end.

    Raises
    ------
    BadAnswer
        If it is longer than `most`, shorter than it says, or packed.
    """
    coded = answer.headers.get("Content-Encoding", "identity")
    if coded != "identity":
        raise BadAnswer(f"the server answered in {coded!r:.40} coding, which was not asked for")
    length = answer.headers.get("Content-Length", "")
    parts, size = [], 0
    too_long = BadAnswer(
        f"the server's answer has over {most >> 20} MB", hint="write answer_mb = ... under [server] if that is right"
    )
    if length.isdecimal() and int(length) > most:
        raise too_long
    while piece := answer.read(_PIECE):
        size += len(piece)
        if size > most:
            raise too_long
        parts.append(piece)
    if length.isdecimal() and size < int(length):
        raise http.client.IncompleteRead(b"", int(length) - size)
    return b"".join(parts)


class _Sockets:
    """The connections of a request, so that one who waits can end it."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._is_shut = False

    def add(self, one: socket.socket) -> None:
        self._open.append(one)
        if self._is_shut:
            self.shut()

    def shut(self) -> None:
        self._is_shut = True
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed by then


def _opener(opened: _Sockets, server: Server) -> urllib.request.OpenerDirector:
    """Return what opens an address: by the environment's proxies, following no redirect, its socket known."""

    def connecting(kind: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        class Connection(kind):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                opened.add(self.sock)
                self.sock.settimeout(server.answer_seconds)

        return Connection

    class Plain(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(connecting(http.client.HTTPConnection), req)

    class Secure(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(connecting(http.client.HTTPSConnection), req)

    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as its parent has them
            return None

    return urllib.request.build_opener(Plain, Secure, NoRedirect)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(text: object) -> str:
    """Return words of a server's as a terminal may show them."""
    return "".join(letter for letter in str(text) if letter.isprintable())[:80]


def _cause(error: object) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "it is shorter than it says"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return _shown(f"{type(error).__name__}: {error}")
