import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "../domain/log.ts";

/** Writes one JSON line to standard output per event, under the name of the function that tells it. */
export const createLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service });
  return {
    info: (event, fields = {}) => logger.info(event, fields),
    warn: (event, fields = {}) => logger.warn(event, fields),
    error: (event, fields = {}, error) => logger.error(event, { ...fields, ...(error === undefined ? {} : { error }) }),
  };
};
