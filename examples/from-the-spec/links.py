"""Links from the members that vote to those who vote next (docs/formats.md §8)."""

from blocks import app_hash, block_hash, check_certified, enough, read_certificate, read_presence, state_root
from comet import ordered, set_hash
from keys import False_, check, read_key, read_member, signed_by
from strict import Cbor, encode, need
from trust import known_from, known_up_to, members_at

MOST = 131_072


def read_links(data):
    cbor = Cbor(data)
    count = cbor.array(most=64)
    need(count >= 1, "no link")
    links = [read_link(cbor.bytes(most=MOST)) for _ in range(count)]
    cbor.end()
    return links


def read_link(data):
    cbor = Cbor(data)
    form = cbor.array(most=8), cbor.uint()
    need(form in ((8, 1), (5, 2)), "an unknown kind of link")
    link = read_set_link(cbor) if form == (8, 1) else read_era_link(cbor)
    cbor.end()
    return link


def read_engine_key(cbor):
    data = cbor.bytes(exactly=40)
    need(data[:8] == bytes.fromhex("a301012006215820"), "not an Ed25519 key")
    return read_key(data)


def read_list(cbor, read, fields, least=1):
    count = cbor.array(most=1000)
    need(count >= least, "no members")
    items = []
    for _ in range(count):
        cbor.array(exactly=fields)
        items.append(read(cbor))
    return items


def read_named(cbor):
    read_member(cbor)
    return read_engine_key(cbor), cbor.uint()


def read_set_link(cbor):
    link = {"kind": "set", "last": read_comet_of(cbor), "first": read_comet_of(cbor)}
    link["before"] = read_list(cbor, lambda c: (read_engine_key(c), c.uint()), 2)
    link["eventsSize"], link["eventsRoot"] = cbor.uint(), cbor.bytes(exactly=32)
    link["validators"] = cbor.bytes(most=65_536)
    value = Cbor(link["validators"])
    link["after"] = read_list(value, read_named, 3)
    value.end()
    link["proof"] = read_presence(cbor)
    link["height"] = link["first"]["height"]
    return link


def read_comet_of(cbor):
    certificate = read_certificate(cbor.bytes(most=MOST))
    need(certificate["engine"] == "comet", "not a certificate of several members")
    return certificate


def read_era_link(cbor):
    link = {"kind": "era", "certificate": read_certificate(cbor.bytes(most=MOST)), "record": cbor.bytes(most=MOST)}
    record = Cbor(link["record"])
    record.array(exactly=7)
    era = {"era": record.uint(), "engine": record.text(32), "chain": record.text(64)}
    era["initialHeight"], era["firstEvent"] = record.uint(), record.uint()
    era["previousAppHash"] = record.bytes(exactly=32)
    link["members"] = read_list(record, read_named, 3)
    record.end()
    era["sets"] = [(era["initialHeight"], link["members"])]
    link["era"], link["height"] = era, era["initialHeight"]
    for name in ("byOld", "byNew"):
        link[name] = read_list(cbor, lambda c: (c.uint(999), c.bytes(exactly=64)), 2, least=0)
        need(all(x[0] < y[0] for x, y in zip(link[name], link[name][1:])), "signatures out of order")
    return link


# --- following them


def check_known_block(trust, certificate):
    if certificate["height"] == trust["height"]:
        check(block_hash(certificate) == trust["headerHash"], "certificate: another block at this height")


def same(one, other):
    return one is not None and set_hash(ordered(one)) == set_hash(ordered(other))


def add(era, height, members):
    """Whether no other set is known at this height."""
    for at, known in era["sets"]:
        if at == height:
            return same(known, members)
    era["sets"] = sorted(era["sets"] + [(height, members)], key=lambda s: s[0])
    return True


