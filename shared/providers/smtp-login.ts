import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { AccessTokenAnswer } from "../contracts/access-token.ts";
import type { SmtpAuth } from "../domain/mail-settings.ts";
import type { Failed } from "../domain/outcome.ts";
import type { ProviderSecrets } from "../flow/provider-ports.ts";
import { failed } from "./classify.ts";

/** What a connection logs in with. */
export type SmtpLogin =
  | { readonly method: "password"; readonly username: string; readonly password: string }
  | { readonly method: "token"; readonly username: string; readonly token: string };

const TOKEN_LOGIN = "ACCESS-TOKEN";

/** The login the settings ask for; undefined for none. A token that cannot be had is a failure of the login. */
export const prepareLogin = async (
  auth: SmtpAuth,
  { login, accessToken }: ProviderSecrets,
): Promise<SmtpLogin | undefined | Failed> => {
  if (auth.type === "none") return undefined;
  if (auth.type === "password") return { method: "password", username: auth.username, password: login ?? "" };
  const answer = (await accessToken?.()) ?? NOT_CONNECTED;
  if (answer.ok) return { method: "token", username: auth.username, token: answer.accessToken };
  const failureClass = answer.reason === "oauth-unavailable" ? "transient" : "config";
  return failed(failureClass, answer.reason, "auth", answer.message);
};

const NOT_CONNECTED: Extract<AccessTokenAnswer, { ok: false }> = {
  ok: false,
  reason: "oauth-not-connected",
  message: "The mailbox is not connected.",
};

/** What must never be recorded: the secret itself, and the forms in which it is said to the server. */
export const secretsIn = (login: SmtpLogin | undefined): string[] => {
  if (login === undefined) return [];
  if (login.method === "token") return [login.token, xoauth2Of(login)];
  return [login.password, `\0${login.username}\0${login.password}`];
};

/** SASL XOAUTH2, client response (Google, "OAuth 2.0 Mechanism"; Microsoft, "Authenticate an SMTP connection"). */
const xoauth2Of = ({ username, token }: Extract<SmtpLogin, { method: "token" }>): string =>
  `user=${username}\u0001auth=Bearer ${token}\u0001\u0001`;

type LoginHandlers = NonNullable<NonNullable<ConstructorParameters<typeof SMTPConnection>[0]>["customAuth"]>;

/**
 * Our logins for the mail library, by names that are its own business. Told XOAUTH2 itself, nodemailer 10 would rather
 * take any other login that the server offers, with the token as password.
 */
export const LOGIN_HANDLERS: LoginHandlers = {
  // A server that refuses a token explains itself in a challenge first, and gives its reply after an empty line.
  [TOKEN_LOGIN]: ({ auth, authMethods, sendCommand, resolve, reject }) => {
    if (!authMethods.includes("XOAUTH2")) return reject(new Error("XOAUTH2 is not offered."));
    const response = xoauth2Of({ method: "token", username: String(auth.user), token: String(auth.pass) });
    const finish = (status: number) => (status === 235 ? resolve() : reject(new Error("The login was refused.")));
    return sendCommand(`AUTH XOAUTH2 ${Buffer.from(response).toString("base64")}`, (_, answer) => {
      if (answer.status === 334) sendCommand("", (_also, last) => finish(last.status));
      else finish(answer.status);
    });
  },
};

/** What the mail library wants to know of a login. */
export const toAuthData = (login: SmtpLogin) => {
  const credentials = {
    user: login.username,
    pass: login.method === "password" ? login.password : login.token,
  };
  return { ...credentials, credentials, ...(login.method === "token" ? { method: TOKEN_LOGIN } : {}) };
};
