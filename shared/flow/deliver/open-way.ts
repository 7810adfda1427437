import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Brand } from "../../domain/brand.ts";
import type { ProviderSettings, StoredMailSettings } from "../../domain/mail-settings.ts";
import type { Failed } from "../../domain/outcome.ts";
import { tenantOf } from "../../domain/scope.ts";
import { type Transport, transportOf } from "../../domain/transport.ts";
import type { Made, MadeMail } from "../make-mail/made-mail.ts";
import { type MakeMailDeps, makeMail } from "../make-mail.ts";
import type { Provider } from "../provider-ports.ts";
import { type AdmitDeps, admit, giveProbeBack, type Wait } from "./admit.ts";
import { type AlertDeps, alertSuspension } from "./alert-suspension.ts";
import { type ChooseDeps, chooseProvider } from "./choose-provider.ts";

/** What getting ready for a provider needs. */
export interface OpenWayDeps extends ChooseDeps, MakeMailDeps, AdmitDeps, AlertDeps {}

/** A mail on its way to a provider. */
export interface Departure {
  readonly job: DeliverJob;
  readonly stored: StoredMailSettings;
  readonly brand: Brand | undefined;
  /** The mail, when it was made for another provider before. */
  readonly made: MadeMail | undefined;
}

/** A provider that may be asked now and the mail for it; or why there is none. */
export type Way =
  | { readonly kind: "open"; readonly transport: Transport; readonly provider: Provider; readonly made: MadeMail }
  | { readonly kind: "unusable"; readonly failure: Failed }
  | Wait
  | Extract<Made, { kind: "nothing" }>;

/**
 * Makes everything ready for one provider: its secrets, leave to send, and last the mail, so that a mail that waits is
 * not made in vain. Nothing has left by this provider yet, so whatever goes wrong here can be tried again safely.
 */
export const openWay = async (deps: OpenWayDeps, departure: Departure, settings: ProviderSettings): Promise<Way> => {
  const { job, stored } = departure;
  const transport = transportOf(stored, settings);
  try {
    const choice = await chooseProvider(deps, stored, settings);
    if (choice.kind === "unusable") return choice;
    const perMinute = settings.kind === "smtp" && !job.isUrgent ? settings.maxPerMinute : null;
    const admission = await admit(deps, transport, perMinute, { tenant: tenantOf(job.scope), permit: job.permit });
    if (admission.kind === "wait") {
      if (admission.suspended) await alertSuspension(deps, stored.settings, transport, admission.suspended.breaker);
      return admission;
    }
    const made = await makeOrGiveBack(deps, departure, transport, admission.isProbe);
    return made.kind === "mail" ? { kind: "open", transport, provider: choice.provider, made } : made;
  } catch (error) {
    return notReady(deps, job, error);
  }
};

/** The mail; or what there is instead, with the right to probe given back. */
const makeOrGiveBack = async (
  deps: OpenWayDeps,
  { job, brand, made: before }: Departure,
  transport: Transport,
  isProbe: boolean,
): Promise<Made> => {
  let made: Made | undefined = before && { kind: "mail", ...before };
  try {
    made ??= await makeMail(deps, job, brand);
    return made;
  } finally {
    if (isProbe && made?.kind !== "mail") await giveProbeBack(deps, transport);
  }
};

/** Something of ours failed before anybody was asked: neither the mail nor a server is to blame, so it is no try. */
const notReady = ({ log, metrics, now, retry }: OpenWayDeps, { deliveryId }: DeliverJob, error: unknown): Wait => {
  metrics.add({ name: "OwnFailures", value: 1 });
  log.error("mail.not-ready", { deliveryId }, error);
  return {
    kind: "wait",
    until: new Date(now().getTime() + retry.baseSeconds * 1000),
    reason: "Waits: the mail could not be made ready to send, for a reason that the log of the function deliver tells.",
    isOurs: true,
  };
};
