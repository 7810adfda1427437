import { parseNetwork } from "../network.ts";
import type { Operator } from "./operator.ts";

/** `{"cidr": "10.0.0.0/24"}`: the text of an address within the network. */
export const cidr: Operator = (operand) => {
  const network = typeof operand === "string" ? parseNetwork(operand) : undefined;
  if (network === undefined) return { problem: 'must be a network such as "10.0.0.0/24" or "2001:db8::/32"' };
  return { test: (value) => typeof value === "string" && network(value) };
};
