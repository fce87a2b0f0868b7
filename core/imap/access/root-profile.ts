import type { X509Certificate } from 'node:crypto';

/**
 * A configuration profile (.mobileconfig) that installs a root certificate on iPhones, iPads and Macs; people confirm it
 * there. Its identifiers follow from the certificate, so that installing it twice is installing it once.
 */
export function rootProfile(root: X509Certificate): string {
  const digits = root.fingerprint256.replaceAll(':', '').toLowerCase();
  const name = escaped(/^CN=(.*)$/m.exec(root.subject)?.[1] ?? 'Mailroom');
  const common = (identifier: string, uuid: string) => `<key>PayloadDisplayName</key><string>${name}</string>
<key>PayloadIdentifier</key><string>mailroom.root.${digits.slice(0, 16)}${identifier}</string>
<key>PayloadUUID</key><string>${uuid}</string>
<key>PayloadVersion</key><integer>1</integer>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
${common('', uuidOf(digits))}
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadCertificateFileName</key><string>mailroom-root.cer</string>
<key>PayloadContent</key><data>${root.raw.toString('base64')}</data>
${common('.certificate', uuidOf(digits.slice(32)))}
</dict></array>
</dict></plist>
`;
}

/** RFC 9562 section 5.8: 122 bits of our own choice. */
function uuidOf(digits: string): string {
  const [a, b, c, d, e] = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(13, 16),
    digits.slice(17, 20),
    digits.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-8${d}-${e}`.toUpperCase();
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
