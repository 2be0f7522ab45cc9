"""A real Chromium without a window, driven by its DevTools through two pipes."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--remote-debugging-pipe", "--hide-scrollbars", "--lang=en-US", "about:blank"),
]
# Chromium reads commands from 3 and writes events to 4, each ended by a zero byte.
START = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for number, end in enumerate(ends, 3):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One tab. Errors of the page are collected in `errors`."""

    def __init__(self, folder):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None or os.name != "posix":
            pytest.skip(f"there is no Chromium: none of {', '.join(NAMES)} is in the PATH")
        (commands, self.to), (self.of, events) = os.pipe(), os.pipe()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-ISc", START, str(commands), str(events)),
                *(program, f"--user-data-dir={folder}", *FLAGS),
            ],
            pass_fds=(commands, events),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(commands)
        os.close(events)
        self.left, self.number, self.session, self.errors, self.seen = b"", 0, None, [], []
        (page,) = (
            target["targetId"]
            for target in self.call("Target.getTargets")["targetInfos"]
            if target["type"] == "page"
        )
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        os.close(self.to)
        os.close(self.of)
        try:
            self.process.wait(5)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def call(self, method, **params):
        """Call a method of the DevTools protocol, and return its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self.number:
            pass
        assert "error" not in answer, f"{method}: {answer}"
        return answer["result"]

    def _next(self):
        while b"\0" not in self.left:
            more = os.read(self.of, 2**20)
            assert more, "Chromium ended"
            self.left += more
        message, _, self.left = self.left.partition(b"\0")
        message = json.loads(message)
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"])
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"])
        if method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.errors.append(params)
        if method == "Network.requestWillBeSent":
            self.seen.append(params["request"]["url"])
        return message

    def run(self, code):
        """Return the value of an expression of JavaScript; a promise is awaited."""
        result = self.call(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, code, seconds=20):
        """Wait until an expression is true, and return its value."""
        end = time.monotonic() + seconds
        while not (value := self.run(code)):
            assert time.monotonic() < end, f"not in {seconds} s: {code}"
            time.sleep(0.02)
        return value

    def open(self, address, width=1200, height=900, dark=False, lang="en-US"):
        """Open a page in a window of this size."""
        self.call(
            *("Emulation.setDeviceMetricsOverride",),
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        agent = self.run("navigator.userAgent")
        self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=lang)
        self.call("Page.navigate", url=address)
        self.wait(f"location.href.startsWith({address!r}) && document.readyState === 'complete'")

    def click(self, selector):
        self.run(f"document.querySelector({selector!r}).click()")

    def text(self, selector):
        return self.run(f"document.querySelector({selector!r}).innerText")

    def draw(self, points):
        """Press the mouse at the first of some points, (x, y), move it to the others, release."""
        kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1), "mouseReleased"]
        for kind, (x, y) in zip(kinds, [*points, points[-1]], strict=True):
            self.call(
                *("Input.dispatchMouseEvent",),
                **{"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1},
            )

    def box(self, selector):
        """Return left, top, width and height of an element, after scrolling it into view."""
        return self.run(
            f"(() => {{ const one = document.querySelector({selector!r});"
            "one.scrollIntoView({block: 'nearest'});"
            "const box = one.getBoundingClientRect();"
            "return [box.left, box.top, box.width, box.height]; })()"
        )

    def choose(self, selector, file):
        """Choose a file, as in the window that a file input opens."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[str(file)], nodeId=node)

    def key(self, name, kind="keyDown"):
        self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name)

    def picture(self, file, whole=True):
        """Save a PNG of the page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(file).write_bytes(base64.b64decode(shot["data"]))
