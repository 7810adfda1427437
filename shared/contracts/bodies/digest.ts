import * as z from "zod/mini";
import { parseWindow } from "../../domain/digest.ts";
import { isTimeZone, parseTimeOfDay } from "../../domain/quiet-hours.ts";
import type { DigestSettings, QuietHours } from "../../domain/rule.ts";
import { SEVERITIES } from "../../domain/severity.ts";

const window = z.string().check(
  z.refine((text) => parseWindow(text) !== undefined, {
    error: 'must be hours and minutes such as "PT15M" or "PT1H30M", from PT1M to PT24H',
  }),
  z.meta({ description: "An ISO 8601 duration of hours and minutes, PT1M to PT24H." }),
);

/** A rule's `digest`: several events in one mail. Unless it says otherwise, all events of the rule share it. */
export const digestBody: z.ZodMiniType<DigestSettings> = z.strictObject({
  window,
  by: z._default(z.enum(["pipeline", "rule"]), "rule"),
});

const timeOfDay = z.string().check(
  z.refine((text) => parseTimeOfDay(text) !== undefined, {
    error: 'must be a time of day such as "07:30", from 00:00 to 23:59',
  }),
);

const timezone = z
  .string()
  .check(
    z.refine(isTimeZone, { error: 'must be a time zone of the IANA database such as "Europe/Berlin"' }),
    z.meta({ description: "An IANA time zone, such as Europe/Berlin." }),
  );

/** A rule's `quietHours`: mails are held until they end. */
export const quietHoursBody: z.ZodMiniType<QuietHours> = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    timezone,
    except: z
      .optional(z.enum(SEVERITIES))
      .check(z.meta({ description: "Events of this severity and above are mailed all the same." })),
  })
  .check(
    z.refine(({ from, to }) => from !== to, {
      error: "must differ from from: hours that never end would hold every mail; disable the rule instead",
      path: ["to"],
    }),
  );
