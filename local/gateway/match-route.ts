import type { ApiRoute } from "../template/api.ts";

/** The route of a request with the values of its path parameters. */
export interface RouteMatch {
  readonly route: ApiRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the route for a method and a path. As in API Gateway, a literal segment goes before a parameter, and a
 * parameter is one segment that is not empty.
 * @throws URIError when a parameter is not valid percent-encoding.
 */
export const matchRoute = (routes: readonly ApiRoute[], method: string, path: string): RouteMatch | undefined => {
  const segments = path.split("/").slice(1);
  const [route] = routes
    .filter((candidate) => candidate.method === method && fits(candidate.segments, segments))
    .sort((a, b) => literals(b) - literals(a));
  if (route === undefined) return undefined;
  const parameters = route.segments.flatMap((pattern, index) =>
    isParameter(pattern) ? [[pattern.slice(1, -1), decodeURIComponent(segments[index] ?? "")] as const] : [],
  );
  return { route, pathParameters: Object.fromEntries(parameters) };
};

const fits = (patterns: readonly string[], segments: readonly string[]): boolean =>
  patterns.length === segments.length &&
  patterns.every((pattern, index) => (isParameter(pattern) ? segments[index] !== "" : pattern === segments[index]));

const literals = ({ segments }: ApiRoute): number => segments.filter((segment) => !isParameter(segment)).length;

const isParameter = (segment: string): boolean => segment.startsWith("{");
