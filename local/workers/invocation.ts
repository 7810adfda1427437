/** Why an invocation failed, as Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
}

/** How an invocation ended: the handler's result as JSON text, or why there is none. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/**
 * Calls a function with an event. Never rejects.
 * @param forWhom whose event it is, where that is known: it meets the environment that handled the one before.
 */
export type Invoke = (event: unknown, forWhom?: string) => Promise<InvocationResult>;

/** From the stack to a worker: handle this event. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: unknown;
  /** Epoch milliseconds at which the worker will be killed. */
  readonly deadlineMs: number;
  /** ARN by which the function was called. */
  readonly functionArn: string;
}

/** From a worker to the stack: the bundle is loaded, or could not be, or an invocation ended. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "init-failed"; readonly error: FunctionError }
  | { readonly type: "done"; readonly result: InvocationResult };
