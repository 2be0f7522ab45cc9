"""A page that a script shows in the browser, served to this machine only: files and answers."""

import errno
import json
import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any

from common.checks import first_line, in_one_line
from lab.script import plain

Answer = Callable[[dict[str, Any]], dict[str, Any]]

KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
SHARED = [Path(__file__).with_name(name) for name in ("page.css", "page.js")]
MOST_BYTES = 4 * 2**20  # of a request: a photograph
PATIENCE = 10  # seconds that a client may be silent
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class PageServer(ThreadingTCPServer):
    """The server of one page, on the loopback interface; each connection has a thread.

    Parameters
    ----------
    file : str
        The script's ``__file__``. The page is the files beside it whose names start alike: for
        ``live.py`` they are ``live.html``, ``live.css``, ``live.js``, ``live_more.js`` ...
    answers : mapping of str to callable
        ``POST /api/<name>`` with a JSON object calls ``answers[name]`` with this dict. The dict
        it returns is sent as JSON: arrays become lists, NaN becomes null. A ValueError is sent
        to the page as ``{"error": "..."}``. Only one function runs at a time.
    port : int
        0: any free port.

    Attributes
    ----------
    address : str
        Such as ``http://127.0.0.1:8000``.
    """

    allow_reuse_address = os.name == "posix"  # on Windows it would take the port of another program
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, file: str, answers: Mapping[str, Answer], port: int = 0) -> None:
        page = Path(file)
        own = [path for path in page.parent.glob(f"{page.stem}*") if path.suffix in KINDS]
        self.files = {f"/{path.name}": path for path in [*own, *SHARED]}
        self.files["/"] = page.with_suffix(".html")
        self.answers = {f"/api/{name}": answer for name, answer in answers.items()}
        self.one_at_a_time = threading.Lock()
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except (OSError, OverflowError) as error:
            in_use = getattr(error, "errno", 0) == errno.EADDRINUSE
            what = f"port {port}: {'it is in use' if in_use else first_line(error).rstrip('.')}"
            raise ValueError(f"{what}; expected a free port, or 0 for any free one") from None
        port = self.server_address[1]
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self.hosts |= {"127.0.0.1", "localhost"} if port == 80 else set()
        self.address = f"http://127.0.0.1:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print a traceback, unless the error is that the client went away or is too slow."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Refused(Exception):
    """A request that gets no answer: the status, and a reason."""


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    protocol_version = "HTTP/1.1"  # the connection stays open for the next request
    timeout = PATIENCE
    disable_nagle_algorithm = True  # it would hold back the end of an answer for 40 ms

    def do_GET(self) -> None:
        """Send a file of the page."""
        self._respond(self._file)

    def do_POST(self) -> None:
        """Send what one of the functions answers."""
        self._respond(self._answer)

    def _respond(self, content: Callable[[], tuple[str, bytes]]) -> None:
        try:
            self._check_origin()
            kind, body = content()
        except Refused as refusal:
            self.send_error(*refusal.args)
        else:
            self._send(HTTPStatus.OK, kind, body)

    def _check_origin(self) -> None:
        """Refuse what another site asks for, under its own name or (DNS rebinding) under ours."""
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0] not in self.server.hosts:
            raise Refused(HTTPStatus.FORBIDDEN, f"Host is {hosts}; expected {self.server.address}")
        for origin in self.headers.get_all("Origin", []):
            if origin.removeprefix("http://") not in self.server.hosts:
                raise Refused(HTTPStatus.FORBIDDEN, f"Origin is {origin}; expected this page's")

    def _file(self) -> tuple[str, bytes]:
        path = self.server.files.get(self.path.partition("?")[0])
        if path is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"there is no {self.path}")
        return KINDS[path.suffix], path.read_bytes()

    def _answer(self) -> tuple[str, bytes]:
        request = self._body()
        answer = self.server.answers.get(self.path)
        if answer is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"there is no {self.path}")
        try:
            with self.server.one_at_a_time:
                found = answer(request)
        except (ValueError, OSError, MemoryError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, first_line(error)) from error
        return "application/json", json.dumps(plain(found)).encode()

    def _body(self) -> dict[str, Any]:
        """Read the JSON object in the body of a request."""
        if self.headers.get_content_type() != "application/json":
            what = f"Content-Type is {self.headers.get_content_type()}; expected application/json"
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, what)
        sizes = self.headers.get_all("Content-Length", [])
        if len(sizes) != 1 or not (sizes[0].isascii() and sizes[0].isdecimal()):
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "expected one Content-Length")
        if len(sizes[0]) > 9 or int(sizes[0]) > MOST_BYTES:
            what = f"{sizes[0]:.20} bytes; expected at most {MOST_BYTES}"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, what)
        try:
            request = json.loads(self.rfile.read(int(sizes[0])))
        except (ValueError, RecursionError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"not valid JSON: {first_line(error)}") from error
        if not isinstance(request, dict):
            what = f"the request is {in_one_line(request)}; expected a JSON object"
            raise Refused(HTTPStatus.BAD_REQUEST, what)
        return request

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send an error as JSON, and close the connection: a body may be left in it."""
        self.close_connection = True
        error = {"error": message or HTTPStatus(code).phrase}
        self._send(code, "application/json", json.dumps(error).encode())

    def _send(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        sizes = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body))}
        closing = {"Connection": "close"} if self.close_connection else {}
        for name, value in (HEADERS | sizes | closing).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing for each request."""


def serve(server: PageServer, show: bool) -> None:
    """Print the address of a page, open the browser, and answer requests until Ctrl-C.

    Parameters
    ----------
    server : PageServer
    show : bool
        Whether to open the browser.
    """
    with server:
        print(f"open {server.address} in your browser; Ctrl-C ends this program", flush=True)
        if show:
            opening = partial(webbrowser.open, server.address)
            threading.Thread(target=opening, daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nstopped")


def ask_once(server: PageServer, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Start a page's server, send one request as the page would, end the server; the answer."""
    with server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            connection = HTTPConnection(server.address.removeprefix("http://"), timeout=PATIENCE)
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"/api/{name}", json.dumps(request), headers)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            connection.close()
        finally:
            server.shutdown()
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer


def field(request: Mapping[str, Any], name: str, kind: type) -> Any:
    """Return a value of a request; raise a ValueError unless it is there, and of this type.

    An int is also a float, but a bool is not a number.
    """
    value = request.get(name)
    kinds = (int, float) if kind is float else (kind,)
    if type(value) not in kinds:
        raise ValueError(f"{name} is {in_one_line(value)}; expected {kind.__name__}")
    return value
