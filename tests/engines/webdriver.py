"""As much of WebDriver as a reader needs hands: the same commands, over HTTP to a driver or over a socket to Firefox."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import sys
from collections.abc import Iterator
from typing import Any, Protocol

HOST = "127.0.0.1"
PATIENCE = 120.0
"""Seconds in which a browser must answer one command."""

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name by which WebDriver tells an element from other values."""

MODIFIER = "\ue03d" if sys.platform == "darwin" else "\ue009"
KEYS = {"Mod": MODIFIER, "Enter": "\ue006", "Home": "\ue011", "End": "\ue010", "ArrowDown": "\ue015"}

PATHS = {
    "NewSession": ("POST", ""),
    "DeleteSession": ("DELETE", "/{session}"),
    "SetWindowRect": ("POST", "/{session}/window/rect"),
    "Navigate": ("POST", "/{session}/url"),
    "ExecuteScript": ("POST", "/{session}/execute/sync"),
    "FindElement": ("POST", "/{session}/element"),
    "ElementClick": ("POST", "/{session}/element/{id}/click"),
    "PerformActions": ("POST", "/{session}/actions"),
    "TakeScreenshot": ("GET", "/{session}/screenshot"),
}

STEPS = 10
"""Into how many moves a drag is cut, as a hand's is."""


class DriverError(Exception):
    """The browser could not do what it was told."""


class Wire(Protocol):
    """Takes a command, named as in the standard, to the browser."""

    def ask(self, command: str, **parameters: Any) -> Any:
        """What the browser answers. Raises DriverError."""


class Http:
    """A driver that is a server, as the standard has it."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        self.session = ""

    def ask(self, command: str, **parameters: Any) -> Any:
        """What the driver answers. Raises DriverError."""
        method, path = PATHS[command]
        path = path.format(session=self.session, **parameters)
        body = json.dumps(parameters) if method == "POST" else None
        self.connection.request(method, f"/session{path}", body, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        value = json.loads(response.read())["value"]
        if response.status != 200:
            raise DriverError(f"{command}: {value['error']}: {value['message']}")
        if command == "NewSession":
            self.session = value["sessionId"]
        return value

    def close(self) -> None:
        """End the session, and the browser with it."""
        self.ask("DeleteSession")
        self.connection.close()


class Marionette:
    """Firefox itself, without the server that Debian does not ship: each message is JSON, led by its length."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self.stream = self.socket.makefile("rb")
        self.read()  # what it says of itself

    def ask(self, command: str, **parameters: Any) -> Any:
        """What Firefox answers. Raises DriverError."""
        message = json.dumps([0, 1, f"WebDriver:{command}", parameters]).encode()
        self.socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self.read()
        if error:
            raise DriverError(f"{command}: {error['error']}: {error['message']}")
        return result.get("value") if isinstance(result, dict) and set(result) == {"value"} else result

    def close(self) -> None:
        """Leave Firefox alone."""
        self.stream.close()
        self.socket.close()

    def read(self) -> Any:
        """The next message. Raises DriverError when Firefox has gone."""
        length = b"".join(iter(lambda: self.stream.read(1).replace(b":", b""), b""))
        if not length:
            raise DriverError("Firefox has closed the connection")
        return json.loads(self.stream.read(int(length)))


class Driven:
    """A page in a browser that is driven by WebDriver."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def open(self, address: str) -> None:
        """Go to an address, or load it again."""
        self.wire.ask("Navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression is in the page."""
        return self.wire.ask("ExecuteScript", script=f"return ({expression})", args=[])

    def click(self, selector: str) -> None:
        """Scroll to the element, if need be, and click in its middle."""
        self.wire.ask("ElementClick", id=self.element(selector)[ELEMENT])

    def drag(self, selector: str, across: int) -> None:
        """Press in the middle of an element, and let go so many pixels to the right."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        origin = self.element(selector)
        moves = [
            {"type": "pointerMove", "origin": origin, "x": across * step // STEPS, "y": 0, "duration": 20}
            for step in range(STEPS + 1)
        ]
        hand = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        self.act({"type": "pointer", "id": "mouse", "actions": hand})

    def type(self, text: str) -> None:
        """Press a key for each character."""
        self.act({"type": "key", "id": "keyboard", "actions": [action for key in text for action in pressed(key)]})

    def press(self, keys: str) -> None:
        """Press a key by its name, or several together: `Mod+a`."""
        self.act(
            {"type": "key", "id": "keyboard", "actions": list(pressed(*(KEYS.get(k, k) for k in keys.split("+"))))}
        )

    def picture(self) -> bytes:
        """What is on the screen, as a PNG."""
        return base64.b64decode(self.wire.ask("TakeScreenshot", full=False))

    def element(self, selector: str) -> dict[str, str]:
        """The first element that the selector (CSS, or XPath if it begins with //) finds. Raises DriverError."""
        using = "xpath" if selector.startswith("//") else "css selector"
        found: dict[str, str] = self.wire.ask("FindElement", using=using, value=selector)
        return found

    def act(self, source: dict[str, Any]) -> None:
        """Have one device do something."""
        self.wire.ask("PerformActions", actions=[source])


def pressed(*keys: str) -> Iterator[dict[str, str]]:
    """All keys down, and up again."""
    yield from ({"type": "keyDown", "value": key} for key in keys)
    yield from ({"type": "keyUp", "value": key} for key in reversed(keys))
