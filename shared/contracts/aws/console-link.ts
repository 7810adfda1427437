/** The form of a region's name; anything else becomes no link. */
const REGION_FORM = /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/;

/**
 * A page of the AWS console, or undefined when the event names no region. China and GovCloud have consoles of their own
 * (AWS general reference, "AWS service endpoints": partitions aws, aws-cn and aws-us-gov).
 * @param path encoded, beginning with "/", without the region; a "#" part follows the query.
 */
export const consoleLink = (region: string, path: string): string | undefined => {
  if (!REGION_FORM.test(region)) return undefined;
  const [page = "", fragment] = path.split("#", 2);
  return `https://${hostOf(region)}${page}?region=${region}${fragment === undefined ? "" : `#${fragment}`}`;
};

const hostOf = (region: string): string => {
  if (region.startsWith("cn-")) return `${region}.console.amazonaws.cn`;
  return region.startsWith("us-gov-") ? "console.amazonaws-us-gov.com" : `${region}.console.aws.amazon.com`;
};
