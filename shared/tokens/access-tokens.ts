import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type AccessTokenAnswer, type AccessTokenRequest, parseAccessTokenAnswer } from "../contracts/access-token.ts";
import { parseJson } from "../contracts/json.ts";
import type { Scope } from "../domain/scope.ts";
import type { AccessTokens } from "../flow/ports.ts";

/** Access tokens from the `oauth` function, asked for each time. */
export const createAccessTokens = (client: Pick<LambdaClient, "send">, functionName: string): AccessTokens => ({
  get: (scope) => askFor(client, functionName, scope),
});

/** {@link createAccessTokens} with a client of its own, for those who load it on first use. */
export const openAccessTokens = (functionName: string): AccessTokens =>
  createAccessTokens(new LambdaClient(), functionName);

const askFor = async (
  client: Pick<LambdaClient, "send">,
  functionName: string,
  scope: Scope,
): Promise<AccessTokenAnswer> => {
  const request: AccessTokenRequest = { kind: "access-token", scope };
  try {
    const answer = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }),
    );
    if (answer.FunctionError !== undefined) return UNAVAILABLE;
    return parseAccessTokenAnswer(parseJson(Buffer.from(answer.Payload ?? []).toString())) ?? UNAVAILABLE;
  } catch {
    return UNAVAILABLE;
  }
};

const UNAVAILABLE: AccessTokenAnswer = {
  ok: false,
  reason: "oauth-unavailable",
  message: "The access token could not be asked for just now. It will be asked for again.",
};
