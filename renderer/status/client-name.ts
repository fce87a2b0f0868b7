/**
 * The program of a client's ID (RFC 2971), such as `Thunderbird 128.5`, of what the server noted of all its fields:
 * `name=Thunderbird version=128.5 os=Linux`. As it is where it names no program.
 */
export function clientName(clientId: string): string {
  const field = (name: string) => new RegExp(`(?:^| )${name}=(.*?)(?= [a-z][a-z-]*=|$)`).exec(clientId)?.[1];
  const name = field('name');
  return name === undefined ? clientId : [name, field('version')].filter(Boolean).join(' ');
}
