import { randomUUID } from "node:crypto";
import { DELIVERY_STATES } from "../../shared/domain/delivery.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { putEvent } from "../put-event.ts";
import { type Check, waitFor } from "./check.ts";
import type { Deployment } from "./deployment.ts";
import type { MailRoute } from "./mail-route.ts";

/** States of a delivery in which nothing happens by itself for now. */
const RESTING = DELIVERY_STATES.filter((state) => state !== "sending");

/** A tenant made for the test. */
export interface SmokeTenant {
  readonly deployment: Deployment;
  readonly token: string;
  readonly tenant: string;
  readonly route: MailRoute;
}

/** From a new tenant to its mail: every function takes part. Each check builds on the ones before. */
export const tenantChecks = (smoke: SmokeTenant): Check[] => {
  const { deployment, tenant, route } = smoke;
  const api = createApiClient(deployment.outputs.apiUrl, smoke.token);
  const eventId = `smoke-${randomUUID()}`;
  const { local } = deployment;
  return [
    { title: "a tenant is created", run: () => configure(api, smoke) },
    ...(route.settings === undefined
      ? []
      : [{ title: "a password cannot be read back", run: () => givePassword(api, tenant) }]),
    { title: "an event is published", run: () => publish(smoke, eventId) },
    { title: "its rule reaches its recipient", run: () => seeRouted(api, smoke, eventId) },
    { title: `its mail is ${route.expectedState}`, run: () => seeDelivered(api, smoke, eventId) },
    ...(local === undefined || route.settings === undefined
      ? []
      : [{ title: "the mail is in the inbox", run: () => seeMail(local.inbox.url, tenant) }]),
  ];
};

/** Removes what {@link tenantChecks} made, as far as it got. Records of the event and its delivery expire. */
export const cleanUpCheck = ({ deployment, token, tenant }: SmokeTenant): Check => ({
  title: "the tenant is deleted",
  run: async () => {
    const api = createApiClient(deployment.outputs.apiUrl, token);
    if ((await api.find(tenant)) === undefined) return "there is none";
    for (const path of ["rules/all", "groups/people", "mail-settings"]) await api.call("DELETE", `${tenant}/${path}`);
    await api.call("DELETE", tenant);
    return tenant;
  },
});

const configure = async (api: ApiClient, { tenant, route }: SmokeTenant): Promise<string> => {
  await api.call("PUT", tenant, { name: "Smoke test" });
  if (route.settings !== undefined) await api.call("PUT", `${tenant}/mail-settings`, route.settings);
  await api.call("PUT", `${tenant}/groups/people`, { name: "People", members: [{ email: route.recipient }] });
  await api.call("PUT", `${tenant}/rules/all`, {
    name: "Everything",
    events: ["*"],
    recipients: { groups: ["people"] },
  });
  return `${tenant} with a group, a rule and ${route.settings === undefined ? "the operator's" : "its own"} mail settings`;
};

const givePassword = async (api: ApiClient, tenant: string): Promise<string> => {
  const password = randomUUID();
  const given = await api.call("PUT", `${tenant}/mail-settings/credentials`, { password });
  const settings = await api.call("GET", `${tenant}/mail-settings`);
  if (JSON.stringify([given, settings]).includes(password)) throw new Error("the API answered with the password");
  if (settings.credentialState !== "ready") throw new Error(`the credentials are ${settings.credentialState}`);
  return "stored";
};

const publish = ({ deployment, tenant, route }: SmokeTenant, eventId: string): Promise<string> =>
  putEvent(deployment.bus, {
    busName: deployment.outputs.busName,
    source: tenant,
    detail: JSON.stringify({
      id: eventId,
      scope: tenant,
      type: "PipelineSuccess",
      pipeline: { id: tenant, name: "Tidings smoke test" },
      message: `This mail to ${route.recipient} shows that Tidings works.`,
    }),
  });

const seeRouted = async (api: ApiClient, { tenant, route }: SmokeTenant, eventId: string): Promise<string> => {
  const event = await waitFor("the event's record", () => api.find(`${tenant}/events/${eventId}`));
  const addresses = listOf(event.recipients).map(({ address }) => address);
  if (event.status !== "routed" || addresses.join() !== route.recipient) {
    throw new Error(`${event.status}, to ${addresses.join() || "nobody"}: ${event.reason}`);
  }
  return `${event.status} to ${route.recipient}`;
};

const seeDelivered = async (api: ApiClient, { tenant, route }: SmokeTenant, eventId: string): Promise<string> => {
  const delivery = await waitFor(`the delivery to be ${route.expectedState}`, async () => {
    const { items } = await api.call("GET", `${tenant}/deliveries`);
    return listOf(items).find((item) => item.eventId === eventId && RESTING.some((state) => state === item.state));
  });
  const attempt = listOf(delivery.attempts).at(-1);
  const words = `${attempt?.phase}: ${attempt?.text ?? attempt?.code ?? "no words"}`;
  if (delivery.state !== route.expectedState) throw new Error(`it is ${delivery.state}; ${words}`);
  return words;
};

const seeMail = async (inboxUrl: string, tenant: string): Promise<string> => {
  const mail = await waitFor("the mail in the inbox", async () => {
    const messages: unknown = await (await fetch(`${inboxUrl}/api/messages`)).json();
    return listOf(messages).find((message) => JSON.stringify(message).includes(tenant));
  });
  return `"${mail.subject}"`;
};

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);
