import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { eventBusListener } from "../../local/aws/event-bus.ts";
import type { BusEvent } from "../../local/aws/put-events.ts";
import { type LocalServer, listen } from "../../local/http-server.ts";
import { createPublisher, createTenantPublisher } from "../../shared/bus/publisher.ts";
import { tenantNamed } from "../fakes/builders.ts";

let server: LocalServer;
let client: EventBridgeClient;
const delivered: BusEvent[] = [];
let targetFails = false;

beforeAll(async () => {
  server = await listen();
  server.serve(
    eventBusListener({
      place: { region: "us-east-1", accountId: "000000000000", sqsUrl: "", apiUrl: "" },
      buses: [{ name: "tidings", arn: "arn:aws:events:us-east-1:000000000000:event-bus/tidings" }],
      rules: [
        {
          name: "all",
          arn: "arn:aws:events:us-east-1:000000000000:rule/tidings/all",
          busName: "tidings",
          pattern: { source: ["tidings", "acme.api"] },
          targets: [{ id: "queue", arn: "arn:aws:sqs:us-east-1:000000000000:all" }],
        },
      ],
      deliver: async (_target, event) => {
        if (targetFails) throw new Error("the queue is gone");
        delivered.push(event);
      },
      report: () => undefined,
    }),
  );
  client = new EventBridgeClient({ ...localClientConfig(server.url), maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

describe("publisher", () => {
  test("puts events on the bus under our own source", async () => {
    delivered.length = 0;
    const publisher = createPublisher(client, "tidings");

    await publisher.publish("Audit", { action: "putGroup", umlaut: "ä" });

    expect(delivered).toMatchObject([
      { source: "tidings", "detail-type": "Audit", detail: { action: "putGroup", umlaut: "ä" } },
    ]);
  });

  test("puts many events in as few requests as the bus allows", async () => {
    delivered.length = 0;
    let requests = 0;
    const counting = {
      send: (...args: Parameters<EventBridgeClient["send"]>) => {
        requests += 1;
        return client.send(...args);
      },
    } as Pick<EventBridgeClient, "send">;
    const notices = Array.from({ length: 23 }, (_, number) => ({
      detailType: "Delivery Accepted",
      detail: { number },
    }));

    expect(await createPublisher(counting, "tidings").publishAll(notices)).toBe(0);

    expect(requests).toBe(3);
    expect(delivered.map(({ detail }) => detail.number)).toEqual(notices.map(({ detail }) => detail.number));
  });

  test("counts the events that the bus answers not to have taken", async () => {
    targetFails = true;
    const publisher = createPublisher(client, "tidings");

    const lost = await publisher.publishAll([1, 2].map((number) => ({ detailType: "X", detail: { number } })));
    targetFails = false;

    expect(lost).toBe(2);
  });

  test("puts what is published for a tenant under a source of the tenant", async () => {
    delivered.length = 0;

    await createTenantPublisher(client, "tidings").publish(tenantNamed("acme"), "Pipeline Event", { type: "Custom" });

    expect(delivered).toMatchObject([
      { source: "acme.api", "detail-type": "Pipeline Event", detail: { type: "Custom" } },
    ]);
  });

  test("throws when the bus answers but does not take the event", async () => {
    targetFails = true;
    const publisher = createPublisher(client, "tidings");

    const publishing = publisher.publish("Audit", {}).finally(() => {
      targetFails = false;
    });

    await expect(publishing).rejects.toThrow('cannot publish "Audit": InternalFailure');
  });

  test("throws when there is no bus to talk to", async () => {
    const stopped = await listen();
    await stopped.stop();
    const nobody = new EventBridgeClient({ ...localClientConfig(stopped.url), maxAttempts: 1 });

    await expect(createPublisher(nobody, "tidings").publish("Audit", {})).rejects.toThrow();
    nobody.destroy();
  });

  test("gives up on a bus that never answers", async () => {
    const silent = await listen();
    silent.serve(() => undefined);
    const waiting = new EventBridgeClient({ ...localClientConfig(silent.url), maxAttempts: 1 });

    await expect(createPublisher(waiting, "tidings", 50).publish("Audit", {})).rejects.toThrow();
    waiting.destroy();
    await silent.stop();
  });
});
