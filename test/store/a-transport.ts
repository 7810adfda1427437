import type { Transport } from "../../shared/domain/transport.ts";
import { scopeOf } from "../fakes/builders.ts";

let transports = 0;

/** A transport no other test has seen: all tests of a file share one table. */
export const aTransport = (): Transport => {
  transports += 1;
  return {
    scope: scopeOf("acme"),
    id: `t${transports}`,
    edition: "e1",
    hasLogin: false,
    name: "smtp.acme.example:465",
  };
};
