import type { FinishedConsent } from "./finish-consent.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escapeText = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

const STYLE =
  ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{max-width:32rem;margin:4rem auto;padding:0 1rem}";

/** What the person at the browser reads when their consent has come back. It leads nowhere on purpose. */
export const callbackPage = (finished: FinishedConsent): string => {
  const [title, text] =
    finished.kind === "connected"
      ? ["The mailbox is connected", "You can close this window."]
      : ["The mailbox is not connected", `${finished.reason} Begin again in Tidings; you can close this window.`];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeText(title)}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeText(title)}</h1><p>${escapeText(text)}</p></main></body></html>`,
  ].join("\n");
};

/** The HTTP status of that page. */
export const CALLBACK_STATUS: Readonly<Record<FinishedConsent["kind"], number>> = {
  connected: 200,
  refused: 400,
  unavailable: 502,
};
