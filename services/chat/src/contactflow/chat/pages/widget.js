// The chat with a visitor: one element, <contactflow-chat>, full-screen on the chat page and behind
// a button on a customer's page: <script type="module" src="https://HOST/widget.js" data-channel="KEY">.
// It uses the public API only, keeps its session for this tab only, and runs no code but its own.

const HOST = new URL(import.meta.url).origin;
const API = `${HOST}/v1/public/web-chat`;
const QUIET = 45_000; // ms without a byte: the stream sends a heartbeat every 15 s
const PATIENCE = 15_000; // ms for a request
const TYPING = 20_000; // ms that "is writing" stands without news
const LONGEST = 4000; // characters of a message
const NEAR = 80; // px from the end that still count as reading the end

const TEXTS = {
  en: {
    open: "Chat with us",
    close: "Close the chat",
    chat: "Chat",
    messages: "Messages",
    subtitle: "AI assistant, with people behind it",
    notice: "Before you start",
    empty: "How can we help you today?",
    write: "Your message",
    placeholder: "Write a message…",
    send: "Send",
    hint: "Enter sends, Shift + Enter starts a new line.",
    left: (n) => `${n} characters left`,
    you: "You",
    agent: "AI assistant",
    staff: "Our team",
    joined: "Someone from our team has joined the conversation.",
    typing: "The assistant is writing…",
    sending: "Sending…",
    waiting: "Will be sent as soon as the connection is back",
    failed: "Not sent.",
    again: "Try again",
    connecting: "Connecting…",
    lost: "The connection was lost. Connecting again…",
    offline: "You are offline. What you write is sent once you are back.",
    ended: "Your last conversation has ended. This is a new one.",
    closed: "This conversation is closed.",
    renew: "Start a new conversation",
    refused: "This chat is not available here.",
    elsewhere: "Please reach us in another way, or come back later.",
    newer: "New messages",
    today: "Today",
  },
  fr: {
    open: "Discuter avec nous",
    close: "Fermer la discussion",
    chat: "Discussion",
    messages: "Messages",
    subtitle: "Assistant IA, avec une équipe derrière lui",
    notice: "Avant de commencer",
    empty: "Comment pouvons‑nous vous aider ?",
    write: "Votre message",
    placeholder: "Écrivez un message…",
    send: "Envoyer",
    hint: "Entrée envoie, Maj + Entrée va à la ligne.",
    left: (n) => `${n} caractères restants`,
    you: "Vous",
    agent: "Assistant IA",
    staff: "Notre équipe",
    joined: "Une personne de notre équipe a rejoint la conversation.",
    typing: "L’assistant écrit…",
    sending: "Envoi…",
    waiting: "Sera envoyé dès que la connexion sera rétablie",
    failed: "Non envoyé.",
    again: "Réessayer",
    connecting: "Connexion…",
    lost: "La connexion a été perdue. Nouvelle tentative…",
    offline: "Vous êtes hors ligne. Vos messages partiront à votre retour.",
    ended: "Votre conversation précédente est terminée. En voici une nouvelle.",
    closed: "Cette conversation est close.",
    renew: "Commencer une nouvelle conversation",
    refused: "Cette discussion n’est pas disponible ici.",
    elsewhere: "Merci de nous joindre autrement, ou de revenir plus tard.",
    newer: "Nouveaux messages",
    today: "Aujourd’hui",
  },
};

const ICONS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.2 3.6A.5.5 0 0 1 6 19.2V16A2.5 2.5 0 0 1 4 13.5z",
  close: "M6 6l12 12M18 6 6 18",
  send: "M12 19V5m0 0-6 6m6-6 6 6",
  down: "M12 5v14m0 0 6-6m-6 6-6-6",
  spark: "M12 3l1.9 5.1L19 10l-5.1 1.9L12 17l-1.9-5.1L5 10l5.1-1.9zM18.5 15l.8 2.2 2.2.8-2.2.8-.8 2.2-.8-2.2-2.2-.8 2.2-.8z",
};

// --- Small tools

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one != null));
  return made;
}

function icon(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("icon", `icon-${name}`);
  path.setAttribute("d", ICONS[name]);
  drawn.append(path);
  return drawn;
}

// randomUUID exists on https and localhost only.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
}

