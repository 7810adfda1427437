import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { createEgressGuard, parseAllowedTargets } from "../../shared/providers/egress.ts";
import { createProvider } from "../../shared/providers/registry.ts";
import { startApi } from "../fakes/api.ts";
import { CANARIES, canariesIn } from "../fakes/canaries.ts";

const ROOT = "[system:admin]";

describe("a connection test gives no secret away, although the server says back what it is told", () => {
  test.each(CANARIES.filter(({ kind }) => kind === "password"))("$token", async ({ value }) => {
    const echo = await startEchoingMailServer();
    const api = startApiFor(echo.port);
    const settings = {
      from: { address: "ci@acme.example" },
      provider: {
        kind: "smtp",
        host: "127.0.0.1",
        port: echo.port,
        security: "none",
        auth: { type: "password", username: "ci" },
      },
    };
    const testWith = (credentials: object) =>
      api.call("testMailSettings", {
        scope: "system",
        groups: ROOT,
        body: { to: "ada@acme.example", settings, credentials },
      });

    const refused = await testWith({ password: value });
    const malformed = await testWith({ password: `${value}\n` });

    expect(echo.heard()).toContain(Buffer.from(`\0ci\0${value}`).toString("base64"));
    expect(refused).toMatchObject({ status: 200, body: { ok: false, code: "login-refused" } });
    expect(malformed.status).toBe(422);
    expect(canariesIn([refused.text, malformed.text, api.log.lines])).toEqual([]);
    await echo.stop();
  });
});

/** The API with the real providers, which may connect to this port of this machine. */
const startApiFor = (port: number) => {
  const guard = createEgressGuard({ allowedTargets: parseAllowedTargets(`127.0.0.1:${port}`) });
  const options = { guard, sendgridBaseUrl: "", requestTimeoutMs: 5_000 };
  return startApi({ providers: { open: (_scope, settings, secrets) => createProvider(options, settings, secrets) } });
};

/** A mail server that says back whatever it is told, decoded too. */
const startEchoingMailServer = async () => {
  let heard = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write("220 echo.example ESMTP\r\n");
    socket.on("data", (data) => {
      const line = data.toString().trim();
      heard += line;
      if (/^EHLO/i.test(line)) socket.write("250-echo.example\r\n250 AUTH PLAIN\r\n");
      else socket.write(`535 5.7.8 ${line} ${Buffer.from(line.split(" ").at(-1) ?? "", "base64").toString()}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return {
    port: address.port,
    heard: () => heard,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
};
