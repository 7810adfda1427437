/** What a mail says: the same content twice, for clients that show HTML and for those that do not. */
export interface RenderedMail {
  /** One line without control characters, at most 200 characters. */
  readonly subject: string;
  /** A complete HTML document. A built-in one loads nothing from anywhere, but for the logo of a brand. */
  readonly html: string;
  readonly text: string;
}
