import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { runCommand, UsageError } from "./command.ts";
import { runEach, runInOrder } from "./smoke/check.ts";
import { deadLetterCheck } from "./smoke/dead-letter-check.ts";
import { type Deployment, findDeployment } from "./smoke/deployment.ts";
import { mailRouteOf } from "./smoke/mail-route.ts";
import { resourceChecks } from "./smoke/resource-checks.ts";
import { cleanUpCheck, tenantChecks } from "./smoke/tenant-checks.ts";

const USAGE = `npm run smoke -- --outputs FILE | --stack NAME [options]

Proves that a deployed Tidings works, from its tables to a mail. Cleans up after itself. Exits 1 when a check fails.
  --outputs FILE   what "cdk deploy --outputs-file FILE" wrote, or a local stack's stack.json
  --stack NAME     the name of a CloudFormation stack instead
  --token TOKEN    an access token that holds system:admin (better in TIDINGS_TOKEN, where no process list shows it).
                   Without one the API is only looked at from outside; a local stack gives its own.
  --to ADDRESS     mail this person, through the operator's mail settings (scope system). Without it nobody is mailed.
AWS credentials, region and AWS_ENDPOINT_URL (for an emulator) are taken from the environment.`;

const prove = async (deployment: Deployment, recipient: string | undefined): Promise<number> => {
  const tenant = `smoke-${randomBytes(5).toString("hex")}`;
  const failures = await runEach([...resourceChecks(deployment), deadLetterCheck(deployment, tenant)]);
  const { token, local } = deployment;
  if (token === undefined) {
    console.log("left out          everything behind the API's door: there is no token (see --token)");
    return failures;
  }
  const smoke = { deployment, token, tenant, route: mailRouteOf(recipient, local) };
  const tenantFailures = await runInOrder(tenantChecks(smoke));
  return failures + tenantFailures + (await runEach([cleanUpCheck(smoke)]));
};

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      outputs: { type: "string" },
      stack: { type: "string" },
      token: { type: "string" },
      to: { type: "string" },
    },
  });
  if ((values.outputs === undefined) === (values.stack === undefined)) {
    throw new UsageError("Give either --outputs or --stack.");
  }
  const token = values.token ?? process.env.TIDINGS_TOKEN;
  const deployment = await findDeployment({ outputsFile: values.outputs, stackName: values.stack, token });
  const failures = await prove(deployment, values.to);
  if (failures > 0) throw new Error(`\n${failures} ${failures === 1 ? "check" : "checks"} failed.`);
  console.log("\nEverything that was looked at works.");
});
