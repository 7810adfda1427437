import type { Subscription } from "../domain/unsubscribe-token.ts";
import type { Page } from "./page.ts";

const factsOf = ({ tenant, address }: Subscription) => [
  { label: "Your address", value: address },
  { label: "Notifications from", value: tenant },
];

/** Asks whether somebody means it: programs open links of mails, too. */
export const askingPage = (subscription: Subscription): Page => ({
  title: "Unsubscribe from these notifications?",
  facts: factsOf(subscription),
  text: ["Mails that are sent to you personally, such as invitations and password resets, will still arrive."],
  button: "Unsubscribe",
});

/** Says that it is done. */
export const donePage = (subscription: Subscription): Page => ({
  title: "You are unsubscribed",
  facts: factsOf(subscription),
  text: [
    "You will get no more of these notifications. One that is on its way already may still arrive.",
    `If this was a mistake, ask an administrator of ${subscription.tenant} to take your address off the list.`,
  ],
});

/** The same whatever is wrong with a link: who guesses learns nothing. */
export const UNKNOWN_LINK: Page = {
  title: "This link does not work",
  text: [
    "It may be incomplete. Open the link in the mail once more, or copy all of it.",
    "If that does not help, ask whoever sends you the notifications.",
  ],
};

/** For when it is our fault. */
export const NOT_NOW: Page = {
  title: "That did not work just now",
  text: ["Nothing has changed. Please try again in a minute."],
};
