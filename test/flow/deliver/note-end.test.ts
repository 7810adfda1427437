import { expect, test } from "vitest";
import { aFailure, aJob, settingsOf, smtpTo } from "../../fakes/builders.ts";
import { createMemoryBreakers } from "../../fakes/memory-breakers.ts";
import { createMemoryDeliveryStore } from "../../fakes/memory-delivery-store.ts";
import { createSender, endings } from "../sender-in-memory.ts";

const FIRST = smtpTo("smtp.acme.example", { auth: { type: "none" } });
const FALLBACK = smtpTo("other.acme.example", { auth: { type: "none" } });
const ANSWER_OF_THE_SERVER = {
  "took it": { ending: endings(), state: "accepted" },
  "put it off": { ending: endings(aFailure()), state: "deferred" },
  "turned it away": { ending: endings(aFailure({ class: "permanent" })), state: "rejected" },
};

test.each(Object.entries(ANSWER_OF_THE_SERVER))(
  "the outcome of a mail whose server %s is stored before anybody looks at the breaker",
  async (_, { ending, state }) => {
    const breakers = createMemoryBreakers();
    const seen: unknown[] = [];
    const sender = createSender({
      settings: [settingsOf("acme", { provider: FIRST })],
      script: ending,
      deps: {
        breakers: {
          ...breakers,
          change: async (...args) => {
            seen.push(sender.delivery()?.state);
            return breakers.change(...args);
          },
        },
      },
    });

    await sender.take(aJob());

    expect(seen).toEqual([state]);
  },
);

test("the failure of a server is noted before its fallback is asked", async () => {
  const failures: unknown[] = [];
  const sender = createSender({
    settings: [settingsOf("acme", { provider: FIRST, fallback: [FALLBACK] })],
    script: () => {
      failures.push(sender.breakers.all()[0]?.failures);
      return aFailure();
    },
  });

  await sender.take(aJob());

  expect(failures).toEqual([undefined, 1]);
  expect(sender.breakers.all().map(({ failures }) => failures)).toEqual([1, 1]);
});

test("the end of a send is noted although its outcome could not be stored", async () => {
  const throttled = async () => Promise.reject(new Error("throttled"));
  const sender = createSender({
    script: endings(aFailure()),
    deps: { deliveries: { ...createMemoryDeliveryStore(), settle: throttled } },
  });

  const again = await sender.take(aJob());

  expect(again).toEqual(["m0"]);
  expect(sender.breakers.all()).toMatchObject([{ failures: 1 }]);
});
