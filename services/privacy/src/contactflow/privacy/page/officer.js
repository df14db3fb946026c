// The officer's page, on the public API alone. Its words are all the server's (words.toml).

const REQUESTS = "/v1/rights-requests";
const BRISK = 1000; // ms between looks at a request that moves
const CALM = 15_000; // ms between looks otherwise, and as long as an answer may take

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const LOCALE = document.documentElement.lang;
const REGION = navigator.languages.find((one) => one.toLowerCase().startsWith(LOCALE)) ?? LOCALE;
const WORDS = Object.fromEntries($$("data", $("#words").content).map((one) => [one.value, one.textContent]));
const NUMBER = new Intl.NumberFormat(REGION);
const LEFT = new Intl.RelativeTimeFormat(REGION, { numeric: "auto" });
const PLURAL = new Intl.PluralRules(REGION);
const NOBODY = { one: null, etag: null, claims: null };
const NOTHING = { requests: [], next: null, readAt: 0, ...NOBODY };
const here = { view: "loading", timer: null, ...NOTHING };
const word = (key, values = {}) => WORDS[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const several = (key, n) => word(`${key}_${PLURAL.select(n) === "one" ? "one" : "other"}`, { n: NUMBER.format(n) });
const day = (at, more) => new Date(at).toLocaleString(REGION, { dateStyle: "medium", ...more });
const sum = (counts) => Object.values(counts).reduce((total, rows) => total + rows, 0);
const say = (text) => ($("#live").textContent = text);
const keep = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
const kept = (name) => JSON.parse(sessionStorage.getItem(name));
const chosen = () => location.hash.slice(1);
const place = () => `${kept("workspace")}#${chosen()}`;

// Of what belongs to some states, show what belongs to one of these.
function turn(attribute, now, root = document) {
  const belongs = (one) => one.dataset[attribute].split(" ").some((each) => [now].flat().includes(each));
  for (const one of $$(`[data-${attribute}]`, root)) one.hidden = !belongs(one);
  return root;
}

function fill(root, values) {
  for (const one of $$("[data-text]", root)) {
    const text = values[one.dataset.text] ?? one.textContent;
    if (one.textContent !== text) one.textContent = text;
  }
  return root;
}

const clone = (name, values) => fill($(`#${name}`).content.firstElementChild.cloneNode(true), values);
const show = (view, values = {}) => turn("view", (here.view = view), fill(document, values));
const problem = (status, { title = word("page_failed"), detail = word("page_unknown"), errors = [] }) =>
  Object.assign(new Error(title), { status, title, detail: errors.map((one) => one.detail).join(" ") || detail });

// An answer is for the place where it was asked for: once the officer is elsewhere, it never comes.
async function ask(path, { body, headers } = {}) {
  const asked = place();
  const sent = { "Accept-Language": LOCALE, ...(body && { "Content-Type": "application/json" }), ...headers };
  if (kept("workspace")) sent["ContactFlow-Workspace"] = kept("workspace");
  const request = { method: body ? "POST" : "GET", headers: sent, body, cache: "no-store" };
  const answer = await fetch(path, { ...request, signal: AbortSignal.timeout(CALM) }).catch(() => null);
  connection(answer ? "online" : navigator.onLine ? "lost" : "offline");
  const said = await answer?.json().catch(() => ({}));
  if (answer?.status === 401 && path !== "/v1/auth/login") signedOut();
  if (asked !== place()) return new Promise(() => {});
  if (!answer) throw problem(0, { detail: word("page_unsent") });
  if (!answer.ok) throw problem(answer.status, said);
  return { said, etag: answer.headers.get("ETag") };
}

function connection(state) {
  if (state === "online" && $("#connection").textContent) say(word("page_back"));
  $("#connection").textContent = state === "online" ? "" : word(`page_${state}`);
}

// Nothing stays of the request that was open: not its words, nor what was typed about it.
function clear(nothing) {
  Object.assign(here, nothing);
  for (const dialog of $$("dialog[open]")) dialog.close();
  for (const form of $$("form")) form.reset();
  for (const one of $$("#one [data-text], #claims")) one.replaceChildren();
}

function signedOut(why = here.view === "desk" ? word("session_ended") : "") {
  clear(NOTHING);
  sessionStorage.clear();
  for (const list of $$("#requests, #spaces")) list.replaceChildren();
  show("sign-in", { why });
  $("#email").focus();
}

async function enter(workspace = kept("workspace")) {
  clear(NOTHING);
  keep("workspace", workspace);
  try {
    const { said } = await ask("/v1/me");
    if (!said.workspace) return signedOut(kept("spaces") ? word("session_nowhere") : "");
    const option = ({ id, name }) => new Option(name, id, false, id === said.workspace.id);
    $("#spaces").replaceChildren(...(kept("spaces") ?? [said.workspace]).map(option));
    fill($(".bar"), { user: said.user.name });
    const no = (scope) => !said.scopes.includes(scope);
    for (const one of $$("[data-needs]")) one.classList.toggle("forbidden", no(one.dataset.needs));
    if (no("rights:read")) throw problem(403, { title: word("session_barred"), detail: word("session_barred_lead") });
    show("desk");
    turn("queue", "loading");
    route();
  } catch (fault) {
    if (fault.status !== 401) show("notice", fault);
  }
}

// A request that is stalled says so instead of where: whom it waits for, and why, its services tell.
const phase = (one) => one.stalled?.during ?? (one.right === "erasure" || isOver(one) ? one.status : "elsewhere");
const why = ({ residue, state }) => (sum(residue) ? "holding" : state === "verified" ? "again" : "late");
const stuck = (part) => part.stalled_since && why(part);
const isOver = (one) => ["completed", "refused", "cancelled"].includes(one.status);
const nobody = (one) => word(`queue_${isOver(one) ? "over" : one.received_via === "phone" ? "caller" : "nobody"}`);
const who = (one) => one.identifiers.map((each) => each.masked).join(", ") || nobody(one);

function due(one) {
  if (isOver(one)) return word("due_closed", { day: day(one.completed_at ?? one.updated_at) });
  const [then, now] = [one.due_at, Date.now()].map((at) => new Date(at).setHours(0, 0, 0, 0));
  return word("due_open", { day: day(one.due_at), left: LEFT.format(Math.round((then - now) / 864e5), "day") });
}

// What is true of a request: the page shows what belongs to that (data-is).
function traits(one) {
  const overdue = new Date(one.due_at) < new Date();
  const ended = one.status === "cancelled" && (one.reason_code ? "unproved" : "taken_back");
  const found = {
    ...{ open: true, overdue, due_soon: one.due_soon && !overdue, restricted: one.restricted_at },
    ...{ stalled: one.stalled, extended: one.extended, extendable: !one.extended && !overdue, evidence: one.evidence },
    email: one.identifiers.map((each) => each.kind).join() === "email",
  };
  const told = [phase(one), one.answer, one.reason_code, ended, ...one.participants.map(stuck)];
  return [...told, ...Object.keys(found).filter((trait) => !isOver(one) && found[trait])];
}

// Looks again while there is a reason to; what is on the screen stays there until there is better.
async function look() {
  clearTimeout(here.timer);
  if (here.view !== "desk") return;
  try {
    if (Date.now() - here.readAt >= CALM) await readQueue();
    if (chosen()) drawOne(await ask(`${REQUESTS}/${chosen()}`));
  } catch (fault) {
    if (!here.readAt) turn("queue", "failed", fill($("#queue"), fault));
    if (chosen() && !here.one) turn("one", "failed", fill($("#one"), fault));
  }
  const brisk = (here.one && $(".busy:not([hidden])")) || $("#connection").textContent;
  here.timer = setTimeout(look, brisk ? BRISK : CALM);
}

const list = async (query) => (await ask(`${REQUESTS}?${new URLSearchParams({ limit: 100, ...query })}`)).said;

async function listOpen(query = { status: "open" }) {
  const { data, next_cursor: cursor } = await list(query);
  return cursor ? [...data, ...(await listOpen({ ...query, cursor }))] : data;
}

// All that is open, and of everything the newest page, or an older one. What was read last holds.
async function readQueue(older) {
  const open = older ? here.requests : await listOpen();
  const { data, next_cursor } = await list(older);
  const known = [...here.requests.filter(isOver), ...open, ...data];
  here.requests = [...new Map(known.map((one) => [one.id, one])).values()];
  if (older || !here.readAt) here.next = next_cursor;
  drawQueue((here.readAt = Date.now()));
}

// What is due first comes first; below it what is over, the newest first.
function drawQueue() {
  const focused = document.activeElement.closest("#requests a")?.hash;
  const later = (a, b) => (isOver(a) ? b.updated_at.localeCompare(a.updated_at) : a.due_at.localeCompare(b.due_at));
  const order = (a, b) => isOver(a) - isOver(b) || later(a, b);
  $("#requests").replaceChildren(...here.requests.sort(order).map(drawRow));
  $("#older").hidden = !here.next;
  fill($("#queue"), { summary: several("queue_summary", here.requests.filter((one) => !isOver(one)).length) });
  turn("queue", here.requests.length ? "ready" : "empty");
  if (focused) $(`#requests a[href="${focused}"]`)?.focus();
}

function drawRow(one) {
  const row = clone("row", { who: who(one), right: word(`right_${one.right}`), due: due(one) });
  Object.assign($("a", row), { href: `#${one.id}`, ariaCurrent: one.id === chosen() ? "true" : null });
  return turn("is", traits(one), row);
}

function drawOne({ said: one, etag }) {
  Object.assign(here, { one, etag });
  const { stalled, participants } = one;
  const total = sum(participants.map((part) => sum(part.counts)));
  const services = participants.filter(stuck).map((part) => word(`matrix_${part.name}`)).join(", ");
  fill($("#one"), {
    ...{ who: who(one), right: word(`right_${one.right}`), id: one.id, due: due(one) },
    ...{ evidence: one.evidence ?? "", extended: one.extension_reason ?? "", since: day(one.restricted_at) },
    received: word("via_received", { day: day(one.received_at), via: word(`via_${one.received_via}`) }),
    round: one.round > 1 ? word("work_round", { n: one.round }) : "",
    stalled: word("work_stalled", { services, time: day(stalled?.since ?? 0, { timeStyle: "short" }) }),
    total: total ? several("decision_total", total) : word("decision_nothing"),
  });
  participants.forEach(drawPart);
  for (const step of $$(".steps li")) step.ariaCurrent = step.dataset.step === phase(one) ? "step" : null;
  turn("is", traits(one), $("#request"));
  turn("one", "ready");
  if (phase(one) === "awaiting_approval") here.claims ?? drawClaims(one).catch(() => null); // the next look asks again
  here.requests = here.requests.map((each) => (each.id === one.id ? one : each));
  if (here.readAt) drawQueue();
}

function drawPart(part) {
  const [state, rows] = [stuck(part) || part.state, sum(part.residue) ? part.residue : part.counts];
  const tables = Object.entries(rows).map(([table, n]) => n && `${table} ${NUMBER.format(n)}`);
  const row = fill($(`[data-part=${part.name}]`), {
    ...{ tables: tables.filter(Boolean).join(" · "), state: word(`matrix_${state}`) },
    rows: state === "waiting" ? "" : NUMBER.format(sum(rows)),
  });
  Object.assign(row.dataset, { state: part.state, late: Boolean(stuck(part)) });
}

async function drawClaims({ id }) {
  const { said } = await ask(`${REQUESTS}/${id}/preview`);
  here.claims = said.claims.map(({ id: value, participant, kinds, counts }) => {
    const told = { service: word(`matrix_${participant}`), given: word(`decision_${kinds.join("_")}`) };
    const row = clone("claim", { text: word("decision_claim", told), rows: several("rows_many", sum(counts)) });
    return Object.assign($("input", row), { value }).closest("li");
  });
  fill($("#claims-part"), { more: said.more_claims ? several("decision_more", said.more_claims) : "" });
  $("#claims").replaceChildren(...here.claims);
}

function intake({ email = "", phone = "", received_at: at, restrict, ...said }) {
  const listed = (text, kind) => (text.match(/[^,;\s][^,;\n]*/g) ?? []).map((value) => ({ kind, value }));
  const identifiers = [...listed(email, "email"), ...listed(phone, "phone")];
  if (!identifiers.length) throw problem(422, { detail: word("intake_none") });
  const received = at && { received_at: new Date(at).toISOString() };
  return { right: "erasure", identifiers, ...received, ...said, restrict: Boolean(restrict) };
}

// What a form says, where that is not its fields as they are; and what follows when that was taken.
const ACTIONS = {
  login: { then: ({ workspaces }) => [keep("spaces", workspaces), enter(workspaces[0]?.id)] },
  create: { body: intake, then: (one) => here.requests.push(one) && (location.hash = one.id) },
  code: { body: ({ code, ...said }) => ({ ...said, code: code.replace(/\D/g, "") }) },
  codes: { then: () => fill($("#one"), { sent: word("identity_sent") }) },
  approve: { body: () => ({ claims: $$("#claims input:checked").map((one) => one.value) }) },
};

// The same words are the same request, however often they are sent: until they were taken, or changed.
async function submitted(form) {
  const { action, path, to, firm } = form.dataset;
  const { body = (said) => said, then = () => $("#request-title").focus() } = ACTIONS[action] ?? {};
  $(".problem", form).textContent = "";
  try {
    const said = Object.fromEntries([...new FormData(form)].filter(([, text]) => text.trim()));
    const sent = JSON.stringify(body(said));
    const where = path ?? `${REQUESTS}/${here.one.id}/${to}`;
    if (form.sent !== where + sent) form.key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    form.sent = where + sent;
    const headers = { "Idempotency-Key": form.key, ...(firm && { "If-Match": here.etag }) };
    const answer = await ask(where, { body: sent, headers });
    Object.assign(form, { sent: null }).reset();
    form.closest("dialog")?.close();
    if (to) drawOne(answer);
    then(answer.said);
    look();
  } catch (fault) {
    $(".problem", form).textContent = `${fault.message}. ${fault.detail}`;
  }
}

async function download({ id } = here.one) {
  const { said } = await ask(`${REQUESTS}/${id}/receipt`);
  const href = URL.createObjectURL(new Blob([JSON.stringify(said, null, 2)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href, download: `receipt-${id}.json` }).click();
  say(word("receipt_saved"));
}

function route() {
  const [id, from] = [chosen(), here.one?.id];
  $("#language").hash = document.body.classList.toggle("reading", Boolean(id)) ? id : "";
  if (id !== from) clear(NOBODY);
  if (id !== from) turn("one", id ? "loading" : "none");
  if (here.readAt) drawQueue();
  if (id && id !== from) $("#one").focus();
  if (!id && from) ($(`#requests a[href="#${from}"]`) ?? $("#queue-title")).focus();
  look();
}

const CLICKS = {
  again: () => (here.view === "desk" ? look() : enter()),
  close: (target) => target.closest("dialog").close(),
  leave: () => ask("/v1/auth/logout", { body: "{}" }).catch(() => null).then(() => signedOut(word("session_left"))),
  older: () => readQueue({ cursor: here.next }).catch((fault) => say(fault.detail)),
  open: (target) => $(`#${target.closest("[data-opens]").dataset.opens}`).showModal(),
  receipt: () => download().catch((fault) => say(fault.detail)),
};

document.addEventListener("submit", (event) => event.preventDefault() ?? submitted(event.target));
document.addEventListener("click", ({ target }) => CLICKS[target.closest("[data-click]")?.dataset.click]?.(target));
document.addEventListener("reset", ({ target }) => ($(".problem", target).textContent = ""));
document.addEventListener("close", ({ target }) => $("form", target).reset(), true); // however it closed
window.addEventListener("hashchange", route);
for (const state of ["online", "offline"]) window.addEventListener(state, () => connection(state) ?? look());
$("#spaces").addEventListener("change", ({ target }) => enter(target.value));
enter();
