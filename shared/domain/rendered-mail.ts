/** What a mail says: the same content twice, for clients that show HTML and for those that do not. */
export interface RenderedMail {
  /** One line without control characters, at most 120 characters. */
  readonly subject: string;
  /** A complete HTML document that loads nothing from anywhere. */
  readonly html: string;
  readonly text: string;
}
