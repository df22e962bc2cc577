"""Blocks of CometBFT, after docs/formats.md §7: what their hashes and their members' votes are made of."""

import hashlib
import struct

from strict import need


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def read_hash_or_none(cbor):
    data = cbor.bytes(most=32)
    need(len(data) in (0, 32), "not a hash")
    return data


def read_time(cbor):
    return cbor.uint(2**40 - 1), cbor.uint(999_999_999)


def read_comet(cbor):
    cbor.array(exactly=18)
    read = {"engine": "comet", "version": (cbor.uint(), cbor.uint()), "chain": cbor.text(50), "height": cbor.uint()}
    read["when"] = read_time(cbor)
    read["last"] = (read_hash_or_none(cbor), cbor.uint(), read_hash_or_none(cbor))
    readers = [read_hash_or_none] * 9
    for i in (2, 3, 5):
        readers[i] = lambda cbor: cbor.bytes(exactly=32)
    read["hashes"] = [reader(cbor) for reader in readers[:8]] + [cbor.bytes(exactly=20)]
    read["validators"], read["appHash"] = read["hashes"][2], read["hashes"][5]
    read["time"] = read["when"][0] * 1000 + read["when"][1] // 1_000_000
    read["round"] = cbor.uint(2**31 - 1)
    cbor.array(exactly=2)
    read["parts"] = (cbor.uint(), cbor.bytes(exactly=32))
    read["votes"] = []
    for _ in range(cbor.array(most=1000)):
        cbor.array(exactly=4)
        index = cbor.uint(999)
        need(not read["votes"] or index > read["votes"][-1][0], "votes out of order")
        read["votes"].append((index, read_time(cbor), cbor.bytes(exactly=64)))
    cbor.end()
    return read


# --- protobuf: without default values, sub-messages always written


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def message(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def octets(field, data):
    return message(field, data) if data else b""


def fixed64(field, value):
    return varint(field << 3 | 1) + struct.pack("<q", value) if value else b""


def block_id(block_hash, total, parts):
    return octets(1, block_hash) + message(2, number(1, total) + octets(2, parts))


def tree(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", tree(leaves[:left]), tree(leaves[left:]))


def header_hash(c):
    head = [number(1, c["version"][0]) + number(2, c["version"][1]), octets(1, c["chain"].encode())]
    head += [number(1, c["height"]), number(1, c["when"][0]) + number(2, c["when"][1]), block_id(*c["last"])]
    return tree(head + [octets(1, data) for data in c["hashes"]])


def ordered(members):
    """Members, (key, power), in the order that votes count in."""
    return sorted(members, key=lambda m: (-m[1], sha256(m[0][1])[:20]))


def set_hash(members):
    return tree([message(1, octets(1, key[1])) + number(2, power) for key, power in members])


def vote_bytes(c, seconds, nanos):
    """What a member signs."""
    canonical = number(1, 2) + fixed64(2, c["height"]) + fixed64(3, c["round"])
    canonical += message(4, block_id(header_hash(c), *c["parts"]))
    canonical += message(5, number(1, seconds) + number(2, nanos)) + octets(6, c["chain"].encode())
    return varint(len(canonical)) + canonical
