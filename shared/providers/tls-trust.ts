import net from "node:net";
import tls from "node:tls";
import type { SmtpSettings } from "../domain/mail-settings.ts";

/** Whom to trust and for which name, as options for `tls.connect`: the public authorities and the settings' own. */
export const tlsTrust = (
  { minTlsVersion, caPem }: Pick<SmtpSettings, "minTlsVersion" | "caPem">,
  servername: string,
): tls.ConnectionOptions => ({
  // SNI and the certificate check use the name; an address literal has none.
  ...(net.isIP(servername) === 0 ? { servername } : {}),
  minVersion: `TLSv${minTlsVersion}`,
  ...(caPem === null ? {} : { ca: [...tls.getCACertificates("default"), caPem] }),
});
