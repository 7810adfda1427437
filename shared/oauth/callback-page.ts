import type { FinishedConsent } from "./finish-consent.ts";

/** What the person at the browser reads when their consent has come back. It leads nowhere on purpose. */
export const callbackPage = (
  finished: FinishedConsent,
): { readonly title: string; readonly text: readonly string[] } =>
  finished.kind === "connected"
    ? { title: "The mailbox is connected", text: ["You can close this window."] }
    : {
        title: "The mailbox is not connected",
        text: [`${finished.reason} Begin again in Tidings; you can close this window.`],
      };

/** The HTTP status of that page. */
export const CALLBACK_STATUS: Readonly<Record<FinishedConsent["kind"], number>> = {
  connected: 200,
  refused: 400,
  unavailable: 502,
};
