import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(["--schedule-every-ms", "300"]);
  await addTenant(stack, "acme", "everything@acme.example");
  await put(stack, "acme/mail-settings", inboxSettings(stack, { name: "Acme CI", address: "ci@acme.example" }));
  await put(stack, "acme.eng", { name: "Engineering" });
});

afterAll(() => stack?.stop());

const publish = (...details: readonly object[]) =>
  stack.publish(details.map((detail) => ({ source: "acme.ci", detail: { scope: "acme.eng", ...detail } })));

/** Calls the API, and fails with its answer when it refuses. */
const post = async (path: string, body?: object) => {
  const answer = await stack.api("POST", `/scopes/${path}`, body);
  if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text);
};

describe("rules on the running stack", () => {
  test("mail only what their filter, their pipelines and their outcome condition ask for", async () => {
    await put(stack, "acme.eng/rules/narrow", {
      name: "Payments on main",
      events: ["PipelineFailed", "PipelineSuccess"],
      pipelines: ["pay-*"],
      branches: ["main"],
      filter: { data: { amount: [{ numeric: [">", 100] }] } },
      when: "changed",
      recipients: { emails: ["narrow@acme.example"] },
    });
    const run = (id: string, type: string, different: object = {}) => ({
      id,
      type,
      pipeline: { id: "pay-api" },
      branch: "main",
      data: { amount: 200 },
      endedAt: `2026-11-20T12:0${id.at(-1)}:00Z`,
      ...different,
    });

    await publish(run("n1", "PipelineSuccess"));
    await stack.arrivalOf(1, "everything@acme.example");
    for (const detail of [
      run("n2", "PipelineFailed"),
      run("n3", "PipelineFailed"),
      run("n4", "PipelineFailed", { data: { amount: 5 } }),
      run("n5", "PipelineFailed", { pipeline: { id: "other" } }),
      run("n6", "PipelineSuccess"),
    ]) {
      const before = (await stack.mailsTo("everything@acme.example")).length;
      await publish(detail);
      await stack.arrivalOf(before + 1, "everything@acme.example");
    }

    const mails = await stack.arrivalOf(2, "narrow@acme.example");
    expect(mails.map(({ subject }) => subject.split(":")[0]).toReversed()).toEqual(["Failed", "Succeeded"]);
  });

  test("refuse a filter that EventBridge would refuse, at its place", async () => {
    const answer = await stack.api("PUT", "/scopes/acme.eng/rules/bad", {
      name: "Bad",
      events: ["*"],
      filter: { pipeline: { id: [{ prefixx: "a" }] } },
      recipients: { emails: ["a@acme.example"] },
    });

    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text).errors[0].path).toMatch(/^filter\.pipeline\.id\[0\]/);
  });

  test("collect a digest that can be sent before its window ends", async () => {
    await put(stack, "acme.eng/rules/digest", {
      name: "Digest",
      events: ["Digested"],
      recipients: { emails: ["digest@acme.example"] },
      digest: { window: "PT12H", by: "rule" },
    });
    await publish(...["d1", "d2", "d3"].map((id) => ({ id, type: "Digested", pipeline: { id } })));
    const { recipients } = await eventually("the record of the last event", async () => {
      const answers = await Promise.all(
        ["d1", "d2", "d3"].map((id) => stack.api("GET", `/scopes/acme.eng/events/${id}`)),
      );
      return answers.every(({ status }) => status === 200) ? JSON.parse(answers[2]?.text ?? "") : undefined;
    });
    const mine = recipients.find(({ address }: { address: string }) => address === "digest@acme.example");

    await post(`acme.eng/deliveries/${mine.deliveryId}/release`);

    const mails = await stack.arrivalOf(1, "digest@acme.example");
    expect(mine.outcome).toBe("in-digest");
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain("3");
    expect(["d1", "d2", "d3"].filter((id) => !mails[0]?.text?.includes(id))).toEqual([]);
  });

  test("use the scope's template, and fall back to the built-in when it fails", async () => {
    await put(stack, "acme.eng/templates/own", {
      subject: "Own: {{ pipeline.name }}",
      html: '<p>{{ message }}</p><a href="{{ data.url }}">open</a>',
    });
    await put(stack, "acme.eng/templates/broken", {
      subject: "x",
      html: "{% for a in data.all %}{% for b in data.all %}{% for c in data.all %}x{% endfor %}{% endfor %}{% endfor %}",
    });
    for (const [id, type] of [
      ["own", "Templated"],
      ["broken", "Broken"],
    ]) {
      await put(stack, `acme.eng/rules/${id}`, {
        name: id,
        events: [type],
        recipients: { emails: [`${id}@acme.example`] },
        template: id,
      });
    }
    const detail = {
      pipeline: { id: "p", name: "<b>Pay</b>" },
      message: "<script>",
      data: { url: "javascript:1", all: Array.from({ length: 1_000 }, () => 1) },
    };

    await publish({ id: "t1", type: "Templated", ...detail }, { id: "t2", type: "Broken", ...detail });

    const [own] = await stack.arrivalOf(1, "own@acme.example");
    const [builtIn] = await stack.arrivalOf(1, "broken@acme.example");
    expect(own?.subject).toBe("Own: <b>Pay</b>");
    expect(own?.html).toContain("&lt;script&gt;");
    expect(own?.html).not.toContain("javascript:");
    expect(builtIn?.subject).toContain("Broken");
    const { body } = await stack.api("GET", "/scopes/acme.eng/deliveries?limit=100");
    const noted = body.items.find(({ recipient }) => recipient === "broken@acme.example");
    expect(JSON.stringify(noted)).toContain("built-in");
  });

  test("explain an event without sending it, and send a sample when asked to", async () => {
    await put(stack, "acme.eng/rules/explained", {
      name: "Explained",
      events: ["Explained"],
      recipients: { emails: ["explained@acme.example"] },
    });

    const explained = await post("acme.eng/explain", { event: { type: "Explained", message: "Hello" } });
    await post("acme.eng/rules/explained/test");

    expect(explained.recipients).toContainEqual(
      expect.objectContaining({ address: "explained@acme.example", outcome: "queued" }),
    );
    expect(explained.preview.subject).toContain("Explained");
    const mails = await stack.arrivalOf(1, "explained@acme.example");
    expect(mails.map(({ subject }) => subject.startsWith("[Test] "))).toEqual([true]);
  });
});