// Some browsers refuse storage: then the conversation lasts as long as the page.
function kept(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // as above
  }
}

class Failure extends Error {
  constructor({ status = 0, code = "network", after = 0 } = {}) {
    super(code);
    Object.assign(this, { status, code, after });
  }

  get passes() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  static async of(answer) {
    const { code } = await answer.json().catch(() => ({}));
    return new Failure({ status: answer.status, code, after: Number(answer.headers.get("Retry-After")) * 1000 || 0 });
  }
}

// Waits longer after each failure, up to half a minute, and no longer once the network is back.
class Patience {
  tries = 0;

  reset() {
    this.tries = 0;
  }

  async wait(least = 0) {
    const most = Math.min(30_000, 1000 * 2 ** this.tries++);
    const pause = Math.max(least, most * (0.5 + Math.random() / 2));
    await new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, pause);
      window.addEventListener("online", done);
    });
  }
}

// --- The public API

async function ask(path, { token, body, headers = {}, signal } = {}) {
  const all = { ...headers };
  if (token) all.Authorization = `Bearer ${token}`;
  if (body) all["Content-Type"] = "application/json";
  const request = { method: body ? "POST" : "GET", headers: all, body: body && JSON.stringify(body), signal };
  const answer = await fetch(API + path, { ...request, credentials: "omit", cache: "no-store" }).catch(() => {
    throw new Failure();
  });
  if (!answer.ok) throw await Failure.of(answer);
  return answer;
}

async function post(path, body, token) {
  const answer = await ask(path, { body, token, signal: AbortSignal.timeout(PATIENCE) });
  return answer.json().catch(() => {
    throw new Failure();
  });
}

// Server-sent events as the HTML standard writes them; fetch, because the token is no part of a URL.
async function* eventsOf(answer, alive) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    alive();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => [line.split(":", 1)[0], line.replace(/^[^:]*: ?/, "")]);
      const { event, data, id } = Object.fromEntries(fields);
      if (event) yield { event, data: JSON.parse(data || "{}"), id: Number(id) };
    }
  }
}

// --- One conversation after the other, on one channel

class Conversations {
  constructor(channel, locale, view) {
    Object.assign(this, { channel, locale, view });
    this.key = `contactflow:${channel}`;
    this.patience = new Patience();
    this.waiting = [];
    this.place = 0;
    this.token = kept(this.key);
    this.stream = null;
    window.addEventListener("offline", () => this.stream?.abort());
  }

  async run() {
    for (;;) {
      try {
        this.view.connection(navigator.onLine ? "connecting" : "offline");
        await this.begin();
        await this.follow();
        if (this.token) await this.pause();
      } catch (failure) {
        if (failure.status === 401) this.startOver(this.view.texts.ended);
        else if (failure.passes === false) return this.view.refused();
        else await this.pause(failure);
      }
    }
  }

  async pause(failure) {
    if (failure && !(failure instanceof Failure)) reportError(failure);
    this.view.connection(navigator.onLine ? "lost" : "offline");
    await this.patience.wait(failure?.after);
  }

  async begin() {
    if (this.token) return;
    const session = await post("/sessions", { channel_key: this.channel, locale: this.locale });
    this.token = session.token;
    keep(this.key, this.token);
    this.view.disclosed(session.disclosure.text);
  }

