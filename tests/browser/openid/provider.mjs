// STAND-IN for a region's OpenID provider, built on the certified npm package `oidc-provider`. It asks for no password: whoever
// opens it picks an account. Never for anything but tests and demonstrations.
//
//   node openid/provider.mjs --console https://127.0.0.1:9443 --dir DIR [--listen 127.0.0.1:0] [--tenant Region]
//                            [--municipality NAME]
//
// Prints one line when it is ready, {"issuer", "ca_file", "settings"}; `settings` is a file to be put into the server's data
// directory as openid.toml. SIGTERM and the end of stdin stop it.

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Provider from 'oidc-provider';

import { accounts, accountOf } from './accounts.mjs';
import { page } from './page.mjs';

const CLIENT_ID = 'fleet-server';
const ASSURANCE = 'http://id.elegnamnden.se/loa/1.0/loa3';

const { values: wanted } = parseArgs({
  options: {
    console: { type: 'string' },
    dir: { type: 'string' },
    listen: { type: 'string', default: '127.0.0.1:0' },
    tenant: { type: 'string', default: 'Region' },
    municipality: { type: 'string' },
  },
});
if (!wanted.console || !wanted.dir) throw new Error('give --console and --dir');

const dir = resolve(wanted.dir);
await mkdir(dir, { recursive: true });
const [host, port] = wanted.listen.split(':');
const caFile = join(dir, 'provider.pem');
const keyFile = join(dir, 'provider.key');
makeCertificate(host);

const secret = randomBytes(24).toString('base64url');
const server = createServer({ cert: await readFile(caFile), key: await readFile(keyFile) });
await new Promise(listening => server.listen(Number(port), host, listening));
const issuer = `https://${host}:${server.address().port}`;
const provider = new Provider(issuer, configuration());
server.on('request', serve);
const settings = join(dir, 'openid.toml');
await writeFile(join(dir, 'client-secret'), secret, { mode: 0o600 });
await writeFile(settings, settingsFile());
console.log(JSON.stringify({ issuer, ca_file: caFile, settings }));

process.on('SIGTERM', stop);
process.stdin.on('end', stop).resume();

function stop() {
  server.closeAllConnections();
  server.close(() => process.exit(0));
}

/** A certificate of its own for a day or two; it is its own authority. */
function makeCertificate(address) {
  const name = /^[\d.]+$/.test(address) ? `IP:${address}` : `DNS:${address}`;
  const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=stand-in OpenID provider', '-addext', `subjectAltName=${name}`];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  execFileSync('openssl', [...asked, ...names, ...leaf, '-keyout', keyFile, '-out', caFile], { stdio: 'ignore' });
}

function configuration() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signing = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'stand-in' };
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: secret,
        redirect_uris: [`${wanted.console}/login/callback`],
        post_logout_redirect_uris: [`${wanted.console}/login`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [signing] },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    claims: { openid: ['sub'], profile: ['name'], staff: ['roles'] },
    scopes: ['openid'],
    acrValues: [ASSURANCE],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource },
    },
    interactions: { url: (_ctx, { uid }) => `/stand-in/${uid}` },
    findAccount: (_ctx, id) => accountOf(id),
    loadExistingGrant: grantEverything,
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3600, Grant: 3600 },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = page('Det gick inte', Object.entries(out).map(([key, value]) => ({ text: `${key}: ${value}` })));
    },
  };
}

/** People agreed to this when they were employed; nobody is asked at each login. */
async function grantEverything({ oidc }) {
  const { clientId } = oidc.client;
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid profile staff');
  grant.addOIDCClaims(['name', 'roles']);
  await grant.save();
  return grant;
}

async function logoutSource(ctx, form) {
  ctx.type = 'html';
  ctx.body = page('Logga ut här också?', [
    { html: form },
    { html: '<button form="op.logoutForm" name="logout" value="yes">Logga ut</button>' },
  ]);
}

/** The page where an account is picked; everything else is the package's. */
async function serve(request, response) {
  const { pathname } = new URL(request.url, issuer);
  if (!pathname.startsWith('/stand-in/')) return provider.callback()(request, response);
  try {
    const picked = pathname.split('/')[3];
    if (request.method === 'POST' && picked) {
      const login = { accountId: decodeURIComponent(picked), acr: ASSURANCE };
      return await provider.interactionFinished(request, response, { login });
    }
    const { uid } = await provider.interactionDetails(request, response);
    const choices = accounts.map(({ id, name }) => ({ action: `/stand-in/${uid}/${id}`, name }));
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(page('Vem är du?', choices));
  } catch (error) {
    response.statusCode = 400;
    return response.end(String(error.message));
  }
}

/** What the server has to know, as an operator would write it. */
function settingsFile() {
  const text = value => JSON.stringify(value);
  const rules = accounts.filter(({ role }) => role).map(({ role, municipal }) => {
    const place = municipal && wanted.municipality ? `tenant = ${text(wanted.municipality)}\n` : '';
    return `[[provider.rule]]\nwhen = { roles = ${text(`fleet-${role}`)} }\nrole = ${text(role)}\n${place}`;
  });
  return `console = ${text(wanted.console)}

[[provider]]
key = "stand-in"
name = "Region Exempel (låtsas)"
tenant = ${text(wanted.tenant)}
issuer = ${text(issuer)}
client_id = ${text(CLIENT_ID)}
client_secret_file = ${text(join(dir, 'client-secret'))}
ca_file = ${text(caFile)}
scopes = ["profile", "staff"]
assurance = [${text(ASSURANCE)}]

${rules.join('\n')}`;
}
