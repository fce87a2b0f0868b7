/** What generated mail is made of. Plain data: people, places and sentences' worth of words. */

export interface Person {
  /** As people write it, any script. */
  readonly name: string;
  readonly address: string;
}

const GIVEN = [
  'Anna',
  'Boris',
  'Carla',
  'David',
  'Elena',
  'Farid',
  'Greta',
  'Henrik',
  'Ines',
  'Jonas',
  'Karin',
  'Luis',
  'Marta',
  'Nils',
  'Olga',
  'Pavel',
  'Rosa',
  'Stefan',
  'Tomas',
  'Ulla',
  'Viktor',
  'Wanda',
  'Yusuf',
  'Zoe',
  'Jürgen',
  'Åse',
  'Zoë',
  'François',
  'Мария',
  'Дмитрий',
  '美咲',
  '健太',
];
const FAMILY = [
  'Abel',
  'Bakker',
  'Costa',
  'Dorn',
  'Eriksen',
  'Fischer',
  'Gupta',
  'Horvat',
  'Ivanova',
  'Jensen',
  'Keller',
  'Lindqvist',
  'Moreau',
  'Novak',
  'Ortiz',
  'Peters',
  'Quist',
  'Romano',
  'Schulz',
  'Tanaka',
  'Ueda',
  'Vogel',
  'Weber',
  'Zimmer',
  'Müller',
  'Sørensen',
  'Núñez',
  'Петрова',
  '佐藤',
];
export const DOMAINS = [
  'office.example',
  'mail.example.net',
  'kontor.example',
  'supplier.example.com',
  'lists.example.org',
  'bank.example',
  'travel.example',
  'school.example.edu',
  'shop.example.com',
  'newsletter.example.net',
] as const;

const PEOPLE_COUNT = 300;

/** The people who write and get the mail; the same in every run. */
export const PEOPLE: readonly Person[] = Array.from({ length: PEOPLE_COUNT }, (_, i) => ({
  name: `${GIVEN[i % GIVEN.length]} ${FAMILY[(i * 7) % FAMILY.length]}`,
  address: `${GIVEN[i % 24]!.toLowerCase()}.${FAMILY[(i * 7) % 24]!.toLowerCase()}${i}@${DOMAINS[i % DOMAINS.length]}`,
}));

export const TOPICS = [
  'Invoice',
  'Meeting on Thursday',
  'Offer for the new printers',
  'Minutes of the board',
  'Holiday plan',
  'Your order',
  'Delivery note',
  'Question about the contract',
  'Budget for next quarter',
  'Photos from the party',
  'Travel to Lisbon',
  'Server maintenance',
  'Build failed',
  'Release notes',
  'Welcome aboard',
  'Reminder',
  'Weekly report',
  'Rent increase',
  'Übersicht der Termine',
  'Kündigung des Vertrags',
  'Réunion d’équipe',
  'Größe der Räume',
  'Счёт на оплату',
  '会議の件',
] as const;

export const WORDS = (
  'the of and to in that is was for on with as it be at by this we are from have not you which or all will one their ' +
  'there about would please could after before office letter account number table window machine project customer ' +
  'delivery payment contract meeting answer question morning afternoon tomorrow yesterday week month year price offer ' +
  'report budget paper printer server network cable screen keyboard update version release change review colleague ' +
  'manager team company building street station train ticket hotel travel photo family garden weather summer winter ' +
  'coffee lunch dinner kitchen bicycle river mountain music concert book library school teacher lesson exam result ' +
  'plan draft copy original signature form address telephone insurance bank transfer amount total discount shipping ' +
  'parcel warehouse supplier factory engine part repair warranty service support ticket incident problem solution idea'
).split(' ');

export const FOREIGN_WORDS = (
  'für über Straße Größe möchten können Grüße nächste Prüfung Gebäude déjà été réponse français café naïve élève año ' +
  'niño mañana señor smörgås ålder ångström счёт оплата встреча завтра письмо договор работа 会議 資料 確認 お願い 明日'
).split(' ');
