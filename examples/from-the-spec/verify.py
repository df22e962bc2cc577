"""Verifies a proof file offline, after docs/formats.md §8 and §9. Exit code 0 proven, 1 false, 2 unreadable."""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from comet import header_hash, ordered, read_comet, set_hash, vote_bytes
from edwards import L, canonical_point, strong_key
from strict import Cbor, SmallJson, Unreadable, encode, need, read_senml

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


# --- trees (RFC 9162 §2.1.3.2, formats §7)


def root_of_path(leaf, index, size, path):
    check(index < size, "the path does not fit")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        check(sn != 0, "the path is too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\x01", p, r)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = sha256(b"\x01", r, p)
        fn >>= 1
        sn >>= 1
    check(sn == 0, "the path is too short")
    return r


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


# --- reading the files (step 0)


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


def read_trust(data):
    form, ledger, as_of, height, header_hash, eras = members_of(
        SmallJson.read(data), ["format", "ledgerId", "asOf", "height", "headerHash", "eras"]
    )
    need(form == "thingstead-trust/1", "an unknown format")
    need(a(list, eras), "no era")
    trust = {
        "ledger": hex_of(ledger, 32),
        "asOf": a(int, as_of),
        "height": a(int, height),
        "headerHash": hex_of(header_hash, 32),
        "eras": [],
    }
    before = None
    for value in eras:
        era, engine, chain, initial, first, previous, members = members_of(
            value, ["era", "engine", "chainId", "initialHeight", "firstEvent", "previousAppHash", "members"]
        )
        a(str, chain), a(int, first), hex_of(previous, 32)
        need(a(list, members), "an era without members")
        keys = []
        for member in members:
            name, key, power = members_of(member, ["member", "engineKey", "power"])
            need(MEMBER.match(a(str, name)), "not a member id")
            keys.append((read_key(hex_of(key, 40)), a(int, power)))
        position = (a(int, era), a(int, initial))
        need(before is None or (position[0] > before[0] and position[1] > before[1]), "eras out of order")
        before = position
        trust["eras"].append({"era": era, "engine": a(str, engine), "initialHeight": initial, "chain": chain, "members": keys})
    return trust


def read_member(cbor):
    name = cbor.text(32)
    need(MEMBER.match(name), "not a member id")
    return name


def read_log_no(cbor):
    number = cbor.uint(2**32 - 1)
    need(number >= 1, "log numbers start at 1")
    return number


def read_path(cbor):
    return [cbor.bytes(exactly=32) for _ in range(cbor.array(most=64))]


def read_frame(content):
    need(len(content) <= 65_536, "a frame over 65536 bytes")
    cbor = Cbor(content)
    cbor.array(exactly=4)
    protected = cbor.bytes(most=256)
    need(cbor.expect(5) == 0, "an unprotected header")
    payload = cbor.bytes(most=65_536)
    signature = cbor.bytes(exactly=64)
    cbor.end()
    header = Cbor(protected)
    frame = {"protected": protected, "payload": payload, "signature": signature, "kid": None, "d": None, "p": None}
    left = header.expect(5)
    need(2 <= left <= 5, "labels of the protected header")
    need(header.integer() == 1, "label 1 is missing")
    frame["alg"] = header.integer()
    need(frame["alg"] in (-8, -7), "an unknown algorithm")
    left -= 1
    if header.peek() >> 5 <= 1:
        need(header.integer() == 4, "an unknown label")
        frame["kid"] = header.bytes(exactly=8)
        left -= 1
    last = ""
    for _ in range(left):
        label = header.text(1)
        need(label in ("d", "n", "p") and label > last, "labels unknown, out of order or twice")
        last = label
        frame[label] = header.text(100) if label == "d" else header.uint()
    header.end()
    need(frame["d"] is None or DEVICE.match(frame["d"]), "not a device id")
    need(frame.get("n", 0) >= 1, "n is missing")
    need(frame["p"] is None or frame["p"] < frame["n"], "p is not below n")
    return frame


def read_reading(data):
    cbor = Cbor(data)
    cbor.array(exactly=4)
    salt = cbor.bytes(exactly=32)
    need(cbor.uint() == 1, "a kind that is not a frame")
    received = cbor.uint()
    content = cbor.bytes()
    cbor.end()
    frame = read_frame(content)
    return {
        "salt": salt,
        "received": received,
        "content": content,
        "frame": frame,
        "readings": read_senml(frame["payload"], received),
    }


def read_inclusion(data):
    cbor = Cbor(data)
    cbor.array(exactly=5)
    read = {"log": (read_member(cbor), read_log_no(cbor)), "index": cbor.uint(), "treeSize": cbor.uint()}
    read["path"] = read_path(cbor)
    cbor.end()
    return read


