import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { parseGrants, ROLES } from "../shared/domain/role.ts";
import { runCommand, UsageError } from "./command.ts";
import { DEFAULT_STATE_DIR, readStackFile } from "./stack-file.ts";

const USAGE = `npm run -s token -- --groups GROUPS [--state DIR]

Prints an access token for the local stack, and nothing else.
  --groups GROUPS   what the token allows: <scope>:<role>, comma-separated, such as acme:admin,acme.eng:viewer
                    (roles: ${ROLES.join(", ")}; system:admin may do everything)
  --state DIR       the stack's state folder (default ${DEFAULT_STATE_DIR})`;

const requestToken = async (tokenUrl: string, groups: readonly string[]): Promise<string> => {
  const response = await fetch(tokenUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ groups }),
  }).catch((cause: unknown) => {
    throw new Error(`The local stack does not answer at ${tokenUrl}. Start it with "npm start".`, { cause });
  });
  if (!response.ok) throw new Error(`No token: ${tokenUrl} answered ${response.status} ${await response.text()}`);
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
};

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: { groups: { type: "string" }, state: { type: "string", default: DEFAULT_STATE_DIR } },
  });
  if (values.groups === undefined) throw new UsageError("--groups is missing.");
  const groups = values.groups
    .split(",")
    .map((group) => group.trim())
    .filter((group) => group !== "");
  for (const group of groups) {
    if (parseGrants([group]).length > 0) continue;
    console.error(`Note: "${group}" is not <scope>:<role>, so it allows nothing.`);
  }
  const { issuer } = await readStackFile(values.state);
  console.log(await requestToken(issuer.tokenUrl, groups));
});
