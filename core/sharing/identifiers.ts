import { ANYONE, groupSubject, negative, type Subject, userSubject } from './effective-rights.ts';
import type { People } from './ports.ts';

/**
 * The subject of an identifier as people write it (mail/rights.ts, AclEntry): a user's name in any case, `$` and a
 * group's, `anyone`; each with `-` before it. Undefined for what names nobody.
 */
export function subjectOf(identifier: string, people: People): Subject | undefined {
  if (!identifier.startsWith('-')) return positiveSubject(identifier, people);
  const subject = positiveSubject(identifier.slice(1), people);
  return subject === undefined ? undefined : negative(subject);
}

function positiveSubject(identifier: string, people: People): Subject | undefined {
  // RFC 4314 section 2: reserved, so nobody has that name
  if (identifier.toLowerCase() === ANYONE) return ANYONE;
  if (identifier.startsWith('$')) {
    const group = people.groupNamed(identifier.slice(1));
    return group === undefined ? undefined : groupSubject(group.id);
  }
  const person = people.userNamed(identifier);
  return person === undefined ? undefined : userSubject(person.accountId);
}

/** The identifier of a subject at this moment; undefined when the user or the group is gone. */
export function identifierOf(subject: Subject, people: People): string | undefined {
  if (subject.startsWith('-')) {
    const identifier = identifierOf(subject.slice(1), people);
    return identifier === undefined ? undefined : `-${identifier}`;
  }
  if (subject === ANYONE) return ANYONE;
  const id = subject.slice(subject.indexOf(':') + 1);
  if (subject.startsWith('user:')) return people.userById(id)?.name;
  const group = people.groupById(id);
  return group === undefined ? undefined : `$${group.name}`;
}
