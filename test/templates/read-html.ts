/** One start or end tag, as it stands in a document. */
export interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A document taken apart. */
export interface ReadHtml {
  readonly tags: readonly Tag[];
  /** What a reader sees or hears, entities decoded, one line per piece. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&#34;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
};

const decode = (text: string): string =>
  text.replace(/&[^;\s]*;?/g, (entity) => {
    const char = ENTITIES[entity];
    if (char === undefined) throw new Error(`"${entity}" is not an entity that the mail may hold.`);
    return char;
  });

const TOKEN = /<!--.*?-->|<!DOCTYPE html>|<style>[^<]*<\/style>|<(\/?)([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>|([^<>]+)/sy;

/**
 * Takes a document apart by a grammar far stricter than a browser's: lower-case names, quoted attributes, no stray
 * angle bracket or ampersand anywhere.
 * @throws Error where the document leaves that grammar.
 */
export const readHtml = (document: string): ReadHtml => {
  const tags: Tag[] = [];
  const texts: string[] = [];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < document.length) {
    const at = token.lastIndex;
    const match = token.exec(document);
    if (match === null) throw new Error(`The mail is malformed at "${document.slice(at, at + 60)}".`);
    const [, slash, name, attributes = "", text] = match;
    if (text !== undefined) texts.push(decode(text));
    if (name !== undefined) tags.push({ name, closing: slash === "/", attributes: readAttributes(attributes) });
  }
  return { tags, text: texts.join("\n") };
};

const readAttributes = (attributes: string): Record<string, string> =>
  Object.fromEntries(
    [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decode(value)]),
  );

/** The targets of all links of a document, in order. */
export const linksOf = ({ tags }: ReadHtml): string[] =>
  tags.flatMap(({ name, attributes }) => (name === "a" && attributes.href !== undefined ? [attributes.href] : []));
