"""Writes and reads det-CBOR (RFC 8949 §4.2.1), as far as device messages need it."""

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


def decode(data: bytes):
    """The item that `encode` makes these bytes of; ValueError where there is none."""
    item, end = _item(data, 0, 0)
    if end != len(data) or encode(item) != data:
        raise ValueError("not det-CBOR")
    return item


def _item(data: bytes, at: int, depth: int):
    if at >= len(data) or depth > 4:
        raise ValueError("not det-CBOR")
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if info not in (20, 21, 22):
            raise ValueError("not det-CBOR")
        return {20: False, 21: True, 22: None}[info], at
    if info < 24:
        argument = info
    elif info <= 27:
        width = 1 << (info - 24)
        argument = int.from_bytes(data[at : at + width], "big")
        at += width
    else:
        raise ValueError("not det-CBOR")
    if major < 2:
        return (argument if major == 0 else -1 - argument), at
    if argument > len(data) - at:
        raise ValueError("not det-CBOR")
    if major < 4:
        content = data[at : at + argument]
        return (content if major == 2 else content.decode("utf-8")), at + argument
    if major == 4:
        items = []
        for _ in range(argument):
            item, at = _item(data, at, depth + 1)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(argument):
            key, at = _item(data, at, depth + 1)
            if not isinstance(key, (int, str)):
                raise ValueError("not det-CBOR")
            pairs[key], at = _item(data, at, depth + 1)
        return pairs, at
    raise ValueError("not det-CBOR")


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
