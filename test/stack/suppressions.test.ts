import { afterAll, beforeAll, expect, test } from "vitest";
import { type Relay, startRelay } from "../fakes/relay.ts";
import { refusal } from "../providers/smtp-harness.ts";
import { addTenant, put, ruleFor } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type ApiItem, type RunningStack, startStack } from "./running-stack.ts";

const [GONE, HERE] = ["gone+ci@acme.example", "here@acme.example"];

let relay: Relay;
let stack: RunningStack;
let isKnown = false;

beforeAll(async () => {
  relay = await startRelay({
    security: "none",
    server: {
      onRcptTo: ({ address }, _session, done) =>
        done(address === GONE && !isKnown ? refusal(550, "5.1.1 Unknown user") : null),
    },
  });
  stack = await startStack(["--set", `egress.allowedTargets=127.0.0.1:${relay.port}`, "--schedule-every-ms", "200"]);
  await addTenant(stack, "acme", HERE);
  await put(stack, "acme/rules/gone", ruleFor(GONE));
  await put(stack, "acme/mail-settings", {
    from: { address: "ci@acme.example" },
    provider: { kind: "smtp", host: "127.0.0.1", port: relay.port, security: "none", auth: { type: "none" } },
  });
});

afterAll(async () => {
  await stack?.stop();
  await relay?.stop();
});

const publish = (id: string) =>
  stack.publish([{ source: "acme.ci", detail: { id, scope: "acme", type: "PipelineFailed" } }]);

const outcomesOf = (id: string): Promise<Record<string, string>> =>
  eventually(`the record of ${id}`, async () => {
    const { status, body } = await stack.api("GET", `/scopes/acme/events/${id}`);
    const { recipients } = body as unknown as ApiItem;
    return status === 200
      ? Object.fromEntries(recipients.map(({ address, outcome }) => [address, outcome]))
      : undefined;
  });

const suppressions = async () => (await stack.api("GET", "/scopes/acme/suppressions")).body.items;

/** The mail to {@link GONE} about an event, once it stands like this. */
const deliveryThatIs = (state: string, eventId: string): Promise<ApiItem> =>
  eventually(`a delivery that is ${state}`, async () => {
    const query = `eventId=${eventId}&recipient=${encodeURIComponent(GONE)}&state=${state}`;
    return (await stack.api("GET", `/scopes/acme/deliveries?${query}`)).body.items[0];
  });

test("an unknown recipient is mailed no more until somebody takes the address off the list", async () => {
  await publish("first");
  const { id } = await deliveryThatIs("rejected", "first");
  const [bounced] = await eventually("the address on the list", async () => {
    const items = await suppressions();
    return items.length > 0 ? items : undefined;
  });
  expect(bounced).toMatchObject({ address: GONE, cause: "bounced", deliveryId: id, createdBy: "tidings" });

  await publish("second");
  expect(await outcomesOf("second")).toEqual({ [HERE]: "queued", [GONE]: "suppressed" });

  // An administrator who does not know of the list asks again.
  await stack.api("POST", `/scopes/acme/deliveries/${id}/retry`);
  await deliveryThatIs("suppressed", "first");
  isKnown = true;
  const path = `/scopes/acme/suppressions/${encodeURIComponent(GONE)}`;
  expect([(await stack.api("DELETE", path)).status, (await stack.api("DELETE", path)).status]).toEqual([204, 404]);
  expect((await stack.api("POST", `/scopes/acme/deliveries/${id}/retry`)).status).toBe(200);

  expect(await deliveryThatIs("accepted", "first")).toMatchObject({ id });
  expect(relay.mails.filter(({ to }) => to.includes(GONE))).toHaveLength(1);
});
