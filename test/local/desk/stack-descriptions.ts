import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StackDescription, stackFileOf } from "../../../local/stack-file.ts";

const NOWHERE = "http://127.0.0.1:9";

/** A description of a stack of which only the given parts exist. */
export const describeStack = (parts: Partial<StackDescription> = {}): StackDescription => ({
  apiUrl: NOWHERE,
  region: "eu-central-1",
  endpoints: { events: NOWHERE, sqs: NOWHERE, dynamodb: NOWHERE, secretsmanager: NOWHERE, lambda: NOWHERE },
  outputs: {
    busName: "tidings",
    eventsQueueUrl: `${NOWHERE}/events`,
    eventsDlqUrl: `${NOWHERE}/events-dlq`,
    outboxQueueUrl: `${NOWHERE}/outbox`,
    outboxDlqUrl: `${NOWHERE}/outbox-dlq`,
    configTable: "config",
    deliveriesTable: "deliveries",
  },
  inbox: { url: NOWHERE, smtpHost: "127.0.0.1", smtpPort: 9 },
  tokens: { systemAdmin: "system-token", acmeAdmin: "acme-token" },
  pid: 1,
  issuer: { issuer: NOWHERE, audience: "tidings-local", tokenUrl: `${NOWHERE}/token` },
  ...parts,
});

/** A new folder for files of one test. */
export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "tidings-desk-"));

/** A state folder that says that this stack is running. */
export const stateFolderOf = async (stack: StackDescription): Promise<string> => {
  const folder = await temporaryFolder();
  await writeFile(stackFileOf(folder), JSON.stringify(stack));
  return folder;
};
