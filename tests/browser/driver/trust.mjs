// Trust in a test node's own CA without touching the machine's certificate store.
//
// Node verifies the node's certificate against the CA file; only the keys seen there are then named to Chromium
// (--ignore-certificate-errors-spki-list), so that every other bad certificate is still refused.

import { X509Certificate, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';

const TIMEOUT_MS = 5_000;

/** SPKI hashes of the CA in `caFile` and of the certificate that `nodeUrl` shows and that it verifies. */
export async function trustedKeys(nodeUrl, caFile) {
  const ca = await readFile(caFile);
  const leaf = await verifiedCertificate(new URL(nodeUrl), ca);
  return [new X509Certificate(ca), leaf].map(spkiHash);
}

function verifiedCertificate({ hostname, port }, ca) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 443), servername: nameFor(hostname), ca }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.destroy();
    });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer from ${hostname}:${port} in 5 s`)));
    socket.on('error', reject);
  });
}

/** Server names are for host names only (RFC 6066 §3); an address is verified without one. */
function nameFor(hostname) {
  return /^[\d.]+$|:/.test(hostname) ? '' : hostname;
}

function spkiHash(certificate) {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}
