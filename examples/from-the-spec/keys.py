"""Keys, signatures and names (docs/formats.md §2 and §3), and the members of small JSON objects (§9)."""

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from edwards import L, canonical_point, strong_key
from strict import Unreadable, need

MEMBER = re.compile(r"[a-z0-9-]{1,32}\Z")
DEVICE = re.compile(r"[a-z0-9-]{1,32}:[a-z0-9-]{1,64}\Z")
N256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class False_(Exception):
    """A check failed: what the file claims is not so."""


def check(holds, why):
    if not holds:
        raise False_(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- keys and signatures (§2)


def read_key(data):
    """(algorithm, raw public key) of a COSE_Key."""
    if len(data) == 40 and data[:8] == bytes.fromhex("a301012006215820"):
        return -8, data[8:]
    if len(data) == 75 and data[:8] == bytes.fromhex("a401022001215820") and data[40:43] == bytes.fromhex("225820"):
        return -7, data[8:40] + data[43:]
    raise Unreadable("not a COSE_Key of Ed25519 or P-256")


def signed_by(key, message, signature):
    algorithm, point = key
    try:
        if algorithm == -8:
            if not strong_key(point) or not canonical_point(signature[:32]):
                return False
            if int.from_bytes(signature[32:], "little") >= L:
                return False
            ed25519.Ed25519PublicKey.from_public_bytes(point).verify(signature, message)
        else:
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            if not (0 < r < N256 and 0 < s < N256):
                return False
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
            public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, ValueError):
        return False


# --- parts of the files


def members_of(value, names):
    need(isinstance(value, dict) and set(value) == set(names), f"the members {', '.join(names)} expected")
    return [value[name] for name in names]


def a(kind, value):
    need(type(value) is kind, f"{kind.__name__} expected")
    return value


def hex_of(value, size):
    need(re.fullmatch(f"[0-9a-f]{{{2 * size}}}", a(str, value)), f"{2 * size} hex digits expected")
    return bytes.fromhex(value)


def b64url(text):
    need(re.fullmatch(r"[A-Za-z0-9_-]*", a(str, text)) and len(text) % 4 != 1, "not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text, "not canonical base64url")
    return data


def read_member(cbor):
    name = cbor.text(32)
    need(MEMBER.match(name), "not a member id")
    return name
