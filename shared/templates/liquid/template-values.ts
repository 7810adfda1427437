import type { Brand } from "../../domain/brand.ts";
import type { PipelineEvent, Subject } from "../../domain/event.ts";
import type { TemplateContent, TemplateView } from "../../domain/template.ts";
import { contentOf } from "../content.ts";
import { lookOf } from "../look.ts";
import type { Locality } from "./local-filters.ts";

/** What a template can name. All of it is documented in `docs/guides/templates.md`: add, never change. */
export const valuesOf = (view: TemplateView): Record<string, unknown> => {
  const { event, data, subject, brand, recipient, unsubscribeUrl } = view;
  return {
    subject,
    data: data ?? {},
    ...(event === undefined ? {} : eventValues(event, brand)),
    brand: brandValues(brand),
    recipient,
    unsubscribeUrl,
  };
};

const eventValues = (event: PipelineEvent, brand: Brand | undefined): Record<string, unknown> => {
  const { status, headline, message, action } = contentOf(event, lookOf(brand));
  const { type, severity, scope, time, run, branch, commit, triggeredBy, startedAt, endedAt, data } = event;
  return {
    event,
    ...{ type, severity, scope, time, status, headline, message, run, branch, commit, triggeredBy, startedAt, endedAt },
    pipeline: named(event.pipeline),
    stage: named(event.stage),
    step: named(event.step),
    duration: secondsBetween(startedAt, endedAt),
    data: data ?? {},
    url: action?.link,
  };
};

/** Publishers need not name things: then the id is what people know. */
const named = (subject: Subject | undefined) =>
  subject === undefined ? undefined : { ...subject, name: subject.name ?? subject.id };

const secondsBetween = (startedAt: string | undefined, endedAt: string | undefined): number | undefined => {
  const ms = Date.parse(endedAt ?? "") - Date.parse(startedAt ?? "");
  return ms >= 0 ? ms / 1_000 : undefined;
};

const brandValues = (brand: Brand | undefined) => {
  const { name, logoUrl, footer } = lookOf(brand);
  return { name, logoUrl, color: brand?.color, footer };
};

const FALLBACK: Locality = { locale: "en", timezone: "UTC" };

/** In which language and time zone a mail speaks. What `Intl` does not know any more gives way to the next choice. */
export const localityOf = ({ locale }: TemplateContent, brand: Brand | undefined): Locality => ({
  locale: [locale, brand?.locale].find(isLocale) ?? FALLBACK.locale,
  timezone: [brand?.timezone].find(isTimezone) ?? FALLBACK.timezone,
});

const isLocale = (locale: string | undefined): locale is string =>
  locale !== undefined && isUsable(() => new Intl.NumberFormat(locale));

const isTimezone = (timeZone: string | undefined): timeZone is string =>
  timeZone !== undefined && isUsable(() => new Intl.DateTimeFormat("en", { timeZone }));

const isUsable = (make: () => unknown): boolean => {
  try {
    make();
    return true;
  } catch {
    return false;
  }
};
