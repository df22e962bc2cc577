// Says each step of a verification in plain words, what is claimed, and what no proof proves.
import { CannotCheck, hex } from './bytes.js';
import { linkWords } from './links.js';
import { eraOf, membersAt, whoAloneNamed } from './trust.js';

const TRUST_LEVELS = { 1: 'device-signed', 2: 'gateway-signed', 3: 'member-attested' };

/** A time for people; a number too large for a date stays a number. */
export function time(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? ms + ' ms' : date.toISOString().replace('.000Z', 'Z');
}

const short = (text) => text.slice(0, 8) + '…';

export function words(proof, trust, keyHex) {
  const { event } = proof.anchor;
  const { record } = proof.key;
  const { header } = proof.certificate;
  const { index } = proof.inclusion;
  const log = event.log.name;
  const voters = votersOf(proof, trust);
  const members = voters.map((m) => m.name).join(', ') || 'nobody known';
  const key = short(keyHex);
  const count = proof.reading.readings.length;
  const device = proof.reading.frame.device ?? record.owner;
  const valid = 'valid from event ' + record.validFrom + (record.validTo === null ? ' on' : ' until event ' + record.validTo);
  return {
    form: () =>
      step(
        'form',
        true,
        `Both files are complete and well formed; the frame holds ${count} ${count === 1 ? 'reading' : 'readings'}.`,
        '',
        'Nothing is missing, doubled, or open to two readings.',
      ),
    links: (linked) =>
      step(
        'links',
        linked.trust !== undefined,
        linked.trust &&
          `Links lead from your trust file to the members that signed: ${linkWords(proof.links, trust, whoAloneNamed).join('; ')}.`,
        `${linked.objection}.`,
        'More than two thirds of the members before and after each change have signed it.',
      ),
    era: (ok) =>
      step(
        'era',
        ok,
        `Your trust file lists era ${proof.era} of ledger ${short(hex(trust.ledgerId))}, run by ${members}.`,
        `Your trust file lists no era ${proof.era} with the engine that this proof is of.`,
        'Everything below is checked against your trust file and against nothing else.',
      ),
    certificate: (ok, signers) =>
      proof.certificate.engine === 'solo'
        ? step(
            'certificate',
            ok,
            `Block ${header.height} of ${time(header.blockTime)} is signed by the engine key of ${members}.`,
            `Block ${header.height} is not one that the engine key of ${members} signed for this ledger and era, or it differs from the block your trust file knows.`,
            `The ledger's state at that block was made final by ${members}; without that key nobody can make such a block.`,
          )
        : step(
            'certificate',
            ok,
            `Block ${header.height} of ${time(header.blockTime)} is signed by ${signers.length} of ${voters.length} members: ${signers.join(', ')}.`,
            `Block ${header.height} is not signed by more than two thirds of the members your trust file lists (${members}), or it differs from the block your trust file knows. If members came or went since, bring the trust file up to date (thingstead trust update), or ask for the proof with links from it (thingstead prove --links-from).`,
            "The ledger's state at that block was made final by the members together; fewer than two thirds of them cannot make such a block.",
          ),
    appHash: (ok) =>
      step(
        'app-hash',
        ok,
        `Event ${event.eventNo} and the record of key ${key} are both under the hash in that block.`,
        'The event or the key record shown here is not what that block holds.',
        'What the proof shows of the ledger was really there, to the last bit.',
      ),
    anchor: (ok) =>
      step(
        'anchor',
        ok,
        `Event ${event.eventNo} fixed the first ${event.toSize} entries of log ${log} on ${time(event.blockTime)}; entry ${index} is one of the new ones.`,
        'The event does not fix this entry of this log, or is later than the block.',
        'From that moment on the log could not be rewritten up to there without being caught.',
      ),
    inclusion: (ok) =>
      step(
        'inclusion',
        ok,
        `The frame is entry ${index} of log ${log}.`,
        `The frame, as shown here, is not entry ${index} of the log that was fixed.`,
        'These bytes, with this time of receipt, were in the log by then.',
      ),
    signature: (ok) =>
      step(
        'signature',
        ok,
        `The frame is signed with key ${key}.`,
        `The frame's signature is not one of key ${key} for this ledger.`,
        'Only the holder of that key can have made these readings, and nobody has changed them since.',
      ),
    device: (ok) =>
      step(
        'device',
        ok,
        `The key is registered for ${record.owner} of member ${record.member} and may sign for ${device}.`,
        `The key of ${record.owner} of member ${record.member} may not sign for ${device} in log ${log}.`,
        record.role === 1
          ? 'The device itself signed.'
          : record.role === 2
            ? 'A gateway signed for the device: you trust the gateway too.'
            : "The member signed for the device: you trust the member's word for what it received.",
      ),
    standing: (found) =>
      found === 'accepted-before-revocation'
        ? step(
            'standing',
            true,
            `The key (${valid}) had ended when the log was fixed by event ${event.eventNo}; the member says that it received the frame before.`,
            '',
            `That it was in time is the word of ${event.log.member} alone.`,
          )
        : step(
            'standing',
            found !== 'false',
            `The key was ${valid}, and the log was fixed by event ${event.eventNo}.`,
            `The key, ${valid}, did not stand when the log was fixed by event ${event.eventNo}.`,
            'The key had been neither lost nor withdrawn when the log was fixed.',
          ),
    verdict: (found, agrees) =>
      step(
        'verdict',
        agrees,
        `The file says of itself "${proof.verdict}", and that is what the steps say.`,
        `The file says of itself "${proof.verdict}", but its content can be at best "${found}".`,
        'A file that claims more than it holds is false.',
      ),
    notChecked: (id) => ({
      id,
      outcome: 'not-checked',
      found: "Not checked: without a known era nobody's signature counts.",
      meaning: 'A step before failed.',
    }),
  };
}

