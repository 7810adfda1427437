import { once } from "node:events";
import net from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEgressGuard, type EgressGuard, parseAllowedTargets, verifyPeer } from "../../shared/providers/egress.ts";
import { HOSTILE_HOSTS, ORDINARY_NAMES } from "./egress-hosts.ts";

const PUBLIC = "93.184.216.34";
const PUBLIC_V6 = "2606:2800:220:1::1";
const FORBIDDEN = [
  "127.0.0.1",
  "::1",
  "10.0.0.1",
  "169.254.169.254",
  "fd00::1",
  "0.0.0.0",
  "::ffff:127.0.0.1",
  "64:ff9b::7f00:1",
];

/** A loopback server that no connection may reach, and a client that would really connect there. */
let server: net.Server;
let port: number;
let arrivals: number;

beforeEach(async () => {
  arrivals = 0;
  server = net.createServer((socket) => {
    arrivals += 1;
    socket.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});

afterEach(async () => {
  server.close();
  await once(server, "close");
});

/** Connects where the guard says. Public addresses are not dialled: tests stay on this machine. */
const visit = async (guard: EgressGuard, host: string, mailPort: number): Promise<string> => {
  const checked = await guard.check(host, mailPort);
  if (!checked.ok) return checked.reason;
  if (checked.address === PUBLIC || checked.address === PUBLIC_V6) return checked.address;
  const socket = net.connect({ host: checked.address, port });
  await once(socket, "connect");
  const isPeer = verifyPeer(socket.remoteAddress, checked.address);
  socket.resume();
  await once(socket, "close");
  return isPeer ? checked.address : "another peer";
};

describe("hosts that a tenant must not reach", () => {
  test("are refused in every spelling, at every mail port, and nothing connects", async () => {
    const asked: string[] = [];
    // As getaddrinfo does, the resolver finds a meaning in every text; here it is always this machine.
    const resolve = async (host: string) => {
      asked.push(host);
      return ["127.0.0.1"];
    };
    const guard = createEgressGuard({ allowedTargets: [], resolve });

    const outcomes = await Promise.all(
      HOSTILE_HOSTS.flatMap((host) => [465, 587, 2525].map((mailPort) => visit(guard, host, mailPort))),
    );

    expect(HOSTILE_HOSTS.length).toBeGreaterThanOrEqual(400);
    expect(new Set(outcomes)).toEqual(new Set(["target-refused"]));
    expect(
      asked.filter((host) => net.isIP(host) !== 0 || !/^[a-z0-9-]+([.][a-z0-9-]+)*[.][a-z][a-z0-9-]*$/.test(host)),
    ).toEqual([]);
    expect(arrivals).toBe(0);
  });

  test.each(FORBIDDEN)("are refused when the name leads to %s, alone or beside public addresses", async (address) => {
    const answers = [[address], [PUBLIC, address], [address, PUBLIC], [PUBLIC_V6, PUBLIC, address]];

    const outcomes = await Promise.all(
      answers.map((answer) =>
        visit(createEgressGuard({ allowedTargets: [], resolve: async () => answer }), "smtp.example.org", 587),
      ),
    );

    expect(outcomes).toEqual(answers.map(() => "target-refused"));
    expect(arrivals).toBe(0);
  });

  test("are refused when the resolver answers with something that is no address", async () => {
    const guard = createEgressGuard({ allowedTargets: [], resolve: async () => ["localhost"] });

    expect(await visit(guard, "smtp.example.org", 587)).toBe("target-refused");
  });

  test.each([1, 22, 25, 80, 443, 2773, 3306, 6379, 9001, 65_535])(
    "are refused at port %d without a lookup",
    async (mailPort) => {
      const resolve = () => Promise.reject(new Error("must not be asked"));
      const guard = createEgressGuard({ allowedTargets: [], resolve });

      expect(await guard.check("smtp.example.org", mailPort)).toEqual({
        ok: false,
        reason: "target-refused",
        message: expect.stringContaining("465, 587, 2525"),
      });
    },
  );

  test("are refused with a message that tells no address", async () => {
    const guard = createEgressGuard({ allowedTargets: [], resolve: async () => ["10.11.12.13"] });

    const checked = await guard.check("smtp.example.org", 587);

    expect(JSON.stringify(checked)).not.toContain("10.11");
  });
});

describe("a name whose addresses change", () => {
  test("is judged by one answer, and only that answer is connected to", async () => {
    const answer = fc.array(fc.constantFrom(PUBLIC, PUBLIC_V6, ...FORBIDDEN), { minLength: 1, maxLength: 3 });

    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), async (schedule) => {
        let lookups = 0;
        const guard = createEgressGuard({ allowedTargets: [], resolve: async () => schedule[lookups++] ?? [] });

        for (const [index, addresses] of schedule.entries()) {
          const isClean = addresses.every((address) => !FORBIDDEN.includes(address));
          expect(await visit(guard, "rebind.example.org", 465)).toBe(isClean ? addresses[0] : "target-refused");
          expect(lookups).toBe(index + 1);
        }
        expect(arrivals).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe("ordinary mail servers", () => {
  test.each(ORDINARY_NAMES)("%s is let through with its own name for TLS", async (host) => {
    const guard = createEgressGuard({ allowedTargets: [], resolve: async () => [PUBLIC, PUBLIC_V6] });

    const outcomes = await Promise.all([465, 587, 2525].map((mailPort) => guard.check(host, mailPort)));

    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ ok: true, address: PUBLIC, servername: host.toLowerCase(), byOperator: false })]),
    );
  });

  test("may have an international name, which is looked up in ASCII", async () => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return [PUBLIC];
    };

    const checked = await createEgressGuard({ allowedTargets: [], resolve }).check("smtp.münchen.example", 465);

    expect(asked).toEqual(["smtp.xn--mnchen-3ya.example"]);
    expect(checked).toEqual({
      ok: true,
      address: PUBLIC,
      servername: "smtp.xn--mnchen-3ya.example",
      byOperator: false,
    });
  });
});

