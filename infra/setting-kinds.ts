import { parseAllowedTarget } from "../shared/domain/allowed-target.ts";

/** What the value of a deploy-time setting may be. */
export interface SettingKind<T> {
  /** Completes the sentence "must be ...". */
  readonly expected: string;
  /** The value, or undefined when what was given is not one. `-c key=value` gives strings, cdk.json any JSON type. */
  readonly parse: (given: unknown) => T | undefined;
}

/** Bounds of a number, both included. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** What is counted, for the error message: `seconds`. */
  readonly unit: string;
}

const DECIMAL = /^\d+(?:\.\d+)?$/;

const toNumber = (given: unknown): number => {
  if (typeof given === "number") return given;
  return typeof given === "string" && DECIMAL.test(given) ? Number(given) : Number.NaN;
};

/** A number of `unit`, fractions allowed. */
export const decimal = ({ least, most, unit }: NumberRange): SettingKind<number> => ({
  expected: `a number of ${unit} from ${least} to ${most}`,
  parse: (given) => {
    const value = toNumber(given);
    return value >= least && value <= most ? value : undefined;
  },
});

/** A whole number of `unit`. */
export const integer = (range: NumberRange): SettingKind<number> => ({
  expected: `a whole number of ${range.unit} from ${range.least} to ${range.most}`,
  parse: (given) => {
    const value = decimal(range).parse(given);
    return Number.isInteger(value) ? value : undefined;
  },
});

/** One of the listed values. */
export const oneOf = <const T extends string | number>(values: readonly T[]): SettingKind<T> => ({
  expected: `one of ${values.join(", ")}`,
  parse: (given) => values.find((value) => value === given || String(value) === given),
});

/** A text of the given form. */
export const text = (form: RegExp, expected: string): SettingKind<string> => ({
  expected,
  parse: (given) => (typeof given === "string" && form.test(given) ? given : undefined),
});

/** A comma list (or, in cdk.json, an array) of texts, each of which `item` accepts. Empty is an empty list. */
export const listOf = <T extends string>(item: SettingKind<T>): SettingKind<readonly T[]> => ({
  expected: `a comma list, each entry ${item.expected}`,
  parse: (given) => {
    const parts: readonly unknown[] | undefined =
      typeof given === "string"
        ? given.split(",").map((part) => part.trim())
        : Array.isArray(given)
          ? given
          : undefined;
    const items = parts?.filter((part) => part !== "").map(item.parse);
    return items?.every((value) => value !== undefined) ? items : undefined;
  },
});

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

const toUrl = (given: unknown): URL | undefined => {
  const url = typeof given === "string" ? URL.parse(given) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : undefined;
};

/** An absolute URL without query, fragment or credentials; empty for none. The slash at its end is taken off. */
export const baseUrl: SettingKind<string> = {
  expected: 'empty, or a URL such as "https://api.example.com" without credentials, query or fragment',
  parse: (given) => (given === "" ? "" : toUrl(given)?.href.replace(/\/$/, "")),
};

/** An OIDC issuer, exactly as its tokens state it; empty for none. Plain http only on this machine. */
export const issuerUrl: SettingKind<string> = {
  expected: 'empty, or the https URL that tokens carry as "iss" (http only for 127.0.0.1, ::1 and localhost)',
  parse: (given) => {
    if (given === "") return "";
    const url = toUrl(given);
    if (url === undefined || (url.protocol === "http:" && !LOOPBACK.has(url.hostname))) return undefined;
    return String(given);
  },
};

/** A web origin as browsers send it. */
export const origin: SettingKind<string> = {
  expected: 'a web origin such as "https://console.example.com", without a path',
  parse: (given) => {
    const url = toUrl(given);
    return url !== undefined && url.origin === given ? url.origin : undefined;
  },
};

/** A host, address or network with a port: what the egress guard of `deliver` takes for an allowed target. */
export const hostAndPort: SettingKind<string> = {
  expected: '"host:port", "address:port" or "network:port", such as "relay:25", "10.0.0.0/8:25" or "[fd00::/8]:25"',
  parse: (given) => (typeof given === "string" && parseAllowedTarget(given) !== undefined ? given : undefined),
};
