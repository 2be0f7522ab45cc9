"""The server of pages: what it refuses, and that no request harms it."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import numpy as np
import pytest

from lab.server import MOST_BYTES, PageServer, ask_once, field
from tests.test_cli import ROOT

PAGE = str(ROOT / "ch07" / "live.py")


def double(request):
    return {"twice": 2 * field(request, "number", float), "array": np.array([1, np.nan])}


def broken(request):
    raise OSError("no such disk")


@pytest.fixture(scope="module")
def server():
    with PageServer(PAGE, {"double": double, "broken": broken}) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def connected(server):
    return socket.create_connection(server.server_address, timeout=10)


def received(client):
    """Return all that the server sends until it closes the connection."""
    parts = []
    with contextlib.suppress(OSError):
        while part := client.recv(2**16):
            parts.append(part)
    return b"".join(parts)


def exchanged(server, data):
    with connected(server) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return received(client)


def post(server, body='{"number": 2}', path="/api/double", **headers):
    """Return the status and the JSON that answer a request; a header None is left out."""
    body = body.encode() if isinstance(body, str) else body
    host = server.address.removeprefix("http://")
    told = {"Host": host, "Content_Type": "application/json", "Content_Length": len(body)}
    told |= headers
    lines = [f"{key.replace('_', '-')}: {told[key]}" for key in told if told[key] is not None]
    head = "\r\n".join([f"POST {path} HTTP/1.1", *lines, "Connection: close", "", ""])
    answer = exchanged(server, head.encode() + body)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-security-policy: default-src 'self'" in head.lower()
    return int(head.split()[1]), json.loads(body)


def alive(server):
    return post(server) == (200, {"twice": 4, "array": [1, None]})


def test_an_answer_is_json_without_nan(server):
    assert alive(server)


def test_the_page_and_its_files_are_served_and_no_others(server):
    for path in ("/", "/live.html", "/live.css", "/live_layers.js", "/page.js", "/page.css"):
        with urllib.request.urlopen(server.address + path) as answer:
            assert len(answer.read()) > 200
    for path in ("/live.py", "/../ch07/live.css", "/simple_convnet.npz", "/%2e%2e/live.css"):
        with pytest.raises(urllib.error.HTTPError, match="404") as error:
            urllib.request.urlopen(server.address + path)
        error.value.close()


LARGE = MOST_BYTES + 1
REFUSED = {
    "a foreign host": (403, "Host is", {"Host": "evil.example:80"}),
    "no host": (403, "Host is", {"Host": None}),
    "another port": (403, "Host is", {"Host": "127.0.0.1:1"}),
    "a foreign origin": (403, "Origin is", {"Origin": "http://evil.example"}),
    "a sandboxed origin": (403, "Origin is", {"Origin": "null"}),
    "a form": (415, "application/json", {"Content_Type": "application/x-www-form-urlencoded"}),
    "no type": (415, "application/json", {"Content_Type": None}),
    "no length": (411, "Content-Length", {"Content_Length": None}),
    "a negative length": (411, "Content-Length", {"Content_Length": -1}),
    "too large": (413, f"expected at most {MOST_BYTES}", {"Content_Length": LARGE}),
    "far too large": (413, f"expected at most {MOST_BYTES}", {"Content_Length": "9" * 99}),
    "not JSON": (400, "not valid JSON", {"body": "{'number': 2}"}),
    "no Unicode": (400, "not valid JSON", {"body": b"\xff"}),
    "deep": (400, "not valid JSON", {"body": "[" * 100_000}),
    "cut off": (400, "not valid JSON", {"Content_Length": 5}),
    "a list": (400, "expected a JSON object", {"body": "[1, 2]"}),
    "a string": (400, "number is '2'; expected float", {"body": '{"number": "2"}'}),
    "nothing": (400, "number is None; expected float", {"body": "{}"}),
    "true": (400, "number is True; expected float", {"body": '{"number": true}'}),
    "unknown": (404, "there is no /api/triple", {"path": "/api/triple"}),
    "an error": (400, "no such disk", {"path": "/api/broken"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(server, name):
    status, reason, request = REFUSED[name]
    found, answer = post(server, **request)
    assert found == status
    assert list(answer) == ["error"]
    assert reason in answer["error"]
    assert "\n" not in answer["error"]


def test_the_page_itself_may_ask(server):
    assert post(server, Origin=server.address)[0] == 200
    port = server.server_address[1]
    assert post(server, Host=f"localhost:{port}", Origin=f"http://localhost:{port}")[0] == 200


def test_another_method_is_refused_in_json(server):
    answer = exchanged(server, b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 501")
    assert b'{"error": "Unsupported method' in answer


ODD = [
    *("", "x", "null", ";", "-1", "3", "1000000000000", "chunked", "100-continue", "keep-alive"),
    *('{"number": 1}', '{"number": NaN}', '{"number": 1e999}', "[[[", "PUT", "HEAD", "HTTP/9", "*"),
    *("/api/broken", "//x", "/" + "a" * 70000, "Origin: http://x", "Transfer-Encoding: chunked"),
]


def noise(rng, server):
    """Return a good request after random changes: other words, other bytes, a part of it."""
    host, body = server.address.removeprefix("http://"), '{"number": 1}'
    words = ["POST", " ", "/api/double", " ", "HTTP/1.1", "\r\n", "Host: ", host, "\r\n"]
    words += ["Content-Type: ", "application/json", "\r\n", "Content-Length: ", str(len(body))]
    words += ["\r\n", "\r\n", body]
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        words[rng.randrange(len(words))] = rng.choice(ODD)
    data = bytearray("".join(words).encode())
    for _ in range(rng.choice([0, 0, 0, 1, 10])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data[: rng.choice([len(data), len(data), rng.randrange(len(data))])])


def test_a_thousand_random_requests_do_no_harm(server, capfd):
    rng = random.Random(0)
    good = 0
    for _ in range(1000):
        data = noise(rng, server)
        with connected(server) as client:
            with contextlib.suppress(OSError):
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
            answer = received(client)
        good += answer.startswith(b"HTTP/1.1 200")
        if answer.startswith(b"HTTP/1.1 4"):
            assert "error" in json.loads(answer.split(b"\r\n\r\n")[-1])
    assert 50 < good < 500  # some changes do not matter
    assert alive(server)
    assert capfd.readouterr() == ("", "")


def test_slow_clients_do_not_block_others(server):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(50)]
        for k, client in enumerate(slow):
            client.sendall(b"POST /api/double HTTP/1.1\r\nHost: 127.0.0.1\r\n"[: 10 + k])
        began = time.monotonic()
        assert alive(server)
        assert time.monotonic() - began < 5


def test_a_bug_shows_its_traceback_to_the_reader_and_the_server_goes_on(capfd):
    with PageServer(PAGE, {"bug": lambda request: 1 / 0, "double": double}) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        request = f"POST /api/bug HTTP/1.1\r\nHost: {server.address[7:]}\r\n"
        request += "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        assert exchanged(server, request.encode()) == b""
        assert alive(server)
        server.shutdown()
        thread.join()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_one_request_of_a_script_to_its_own_page():
    assert ask_once(PageServer(PAGE, {"double": double}), "double", {"number": 3})["twice"] == 6
    with pytest.raises(ValueError, match="number is 'x'; expected float"):
        ask_once(PageServer(PAGE, {"double": double}), "double", {"number": "x"})


def test_a_port_in_use_is_one_line(server):
    port = server.server_address[1]
    with pytest.raises(ValueError, match=f"^port {port}: it is in use; expected a free port"):
        PageServer(PAGE, {}, port)
    with pytest.raises(ValueError, match=r"^port 70000: .*; expected a free port, or 0"):
        PageServer(PAGE, {}, 70000)


SERVE = """
from lab.server import PageServer, serve
serve(PageServer({page!r}, {{}}), show=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for one process")
def test_it_opens_the_browser_and_ctrl_c_ends_it(tmp_path):
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-c", SERVE.format(page=PAGE)],
        env={**os.environ, "BROWSER": str(browser)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        line = process.stdout.readline()
        address = re.fullmatch(r"open (\S+) in your browser; Ctrl-C ends this program\n", line)[1]
        with urllib.request.urlopen(address) as answer:
            assert b"<!DOCTYPE html>" in answer.read()
        end = time.monotonic() + 20
        while not (seen.exists() and seen.read_text()):
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("\nstopped\n", "")
    assert process.returncode == 0
    assert seen.read_text() == f"{address}\n"
