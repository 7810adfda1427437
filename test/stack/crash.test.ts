import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type ApiItem, type RunningStack, startStack } from "./running-stack.ts";

const EVENTS = 200;
const RECIPIENT = "reader@acme.example";

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack([
    ...["--set", "delivery.functionTimeoutSeconds=3", "--set", "delivery.sendDeadlineSeconds=2.5"],
    ...["--set", "notify.functionTimeoutSeconds=3", "--schedule-every-ms", "500"],
    // On a busy machine sends run out of their short time; they are tried again soon.
    ...["--set", "retry.baseSeconds=0.5", "--set", "retry.capSeconds=2"],
  ]);
  await addTenant(stack, "acme", RECIPIENT);
  await put(stack, "acme/mail-settings", inboxSettings(stack, { name: "CI", address: "ci@acme.example" }));
});

afterAll(() => stack?.stop());

/** Ends every environment of a function that runs now, as a crash would. */
const crash = async (name: string): Promise<number> => {
  const pids = await stack.workersOf(name);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  return pids.length;
};

const runsIn = async (): Promise<string[]> =>
  (await stack.mailsTo(RECIPIENT)).map(({ text }) => /Run (\d+)\./.exec(text ?? "")?.[1] ?? "none");

describe("an accepted event", () => {
  test("becomes a mail although the functions crash in the middle, and is doubled only where it says so", async () => {
    const runs = Array.from({ length: EVENTS }, (_, run) => String(run));

    const publishing = stack.publish(
      runs.map((run) => ({
        source: "acme.ci",
        detail: { id: `run-${run}`, scope: "acme", type: "PipelineFailed", message: `Run ${run}.` },
      })),
    );
    const crashed = [await crashOnceMailsAre(5, "notify"), await crashOnceMailsAre(40, "deliver")];
    await publishing;

    // Messages of a killed function come back after six times its timeout, more than once on a busy machine.
    const deliveries = await eventually("the end of all deliveries", everyEnd, 180_000);
    expect(Math.min(...crashed)).toBeGreaterThan(0);
    expect(deliveries.filter(({ state }) => state !== "accepted")).toEqual([]);
    const arrived = await runsIn();
    expect(new Set(arrived)).toEqual(new Set(runs));
    const doubled = arrived.filter((run, index) => arrived.indexOf(run) !== index);
    const flagged = deliveries.filter(({ possibleDuplicate }) => possibleDuplicate);
    expect(flagged.map(({ eventId }) => eventId.replace("run-", ""))).toEqual(expect.arrayContaining(doubled));
  }, 240_000);
});

/** States that lead on to others. */
const WAITING = ["sending", "deferred", "ambiguous"];

const crashOnceMailsAre = async (mails: number, name: string): Promise<number> => {
  await eventually(`${mails} mails`, async () => ((await runsIn()).length >= mails ? true : undefined));
  return crash(name);
};

/** All deliveries, once each has come to an end. */
const everyEnd = async (): Promise<ApiItem[] | undefined> => {
  const all = await everyDelivery();
  return all.length === EVENTS && !all.some(({ state = "" }) => WAITING.includes(state)) ? all : undefined;
};

const everyDelivery = async (): Promise<ApiItem[]> => {
  const all: ApiItem[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await stack.api("GET", `/scopes/acme/deliveries?limit=100${query}`);
    all.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return all;
};
