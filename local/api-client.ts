/** Speaks to the admin API of an installation with one token. Paths are those below `/v1/scopes/`. */
export interface ApiClient {
  /** The answer's body, `{}` when it has none. @throws Error with the API's words when it refuses. */
  call(method: "GET" | "PUT" | "DELETE", path: string, body?: object): Promise<Record<string, unknown>>;
  /** Like a GET with `call`, but undefined when there is nothing (yet). */
  find(path: string): Promise<Record<string, unknown> | undefined>;
}

/** A client for the API at `apiUrl` (without `/v1`). */
export const createApiClient = (apiUrl: string, token: string): ApiClient => {
  const send = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${apiUrl}/v1/scopes/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async (method: string, path: string, response: Response): Promise<Record<string, unknown>> => {
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /v1/scopes/${path} answered ${response.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  };
  return {
    call: async (method, path, body) => read(method, path, await send(method, path, body)),
    find: async (path) => {
      const response = await send("GET", path);
      return response.status === 404 ? undefined : read("GET", path, response);
    },
  };
};
