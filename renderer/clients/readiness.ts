import type { CertificateInfo } from '../../core/admin/contract.ts';
import { automaticText } from '../text/clients.ts';
import { askedNames, askedRecord, isLocalName } from './dns-records.ts';

/** What automatic settings depend on: as edited where it is a setting, as it is where it is not. */
export interface ReadinessFacts {
  readonly enabled: boolean;
  readonly host: string | undefined;
  readonly domain: string | undefined;
  /** Empty: nobody has named one. */
  readonly outgoingHost: string;
  readonly port: number;
  /** 0: not over TLS. */
  readonly tlsPort: number;
  /** Undefined until it is known. */
  readonly certificate: Pick<CertificateInfo, 'selfSigned' | 'names'> | undefined;
}

/** What can be done about something that is missing. */
export type Mend = 'enabled' | 'host' | 'domain' | 'outgoing' | 'port' | 'tlsPort' | 'certificate';

/** One condition. `unknown`: only a person can look. */
export interface ReadinessItem {
  readonly id: string;
  readonly state: 'done' | 'missing' | 'unknown';
  readonly text: string;
  readonly mend?: { readonly what: Mend; readonly label: string } | undefined;
  /** To be copied. */
  readonly record?: string | undefined;
}

const words = automaticText.items;

/** Whether Thunderbird finds its settings, condition by condition. It asks over plain HTTP (autoconfig, port 80). */
export function thunderbirdReadiness(facts: ReadinessFacts): readonly ReadinessItem[] {
  const { port, outgoingHost } = facts;
  return [
    ...common(facts),
    item('outgoing', outgoingHost !== '', words.outgoing.done(outgoingHost), words.outgoing.missing),
    item('port', port === 80, words.port.done, words.port.missing(port)),
    ...dnsItems('thunderbird', facts),
  ];
}

/** Whether Outlook finds its settings: it asks over TLS alone, and of a server that Windows trusts. */
export function outlookReadiness(facts: ReadinessFacts): readonly ReadinessItem[] {
  const { tlsPort, certificate } = facts;
  const noTls = tlsPort === 0 ? words.tlsPort.off : words.tlsPort.missing(tlsPort);
  return [
    ...common(facts),
    item('tlsPort', tlsPort === 443, words.tlsPort.done, noTls),
    ...(certificate === undefined ? [] : certificateItems(facts, certificate)),
    ...dnsItems('outlook', facts),
  ];
}

function common({ enabled, host, domain }: ReadinessFacts): readonly ReadinessItem[] {
  return [
    item('enabled', enabled, words.enabled.done, words.enabled.missing),
    item('host', host !== undefined, words.host.done(host ?? ''), words.host.missing),
    item('domain', domain !== undefined, words.domain.done(domain ?? ''), words.domain.missing),
  ];
}

function certificateItems(
  { domain }: ReadinessFacts,
  { selfSigned, names }: NonNullable<ReadinessFacts['certificate']>,
): readonly ReadinessItem[] {
  const { certificate, certificateName } = words;
  const trusted = item('certificate', !selfSigned, certificate.done, certificate.missing);
  if (domain === undefined || selfSigned) return [trusted];
  const name = `${askedNames.outlook}.${domain}`;
  const covers = names.some((one) => one.toLowerCase() === name || one === `*.${domain}`);
  const covered = item('certificate', covers, certificateName.done(name), certificateName.missing(name));
  return [trusted, { ...covered, id: 'certificateName' }];
}

/** The record, which nobody but a person can look at; or why there can be none. */
function dnsItems(program: 'thunderbird' | 'outlook', { host, domain }: ReadinessFacts): readonly ReadinessItem[] {
  if (host === undefined || domain === undefined) return [];
  const record = askedRecord(askedNames[program], host, domain);
  if (record !== undefined) return [{ id: 'record', state: 'unknown', text: words.record.text(record), record }];
  if (!isLocalName(host)) return [];
  const { missing, mend } = words.wholeName;
  return [{ id: 'wholeName', state: 'missing', text: missing(host), mend: { what: 'host', label: mend } }];
}

function item(what: Mend, isDone: boolean, done: string, missing: string): ReadinessItem {
  if (isDone) return { id: what, state: 'done', text: done };
  return { id: what, state: 'missing', text: missing, mend: { what, label: words[what].mend } };
}
