import { type Context, defaultOperators, type Emitter, Liquid, type Template, toValue } from "liquidjs";
import { escapeHtml } from "../html.ts";
import { visibleText } from "../printable.ts";
import { BUDGET_UNITS, charge, chargeSearch, STEP_UNITS } from "./budget.ts";
import { FILTERS, type TemplateFilter } from "./filters.ts";
import { LOCAL_FILTERS, type Locality } from "./local-filters.ts";
import { sizeOf, textOf } from "./values.ts";

/** The tags of templates: nothing that reads another template, and nothing that keeps a state over renderings. */
const TAGS = new Set(["assign", "break", "capture", "case", "comment", "continue", "for", "if", "raw", "unless"]);

/** `contains`, which in the library searches long texts for long texts as long as it takes. */
const contains = (left: unknown, right: unknown, context: Context): boolean => {
  const within: unknown = toValue(left);
  if (Array.isArray(within)) {
    charge(context, within.length);
    return within.includes(toValue(right));
  }
  if (typeof within !== "string") return false;
  const sought = textOf(right);
  chargeSearch(context, within, sought);
  return within.includes(sought);
};

/** Keeps what is written, and charges for it: also for what a `capture` keeps for later. */
const createEmitter = (context: Context): Emitter => {
  const emitter = {
    buffer: "",
    write(piece: unknown) {
      const text = textOf(piece);
      charge(context, text.length);
      emitter.buffer += text;
    },
  };
  return emitter;
};

/**
 * A Liquid engine that only ever reads own properties of what it is given, reads no files, and stops by itself.
 * @param write how a text is put out: applied to each value, whatever its filters; a template cannot turn it off.
 */
const createEngine = (write: (text: string) => string): Liquid => {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    // No file system: whatever could read a template finds this empty one.
    templates: {},
    operators: { ...defaultOperators, contains },
    outputEscape: (value: unknown) => write(textOf(value)),
    memoryLimit: BUDGET_UNITS,
  });
  for (const tag of Object.keys(liquid.tags)) if (!TAGS.has(tag)) delete liquid.tags[tag];
  for (const filter of Object.keys(liquid.filters)) liquid.unregisterFilter(filter);
  for (const [name, filter] of Object.entries({ ...FILTERS, ...LOCAL_FILTERS })) register(liquid, name, filter);
  meter(liquid);
  return liquid;
};

const register = (liquid: Liquid, name: string, filter: TemplateFilter): void =>
  liquid.registerFilter(name, function (value: unknown, ...args: unknown[]) {
    charge(this.context, STEP_UNITS + sizeOf(value));
    const result = filter(value, args, this.context);
    charge(this.context, sizeOf(result));
    return result;
  });

/** Charges for every step: all tags render what is in them through this one method of the library. */
const meter = ({ renderer }: Liquid): void => {
  const renderTemplates = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (templates: Template[], context: Context, emitter = createEmitter(context)) => {
    charge(context, STEP_UNITS * (1 + templates.length));
    return renderTemplates(templates, context, emitter);
  };
};

/** For HTML: `&`, angle brackets and quotes of all values are escaped. */
export const HTML_ENGINE: Liquid = createEngine((text) => escapeHtml(visibleText(text)));

/** For subjects and text parts, where nothing has a meaning. */
export const TEXT_ENGINE: Liquid = createEngine((text) => text);

/**
 * Renders a parsed template.
 * @param endsAtMs when it is cut off, on the clock of `performance.now()`.
 * @throws Error of the library's, also when it is cut off: see `isExhausted`.
 */
export const run = (
  liquid: Liquid,
  templates: Template[],
  values: Readonly<Record<string, unknown>>,
  locality: Locality,
  endsAtMs: number,
): string =>
  String(liquid.renderSync(templates, values, { globals: locality, renderLimit: endsAtMs - performance.now() }));
