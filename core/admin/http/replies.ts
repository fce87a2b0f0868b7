import type { ServerResponse } from 'node:http';
import { type AdminErrorCode, type AdminResult, contractVersion } from '../contract.ts';
import { adminError } from '../failure.ts';

/** The version of the contract, in requests and replies: both sides say theirs. */
export const VERSION_HEADER = 'x-mailroom-contract';

/** A caller's nonce and the proof that we are who he takes us for (proofOf). */
export const NONCE_HEADER = 'x-mailroom-nonce';
export const PROOF_HEADER = 'x-mailroom-proof';

/** No reply of ours is a page, is kept anywhere, or may be read by another site. */
export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  [VERSION_HEADER]: String(contractVersion),
} as const;

const statusOf: Readonly<Record<AdminErrorCode, number>> = {
  invalid: 400,
  notFound: 404,
  conflict: 409,
  refused: 422,
  internal: 500,
};

export function sendResult(response: ServerResponse, result: AdminResult<unknown>): void {
  send(response, result.ok ? 200 : statusOf[result.error.code], result);
}

/** A failure of the way and not of the call: it has a status of its own. */
export function sendFailure(
  response: ServerResponse,
  status: number,
  code: AdminErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, { ok: false, error: adminError(code, message) }, headers);
}

function send(
  response: ServerResponse,
  status: number,
  result: AdminResult<unknown>,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const body = Buffer.from(JSON.stringify(result));
  const type = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
  response.writeHead(status, { ...securityHeaders, ...type, ...headers }).end(body);
}