describe("a name that cannot be looked up", () => {
  test.each([
    ["the lookup fails", () => Promise.reject(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }))],
    [
      "the lookup throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["there are no addresses", () => Promise.resolve([])],
  ])("is not found when %s", async (_, resolve) => {
    const guard = createEgressGuard({ allowedTargets: [], resolve });

    expect(await guard.check("smtp.example.org", 587)).toEqual({
      ok: false,
      reason: "name-not-found",
      message: expect.stringMatching(/does not lead to any address/),
    });
  });

  test("is given up when the deadline fires, before or during the lookup", async () => {
    const guard = createEgressGuard({ allowedTargets: [], resolve: () => new Promise(() => {}) });
    const controller = new AbortController();

    const waiting = guard.check("smtp.example.org", 587, controller.signal);
    controller.abort();
    const outcomes = [await waiting, await guard.check("smtp.example.org", 587, AbortSignal.abort())];

    expect(outcomes.map((outcome) => !outcome.ok && outcome.reason)).toEqual(["timeout", "timeout"]);
  });
});

describe("what the operator allows", () => {
  const guardWith = (targets: string, addresses: string[] = []) =>
    createEgressGuard({ allowedTargets: parseAllowedTargets(targets), resolve: async () => addresses });

  test("is reached: a real connection to an allowed address arrives and its peer is verified", async () => {
    const guard = guardWith(`127.0.0.1:${port}`);

    expect(await visit(guard, "127.0.0.1", port)).toBe("127.0.0.1");
    expect(arrivals).toBe(1);
  });

  test("is reached by name through the system's own resolver", async () => {
    const guard = createEgressGuard({ allowedTargets: parseAllowedTargets(`localhost:${port}`) });

    const checked = await guard.check("LocalHost", port);

    expect(checked).toEqual({
      ok: true,
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      servername: "localhost",
      byOperator: true,
    });
  });

  test.each<[targets: string, host: string, mailPort: number, addresses: string[], reason: string | true]>([
    ["relay.example.org:25", "relay.example.org", 25, ["10.0.0.1"], true],
    ["Relay.Example.org:25", "RELAY.example.ORG", 25, ["10.0.0.1"], true],
    ["relay.example.org:25", "relay.example.org", 26, ["10.0.0.1"], "target-refused"],
    ["relay.example.org:25", "relay.example.org", 587, ["10.0.0.1"], "target-refused"],
    ["relay.example.org:25", "sub.relay.example.org", 25, ["10.0.0.1"], "target-refused"],
    ["relay:2525", "relay", 2525, ["10.0.0.1"], true],
    ["relay:2525", "relay", 2526, ["10.0.0.1"], "target-refused"],
    ["10.0.0.0/8:587", "smtp.example.org", 587, ["10.9.8.7"], true],
    ["10.0.0.0/8:587", "smtp.example.org", 587, ["10.9.8.7", PUBLIC], true],
    ["10.0.0.0/8:587", "smtp.example.org", 587, ["10.9.8.7", "192.168.0.1"], "target-refused"],
    ["10.0.0.0/8:587", "smtp.example.org", 465, ["10.9.8.7"], "target-refused"],
    ["10.0.0.0/8:587", "10.9.8.7", 587, [], true],
    ["10.0.0.0/8:587", "11.0.0.1", 587, [], "target-refused"],
    ["10.0.0.0/8:25", "smtp.example.org", 25, ["10.9.8.7"], true],
    ["10.0.0.0/8:25", "smtp.example.org", 25, [PUBLIC], "target-refused"],
    ["0.0.0.0/0:25", "smtp.example.org", 25, [PUBLIC], true],
    ["0.0.0.0/0:25", "smtp.example.org", 25, ["::1"], "target-refused"],
    ["[::/0]:25", "smtp.example.org", 25, ["10.0.0.1"], "target-refused"],
    ["10.0.0.0/8:2525", "relay", 2525, ["10.0.0.5"], true],
    ["10.0.0.0/8:2525", "relay", 2525, [PUBLIC], "target-refused"],
    ["127.0.0.1:587", "127.0.0.2", 587, [], "target-refused"],
    ["127.0.0.1:587", "127.1", 587, ["127.0.0.1"], "target-refused"],
    ["127.0.0.1:587", "localhost", 587, ["127.0.0.1"], true],
    ["127.0.0.1:587", "localhost", 587, ["127.0.0.1", "::1"], "target-refused"],
    ["[::1]:587", "::1", 587, [], true],
    ["[::1]:587", "0:0:0:0:0:0:0:1", 587, [], true],
    ["[fd00::/8]:587", "smtp.example.org", 587, ["fd12::1"], true],
    ["[fd00::/8]:587", "smtp.example.org", 587, ["fe80::1"], "target-refused"],
    [`${PUBLIC}:25`, PUBLIC, 25, [], true],
    ["a.example.org:25, 10.0.0.0/8:587,", "smtp.example.org", 587, ["10.0.0.1"], true],
  ])("%s with %s:%d at %j: %s", async (targets, host, mailPort, addresses, expected) => {
    const checked = await guardWith(targets, addresses).check(host, mailPort);

    expect(checked.ok || checked.reason).toBe(expected);
  });

  test("does not open anything else", async () => {
    const guard = guardWith(`127.0.0.1:${port}, 10.0.0.0/8:25`, ["127.0.0.1"]);

    expect(await visit(guard, "smtp.example.org", 587)).toBe("target-refused");
    expect(arrivals).toBe(0);
  });

  test.each([
    "relay.example.org",
    "relay.example.org:",
    "relay.example.org:0",
    "relay.example.org:65536",
    "relay.example.org:x",
    ":25",
    "::1:25",
    "fd00::/8:25",
    "[::1]",
    "[fe80::1%eth0]:25",
    "[relay]:25",
    "10.0.0.0/33:25",
    "[fd00::/129]:25",
    "10.0.0:25",
    "*:25",
    "relay example.org:25",
    "smtp://relay.example.org:25",
    "a:25,,b:25",
  ])("is refused when it reads %j, and the error names it", (text) => {
    const wrong = text === "a:25,,b:25" ? "" : text;

    expect(() => parseAllowedTargets(`good.example.org:25, ${text}, 10.0.0.0/8:587`)).toThrow(
      `cannot read the allowed targets ${JSON.stringify(wrong)}: each must be host:port`,
    );
  });

  test.each(["", " ", "relay:25,"])("may be empty or end in a comma: %j", (text) => {
    expect(() => parseAllowedTargets(text)).not.toThrow();
  });
});

describe("the peer of a connection", () => {
  test.each([
    ["93.184.216.34", "93.184.216.34", true],
    ["::ffff:93.184.216.34", "93.184.216.34", true],
    ["93.184.216.34", "::ffff:93.184.216.34", true],
    ["::ffff:5db8:d822", "93.184.216.34", true],
    ["::1", "0:0:0:0:0:0:0:1", true],
    ["2606:2800:220:1::1", "2606:2800:0220:0001:0:0:0:1", true],
    ["93.184.216.35", "93.184.216.34", false],
    ["::5db8:d822", "93.184.216.34", false],
    ["", "", false],
    ["example.org", "example.org", false],
    [undefined, "93.184.216.34", false],
  ])("%s for %s: %s", (remote, cleared, expected) => {
    expect(verifyPeer(remote, cleared)).toBe(expected);
  });
});
