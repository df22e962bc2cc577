"""Ways to the node: HTTP with the standard library, MQTT with paho-mqtt."""

from __future__ import annotations

import json
import queue
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Callable, Dict, Optional

from .frames import connect_password
from .keys import Key

FRAMES = "v1/devices/me/frames"
RECEIPTS = "v1/devices/me/receipts"
COMMANDS = "v1/devices/me/commands"


@dataclass(frozen=True)
class Accepted:
    """The node has the frame on disk. Over HTTP with its promise, as the node gave it."""

    n: int
    promise: Optional[dict] = None


@dataclass(frozen=True)
class Refused:
    """The node will never take the frame."""

    n: int
    code: str
    text: str


@dataclass(frozen=True)
class Failed:
    """It did not get through, or the node cannot take it now."""

    n: int
    why: str


class HttpLink:
    """Sends frames to `POST /v1/frames`; each speaks for itself by its signature."""

    def __init__(self, node: str, timeout: float = 20):
        self._url = node.rstrip("/") + "/v1/frames"
        self._timeout = timeout
        self._answers: "queue.Queue" = queue.Queue()

    def is_connected(self) -> bool:
        return True

    def send(self, n: int, frame: bytes) -> None:
        self._answers.put(self._post(n, frame))

    def _post(self, n: int, frame: bytes):
        request = urllib.request.Request(self._url, data=frame, headers={"Content-Type": "application/cose"})
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                return Accepted(n, json.load(response))
        except urllib.error.HTTPError as e:
            return _refusal(n, e)
        except (OSError, ValueError) as e:
            return Failed(n, str(e))

    def answers(self):
        while not self._answers.empty():
            yield self._answers.get()


def _refusal(n: int, error: urllib.error.HTTPError):
    try:
        problem = json.load(error)
    except ValueError:
        problem = {}
    if 400 <= error.code < 500 and error.code not in (408, 429) and "code" in problem:
        return Refused(n, problem["code"], problem.get("detail", ""))
    return Failed(n, f"HTTP status {error.code}")


class MqttLink:
    """Sends frames over MQTT 5 with QoS 1; the acknowledgement means: on the node's disk."""

    def __init__(
        self,
        host: str,
        port: int,
        device: str,
        ledger: bytes,
        key: Key,
        on_receipt: Callable[[dict], None] = lambda receipt: None,
        on_command: Optional[Callable[[bytes], None]] = None,
    ):
        import paho.mqtt.client as mqtt
        from paho.mqtt.properties import Properties  # noqa: F401  (fails early where paho is too old)

        self._answers: "queue.Queue" = queue.Queue()
        self._under_way: Dict[int, int] = {}
        self._early: Dict[int, object] = {}  # answers that came before `publish` had said under which id
        self._lock = threading.Lock()
        self._on_receipt = on_receipt
        self._on_command = on_command
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=device, protocol=mqtt.MQTTv5, reconnect_on_failure=True
        )
        # A password is good for five minutes, so each connection makes its own.
        self._client.on_pre_connect = lambda client, userdata: client.username_pw_set(
            device, connect_password(device, int(time.time() * 1000), ledger, key)
        )
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_publish = self._published
        self._client.on_message = self._received
        self._client.connect_async(host, port, keepalive=30)
        self._client.loop_start()

    def is_connected(self) -> bool:
        return self._client.is_connected()

    def send(self, n: int, frame: bytes) -> None:
        info = self._client.publish(FRAMES, frame, qos=1)
        if info.rc != 0:
            self._answers.put(Failed(n, f"publish: {info.rc}"))
            return
        with self._lock:
            self._under_way[info.mid] = n
            early = self._early.pop(info.mid, None)
            if early is not None:
                self._answer(info.mid, early)

    def answers(self):
        while not self._answers.empty():
            yield self._answers.get()

    def _connected(self, client, userdata, flags, reason, properties):
        if not reason.is_failure:
            client.subscribe(RECEIPTS, qos=0)
            if self._on_command is not None:
                client.subscribe(COMMANDS, qos=1)

    def _disconnected(self, client, userdata, flags, reason, properties):
        with self._lock:
            for n in self._under_way.values():
                self._answers.put(Failed(n, f"disconnected: {reason}"))
            self._under_way.clear()

    def _published(self, client, userdata, mid, reason, properties):
        with self._lock:
            if mid in self._under_way:
                self._answer(mid, (reason, properties))
            else:
                self._early[mid] = (reason, properties)

    def _answer(self, mid: int, answer) -> None:
        reason, properties = answer
        n = self._under_way.pop(mid)
        if not reason.is_failure:
            self._answers.put(Accepted(n))
            return
        text = getattr(properties, "ReasonString", str(reason))
        code, _, detail = text.partition(": ")
        if code in ("busy", "store.unavailable"):
            self._answers.put(Failed(n, text))
        else:
            self._answers.put(Refused(n, code, detail))

    def _received(self, client, userdata, message):
        if message.topic == COMMANDS:
            if self._on_command is not None:
                self._on_command(bytes(message.payload))
            return
        try:
            self._on_receipt(json.loads(message.payload))
        except ValueError:
            return

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
