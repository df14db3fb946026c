// The officer's page: sign in, the queue, one request. It uses the public API only, and has no word of
// its own: the server has put them all into the page (words.toml).

const REQUESTS = "/v1/rights-requests";
const BRISK = 1000; // ms between looks at a request that moves
const CALM = 15_000; // ms between looks otherwise, and as long as an answer may take
const STEPS = ["verifying_identity", "discovering", "awaiting_approval", "executing", "verifying_erasure"];
const MOVING = ["discovering", "executing", "verifying_erasure"];
const OVER = ["completed", "refused", "cancelled"];

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const LOCALE = document.documentElement.lang;
const REGION = navigator.languages.find((one) => one.toLowerCase().startsWith(LOCALE)) ?? LOCALE;
const WORDS = Object.fromEntries($$("data", $("#words").content).map((one) => [one.value, one.textContent]));
const DAY = new Intl.DateTimeFormat(REGION, { dateStyle: "medium" });
const TIME = new Intl.DateTimeFormat(REGION, { dateStyle: "medium", timeStyle: "short" });
const NUMBER = new Intl.NumberFormat(REGION);
const LEFT = new Intl.RelativeTimeFormat(REGION, { numeric: "auto" });
const PLURAL = new Intl.PluralRules(REGION);
const NOTHING = { requests: [], next: null, readAt: 0, one: null, etag: null, claims: null };
const here = { view: "loading", timer: null, ...NOTHING };
const word = (key, values = {}) => WORDS[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const several = (key, n) => word(`${key}_${PLURAL.select(n) === "one" ? "one" : "other"}`, { n: NUMBER.format(n) });
const day = (at) => DAY.format(new Date(at));
const sum = (counts) => Object.values(counts).reduce((total, rows) => total + rows, 0);
const say = (text) => ($("#live").textContent = text);
const keep = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
const kept = (name) => JSON.parse(sessionStorage.getItem(name));
const chosen = () => location.hash.slice(1);

// Of what belongs to some states, show what belongs to one of these.
function turn(attribute, now, root = document) {
  for (const one of $$(`[data-${attribute}]`, root)) {
    one.hidden = !one.dataset[attribute].split(" ").some((each) => [now].flat().includes(each));
  }
}

function fill(root, values) {
  for (const one of $$("[data-text]", root)) {
    const text = values[one.dataset.text];
    if (text !== undefined && one.textContent !== text) one.textContent = text;
  }
  return root;
}
const clone = (name, values) => fill($(`#${name}`).content.firstElementChild.cloneNode(true), values);

// --- The public API

const problem = (status, { title = word("page_failed"), detail = word("page_unknown"), errors = [] }) =>
  Object.assign(new Error(title), { status, detail: errors.map((one) => one.detail).join(" ") || detail });

async function ask(path, { body, headers } = {}) {
  const sent = { "Accept-Language": LOCALE, ...(body && { "Content-Type": "application/json" }), ...headers };
  if (kept("workspace")) sent["ContactFlow-Workspace"] = kept("workspace");
  const request = { method: body ? "POST" : "GET", headers: sent, body, signal: AbortSignal.timeout(CALM), cache: "no-store" };
  const answer = await fetch(path, request).catch(() => null);
  connection(answer ? "online" : navigator.onLine ? "lost" : "offline");
  if (!answer) throw problem(0, { detail: word("page_unsent") });
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401 && path !== "/v1/auth/login") signedOut(here.view === "desk" ? word("session_ended") : "");
  if (!answer.ok) throw problem(answer.status, said);
  return { said, etag: answer.headers.get("ETag") };
}

function connection(state) {
  if (state === "online" && $("#connection").textContent) say(word("page_back"));
  $("#connection").textContent = state === "online" ? "" : word(`page_${state}`);
}

// --- Who is there

function show(view, values = {}) {
  here.view = view;
  turn("view", view, fill(document, values));
}

