"""Trust files, of version 1 and 2 (docs/formats.md §8): who votes at which height."""

from keys import MEMBER, a, hex_of, members_of, read_key
from strict import SmallJson, need

ERA = ["era", "engine", "chainId", "initialHeight", "firstEvent", "previousAppHash"]
FILE = ["ledgerId", "asOf", "height", "headerHash", "eras"]


def read_trust(data):
    value = SmallJson.read(data)
    need(isinstance(value, dict), "an object expected")
    form = value.get("format")
    need(form in ("thingstead-trust/1", "thingstead-trust/2"), "an unknown format")
    second = form == "thingstead-trust/2"
    ledger, as_of, height, header_hash, eras, _, *rest = members_of(value, FILE + ["format"] + ["root"] * second)
    trust = {"ledger": hex_of(ledger, 32), "asOf": a(int, as_of), "height": a(int, height)}
    trust["headerHash"] = hex_of(header_hash, 32)
    need(a(list, eras), "no era")
    trust["eras"] = []
    for value in eras:
        era = read_era(value, second)
        if trust["eras"]:
            before = trust["eras"][-1]
            need(era["era"] > before["era"] and era["initialHeight"] > before["initialHeight"], "eras out of order")
            need(era["initialHeight"] > before["sets"][-1][0] or not second, "eras out of order")
        trust["eras"].append(era)
    newest = trust["eras"][-1]
    if second:
        root = [a(int, part) for part in members_of(rest[0], ["asOf", "height", "era"])]
    else:
        root = [as_of, height, newest["era"]]
        newest["sets"] = [(max(height, newest["initialHeight"]), newest["sets"][0][1])]
    need(any(e["era"] == root[2] for e in trust["eras"]), "the root's era is not listed")
    trust["root"] = {"height": root[1], "era": root[2]}
    return trust


def read_era(value, second):
    number, engine, chain, initial, first, previous, who = members_of(value, ERA + ["sets" if second else "members"])
    era = {"era": a(int, number), "engine": a(str, engine), "chain": a(str, chain), "initialHeight": a(int, initial)}
    era.update(firstEvent=a(int, first), previousAppHash=hex_of(previous, 32), sets=[])
    if not second:
        era["sets"].append((initial, read_members(who)))
        return era
    need(a(list, who), "an era without members")
    for value in who:
        height, members = members_of(value, ["height", "members"])
        least = era["sets"][-1][0] + 1 if era["sets"] else initial
        need(a(int, height) >= least, "sets out of order")
        era["sets"].append((height, read_members(members)))
    return era


def read_members(value):
    need(a(list, value), "an era without members")
    members = []
    for member in value:
        name, key, power = members_of(member, ["member", "engineKey", "power"])
        need(MEMBER.match(a(str, name)), "not a member id")
        key = hex_of(key, 40)
        need(key[:8] == bytes.fromhex("a301012006215820"), "not an Ed25519 key")
        members.append((read_key(key), a(int, power)))
    return members


def known_up_to(era, height):
    """The set with the largest height up to this one, or None."""
    return next((members for at, members in reversed(era["sets"]) if at <= height), None)


def known_from(era, height):
    """The set with the smallest height from this one on, or None."""
    return next((members for at, members in era["sets"] if at >= height), None)


def members_at(era, height):
    return known_up_to(era, height) or era["sets"][0][1]


def of_many(era, height):
    return era["engine"] == "comet" and len(members_at(era, height)) > 1


def named_by_one(trust, number):
    """Whether one member alone, in the era that trust began with, said who the members of this later era are."""
    root = trust["root"]
    began = next(e for e in trust["eras"] if e["era"] == root["era"])
    return root["era"] < number and not of_many(began, root["height"])