  async follow() {
    this.stream = new AbortController();
    let watchdog;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => this.stream.abort(), QUIET);
    };
    try {
      const headers = this.place ? { "Last-Event-ID": String(this.place) } : {};
      alive();
      const answer = await ask("/events", { token: this.token, headers, signal: this.stream.signal });
      this.view.connection("online");
      this.flush();
      for await (const one of eventsOf(answer, alive)) this.take(one);
    } finally {
      clearTimeout(watchdog);
      this.stream.abort();
    }
  }

  take({ event, data, id }) {
    this.patience.reset();
    if (event === "session.ended") throw new Failure({ status: 401, code: "session_ended" });
    if (event === "typing") this.view.typing(true);
    if (event !== "message.created") return;
    this.place = id || data.seq;
    this.view.message(data);
  }

  say(text) {
    this.retry({ id: newId(), text });
  }

  retry(one) {
    this.waiting.push(one);
    this.view.pending(one, navigator.onLine ? "sending" : "waiting");
    this.flush();
  }

  // One after the other, so that they arrive as they were written; the same id again is the same message.
  async flush() {
    if (this.busy || !this.token) return;
    this.busy = true;
    const patience = new Patience();
    while (this.waiting.length && this.token) {
      const { token, waiting: [one] } = this;
      const body = { text: one.text, client_message_id: one.id };
      const { message, failure } = await post("/messages", body, token).catch((failure) => ({ failure }));
      if (token !== this.token) continue; // the conversation ended meanwhile
      if (failure) await this.unsent(one, failure, patience);
      else this.view.accepted(this.waiting.shift(), message);
    }
    this.busy = false;
  }

  async unsent(one, failure, patience) {
    if (failure.passes) {
      this.view.pending(one, "waiting");
      await patience.wait(failure.after);
    } else if (failure.status === 401) {
      this.stream?.abort();
      this.startOver(this.view.texts.ended);
    } else {
      this.waiting.shift();
      this.view.pending(one, "failed");
      if (failure.code === "conversation_closed") this.view.closed();
    }
  }

  // Whoever was here is gone, perhaps erased: nothing of the old conversation stays on the screen.
  startOver(why) {
    keep(this.key, null);
    const unsent = this.waiting.splice(0).map((one) => one.text);
    Object.assign(this, { token: null, place: 0 });
    this.view.clear(why, unsent.join("\n"));
    this.patience.reset();
  }

  renew() {
    this.startOver("");
    this.stream?.abort();
    this.view.box.focus();
  }
}

// --- What the visitor sees

class View {
  constructor(root, { name, locale, page, onclose }) {
    Object.assign(this, { root, locale, texts: TEXTS[locale] });
    const region = navigator.languages.find((one) => one.toLowerCase().startsWith(locale)) ?? locale;
    this.time = new Intl.DateTimeFormat(region, { hour: "numeric", minute: "2-digit" });
    this.day = new Intl.DateTimeFormat(region, { weekday: "long", day: "numeric", month: "long" });
    this.build(name || this.texts.chat, page, onclose);
    this.clear("", "");
  }