function signedOut(why) {
  Object.assign(here, NOTHING);
  sessionStorage.clear();
  for (const dialog of $$("dialog[open]")) dialog.close();
  for (const form of $$("form")) form.reset();
  for (const list of $$("#requests, #claims, #spaces")) list.replaceChildren();
  show("sign-in", { why });
  $("#email").focus();
}

async function enter(workspace = kept("workspace")) {
  Object.assign(here, NOTHING);
  keep("workspace", workspace);
  try {
    const { said } = await ask("/v1/me");
    if (!said.workspace) return signedOut(kept("spaces") ? word("session_nowhere") : "");
    const option = ({ id, name }) => new Option(name, id, false, id === said.workspace.id);
    $("#spaces").replaceChildren(...(kept("spaces") ?? [said.workspace]).map(option));
    fill($(".bar"), { user: said.user.name });
    for (const one of $$("[data-needs]")) one.classList.toggle("forbidden", !said.scopes.includes(one.dataset.needs));
    if (!said.scopes.includes("rights:read")) return show("notice", { title: word("session_forbidden"), detail: word("session_forbidden_lead") });
    show("desk");
    turn("queue", "loading");
    route();
  } catch (fault) {
    if (fault.status !== 401) show("notice", { title: fault.message, detail: fault.detail });
  }
}

// --- What there is to do

// A request that is stalled says so instead of where: that shows in what its services have done.
function phase(one) {
  if (one.status !== "stalled") return one.status;
  if (!one.round) return "discovering";
  return one.participants.some((part) => part.state === "erasing") ? "executing" : "verifying_erasure";
}

const isOver = (one) => OVER.includes(one.status);
const who = (one) => one.identifiers.map((each) => each.masked).join(", ") || word(isOver(one) ? "queue_over" : "queue_nobody");

function due(one) {
  if (isOver(one)) return word("due_closed", { day: day(one.completed_at ?? one.updated_at) });
  const [then, now] = [new Date(one.due_at), new Date()].map((at) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()));
  return word("due_open", { day: day(one.due_at), left: LEFT.format((then - now) / 86_400_000, "day") });
}

// What is true of a request: the page shows what belongs to that (data-is).
function traits(one) {
  const open = !isOver(one);
  const overdue = new Date(one.due_at) < new Date();
  const { extended, stalled, restrict: restricted } = one;
  const found = { open, overdue, due_soon: one.due_soon && !overdue, stalled, extended, restricted };
  found.email = one.identifiers.length === 1 && one.identifiers[0].kind === "email";
  found.extendable = !extended && !overdue;
  return [phase(one), ...Object.keys(found).filter((trait) => open && found[trait])];
}

// Looks again while there is a reason to; what is on the screen stays there until there is better.
async function look() {
  clearTimeout(here.timer);
  if (here.view !== "desk") return;
  try {
    if (Date.now() - here.readAt >= CALM) await readQueue();
    const id = chosen();
    const { said, etag } = id ? await ask(`${REQUESTS}/${id}`) : {};
    if (said && id === chosen()) await drawOne(said, etag);
  } catch (fault) {
    const values = { title: fault.message, detail: fault.detail };
    if (!here.readAt) turn("queue", "failed", fill($("#queue"), values));
    if (chosen() && !here.one) turn("one", "failed", fill($("#one"), values));
  }
  here.timer = setTimeout(look, (here.one && MOVING.includes(phase(here.one))) || $("#connection").textContent ? BRISK : CALM);
}

async function readQueue(cursor = null) {
  const { said } = await ask(`${REQUESTS}?limit=100${cursor ? `&cursor=${cursor}` : ""}`);
  here.requests = [...said.data, ...here.requests.filter((one) => !said.data.some((fresh) => fresh.id === one.id))];
  if (cursor || !here.readAt) here.next = said.next_cursor;
  drawQueue((here.readAt = Date.now()));
}

