import { LOCAL_REGION } from "../template/place.ts";

/** Credentials that mean nothing, for clients that insist on signing. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

/** Configuration of an SDK client that talks to a local server, whatever the environment says about AWS. */
export const localClientConfig = (endpoint: string) => ({
  endpoint,
  region: LOCAL_REGION,
  credentials: LOCAL_CREDENTIALS,
});