  build(name, page, onclose) {
    const t = this.texts;
    this.list = el("ol", { class: "messages" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": t.messages, tabindex: "0", onscroll: () => this.scrolled() }, this.list);
    this.jump = el("button", { class: "jump", type: "button", hidden: true, onclick: () => this.toEnd(true) }, icon("down"), t.newer);
    this.writing = el("p", { class: "writing", role: "status" });
    this.banner = el("p", { class: "banner", role: "status" });
    this.box = el("textarea", { id: "text", rows: "1", maxlength: String(LONGEST), placeholder: t.placeholder, "aria-describedby": "hint", enterkeyhint: "send", oninput: () => this.grown(), onkeydown: (event) => this.pressed(event) });
    this.button = el("button", { class: "send", type: "submit", "aria-label": t.send }, icon("send"));
    this.hint = el("p", { id: "hint", class: "hint" }, t.hint);
    this.form = el("form", { class: "composer", onsubmit: (event) => this.submitted(event) }, el("label", { for: "text", class: "unseen" }, t.write), el("div", { class: "field" }, this.box, this.button), this.hint);
    const titles = el("div", { class: "titles" }, el(page ? "h1" : "p", { id: "name", class: "name" }, name), el("p", { class: "subtitle" }, t.subtitle));
    const close = onclose && el("button", { class: "round", type: "button", "aria-label": t.close, onclick: onclose }, icon("close"));
    const head = el("header", { class: "head" }, el("span", { class: "mark" }, icon("spark")), titles, close);
    const body = el("div", { class: "body" }, this.log, this.jump);
    const frame = page ? el("main", { class: "panel" }) : el("section", { class: "panel", role: "dialog", "aria-labelledby": "name" });
    frame.append(head, this.banner, body, this.writing, this.form);
    this.panel = frame;
    this.root.append(frame);
  }

  clear(why, draft) {
    this.shown = new Map();
    this.pendings = new Map();
    this.arrived = new Set();
    this.lastDay = this.lastAuthor = null;
    this.met = false;
    this.notice = el("li", { class: "card loading" }, el("p", {}, this.texts.connecting));
    this.list.replaceChildren(...(why ? [el("li", { class: "note" }, why)] : []), this.notice);
    this.button.disabled = this.box.disabled = false;
    if (draft) this.box.value = draft;
    this.typing(false);
    this.grown();
  }

  connection(state) {
    this.panel.dataset.connection = state;
    this.banner.textContent = state === "online" || state === "connecting" ? "" : this.texts[state];
    if (state === "offline" || state === "lost") this.typing(false);
  }

  disclosed(text) {
    const title = el("p", { class: "title" }, icon("spark"), this.texts.notice);
    const card = el("li", { class: "card disclosure" }, title, el("p", {}, text));
    this.notice.replaceWith(card);
    this.notice = card;
    if (!this.list.querySelector(".message, .empty")) card.after(el("li", { class: "empty" }, this.texts.empty));
  }

  message(one) {
    if (this.shown.has(one.id)) return;
    if (one.kind === "disclosure") {
      this.shown.set(one.id, this.notice);
      if (!this.notice.classList.contains("disclosure")) this.disclosed(one.text);
      return;
    }
    if (one.author === "visitor") return this.fromVisitor(one);
    this.typing(false);
    if (one.author === "staff" && !this.met) this.note(this.texts.joined);
    this.met = one.author === "staff";
    if (one.author === "system") this.shown.set(one.id, this.note(one.text));
    else this.shown.set(one.id, this.bubble(one));
    this.dispatchUnread();
  }

  // Our own message may come by the stream before its sending is answered: it is the same bubble.
  fromVisitor(one) {
    const pending = [...this.pendings.values()].find((each) => each.text === one.text);
    if (pending) this.accepted(pending, one);
    else this.shown.set(one.id, this.bubble(one));
  }

  accepted({ id }, message) {
    const bubble = this.pendings.get(id)?.bubble;
    this.pendings.delete(id);
    this.arrived.add(id);
    if (!bubble) return;
    this.shown.set(message.id, bubble);
    bubble.dataset.state = "sent";
    bubble.querySelector(".state").replaceChildren();
  }

  // What the stream has told is there, whatever becomes of the answer to its sending.
  pending(one, state) {
    if (this.arrived.has(one.id)) return;
    const bubble = this.pendings.get(one.id)?.bubble ?? this.bubble({ author: "visitor", text: one.text, created_at: new Date() });
    if (state === "failed") this.pendings.delete(one.id);
    else this.pendings.set(one.id, { ...one, bubble });
    bubble.dataset.state = state;
    const again = el("button", { type: "button", class: "link", onclick: () => this.onretry(one, bubble) }, this.texts.again);
    bubble.querySelector(".state").replaceChildren(this.texts[state], ...(state === "failed" ? [" ", again] : []));
    this.toEnd(true);
  }

  onretry(one, bubble) {
    this.pendings.set(one.id, { ...one, bubble });
    this.retry(one);
    this.box.focus();
  }

  bubble({ author, text, created_at: at }) {
    const moment = new Date(at);
    this.newDay(moment);
    const follows = this.lastAuthor === author;
    this.lastAuthor = author;
    const who = el("span", { class: follows || author === "visitor" ? "who unseen" : "who" }, this.texts[author === "visitor" ? "you" : author]);
    const meta = el("p", { class: "meta" }, el("time", { datetime: moment.toISOString() }, this.time.format(moment)), el("span", { class: "state" }));
    const item = el("li", { class: `message ${author}${follows ? " follows" : ""}` }, who, el("p", { class: "text" }, text), meta);
    return this.add(item, author === "visitor");
  }

  note(text) {
    this.lastAuthor = null;
    return this.add(el("li", { class: "note" }, text));
  }

  newDay(moment) {
    const day = moment.toDateString();
    if (day === this.lastDay) return;
    this.lastDay = day;
    this.lastAuthor = null;
    const today = day === new Date().toDateString();
    this.add(el("li", { class: "day" }, el("span", {}, today ? this.texts.today : this.day.format(moment))));
  }

  add(item, own = false) {
    const follow = own || this.atEnd();
    this.list.querySelector(".empty")?.remove();
    this.list.append(item);
    if (follow) this.toEnd();
    else this.jump.hidden = false;
    return item;
  }

  typing(is) {
    clearTimeout(this.typingEnds);
    if (is) this.typingEnds = setTimeout(() => this.typing(false), TYPING);
    if (is === Boolean(this.writing.firstChild)) return;
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.writing.replaceChildren(...(is ? [dots, this.texts.typing] : []));
    if (is && this.atEnd()) this.toEnd();
  }

  closed() {
    this.button.disabled = this.box.disabled = true;
    const renew = el("button", { type: "button", class: "wide", onclick: () => this.renew() }, this.texts.renew);
    this.add(el("li", { class: "card" }, el("p", {}, this.texts.closed), renew), true);
    renew.focus();
  }

  refused() {
    this.connection("online");
    this.button.disabled = this.box.disabled = true;
    this.notice.replaceWith(el("li", { class: "card problem" }, el("p", { class: "title" }, this.texts.refused), el("p", {}, this.texts.elsewhere)));
  }

  submitted(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text || this.box.disabled) return;
    this.box.value = "";
    this.grown();
    this.say(text);
    this.box.focus();
  }

  pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  grown() {
    const left = LONGEST - this.box.value.length;
    this.hint.textContent = left < 200 ? this.texts.left(new Intl.NumberFormat(this.locale).format(left)) : this.texts.hint;
    this.form.classList.toggle("filled", Boolean(this.box.value.trim()));
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  scrolled() {
    if (this.atEnd()) this.jump.hidden = true;
  }

  toEnd(focus = false) {
    this.jump.hidden = true;
    this.log.scrollTo({ top: this.log.scrollHeight });
    if (focus && this.root.activeElement === this.jump) this.box.focus();
  }

  dispatchUnread() {
    this.root.host.dispatchEvent(new CustomEvent("contactflow-message"));
  }
}

// --- The element and its launcher

class ContactFlowChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const page = this.hasAttribute("page");
    const wanted = this.getAttribute("lang") || document.documentElement.lang || navigator.language;
    this.locale = wanted.toLowerCase().startsWith("fr") ? "fr" : "en";
    this.lang = this.locale;
    const sheets = ["tokens", "widget"].map((name) => el("link", { rel: "stylesheet", href: `${HOST}/${name}.css` }));
    this.view = new View(root, { name: this.getAttribute("name"), locale: this.locale, page, onclose: page ? null : () => this.toggle(false) });
    this.view.panel.hidden = true;
    root.prepend(...sheets);
    const drawn = sheets.map((sheet) => new Promise((resolve) => ["load", "error"].forEach((end) => sheet.addEventListener(end, resolve))));
    Promise.all(drawn).then(() => (page ? this.toggle(true) : this.launch(root)));
  }

