import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../shared/contracts/json.ts";

/** Folder, relative to where a command runs, in which the local stack keeps its state unless told otherwise. */
export const DEFAULT_STATE_DIR = ".tidings";

const stackDescription = z.object({
  /** Root of the admin API, without a trailing slash and without `/v1`. */
  apiUrl: z.string(),
  region: z.string(),
  /** Where each AWS protocol is answered. */
  endpoints: z.object({
    events: z.string(),
    sqs: z.string(),
    dynamodb: z.string(),
    secretsmanager: z.string(),
    lambda: z.string(),
  }),
  /** The template's CloudFormation outputs, resolved. */
  outputs: z.object({
    busName: z.string(),
    eventsQueueUrl: z.string(),
    eventsDlqUrl: z.string(),
    outboxQueueUrl: z.string(),
    outboxDlqUrl: z.string(),
    configTable: z.string(),
    deliveriesTable: z.string(),
  }),
  /** The mail server that keeps every mail, and the page that shows them. */
  inbox: z.object({ url: z.string(), smtpHost: z.string(), smtpPort: z.number() }),
  /** Ready-made access tokens. */
  tokens: z.object({ systemAdmin: z.string(), acmeAdmin: z.string() }),
  /** Process id of the stack itself; its workers are in `workers.json`. */
  pid: z.number(),
  /** Who signs the tokens that the API accepts. */
  issuer: z.object({ issuer: z.string(), audience: z.string(), tokenUrl: z.string() }),
});

/** What a running local stack writes to `<state>/stack.json`, so that tools and tests find it. */
export type StackDescription = z.infer<typeof stackDescription>;

/** A value as the description of a local stack, or undefined when it is none. */
export const asStackDescription = (value: unknown): StackDescription | undefined =>
  stackDescription.safeParse(value).data;

/** Where the stack with this state folder describes itself. */
export const stackFileOf = (stateDir: string): string => join(stateDir, "stack.json");

/**
 * The description of the stack that runs with this state folder.
 * @throws Error with a sentence to show, when no stack runs there or the file is not a stack's.
 */
export const readStackFile = async (stateDir: string): Promise<StackDescription> => {
  const file = stackFileOf(stateDir);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`No local stack is running: cannot read ${file}. Start one with "npm start".`, { cause });
  });
  const stack = asStackDescription(parseJson(text));
  if (stack !== undefined) return stack;
  throw new Error(`${file} does not describe a local stack. Stop the stack and start it again.`);
};