// What is due first comes first; below it what is over, the newest first.
function drawQueue() {
  const focused = document.activeElement.closest("#requests a")?.hash;
  const order = (a, b) => isOver(a) - isOver(b) || (isOver(a) ? b.updated_at.localeCompare(a.updated_at) : a.due_at.localeCompare(b.due_at));
  $("#requests").replaceChildren(...here.requests.sort(order).map(drawRow));
  $("#older").hidden = !here.next;
  fill($("#queue"), { summary: several("queue_summary", here.requests.filter((one) => !isOver(one)).length) });
  turn("queue", here.requests.length ? "ready" : "empty");
  if (focused) $(`#requests a[href="${focused}"]`)?.focus();
}

function drawRow(one) {
  const row = clone("row", { who: who(one), right: word(`right_${one.right}`), due: due(one) });
  Object.assign($("a", row), { href: `#${one.id}`, ariaCurrent: one.id === chosen() ? "true" : null });
  turn("is", traits(one), row);
  return row;
}

// --- One request

async function drawOne(one, etag) {
  Object.assign(here, { one, etag });
  const { stalled, participants } = one;
  const total = sum(participants.map((part) => sum(part.counts)));
  const silent = stalled && { service: word(`matrix_${stalled.participant}`), time: TIME.format(new Date(stalled.since)) };
  fill($("#one"), {
    ...{ who: who(one), right: word(`right_${one.right}`), id: one.id, due: due(one) },
    received: word("via_received", { day: day(one.received_at), via: word(`via_${one.received_via}`) }),
    reason: one.reason_code ? word("ended_reason", { reason: word(`reason_${one.reason_code}`) }) : "",
    round: one.round > 1 ? word("work_round", { n: one.round }) : "",
    stalled: stalled ? word("work_stalled", silent) : "",
    total: total ? several("decision_total", total) : word("decision_nothing"),
  });
  participants.forEach(drawPart);
  $$(".steps li").forEach((step, place) => (step.ariaCurrent = place === STEPS.indexOf(phase(one)) ? "step" : null));
  turn("is", traits(one), $("#request"));
  turn("one", "ready");
  if (phase(one) === "awaiting_approval" && !here.claims) await drawClaims(one);
  here.requests = here.requests.map((each) => (each.id === one.id ? one : each));
  if (here.readAt) drawQueue();
}

function drawPart({ name, state, counts }) {
  const late = here.one.stalled?.participant === name;
  const tables = Object.entries(counts).filter(([, rows]) => rows).map(([table, rows]) => `${table} ${NUMBER.format(rows)}`);
  const rows = state === "waiting" ? "" : NUMBER.format(sum(counts));
  const row = fill($(`[data-part=${name}]`), { tables: tables.join(" · "), state: word(`matrix_${late ? "late" : state}`), rows });
  Object.assign(row.dataset, { state, late });
}

async function drawClaims({ id }) {
  const { said } = await ask(`${REQUESTS}/${id}/preview`);
  if (id !== chosen()) return; // the officer has gone on to another one
  here.claims = said.claims.map(({ id: value, participant, kind, counts }) => {
    const text = word("decision_claim", { service: word(`matrix_${participant}`), kind: word(`decision_${kind}`) });
    const row = clone("claim", { text, rows: several("rows_many", sum(counts)) });
    Object.assign($("input", row), { value });
    return row;
  });
  $("#claims").replaceChildren(...here.claims);
  $("#claims-part").hidden = !here.claims.length;
}

// --- What an officer does

function intake({ email, phone, received_via, received_at, locale, restrict }) {
  const listed = (text, kind) => text.split(/[,;\n]/).filter((one) => one.trim()).map((one) => ({ kind, value: one.trim() }));
  const identifiers = [...listed(email, "email"), ...listed(phone, "phone")];
  if (!identifiers.length) throw problem(422, { detail: word("intake_none") });
  const at = received_at ? new Date(received_at).toISOString() : undefined;
  return { right: "erasure", identifiers, received_via, received_at: at, locale, restrict: Boolean(restrict) };
}

