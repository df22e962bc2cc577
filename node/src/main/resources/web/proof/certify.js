// Whether members made a block final, whatever the engine of their era.
import { ascii, concat, equal, sha256 } from './bytes.js';
import { certifies, headerHash } from './comet.js';
import { verifySignature } from './keys.js';

const BLOCK = ascii('ts-block/1\0');

export function blockHash(certificate) {
  return certificate.engine === 'solo' ? sha256(certificate.headerBytes) : headerHash(certificate.header);
}

/** Whether a block may be one of this ledger, as far as the trust file knows its blocks. */
export async function allows(trust, certificate) {
  return certificate.header.height !== trust.height || equal(await blockHash(certificate), trust.headerHash);
}

export async function isCertified(certificate, ledgerId, era, members) {
  if (certificate.engine !== era.engine) return false;
  if (certificate.engine === 'comet') return certifies(certificate, members, era.chainId);
  const { header, headerBytes, signature } = certificate;
  return (
    members.length === 1 &&
    equal(header.ledgerId, ledgerId) &&
    header.era === era.number &&
    verifySignature(members[0].engineKey, concat(BLOCK, headerBytes), signature)
  );
}