def follow(trust, links):
    """The trust file with what the links add to it."""
    trust = {**trust, "eras": [{**era, "sets": list(era["sets"])} for era in trust["eras"]]}
    left, at = [], -1
    for link in links:
        check(link["height"] > at, "links: out of order")
        at = link["height"]
        if link["kind"] == "era":
            enter(trust, link)
        else:
            era = era_of(trust, link)
            check_set_link(trust, era, link)
            known = same(known_up_to(era, link["last"]["height"]), link["before"])
            if not (known and add(era, link["height"], link["after"])):
                left.append(link)
    for link in reversed(left):
        era = era_of(trust, link)
        check(same(known_from(era, link["height"]), link["after"]), "links: from nobody who is known")
        check(add(era, link["height"], link["after"]), "links: another set is known")
        check(add(era, link["last"]["height"], link["before"]), "links: another set is known")
    for link in links:
        if link["kind"] == "era":
            check_begin(trust, link)
        else:
            era = era_of(trust, link)
            check(same(known_up_to(era, link["last"]["height"]), link["before"]), "links: another set is known")
            check(same(known_up_to(era, link["height"]), link["after"]), "links: another set is known")
    return trust


def era_of(trust, link):
    for era in trust["eras"]:
        if era["engine"] == "comet" and era["chain"] == link["last"]["chain"]:
            return era
    raise False_("links: of another chain")


def check_set_link(trust, era, link):
    last, first = link["last"], link["first"]
    following = [e for e in trust["eras"] if e["era"] > era["era"]]
    check(last["height"] >= era["initialHeight"] and first["height"] == last["height"] + 1, "links: height")
    check(not following or first["height"] < following[0]["initialHeight"], "links: height")
    check(first["last"][0] == block_hash(last), "links: the first block does not follow the last one")
    check(last["hashes"][3] == set_hash(ordered(link["after"])), "links: the last block names others")
    root = state_root(link["proof"], b"validators", link["validators"])
    check(app_hash(link["eventsSize"], link["eventsRoot"], root) == last["appHash"], "links: app hash")
    check_certified(last, trust["ledger"], era, link["before"])
    check_certified(first, trust["ledger"], era, link["after"])
    check_known_block(trust, last)
    check_known_block(trust, first)


def enter(trust, link):
    era, certificate = link["era"], link["certificate"]
    earlier = [e for e in trust["eras"] if e["era"] < era["era"]]
    check(earlier, "links: no era before")
    old = earlier[-1]
    check(era["engine"] == "comet", "links: engine")
    check(era["chain"] == f"ts-{trust['ledger'].hex()[:8]}-{era['era']}", "links: chain id")
    check(era["initialHeight"] > old["initialHeight"], "links: height")
    check(old["initialHeight"] <= certificate["height"] < era["initialHeight"], "links: height")
    check(certificate["appHash"] == era["previousAppHash"], "links: app hash")
    check_known_block(trust, certificate)
    voters = members_at(old, certificate["height"])
    check_certified(certificate, trust["ledger"], old, voters)
    message = b"ts-era/1\0\x82" + encode(trust["ledger"]) + link["record"]
    for signatures, members in ((link["byOld"], ordered(voters)), (link["byNew"], ordered(link["members"]))):
        for index, signature in signatures:
            check(index < len(members), "links: a signature of nobody")
            check(signed_by(members[index][0], message, signature), "links: a signature")
        check(enough(members, [s[0] for s in signatures]), "links: not more than two thirds")
    later = [e for e in trust["eras"] if e["era"] >= era["era"]]
    if not later:
        check(old["sets"][-1][0] <= certificate["height"], "links: members after those who lead on are known")
        trust["eras"].append({**era})
        return
    for name in ("era", "engine", "chain", "initialHeight", "firstEvent", "previousAppHash"):
        check(later[0][name] == era[name], "links: another era is known")


def check_begin(trust, link):
    """Those who began an era are the first known of it, links backward included."""
    era = [e for e in trust["eras"] if e["era"] == link["era"]["era"]][0]
    check(same(era["sets"][0][1], link["members"]), "links: others began the era")
    check(add(era, era["initialHeight"], link["members"]), "links: another set is known")
