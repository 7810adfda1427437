import type { Caller } from "../admin/ports.ts";
import { type ApiFunction, type Operation, type OperationOf, ROUTES, routeKeyOf } from "../contracts/routes.ts";
import { notFound } from "../domain/app-error.ts";
import type { Scope } from "../domain/scope.ts";
import { type Answer, toResponse } from "./answer.ts";
import type { ApiEvent, ApiResponse } from "./api-event.ts";
import { authorise } from "./authorise.ts";

/** A request that may be answered: authenticated and authorised for its route. */
export interface Call {
  readonly operation: Operation;
  readonly caller: Caller;
  /** The scope in the path; `system` for routes without one. */
  readonly scope: Scope;
  readonly event: ApiEvent;
}

/** How one operation is answered. */
export type Endpoint = (call: Call) => Promise<Answer>;

/** How a function answers each of its operations: the type knows when one is missing. */
export type Endpoints<F extends ApiFunction> = Readonly<Record<OperationOf<F>, Endpoint>>;

/**
 * Finds the operation of a request in the route table, checks that the caller may call it, and answers it.
 * @param groupsClaim claim of the token that holds the `<scope>:<role>` values.
 */
export const createDispatch = (endpoints: Readonly<Partial<Record<Operation, Endpoint>>>, groupsClaim: string) => {
  const routes = new Map(ROUTES.map((route) => [routeKeyOf(route), route]));
  return async (event: ApiEvent): Promise<ApiResponse> => {
    const route = routes.get(event.routeKey);
    const endpoint = route === undefined ? undefined : endpoints[route.operation];
    if (route === undefined || endpoint === undefined) throw notFound("This route");
    const { caller, scope } = authorise(route, event, groupsClaim);
    return toResponse(await endpoint({ operation: route.operation, caller, scope, event }));
  };
};
