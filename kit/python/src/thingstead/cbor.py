"""Writes det-CBOR (RFC 8949 §4.2.1), as far as device messages need it."""

from __future__ import annotations

import struct


class Raw(bytes):
    """Bytes that are CBOR already."""


def head(major: int, argument: int) -> bytes:
    top = major << 5
    if argument < 24:
        return bytes([top | argument])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * width):
            return bytes([top | info]) + argument.to_bytes(width, "big")
    raise ValueError("integer over 64 bits")


def encode(value) -> bytes:
    """Integers, bytes, text, booleans, None, lists, and dicts with keys in bytewise order of their encodings."""
    if isinstance(value, Raw):
        return bytes(value)
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, (bytes, bytearray)):
        return head(2, len(value)) + bytes(value)
    if isinstance(value, str):
        utf8 = value.encode("utf-8")
        return head(3, len(utf8)) + utf8
    if isinstance(value, (list, tuple)):
        return head(4, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(item)) for key, item in value.items())
        return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
    raise TypeError(f"no det-CBOR for {type(value).__name__}")


def as_half(value: float) -> bytes | None:
    try:
        return struct.pack(">e", value)
    except OverflowError:
        return None


def as_single(value: float) -> bytes | None:
    try:
        return struct.pack(">f", value)
    except OverflowError:
        return None


def half(value: float) -> Raw:
    return Raw(b"\xf9" + struct.pack(">e", value))


def single(value: float) -> Raw:
    return Raw(b"\xfa" + struct.pack(">f", value))


def double(value: float) -> Raw:
    return Raw(b"\xfb" + struct.pack(">d", value))
