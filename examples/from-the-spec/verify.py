"""Verifies a proof file offline, after docs/formats.md §8 and §9. Exit code 0 proven, 1 false, 2 unreadable."""

import argparse
import base64
import json
import sys

from blocks import app_hash, check_certified, read_certificate, read_presence, state_root
from keys import DEVICE, False_, MEMBER, a, b64url, check, members_of, read_key, read_member, sha256, signed_by
from links import check_known_block, follow, read_links
from strict import Cbor, SmallJson, Unreadable, encode, need, read_senml
from trust import members_at, named_by_one, of_many, read_trust


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


# --- reading the files (step 0)


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
    proof = read_presence(cbor)
    cbor.end()
    return {"record": record, "proof": proof, **read_record(record)}


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


SECTIONS = {
    "reading": read_reading,
    "inclusion": read_inclusion,
    "anchor": read_anchor,
    "key": read_key_section,
    "certificate": read_certificate,
    "links": read_links,
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
    need(set(raw) | {"links"} == set(SECTIONS), "a section is missing")
    for kind, reader in SECTIONS.items():
        read[kind] = reader(raw[kind]) if kind in raw else []
    return read


# --- verification (steps 1 to 9)


def judge(proof, trust):
    reading, inclusion, anchor = proof["reading"], proof["inclusion"], proof["anchor"]
    key, certificate, frame = proof["key"], proof["certificate"], proof["reading"]["frame"]
    if proof["links"]:
        trust = follow(trust, proof["links"])
    era = next((e for e in trust["eras"] if e["era"] == proof["era"]), None)
    check(era and era["engine"] == certificate["engine"], "era")
    members = members_at(era, certificate["height"])
    check(certificate["engine"] != "solo" or len(members) == 1, "era: one member")

    following = [e for e in trust["eras"] if e["era"] > proof["era"]]
    check(certificate["height"] >= era["initialHeight"], "certificate: height")
    check(not following or certificate["height"] < following[0]["initialHeight"], "certificate: height")
    check_known_block(trust, certificate)
    check_certified(certificate, trust["ledger"], era, members)

    thumbprint = sha256(key["coseKey"])
    events = root_of_path(sha256(b"\0", anchor["leaf"]), anchor["eventNo"], anchor["eventsSize"], anchor["path"])
    state = state_root(key["proof"], b"key/" + thumbprint.hex().encode(), key["record"])
    app = app_hash(anchor["eventsSize"], events, state)
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

    made = next(e for e in trust["eras"] if e["era"] == anchor["era"])
    many = of_many(era, certificate["height"]) and of_many(made, anchor["height"])
    verdict = "proven" if many else "proven-by-one-member"
    number, ends = anchor["eventNo"], key["validTo"]
    check(key["validFrom"] <= number, "standing")
    if ends is not None and ends <= number:
        check(key["endedAtMs"] is not None and reading["received"] < key["endedAtMs"], "standing")
        verdict = "accepted-before-revocation"
    check(proof["verdict"] == verdict, "verdict")
    if verdict == "proven" and named_by_one(trust, max(proof["era"], anchor["era"])):
        verdict = "proven-by-one-member"
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
