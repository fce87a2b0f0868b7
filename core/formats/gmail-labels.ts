import { decodeHeader } from '../mail/mime/header-text.ts';
import { fieldValues } from './header-fields.ts';

/**
 * What Google Takeout writes into each message instead of flags and folders: `X-Gmail-Labels: Inbox,Unread,Work`, in the
 * language that the account has, as encoded words. Of languages that are not here the labels are taken for folders.
 */
const names = {
  unread: [
    'Unread|Ungelesen|Non lus|Non lu|No leídos|Sin leer|Da leggere|Non letti|Não lidas|Não lidos|Ongelezen|Nieprzeczytane|Ulæst|Ulest',
    'Oläst|Olästa|Lukematon|Lukemattomat|Nepřečtené|Neprečítané|Olvasatlan|Okunmamış|Непрочитанные|Непрочитані|未読|未读|未讀|읽지않음|읽지 않음',
  ],
  starred: [
    'Starred|Markiert|Suivis|Suivi|Messages suivis|Destacados|Speciali|Con estrella|Com estrela|Met ster|Oznaczone gwiazdką|Stjernemarkeret',
    'Stjernemerket|Stjärnmärkt|Stjärnmärkta|Tähdellä merkityt|S hvězdičkou|Csillagozott|Yıldızlı|Помеченные|Із зірочкою|スター付き|已加星标|已加星號|별표편지함',
  ],
  draft: [
    'Draft|Drafts|Entwurf|Entwürfe|Brouillon|Brouillons|Borrador|Borradores|Bozza|Bozze|Rascunho|Rascunhos|Concept|Concepten',
    'Wersje robocze|Kladde|Kladder|Utkast|Luonnos|Luonnokset|Koncept|Koncepty|Piszkozatok|Taslaklar|Черновики|Чернетки|下書き|草稿|임시보관함',
  ],
  inbox: [
    'Inbox|Posteingang|Boîte de réception|Recibidos|Bandeja de entrada|Posta in arrivo|Caixa de entrada|Postvak IN|Odebrane|Indbakke',
    'Innboks|Inkorg|Inkorgen|Postilaatikko|Saapuneet|Doručená pošta|Doručené|Beérkező levelek|Gelen Kutusu|Входящие|Вхідні|受信トレイ|收件箱|收件匣|받은편지함',
  ],
  sent: [
    'Sent|Sent Mail|Gesendet|Messages envoyés|Envoyés|Enviados|Posta inviata|Inviati|Enviadas|E-mails enviados|Verzonden|Wysłane',
    'Sendt|Sendte|Skickat|Skickade|Lähetetyt|Odeslané|Odeslaná pošta|Odoslané|Elküldött levelek|Gönderilmiş Postalar|Отправленные|Надіслані|送信済み|已发送|已傳送郵件|寄件備份|보낸편지함',
  ],
  spam: [
    'Spam|Junk|Courrier indésirable|Correo no deseado|Roskaposti|Skräppost|Søppelpost|Спам|迷惑メール|垃圾邮件|垃圾郵件|스팸함',
  ],
  trash: [
    'Trash|Bin|Papierkorb|Corbeille|Papelera|Cestino|Lixeira|Lixo|Prullenbak|Kosz|Papirkurv|Papperskorg|Papperskorgen|Roskakori|Koš|Kôš',
    'Kuka|Çöp kutusu|Корзина|Кошик|ゴミ箱|已删除邮件|垃圾桶|휴지통',
  ],
  /** Says nothing of flags or folders. */
  none: [
    'Important|Wichtig|Importants|Importantes|Importanti|Importante|Belangrijk|Ważne|Vigtigt|Viktig|Viktigt|Tärkeät|Důležité|Fontos|Önemli|Важные|重要|중요',
    'Archived|Archiviert|Archivés|Archivado|Archivados|Archiviati|Arquivado|Arquivadas|Gearchiveerd|Zarchiwizowane|Arkiveret|Arkivert|Arkiverat|Arkiverade',
    'Opened|Geöffnet|Ouvert|Ouverts|Abierto|Abiertos|Aperto|Aperti|Aberto|Abertas|Geopend|Otwarte|Åbnet|Åpnet|Öppnat|Öppnade|All Mail|Alle Nachrichten|Chat|Chats',
  ],
} as const;

type Meaning = keyof typeof names;

const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(names).flatMap(([meaning, words]) =>
    words.flatMap((line) => line.split('|').map((word) => [word.toLowerCase(), meaning as Meaning] as const)),
  ),
);

/** Groups that Gmail makes by itself: Category Personal, Kategorie „Werbung“. */
const category = /^(categor|catégor|categoría|kategor|luokka|kategória|категор|カテゴリ|类别|類別|카테고리)/i;

/** Where Gmail had a message: a mailbox of a special use, or a label of the user's own with `/` between its levels. */
export type GmailPlace =
  | { readonly use: '\\Inbox' | '\\Sent' | '\\Drafts' | '\\Junk' | '\\Trash' | '\\Archive' }
  | { readonly label: string };

export interface GmailLabels {
  readonly flags: readonly string[];
  /** One place, for a message is in one mailbox here; what it had more is still said in its header. */
  readonly place: GmailPlace;
}

/** Undefined: the message does not come from Gmail. */
export function gmailLabels(bytes: Uint8Array): GmailLabels | undefined {
  const values = fieldValues(bytes, 'x-gmail-labels');
  if (values.length === 0) return undefined;
  const labels = values.flatMap((value) => decodeHeader(value).split(',')).map((label) => label.trim());
  const told = new Set(labels.map((label) => meanings.get(label.toLowerCase())));
  const own = labels.find((label) => label !== '' && !meanings.has(label.toLowerCase()) && !category.test(label));
  const flags = [
    ...(told.has('unread') ? [] : ['\\Seen']),
    ...(told.has('starred') ? ['\\Flagged'] : []),
    ...(told.has('draft') ? ['\\Draft'] : []),
  ];
  return { flags, place: placeOf(told, own) };
}

function placeOf(told: ReadonlySet<Meaning | undefined>, own: string | undefined): GmailPlace {
  if (told.has('trash')) return { use: '\\Trash' };
  if (told.has('spam')) return { use: '\\Junk' };
  if (told.has('draft')) return { use: '\\Drafts' };
  if (told.has('inbox')) return { use: '\\Inbox' };
  if (told.has('sent')) return { use: '\\Sent' };
  return own === undefined ? { use: '\\Archive' } : { label: own };
}