/** Those who voted when the certificate was signed. */
function votersOf(proof, trust) {
  const era = eraOf(trust, proof.era);
  return era ? membersAt(era, proof.certificate.header.height) : [];
}

function step(id, ok, passed, failed, meaning) {
  return { id, outcome: ok ? 'passed' : 'failed', found: ok ? passed : failed, meaning: ok ? meaning : 'So nothing is proven.' };
}

/** What the file says, in facts; proven only when the verdict says so. */
export function claimOf(proof, trust, keyHex) {
  const { frame, readings, receivedMs } = proof.reading;
  const made = eraOf(trust, proof.anchor.event.era);
  return {
    ledger: hex(trust.ledgerId),
    device: frame.device ?? proof.key.record.owner,
    n: frame.n,
    readings,
    trust: TRUST_LEVELS[proof.key.record.role] ?? null,
    key: keyHex,
    frame: hex(frame.bytes),
    log: proof.inclusion.log.name,
    index: proof.inclusion.index,
    receivedMs,
    notBeforeMs: proof.anchor.event.previousTime,
    notAfterMs: proof.anchor.event.blockTime,
    whoseWord: votersOf(proof, trust).map((m) => m.name),
    whoseWordAlone: made ? membersAt(made, proof.anchor.event.height)[0].name : 'nobody known',
  };
}

export function notProven(claim, verdict, proof, trust) {
  if (verdict === 'false') return ['Nothing in this file is proven.'];
  const limits = [
    'That the sensor told the truth, or was where it should be: a key signs whatever it is given.',
    `That the device's own clock was right. The ledger proves only that the frame was in the log by ${time(claim.notAfterMs)}; that it was not there before ${time(claim.notBeforeMs)} holds if you believe the device's numbering or the member's receipt.`,
    'That there are no other readings: a proof shows what is in the log, not what was never sent.',
  ];
  if (claim.trust === 'gateway-signed') limits.push('That the device itself spoke: its gateway signed.');
  if (claim.trust === 'member-attested') {
    limits.push('That the device itself spoke: the member signed what it says it received from it.');
  }
  if (verdict === 'proven') {
    limits.push(
      "That the ledger's clock was exact: a block carries the time at which the members agreed on the block before it, up to 10 seconds earlier on a quiet ledger, and longer after it stood still.",
      `That the members did not lie together: ${claim.whoseWord.join(', ')} make this ledger's blocks, and more than two thirds of them could agree on something false.`,
    );
  } else if (whoAloneNamed(trust, proof.anchor.event.era) === null) {
    limits.push(
      `That no second history exists: one member alone, ${claim.whoseWordAlone}, made this part of the ledger, and could show another history to somebody else.`,
    );
  }
  const one = whoAloneNamed(trust, proof.era);
  if (one !== null) {
    limits.push(
      `That the members are who their names say: your trust goes back to a time when ${one} alone made the ledger, and named the others.`,
    );
  }
  const { root } = trust;
  if (proof.links.length > 0 || root.asOf !== trust.asOf) {
    limits.push(
      `That members who have left guarded their engine keys: your trust goes back to block ${root.height} (${time(root.asOf)}), and more than two thirds of those who voted then could show another history together.`,
    );
  }
  limits.push(
    'That the trust file is the right one: you must know who gave it to you.',
  );
  return limits;
}

export function unreadableReport(error) {
  return {
    verdict: 'unreadable',
    steps: [
      {
        id: 'form',
        outcome: 'failed',
        found: error.message,
        meaning:
          error instanceof CannotCheck
            ? 'The proof may be good or bad: it could not be checked here.'
            : 'This cannot be read as a proof, so nothing is proven and nothing is disproven. Ask for the file again.',
      },
    ],
    claim: null,
    trustAsOf: null,
    trustRoot: null,
    notProven: [],
  };
}
