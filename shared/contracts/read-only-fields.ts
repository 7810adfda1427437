/** What answers add to every document: where it lies, and the facts of its last change. */
export const READ_ONLY_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "scope",
  "version",
  "updatedAt",
  "updatedBy",
  "contentId",
]);

/** A document without what answers added to it, so that one that was read can be changed and put again as it is. */
export const withoutReadOnlyFields = (document: unknown): unknown =>
  typeof document === "object" && document !== null && !Array.isArray(document)
    ? Object.fromEntries(Object.entries(document).filter(([field]) => !READ_ONLY_FIELDS.has(field)))
    : document;
