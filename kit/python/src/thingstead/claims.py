"""A device takes the name that its member prepared for it, with the code that it was given (docs/formats.md §6)."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from .frames import possession
from .keys import Key

MOST_BYTES = 65_536


@dataclass(frozen=True)
class Claimed:
    """The device is registered with its key; what it needs from then on."""

    device: str
    ledger: bytes
    log_key: str
    member_key: bytes


class ClaimRefused(Exception):
    """The node says no, with a stable code (docs/formats.md §10)."""

    def __init__(self, code: str, text: str):
        super().__init__(f"{code}: {text}")
        self.code = code


def claim(node: str, code: str, key: Key, timeout: float = 150) -> Claimed:
    """Registers the key under the name that the code is for. No secret travels; after a lost answer, ask again."""
    plain = "".join(c for c in code if c.isalnum())
    looked = _ask(node, "/v1/claims/look", {"code": plain}, timeout)
    proof = possession(looked.device, looked.ledger, key)
    return _ask(node, "/v1/claims", {"code": plain, "key": _b64(key.cose_key), "possession": _b64(proof)}, timeout)


def claim_link(link: str, key: Key) -> Claimed:
    """The same with the link that a QR code holds, `http://host:port/connect#claim=CODE`."""
    parts = urllib.parse.urlsplit(link)
    if not parts.fragment.startswith("claim="):
        raise ClaimRefused("claim.invalid", "no link to claim a device with")
    return claim(f"{parts.scheme}://{parts.netloc}", parts.fragment[len("claim=") :], key)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _ask(node: str, path: str, body: dict, timeout: float) -> Claimed:
    request = urllib.request.Request(
        node.rstrip("/") + path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return _claimed(response.read(MOST_BYTES))
    except urllib.error.HTTPError as e:
        raise _refusal(e.code, e.read(MOST_BYTES)) from None


def _claimed(answer: bytes) -> Claimed:
    try:
        told = json.loads(answer)
        claimed = Claimed(
            str(told["device"]), bytes.fromhex(told["ledger"]), str(told["logKey"]), bytes.fromhex(told["memberKey"])
        )
    except (ValueError, KeyError, TypeError):
        raise ClaimRefused("request.malformed", "the node's answer is not understood") from None
    if len(claimed.ledger) != 32:
        raise ClaimRefused("request.malformed", "the node's answer is not understood")
    return claimed


def _refusal(status: int, answer: bytes) -> ClaimRefused:
    try:
        problem = json.loads(answer)
        return ClaimRefused(str(problem["code"]), str(problem.get("detail", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ClaimRefused("request.malformed", f"the node answered with status {status}")
