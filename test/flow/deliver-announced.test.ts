import { describe, expect, test } from "vitest";
import { addressOf, aFailure, aJob, NOW, settingsOf, unknownRecipient } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createSender, endings, LEASE_SECONDS } from "./sender-in-memory.ts";

const jobTo = (name: string) => aJob({ recipient: addressOf(`${name}@acme.example`) });

const typesOf = (sender: ReturnType<typeof createSender>) =>
  sender.announced.map((notices) => notices.map(({ detailType }) => detailType));

describe("the bus", () => {
  test("is told once per batch how its mails ended, with what one needs to act on it", async () => {
    const sender = createSender({
      script: ({ mail }) => (mail.to.startsWith("nobody") ? unknownRecipient() : ACCEPTED),
    });

    await sender.take(jobTo("ada"), jobTo("nobody"));

    expect(typesOf(sender)).toEqual([["Delivery Accepted", "Delivery Rejected"]]);
    expect(sender.announced[0]?.[1]?.detail).toEqual({
      id: jobTo("nobody").deliveryId,
      scope: "acme",
      eventId: jobTo("nobody").eventId,
      pipelineId: "build-api",
      recipient: "nobody@acme.example",
      state: "rejected",
      possibleDuplicate: false,
      provider: "smtp",
      messageId: sender.delivery(jobTo("nobody"))?.messageId,
      ruleIds: ["acme/on-failure"],
      subject: sender.delivery(jobTo("nobody"))?.subject,
      note: null,
      reason: "recipient-refused",
      code: 550,
      enhancedCode: "5.1.1",
      text: "550 5.1.1 Unknown user",
      tries: 1,
      at: NOW.toISOString(),
    });
  });

  test("is told of a mail that waits for a person, and of one that was given up", async () => {
    const possiblySent = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted" });
    const held = createSender({
      settings: [settingsOf("acme", { onAmbiguous: "hold" })],
      script: () => possiblySent,
    });
    const expired = createSender({ script: () => aFailure(), deps: { retry: SHORT } });

    await held.take(aJob());
    await expired.take(aJob());

    expect([typesOf(held), typesOf(expired)]).toEqual([[["Delivery Held"]], [["Delivery Expired"]]]);
  });

  test("is told nothing of mails that wait, or whose message comes again", async () => {
    const sender = createSender({ script: () => aFailure() });

    await sender.take(jobTo("ada"), "no job");

    expect(sender.announced).toEqual([]);
  });

  test("is told of an acceptance that comes late, and by whom it was claimed meanwhile not twice", async () => {
    const sender = createSender({ script: endings(ACCEPTED) });
    const { claim } = sender.deps.deliveries;
    // Another sender finds the lease expired and takes the mail over while this one is still at it.
    const late = {
      ...sender.deps.deliveries,
      claim: async (...args: Parameters<typeof claim>) => {
        const result = await claim(...args);
        sender.wait(LEASE_SECONDS + 1);
        await claim(args[0], args[1], new Date(sender.deps.now().getTime() + 30_000).toISOString(), sender.deps.now());
        return result;
      },
    };
    Object.assign(sender.deps, { deliveries: late });

    await sender.take(aJob());

    expect(typesOf(sender)).toEqual([["Delivery Accepted"]]);
    expect(sender.delivery()?.state).toBe("accepted");
  });

  test.each([
    ["does not answer", () => Promise.reject(new Error("the bus is down"))],
    ["takes only some of it", () => Promise.resolve(1)],
  ])("that %s changes nothing for the mails", async (_title, publishAll) => {
    const announcer = { publish: async () => {}, publishAll };
    const sender = createSender({ deps: { announcer } });

    expect(await sender.take(aJob())).toEqual([]);

    expect(sender.delivery()?.state).toBe("accepted");
    expect(sender.log.lines.map(({ event }) => event)).toContain("delivery.not-announced");
  });
});

const SHORT = { baseSeconds: 30, capSeconds: 600, giveUpHours: 0.0001, feedbackSeconds: 600 };
