import { describe, expect, test } from "vitest";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { anEvent, scopeOf } from "../fakes/builders.ts";
import { startWorld } from "../fakes/world.ts";

const EDITOR = "[acme:editor]";
const HTML = GOOD_BODIES.putTemplate;

const put = (api: Awaited<ReturnType<typeof startWorld>>, body: object | undefined, id = "failed", scope = "acme") =>
  api.call("putTemplate", { scope, id, groups: EDITOR, ...(body === undefined ? {} : { body }) });

describe("a template", () => {
  test("is created, read with its content, listed without, and deleted", async () => {
    const api = await startWorld();

    const created = await put(api, { ...HTML, text: "{{ message }}", locale: "DE-at" });
    const read = await api.call("getTemplate", { scope: "acme", id: "failed", groups: EDITOR });
    const listed = await api.call("listTemplates", { scope: "acme", groups: EDITOR });
    const deleted = await api.call("deleteTemplate", { scope: "acme", id: "failed", groups: EDITOR });
    const gone = await api.call("getTemplate", { scope: "acme", id: "failed", groups: EDITOR });

    expect([created.status, created.headers.etag, deleted.status, gone.status]).toEqual([201, '"1"', 204, 404]);
    expect(read.body).toEqual(created.body);
    expect(read.body).toMatchObject({
      id: "failed",
      scope: "acme",
      ...HTML,
      text: "{{ message }}",
      locale: "de-AT",
      version: 1,
    });
    expect(listed.body.items.map((one: object) => Object.keys(one))).toContainEqual(
      expect.not.arrayContaining(["html", "subject"]),
    );
  });

  test("gets a new version with each change, and only for the version that was read", async () => {
    const api = await startWorld();
    await put(api, HTML);

    const changed = await put(api, { ...HTML, subject: "New" });
    const late = await api.call("putTemplate", {
      scope: "acme",
      id: "failed",
      groups: EDITOR,
      body: HTML,
      headers: { "if-match": '"1"' },
    });

    expect([changed.status, changed.headers.etag, changed.body.subject]).toEqual([200, '"2"', "New"]);
    expect(late.status).toBe(412);
  });

  test.each([
    [{ ...HTML, html: "<p>\n  {{ message | shout }}</p>" }, "html", "line 2, column 3: undefined filter: shout"],
    [{ ...HTML, subject: "{{ a" }, "subject", 'line 1, column 1: output "{{ a" not closed'],
    [{ ...HTML, text: "{% if a %}" }, "text", "line 1, column 1: tag {% if a %} not closed"],
    [
      { ...HTML, html: "{%if a%}".repeat(10_000) },
      "html",
      "line 1, column 401: has more than 50 blocks within each other",
    ],
    [
      { ...HTML, html: `${"{% for i in (1..9999) %}".repeat(3)}${"{% endfor %}".repeat(3)}` },
      "html",
      expect.stringMatching(/makes too much work$/),
    ],
    [{ ...HTML, html: "{{ startedAt | date: '%Y' }}" }, "html", expect.stringContaining("must be one of short")],
    [{ ...HTML, html: " " }, "html", "must not be empty"],
    [{ ...HTML, html: "x".repeat(131_073) }, "html", "must have at most 131072 characters"],
    [{ ...HTML, subject: "x".repeat(1_001) }, "subject", "must have at most 1000 characters"],
    [{ html: "x" }, "subject", "is required and must be a text"],
    [{ ...HTML, locale: "german!" }, "locale", 'must be a language tag such as "en" or "de-AT"'],
    [{ ...HTML, name: "x" }, "name", "is not a known field: leave it out"],
  ])("that is wrong is refused with its place: %j", async (body, path, message) => {
    const api = await startWorld();

    const refused = await put(api, body);

    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([{ path, message }]);
    expect((await api.call("getTemplate", { scope: "acme", id: "failed", groups: EDITOR })).status).toBe(404);
  });

  test("may show nothing for the example: it can be for other events", async () => {
    const api = await startWorld();

    expect((await put(api, { ...HTML, html: "{% if type == 'ReportReady' %}x{% endif %}" })).status).toBe(201);
  });

  test("keeps its scope from being deleted", async () => {
    const api = await startWorld();
    await api.call("putScope", { scope: "acme.new", groups: "[acme:admin]", body: {} });
    await put(api, HTML, "failed", "acme.new");

    const refused = await api.call("deleteScope", { scope: "acme.new", groups: "[acme:admin]" });

    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("templates")]);
  });
});

describe("a preview", () => {
  const preview = (api: Awaited<ReturnType<typeof startWorld>>, body: object, scope = "acme.eng") =>
    api.call("previewTemplate", { scope, groups: "[acme:viewer]", body });

  test("shows a template that is not saved with an example", async () => {
    const api = await startWorld();

    const { status, body } = await preview(api, {
      template: { subject: "{{ status }}", html: "<p>{{ headline }}</p>" },
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      subject: "Failed",
      html: expect.stringContaining("<p>Sample pipeline #512 failed in stage Deploy</p>"),
      text: "Sample pipeline #512 failed in stage Deploy\n",
      note: null,
    });
  });

  test("shows the nearest saved template with an event, in the brand of the scope", async () => {
    const api = await startWorld();
    await put(api, { subject: "{{ branch }}", html: "<p>{{ brand.name }} {{ time | day }}</p>" });
    await api.call("putBrand", { scope: "acme", groups: EDITOR, body: { name: "Acme", locale: "de" } });

    const { body } = await preview(api, { template: "failed", event: { type: "PipelineFailed", branch: "<main>" } });

    expect([body.subject, body.text]).toEqual(["<main>", "Acme 20.11.2026\n"]);
  });

  test("shows a past event of the scope, and none of another one", async () => {
    const received = [
      anEvent({ id: "past", scope: scopeOf("acme.eng"), message: "Past" }),
      anEvent({ id: "foreign", scope: scopeOf("globex") }),
    ];
    const api = await startWorld({ received });
    const template = { subject: "x", html: "{{ message }}" };

    const past = await preview(api, { template, eventId: "past" });
    const others = await Promise.all(["foreign", "none"].map((eventId) => preview(api, { template, eventId })));
    const elsewhere = await preview(api, { template, eventId: "past" }, "acme");

    expect(past.body.text).toBe("Past\n");
    expect(others.map(({ status }) => status)).toEqual([404, 404]);
    expect(elsewhere.status).toBe(200);
  });

  test.each([
    [{ template: { subject: "x", html: "{{ a | nope }}" } }, 422, ["template.html"]],
    [{ template: { subject: "x", html: "{{ nothing }}" } }, 422, ["template.html"]],
    [{ template: "none" }, 404, []],
    [{ template: "Not an id" }, 422, ["template"]],
    [{}, 422, ["template"]],
    [{ template: { html: "x" } }, 422, ["template.subject"]],
    [{ template: { subject: "x", html: "x" }, event: { type: "x" } }, 422, ["event.type"]],
    [
      { template: { subject: "x", html: "x" }, event: { type: "PipelineFailed", scope: "globex" } },
      422,
      ["event.scope"],
    ],
    [{ template: { subject: "x", html: "x" }, event: { type: "PipelineFailed" }, eventId: "a" }, 422, ["eventId"]],
  ])("answers %j with %i", async (body, status, paths) => {
    const api = await startWorld();

    const answered = await preview(api, body);

    expect(answered.status).toBe(status);
    expect(answered.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
  });
});