// `to`: of the request that is open. `firm`: only if it still is as it was read.
const ACTIONS = {
  login: { path: "/v1/auth/login", body: (said) => said, then: ({ workspaces }) => [keep("spaces", workspaces), enter(workspaces[0]?.id)] },
  create: { path: REQUESTS, body: intake, then: (one) => [here.requests.push(one), (location.hash = one.id)] },
  attest: { to: "verify", body: ({ evidence }) => ({ method: "officer_attestation", evidence }) },
  code: { to: "verify", body: ({ code }) => ({ method: "code", code: code.replace(/\D/g, "") }) },
  codes: { to: "codes", body: () => ({}), then: () => fill($("#one"), { sent: word("identity_sent") }) },
  approve: { to: "approve", body: () => ({ claims: $$("#claims input:checked").map((one) => one.value) }), firm: true },
  refuse: { to: "refuse", body: ({ reason_code, text }) => ({ reason_code, ...(text.trim() && { text }) }), firm: true },
  extend: { to: "extend", body: ({ reason }) => ({ reason }) },
  cancel: { to: "cancel", body: () => ({}) },
};

// The same words are the same request, however often they are sent: until they were taken, or changed.
async function submitted(form) {
  const { path, to, body, then, firm } = ACTIONS[form.dataset.action];
  $(".problem", form).textContent = "";
  try {
    const sent = JSON.stringify(body(Object.fromEntries(new FormData(form))));
    const where = path ?? `${REQUESTS}/${here.one.id}/${to}`;
    if (form.sent !== where + sent) Object.assign(form, { sent: where + sent, key: crypto.getRandomValues(new Uint32Array(4)).join("-") });
    const { said, etag } = await ask(where, { body: sent, headers: { "Idempotency-Key": form.key, ...(firm && { "If-Match": here.etag }) } });
    Object.assign(form, { sent: null }).reset();
    form.closest("dialog")?.close();
    if (to) await drawOne(said, etag);
    (then ?? (() => $("#request-title").focus()))(said);
    look();
  } catch (fault) {
    $(".problem", form).textContent = `${fault.message}. ${fault.detail}`;
  }
}

async function download() {
  const { said } = await ask(`${REQUESTS}/${here.one.id}/receipt`);
  const file = new Blob([JSON.stringify(said, null, 2)], { type: "application/json" });
  Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `receipt-${here.one.id}.json` }).click();
  say(word("receipt_saved"));
}

function route() {
  const [id, from] = [chosen(), here.one?.id];
  $("#language").hash = document.body.classList.toggle("reading", Boolean(id)) ? id : "";
  if (id !== from) Object.assign(here, { one: null, etag: null, claims: null });
  if (id !== from) turn("one", id ? "loading" : "none", fill($("#one"), { sent: "" }));
  for (const form of id !== from ? $$("#request form, dialog form") : []) form.reset();
  if (here.readAt) drawQueue();
  if (id && id !== from) $("#one").focus();
  if (!id && from) ($(`#requests a[href="#${from}"]`) ?? $("#queue-title")).focus();
  look();
}

const CLICKS = {
  again: () => (here.view === "desk" ? look() : enter()),
  close: (button) => button.closest("dialog").close() ?? button.closest("form")?.reset(),
  leave: () => ask("/v1/auth/logout", { body: "{}" }).catch(() => null).then(() => signedOut(word("session_left"))),
  older: () => readQueue(here.next).catch((fault) => say(fault.detail)),
  open: (button) => $(`#${button.dataset.opens}`).showModal(),
  receipt: () => download().catch((fault) => say(fault.detail)),
};

document.addEventListener("submit", (event) => event.preventDefault() ?? submitted(event.target));
document.addEventListener("click", ({ target }) => CLICKS[target.closest("[data-click]")?.dataset.click]?.(target.closest("[data-click]")));
window.addEventListener("hashchange", route);
window.addEventListener("online", () => connection("online") ?? look());
window.addEventListener("offline", () => connection("offline"));
$("#spaces").addEventListener("change", ({ target }) => enter(target.value));
enter();