def read_anchor(data):
    cbor = Cbor(data)
    cbor.array(exactly=3)
    leaf = cbor.bytes(most=4096)
    anchor = {"leaf": leaf, "eventsSize": cbor.uint(), "path": read_path(cbor)}
    cbor.end()
    cbor = Cbor(leaf)
    cbor.array(exactly=8)
    for name in ("era", "height", "time", "eventNo"):
        anchor[name] = cbor.uint()
    cbor.bytes(exactly=32)
    anchor["type"] = cbor.uint()
    subjects = cbor.array(most=16)
    need(subjects >= 1, "an event without a subject")
    for _ in range(subjects):
        cbor.text(128)
    cbor.array(exactly=6)
    anchor["log"] = (read_member(cbor), read_log_no(cbor))
    anchor["fromSize"], anchor["toSize"] = cbor.uint(), cbor.uint()
    anchor["root"] = cbor.bytes(exactly=32)
    anchor["previousTime"] = cbor.uint()
    cbor.end()
    return anchor


def read_key_section(data):
    cbor = Cbor(data)
    cbor.array(exactly=2)
    record = cbor.bytes(most=1024)
    cbor.array(exactly=4)
    depth = cbor.uint(256)
    bitmap = cbor.bytes(exactly=(depth + 7) // 8)
    bits = [bitmap[i // 8] >> (7 - i % 8) & 1 for i in range(8 * len(bitmap))]
    siblings = [cbor.bytes(exactly=32) for _ in range(cbor.array(most=256))]
    need(not any(bits[depth:]) and sum(bits) == len(siblings), "bitmap and siblings do not fit")
    need(bytes(32) not in siblings, "an empty sibling")
    need(cbor.uint() == 0, "not a proof of presence")
    cbor.end()
    return {"record": record, "proof": (depth, bits, siblings), **read_record(record)}


def read_record(record):
    cbor = Cbor(record)
    cbor.array(exactly=8)
    cose_key = cbor.bytes()
    owner = cbor.text(128)
    need(MEMBER.match(owner) or DEVICE.match(owner), "not an owner")
    read = {"coseKey": cose_key, "key": read_key(cose_key), "owner": owner, "member": read_member(cbor)}
    read["role"], read["validFrom"] = cbor.uint(), cbor.uint()
    for name in ("validTo", "endedAtMs", "finalN"):
        read[name] = None if cbor.null() else cbor.uint()
    cbor.end()
    return read


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


SECTIONS = {
    "reading": read_reading,
    "inclusion": read_inclusion,
    "anchor": read_anchor,
    "key": read_key_section,
    "certificate": read_certificate,
}


def read_proof(data):
    form, era, verdict, sections = members_of(SmallJson.read(data), ["format", "era", "verdict", "sections"])
    need(form == "thingstead-proof/1", "an unknown format")
    read = {"era": a(int, era), "verdict": a(str, verdict)}
    types, raw = set(), {}
    for section in a(list, sections):
        kind, critical, data = members_of(section, ["type", "critical", "data"])
        data = b64url(data)
        need(a(str, kind) not in types, "a section twice")
        types.add(kind)
        if a(bool, critical):
            need(kind in SECTIONS, "a critical section that is not known")
            raw[kind] = data
        else:
            need(kind not in SECTIONS, "a section that must be critical")
    need(set(raw) == set(SECTIONS), "a section is missing")
    for kind, reader in SECTIONS.items():
        read[kind] = reader(raw[kind])
    return read


# --- verification (steps 1 to 9)


def check_votes(c, era):
    members = ordered(era["members"])
    check(c["chain"] == era["chain"], "certificate: chain")
    check(c["validators"] == set_hash(members), "certificate: another set of members")
    power = 0
    for index, (seconds, nanos), signature in c["votes"]:
        check(index < len(members), "certificate: a vote of nobody")
        check(signed_by(members[index][0], vote_bytes(c, seconds, nanos), signature), "certificate: a vote")
        power += members[index][1]
    check(3 * power > 2 * sum(m[1] for m in members), "certificate: not more than two thirds")


def judge(proof, trust):
    reading, inclusion, anchor = proof["reading"], proof["inclusion"], proof["anchor"]
    key, certificate, frame = proof["key"], proof["certificate"], proof["reading"]["frame"]
    era = next((e for e in trust["eras"] if e["era"] == proof["era"]), None)
    check(era and era["engine"] == certificate["engine"], "era")
    solo = certificate["engine"] == "solo"
    check(not solo or len(era["members"]) == 1, "era: one member")

    following = [e for e in trust["eras"] if e["era"] > proof["era"]]
    check(certificate["height"] >= era["initialHeight"], "certificate: height")
    check(not following or certificate["height"] < following[0]["initialHeight"], "certificate: height")
    if solo:
        check(certificate["ledger"] == trust["ledger"], "certificate: ledger")
        check(certificate["era"] == proof["era"], "certificate: era")
        check(
            signed_by(era["members"][0][0], b"ts-block/1\0" + certificate["header"], certificate["signature"]),
            "certificate: signature",
        )
    else:
        check_votes(certificate, era)
    if certificate["height"] == trust["height"]:
        block = sha256(certificate["header"]) if solo else header_hash(certificate)
        check(block == trust["headerHash"], "certificate: another block at this height")

    thumbprint = sha256(key["coseKey"])
    events = root_of_path(sha256(b"\0", anchor["leaf"]), anchor["eventNo"], anchor["eventsSize"], anchor["path"])
    state = state_root(key["proof"], b"key/" + thumbprint.hex().encode(), key["record"])
    app = sha256(b"thingstead/app/1\0", struct.pack(">IQ", 1, anchor["eventsSize"]), events, state)
    check(app == certificate["appHash"], "app-hash")

    check(anchor["type"] == 7 and anchor["log"] == inclusion["log"], "anchor: type or log")
    check(anchor["toSize"] == inclusion["treeSize"], "anchor: size")
    check(anchor["fromSize"] <= inclusion["index"] < anchor["toSize"], "anchor: index")
    check(anchor["era"] <= proof["era"] and any(e["era"] == anchor["era"] for e in trust["eras"]), "anchor: era")
    check(anchor["height"] <= certificate["height"] and anchor["time"] <= certificate["time"], "anchor: later than block")

    commitment = sha256(
        b"ts-leaf/1\0", reading["salt"], b"\x01", reading["received"].to_bytes(8, "big"), reading["content"]
    )
    leaf = sha256(b"\0", b"\x01" + commitment)
    root = root_of_path(leaf, inclusion["index"], inclusion["treeSize"], inclusion["path"])
    check(root == anchor["root"], "inclusion")

    external = encode(["thingstead", 1, "frame", trust["ledger"], thumbprint])
    to_sign = encode(["Signature1", frame["protected"], external, frame["payload"]])
    check(frame["alg"] == key["key"][0], "signature: algorithm")
    check(signed_by(key["key"], to_sign, frame["signature"]), "signature")
    check(frame["kid"] is None or frame["kid"] == thumbprint[:8], "signature: kid")

    role, device = key["role"], frame["d"]
    if role == 1:
        check(DEVICE.match(key["owner"]) and device in (None, key["owner"]), "device")
        device = key["owner"]
    else:
        check(role in (2, 3) and device is not None, "device")
    check(key["member"] == anchor["log"][0] == device.split(":")[0], "device: member")

    eras = [e for e in trust["eras"] if e["era"] in (proof["era"], anchor["era"])]
    many = all(e["engine"] == "comet" and len(e["members"]) > 1 for e in eras)
    verdict = "proven" if many else "proven-by-one-member"
    number, ends = anchor["eventNo"], key["validTo"]
    check(key["validFrom"] <= number, "standing")
    if ends is not None and ends <= number:
        check(key["endedAtMs"] is not None and reading["received"] < key["endedAtMs"], "standing")
        verdict = "accepted-before-revocation"
    check(proof["verdict"] == verdict, "verdict")
    return verdict, device


def verify(proof_bytes, trust_bytes):
    """(exit code, verdict, explanation)."""
    try:
        trust, proof = read_trust(trust_bytes), read_proof(proof_bytes)
    except Unreadable as e:
        return 2, "unreadable", str(e)
    try:
        verdict, device = judge(proof, trust)
    except False_ as e:
        return 1, "false", str(e)
    readings = "; ".join(f"{n} = {v}{' ' + u if u else ''}" for n, u, v, _, _ in proof["reading"]["readings"][:10])
    text = f"{device}, frame {proof['reading']['frame']['n']}: {readings}"
    return (1 if verdict == "accepted-before-revocation" else 0), verdict, text


def main():
    parser = argparse.ArgumentParser(description="Verifies a Thingstead proof file offline.")
    parser.add_argument("proof", nargs="?")
    parser.add_argument("--trust")
    parser.add_argument("--many", metavar="FILE", help='judge one JSON object a line: {"proof": base64, "trust": base64}')
    args = parser.parse_args()
    if args.many:
        with open(args.many) as lines:
            for line in lines:
                case = json.loads(line)
                code, verdict, _ = verify(base64.b64decode(case["proof"]), base64.b64decode(case["trust"]))
                print(code, verdict)
        return 0
    if not args.proof or not args.trust:
        parser.error("a proof file and --trust are needed")
    with open(args.proof, "rb") as proof, open(args.trust, "rb") as trust:
        code, verdict, text = verify(proof.read(), trust.read())
    print(f"{verdict}: {text}")
    return code


if __name__ == "__main__":
    sys.exit(main())
