/** Shows one mail. All of it is somebody else's words: text goes in as text, markup only into a frame without rights. */

const byId = (id) => document.getElementById(id);

let view = "html";
let shown;

const block = (text) => {
  const element = document.createElement("pre");
  element.textContent = text;
  return element;
};

const frame = (mail) => {
  const element = document.createElement("iframe");
  element.title = "The mail as it looks";
  element.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  element.src = `api/messages/${mail.id}/html`;
  return element;
};

const table = (pairs) => {
  const list = document.createElement("dl");
  list.className = "headers";
  for (const [name, value] of pairs) list.append(...fact(name, value));
  return list;
};

const fact = (name, value) => {
  const term = document.createElement("dt");
  const description = document.createElement("dd");
  term.textContent = name;
  description.textContent = value;
  return [term, description];
};

const VIEWS = {
  html: (mail) => (mail.html === null ? block(mail.text ?? "This mail is empty.") : frame(mail)),
  text: (mail) => block(mail.text ?? "This mail has no text part."),
  headers: (mail) => table(Object.entries(mail.headers)),
  raw: async (mail) => block(await (await fetch(`api/messages/${mail.id}/raw`)).text()),
};

const written = ({ name, address }) => (name ? `${name} <${address}>` : address);

const showBody = async () => {
  const mail = shown;
  for (const button of byId("views").children)
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  const body = await VIEWS[view](mail);
  if (mail === shown) byId("body").replaceChildren(body);
};

/** Shows the mail with this id, or that there is none. */
export const showMail = async (id) => {
  if (shown?.id === id) return;
  const response = id === "" ? undefined : await fetch(`api/messages/${encodeURIComponent(id)}`);
  shown = response?.ok ? await response.json() : undefined;
  byId("mail").hidden = shown === undefined;
  byId("nothing").hidden = shown !== undefined;
  if (shown === undefined) return;
  byId("subject").textContent = shown.subject || "(no subject)";
  byId("facts").replaceChildren(
    ...fact("From", shown.from === null ? shown.envelope.from : written(shown.from)),
    ...fact("To", shown.to.map(written).join(", ") || shown.envelope.to.join(", ")),
    ...fact("Received", new Date(shown.receivedAt).toLocaleString()),
  );
  await showBody();
};

byId("views").addEventListener("click", async ({ target }) => {
  if (target.dataset.view === undefined) return;
  view = target.dataset.view;
  await showBody();
});
