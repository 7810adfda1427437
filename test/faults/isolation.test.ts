import { describe, expect, test } from "vitest";
import { HANGS, measureIsolation } from "./isolation.ts";

describe("a tenant whose server hangs, with 500 mails in the queue", () => {
  test.each(HANGS)(
    "at %s does not keep another one's mails from being sent, and loses none of its own",
    async (hang) => {
      const { besideMs, hungSends, kept } = await measureIsolation({ hang, queued: 500, mails: 50 });

      expect(besideMs).toHaveLength(50);
      // Ten find out that the server hangs; further ones are single probes.
      expect(hungSends).toBeLessThan(30);
      expect(kept).toBe(510);
    },
  );
});
