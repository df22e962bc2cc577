"""What certifies a block, and what its app hash binds (docs/formats.md §7 and §9)."""

import struct

from comet import header_hash, ordered, read_comet, set_hash, vote_bytes
from keys import check, sha256, signed_by
from strict import Cbor, need


def state_root(proof, key, value):
    depth, bits, siblings = proof
    path = sha256(key)
    node = sha256(b"\x00", path, sha256(value))
    left = list(siblings)
    for level in range(depth - 1, -1, -1):
        sibling = left.pop() if bits[level] else bytes(32)
        right = path[level // 8] >> (7 - level % 8) & 1
        node = sha256(b"\x01", sibling, node) if right else sha256(b"\x01", node, sibling)
    return node


def read_presence(cbor):
    """A state proof of presence."""
    cbor.array(exactly=4)
    depth = cbor.uint(256)
    bitmap = cbor.bytes(exactly=(depth + 7) // 8)
    bits = [bitmap[i // 8] >> (7 - i % 8) & 1 for i in range(8 * len(bitmap))]
    siblings = [cbor.bytes(exactly=32) for _ in range(cbor.array(most=256))]
    need(not any(bits[depth:]) and sum(bits) == len(siblings), "bitmap and siblings do not fit")
    need(bytes(32) not in siblings, "an empty sibling")
    need(cbor.uint() == 0, "not a proof of presence")
    return depth, bits, siblings


def app_hash(events_size, events_root, root_of_state):
    return sha256(b"thingstead/app/1\0", struct.pack(">IQ", 1, events_size), events_root, root_of_state)


def read_certificate(data):
    cbor = Cbor(data)
    elements = cbor.array(most=6)
    kind = cbor.uint()
    need((kind, elements) in ((1, 4), (2, 6)), "an unknown kind of certificate")
    need(cbor.uint() == 1, "an unknown version of the rules")
    if kind == 2:
        return read_comet(cbor)
    header, signature = cbor.bytes(most=1024), cbor.bytes(exactly=64)
    cbor.end()
    cbor = Cbor(header)
    cbor.array(exactly=8)
    need(cbor.text(16) == "ts-block/1", "not a block header")
    read = {"engine": "solo", "header": header, "signature": signature, "ledger": cbor.bytes(exactly=32)}
    read["era"], read["height"], read["time"] = cbor.uint(), cbor.uint(), cbor.uint()
    cbor.bytes(exactly=32), cbor.bytes(exactly=32)
    read["appHash"] = cbor.bytes(exactly=32)
    cbor.end()
    return read


def block_hash(certificate):
    return sha256(certificate["header"]) if certificate["engine"] == "solo" else header_hash(certificate)


def enough(members, indexes):
    """Whether these, by their places, have more than two thirds of the power."""
    return 3 * sum(members[i][1] for i in indexes) > 2 * sum(m[1] for m in members)


def check_certified(certificate, ledger, era, members):
    """Step 2, without heights: the members, whose era it is, made the block final."""
    check(certificate["engine"] == era["engine"], "certificate: engine")
    if certificate["engine"] == "solo":
        check(len(members) == 1, "certificate: one member")
        check(certificate["ledger"] == ledger, "certificate: ledger")
        check(certificate["era"] == era["era"], "certificate: era")
        signed = signed_by(members[0][0], b"ts-block/1\0" + certificate["header"], certificate["signature"])
        check(signed, "certificate: signature")
        return
    members = ordered(members)
    check(certificate["chain"] == era["chain"], "certificate: chain")
    check(certificate["validators"] == set_hash(members), "certificate: another set of members")
    for index, (seconds, nanos), signature in certificate["votes"]:
        check(index < len(members), "certificate: a vote of nobody")
        check(signed_by(members[index][0], vote_bytes(certificate, seconds, nanos), signature), "certificate: a vote")
    check(enough(members, [vote[0] for vote in certificate["votes"]]), "certificate: not more than two thirds")