  launch(root) {
    this.badge = el("span", { class: "badge", hidden: true });
    this.launcher = el("button", { class: "launcher", type: "button", "aria-expanded": "false", onclick: () => this.toggle(this.view.panel.hidden) }, icon("chat"), el("span", {}, TEXTS[this.locale].open), this.badge);
    root.append(this.launcher);
    this.addEventListener("contactflow-message", () => (this.badge.hidden = !this.view.panel.hidden));
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
  }

  toggle(open) {
    this.view.panel.hidden = !open;
    this.launcher?.setAttribute("aria-expanded", String(open));
    if (!open) return this.launcher.focus();
    if (this.badge) this.badge.hidden = true;
    this.start();
    this.view.grown();
    this.view.box.focus({ preventScroll: true });
    this.view.toEnd();
  }

  start() {
    if (this.conversations) return;
    const conversations = new Conversations(this.getAttribute("channel"), this.locale, this.view);
    this.conversations = conversations;
    Object.assign(this.view, {
      say: (text) => conversations.say(text),
      retry: (one) => conversations.retry(one),
      renew: () => conversations.renew(),
    });
    conversations.run();
  }
}

if (!customElements.get("contactflow-chat")) customElements.define("contactflow-chat", ContactFlowChat);

for (const script of document.querySelectorAll("script[data-channel]")) {
  if (script.src !== import.meta.url || script.dataset.drawn) continue;
  script.dataset.drawn = "yes";
  const { channel, name, lang } = script.dataset;
  document.body.append(el("contactflow-chat", { channel, name, lang }));
}
