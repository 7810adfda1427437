import { showMail } from "./reader.js";

/** Keeps the list of mails true to the server's stream, and the reader true to the address bar's `#<mail id>`. */

const byId = (id) => document.getElementById(id);

/** Summaries, newest first. */
let mails = [];
const read = new Set();

const selectedId = () => location.hash.slice(1);

const timeOf = (receivedAt) => {
  const date = new Date(receivedAt);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short" });
};

const span = (className, text) => {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
};

const entryOf = (mail) => {
  const link = document.createElement("a");
  link.href = `#${mail.id}`;
  link.append(
    span("from", mail.from?.name || mail.from?.address || "(no sender)"),
    span("time", timeOf(mail.receivedAt)),
    span("subject", mail.subject || "(no subject)"),
    span("to", `to ${mail.to.map(({ address }) => address).join(", ") || "(nobody named)"}`),
  );
  const item = document.createElement("li");
  item.dataset.id = mail.id;
  item.append(link);
  return item;
};

const showCounts = () => {
  const unread = mails.filter(({ id }) => !read.has(id)).length;
  byId("count").textContent = unread > 0 ? `${mails.length} · ${unread} new` : `${mails.length}`;
  byId("empty").hidden = mails.length > 0;
  byId("clear").hidden = mails.length === 0;
  document.title = unread > 0 ? `(${unread}) Inbox · Tidings` : "Inbox · Tidings";
};

const showSelection = async () => {
  const id = selectedId();
  if (id !== "") read.add(id);
  byId("desk").classList.toggle("reading", id !== "");
  for (const item of byId("list").children) {
    item.classList.toggle("read", read.has(item.dataset.id));
    if (item.dataset.id === id) item.firstChild.setAttribute("aria-current", "true");
    else item.firstChild.removeAttribute("aria-current");
  }
  showCounts();
  await showMail(id);
};

const replaceList = (summaries) => {
  mails = summaries;
  byId("list").replaceChildren(...mails.map(entryOf));
  return showSelection();
};

const addMail = (mail) => {
  mails = [mail, ...mails];
  byId("list").prepend(entryOf(mail));
  showCounts();
};

/** Opens the mail before (-1) or after (1) the selected one. */
const step = (distance) => {
  const next = mails[mails.findIndex(({ id }) => id === selectedId()) + distance];
  if (next !== undefined) location.hash = next.id;
};

const stream = new EventSource("api/stream");
stream.addEventListener("list", ({ data }) => replaceList(JSON.parse(data)));
stream.addEventListener("message", ({ data }) => addMail(JSON.parse(data)));
stream.addEventListener("cleared", () => replaceList([]));
stream.addEventListener("error", () => {
  byId("count").textContent = "connection lost, trying again …";
});

addEventListener("hashchange", showSelection);
addEventListener("keydown", ({ key }) => {
  if (key === "j") step(1);
  if (key === "k") step(-1);
});
byId("back").addEventListener("click", () => {
  location.hash = "";
});
byId("clear").addEventListener("click", () => fetch("api/messages", { method: "DELETE" }));
