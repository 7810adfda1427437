import type { Liquid } from "liquidjs";
import type { TemplateContent, TemplateProblem, TemplateRendering, TemplateView } from "../../domain/template.ts";
import { manyLines, oneLine } from "../printable.ts";
import { isExhausted, TIME_LIMIT_MS } from "./budget.ts";
import { cleanHtml } from "./clean-html.ts";
import { HTML_ENGINE, run, TEXT_ENGINE } from "./engine.ts";
import { parseTemplate, problemOf } from "./parse-template.ts";
import { localityOf, valuesOf } from "./template-values.ts";

/** As of built-in mails. */
const MAX_SUBJECT_CHARS = 120;

const MAX_TEXT_CHARS = 64 * 1024;

/** What is wrong with a template whose mail has no words. */
export const SHOWS_NOTHING = "shows nothing";

type Part = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: TemplateProblem };

/** Makes a mail from a template. Whatever is in either of them, it takes a fraction of a second and does not throw. */
export const renderTemplate = (content: TemplateContent, view: TemplateView): TemplateRendering => {
  const render = createRender(content, view);
  const subject = render(TEXT_ENGINE, "subject", content.subject);
  if (!subject.ok) return subject;
  const html = render(HTML_ENGINE, "html", content.html);
  if (!html.ok) return html;
  const text = content.text === undefined ? undefined : render(TEXT_ENGINE, "text", content.text);
  if (text?.ok === false) return text;
  return toMail(oneLine(subject.text, MAX_SUBJECT_CHARS) || view.subject, html.text, text?.text);
};

const createRender = (content: TemplateContent, view: TemplateView) => {
  const values = valuesOf(view);
  const locality = localityOf(content, view.brand);
  const endsAtMs = performance.now() + TIME_LIMIT_MS;
  return (liquid: Liquid, field: TemplateProblem["field"], source: string): Part => {
    const parsed = parseTemplate(liquid, field, source);
    if (!parsed.ok) return parsed;
    try {
      return { ok: true, text: run(liquid, parsed.templates, values, locality, endsAtMs) };
    } catch (error) {
      const problem = problemOf(field, error);
      return { ok: false, problem: isExhausted(error) ? { ...problem, message: "makes too much work" } : problem };
    }
  };
};

const toMail = (subject: string, foreign: string, text: string | undefined): TemplateRendering => {
  const clean = cleanHtml(foreign, subject);
  if (!clean.ok) return { ok: false, problem: { field: "html", message: clean.message } };
  const words = manyLines(text ?? "", MAX_TEXT_CHARS) || clean.text;
  if (words.trim() === "") return { ok: false, problem: { field: "html", message: SHOWS_NOTHING } };
  return { ok: true, mail: { subject, html: clean.html, text: `${words}\n` } };
};
