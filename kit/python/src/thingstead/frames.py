"""Frames and the other messages a device signs (docs/formats.md §2 and §4)."""

from __future__ import annotations

import base64
import hashlib
from typing import Optional

from . import cbor
from .keys import Key

MAX_BYTES = 65_536
MAX_NUMBER = 2**53 - 1


def sig_structure(kind: str, ledger: bytes, thumbprint: bytes, protected: bytes, payload: bytes) -> bytes:
    external = cbor.encode(["thingstead", 1, kind, ledger, thumbprint])
    return cbor.encode(["Signature1", protected, external, payload])


def _sign1(kind: str, ledger: bytes, key: Key, header: dict, payload: bytes) -> bytes:
    protected = cbor.encode(header)
    signature = key.sign(sig_structure(kind, ledger, key.thumbprint, protected, payload))
    return cbor.encode([protected, {}, payload, signature])


def thumbprint_hint(key: Key) -> bytes:
    """The first 8 bytes of the thumbprint: a frame's kid."""
    return key.thumbprint[:8]


def possession(subject: str, ledger: bytes, key: Key) -> bytes:
    """Proof that whoever registers the key holds it; for a device the subject is its name."""
    return _sign1("possession", ledger, key, {1: key.algorithm}, cbor.encode([subject]))


def connect_password(device: str, time_ms: int, ledger: bytes, key: Key) -> str:
    """The MQTT password with which a device proves its key."""
    message = _sign1("connect", ledger, key, {1: key.algorithm}, cbor.encode([device, time_ms]))
    return base64.urlsafe_b64encode(message).rstrip(b"=").decode("ascii")


def payload_of(frame: bytes) -> bytes:
    """The payload of a frame that this device signed itself."""
    at = 1
    for _ in range(3):  # protected header, unprotected header, payload
        major, info = frame[at] >> 5, frame[at] & 31
        width = 1 << (info - 24) if info >= 24 else 0
        length = int.from_bytes(frame[at + 1 : at + 1 + width], "big") if width else info
        start = at + 1 + width
        at = start + (length if major == 2 else 0)
    return frame[start:at]


class FrameSigner:
    """Makes frames with one key: for the key's own device, or, as a gateway, for another."""

    def __init__(self, ledger: bytes, key: Key, device: Optional[str] = None, with_kid: bool = True):
        if len(ledger) != 32:
            raise ValueError("a ledger id has 32 bytes")
        self.ledger = ledger
        self.key = key
        self.device = device
        self.with_kid = with_kid

    def header(self, n: int, previous: Optional[int] = None) -> dict:
        if not 1 <= n <= MAX_NUMBER or (previous is not None and not 0 <= previous < n):
            raise ValueError("n is within 1 to 2^53 - 1, and the previous number below it")
        header = {1: self.key.algorithm, "n": n}
        if self.with_kid:
            header[4] = thumbprint_hint(self.key)
        if self.device is not None:
            header["d"] = self.device
        if previous is not None:
            header["p"] = previous
        return header

    def sign(self, n: int, senml: bytes, previous: Optional[int] = None, kind: str = "frame") -> bytes:
        frame = _sign1(kind, self.ledger, self.key, self.header(n, previous), senml)
        if len(frame) > MAX_BYTES:
            raise ValueError(f"a frame has at most {MAX_BYTES} bytes")
        return frame

    def identity(self, n: int, senml: bytes, previous: Optional[int] = None) -> bytes:
        """H(Sig_structure): the frame's identity, the same whatever the signature's bytes."""
        protected = cbor.encode(self.header(n, previous))
        return hashlib.sha256(sig_structure("frame", self.ledger, self.key.thumbprint, protected, senml)).digest()
