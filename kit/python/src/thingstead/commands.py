"""Commands of the device's member, and what the device answers (docs/formats.md §6)."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import re
import struct
import time
import zlib
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Set

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from . import cbor
from .buffer import sync_folder
from .frames import sig_structure

MAX_BYTES = 4_608
MAX_JSON_BYTES = 4_096
MAX_LIFE_MS = 30 * 24 * 3_600_000
TOLERANCE_MS = 30_000
EXECUTED, FAILED, REFUSED, EXPIRED = 2, 3, 4, 5

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]{0,63}", re.ASCII)
_MARK = struct.Struct(">8sQ")
_MAGIC = b"TSCMD2\0\0"


@dataclass(frozen=True)
class Command:
    """What the member asks: a name, and params as JSON says them."""

    device: str
    number: int
    name: str
    params_json: str
    issued_ms: int
    expires_ms: int
    identity: bytes

    @property
    def params(self) -> Any:
        return json.loads(self.params_json)


@dataclass(frozen=True)
class Answer:
    """What became of it, and what there is to report: anything that JSON can say."""

    outcome: int
    result: Any = None


def read(data: bytes, ledger: bytes, device: str, member_keys: List[bytes]) -> Command:
    """A command that one of these keys (COSE_Key bytes) signed for this device; ValueError for anything else."""
    if len(data) > MAX_BYTES:
        raise ValueError("too large for a command")
    envelope = cbor.decode(data)
    if not (isinstance(envelope, list) and len(envelope) == 4 and envelope[1] == {}):
        raise ValueError("not a COSE_Sign1")
    protected, _, payload, signature = envelope
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise ValueError("not a COSE_Sign1")
    header = cbor.decode(protected)
    body = cbor.decode(payload)
    if not isinstance(header, dict) or set(header) - {1, 4, "d", "n"} or header.get(1) != -8 or header.get("d") != device:
        raise ValueError("not a command to this device")
    if not (isinstance(body, list) and [type(item) for item in body] == [str, str, int, int]):
        raise ValueError("not a command's payload")
    number, (name, params, issued, expires) = header.get("n"), body
    if (
        type(number) is not int
        or not 1 <= number < 2**53
        or not _NAME.fullmatch(name)
        or not 1 <= len(params.encode("utf-8")) <= MAX_JSON_BYTES
        or not 0 <= issued < expires < 2**53
        or expires - issued > MAX_LIFE_MS
    ):
        raise ValueError("a command out of its bounds")
    for key in member_keys:
        signed = sig_structure("command", ledger, hashlib.sha256(key).digest(), protected, payload)
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(_point(key)).verify(signature, signed)
        except InvalidSignature:
            continue
        return Command(device, number, name, params, issued, expires, hashlib.sha256(signed).digest())
    raise ValueError("not signed by the member")


def _point(key: bytes) -> bytes:
    parts = cbor.decode(key)
    if not isinstance(parts, dict) or set(parts) != {1, -1, -2} or parts[1] != 1 or parts[-1] != 6:
        raise ValueError("a member's node key is an Ed25519 COSE_Key")
    return parts[-2]


def receipt(command: Command, answer: Answer, at_ms: int) -> bytes:
    """The payload of the frame that says what became of the command."""
    result = None if answer.result is None else json.dumps(
        answer.result, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    if result is not None and len(result.encode("utf-8")) > MAX_JSON_BYTES:
        result = None
    return cbor.encode([command.number, answer.outcome, at_ms, command.identity, result])


def command_of(payload: bytes) -> Optional[int]:
    """The number of the command that a frame's payload is the receipt of, if it is one."""
    if len(payload) < 2 or payload[0] != 0x85 or payload[1] >> 5 != 0:
        return None
    return cbor.decode(payload)[0]


class CommandMark:
    """The number of the newest command that was begun, on disk before it is executed: none is executed twice."""

    def __init__(self, path: str):
        self.path = path
        self.number = 0
        if os.path.exists(path):
            with open(path, "rb") as file:
                data = file.read()
            body, crc = data[: _MARK.size], data[_MARK.size :]
            if len(data) != _MARK.size + 4 or body[:8] != _MAGIC or zlib.crc32(body).to_bytes(4, "big") != crc:
                raise ValueError(
                    f"{path} is damaged: commands that were executed might be executed again. Restore it from a copy, "
                    "or delete it when no command to this device is open"
                )
            self.number = _MARK.unpack(body)[1]

    def begin(self, number: int) -> None:
        body = _MARK.pack(_MAGIC, number)
        fresh = self.path + ".new"
        with open(fresh, "wb") as file:
            file.write(body + zlib.crc32(body).to_bytes(4, "big"))
            file.flush()
            os.fsync(file.fileno())
        # A crash before this leaves the command not begun; one after it leaves it begun, and never done twice.
        os.replace(fresh, self.path)
        sync_folder(self.path)
        self.number = number


class CommandTaker:
    """Takes commands in for a device. `received` may be called from any thread, all else from the device's own."""

    def __init__(
        self,
        ledger: bytes,
        device: str,
        member_keys: List[bytes],
        mark: CommandMark,
        execute: Callable[[Command], Answer],
        on_foreign: Callable[[str], None] = lambda why: None,
        now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ):
        self.ledger = ledger
        self.device = device
        self.member_keys = list(member_keys)
        self.mark = mark
        self.execute = execute
        self.on_foreign = on_foreign
        self.now_ms = now_ms
        self._begun_before = mark.number
        self._told: Set[int] = set()
        self._received: "queue.Queue[bytes]" = queue.Queue(64)

    def received(self, data: bytes) -> None:
        try:
            self._received.put_nowait(data)
        except queue.Full:
            pass  # it is handed over again at the next connection

    def restore(self, payloads) -> None:
        """Frames that wait already say what became of these."""
        self._told.update(number for number in map(command_of, payloads) if number is not None)

    def has_next(self) -> bool:
        return not self._received.empty()

    def next(self) -> Optional[bytes]:
        """Works on the next command: the payload of its receipt, or None where there is nothing to say."""
        try:
            command = read(self._received.get_nowait(), self.ledger, self.device, self.member_keys)
        except ValueError as e:
            self.on_foreign(str(e))
            return None
        now = self.now_ms()
        if command.number <= self.mark.number:
            if command.number > self._begun_before or command.number in self._told:
                return None
            self._told.add(command.number)
            return receipt(command, Answer(FAILED, "interrupted: whether it was done is not known"), now)
        self.mark.begin(command.number)
        if now > command.expires_ms + TOLERANCE_MS:
            return receipt(command, Answer(EXPIRED, "it came too late"), now)
        try:
            return receipt(command, self.execute(command), now)
        except Exception:  # whatever the owner's code does or answers, the member is told
            return receipt(command, Answer(FAILED, "the device stumbled"), now)
