/** How much an event matters, least first. A threshold means "this or more severe". */
export const SEVERITIES = ["info", "success", "warning", "error"] as const;

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Whether `severity` reaches `threshold`; no threshold lets everything through. */
export const reaches = (severity: Severity, threshold: Severity | undefined): boolean =>
  threshold === undefined || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold);
