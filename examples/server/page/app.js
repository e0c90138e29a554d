// Walks a person through the API. It decides nothing: what is accepted or refused, and why, is the
// server's answer. All text goes in as text, never as HTML.

const byId = (id) => document.getElementById(id);

let user = null;
let pair = null; // of the last login or refresh
let usedRefreshToken = null;

// What a code of the API means, for people.
const MEANINGS = {
  401: "the access token was not accepted, or there is none",
  404: "there is no such user",
  413: "the request is too large",
  429: "too many attempts: wait a little",
  500: "the server has a fault of its own; its log says which",
  503: "the server took too long, or cannot read its keys",
  40001: "the server cannot use what was sent",
  40020: "the credentials are not good, or not any more",
};

// One request and its answer.
async function exchange(method, path, { authorization, body } = {}) {
  const headers = {};
  if (authorization) headers["Authorization"] = authorization;
  if (body) headers["Content-Type"] = "application/json";
  const request = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
  const response = await reach(`/api/v4/${path}`, request);
  const text = await response.text();
  return {
    request: `${method} /api/v4/${path}`,
    authorization: authorization && shortened(authorization),
    status: `${response.status} ${response.statusText}`.trim(),
    challenge: response.headers.get("WWW-Authenticate"),
    envelope: envelope(text, response.status),
  };
}

// A browser's own words for "no answer" say nothing to people.
async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch {
    throw new Error("the server cannot be reached. Does it run, and is this computer online?");
  }
}

// What stands between this page and the API may answer with something else than an envelope.
function envelope(text, status) {
  try {
    return JSON.parse(text);
  } catch {
    return { code: status, msg: text };
  }
}

const shortened = (text) => (text.length > 40 ? `${text.slice(0, 24)}…${text.slice(-6)}` : text);

function element(name, { text, className } = {}, ...children) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  node.append(...children);
  return node;
}

// The rows whose value is there.
function definitions(rows) {
  const list = element("dl");
  for (const [term, value] of rows) {
    if (value === null || value === undefined) continue;
    list.append(element("dt", { text: term }), element("dd", {}, element("code", { text: value })));
  }
  return list;
}

const pretty = (value) => JSON.stringify(value, (name, item) => (/_token$/.test(name) ? shortened(item) : item), 2);

function show(place, { request, authorization, status, challenge, envelope }, accepted) {
  const ok = envelope.code === 0;
  const meaning = MEANINGS[envelope.code] ?? "the answer is not one of this API's";
  const verdict = ok ? `Accepted: ${accepted}` : `Refused: ${envelope.msg} (code ${envelope.code}: ${meaning})`;
  byId(place).replaceChildren(
    element("p", { text: verdict, className: `verdict ${ok ? "accepted" : "refused"}` }),
    definitions([
      ["Request", request],
      ["Authorization", authorization ?? "none"],
      ["Status", status],
      ["WWW-Authenticate", challenge],
      ["Answer", pretty(envelope)],
    ]),
  );
  return ok;
}

let busy = false;

// Runs an action, one at a time, and shows in its place why there is no answer. A second click while a
// refresh runs would send the same token twice, and end the session.
async function run(place, action) {
  if (busy) return;
  setBusy(true);
  try {
    await action();
  } catch (error) {
    const text = `No answer: ${error.message}`;
    byId(place).replaceChildren(element("p", { text, className: "verdict refused" }));
  } finally {
    setBusy(false);
  }
}

// The buttons keep the focus, so they are not disabled but say that they wait.
function setBusy(now) {
  busy = now;
  for (const button of document.querySelectorAll("button")) button.setAttribute("aria-disabled", String(now));
}

function onSubmit(form, action) {
  byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    run(`${form}-result`, action);
  });
}

function onClick(button, place, action) {
  byId(button).addEventListener("click", () => run(place, action));
}

// The tokens, decoded.

function decoded(segment) {
  const base64 = segment.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

const localTime = (time) => time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });

// A token of another system may have no time here, or something that is none.
function numericDate(seconds) {
  const time = new Date(typeof seconds === "number" ? seconds * 1000 : NaN);
  return Number.isNaN(time.getTime()) ? undefined : `${seconds}, ${localTime(time)}`;
}

function tokenParts(token) {
  const [header, payload, signature] = token.split(".");
  const claims = decoded(payload);
  return definitions([
    ["Token", token],
    ["Header", JSON.stringify(decoded(header))],
    ["Claims", JSON.stringify(claims, null, 2)],
    ["Issued (iat)", numericDate(claims.iat)],
    ["Valid from (nbf)", numericDate(claims.nbf)],
    ["Expires (exp)", numericDate(claims.exp)],
    ["Signature", signature],
  ]);
}

const tokenView = (title, token) => element("div", {}, element("h3", { text: title }), tokenParts(token));

function takePair(newPair) {
  usedRefreshToken = pair && pair.refresh_token;
  pair = newPair;
  byId("tokens").replaceChildren(
    tokenView("Access token", pair.access_token),
    tokenView("Refresh token", pair.refresh_token),
  );
  byId("token").value = pair.access_token;
  for (const option of byId("send").options) option.disabled = false;
  byId("refresh").disabled = false;
  byId("replay").disabled = usedRefreshToken === null;
  byId("sign-out").disabled = false;
  byId("change").disabled = false;
  countDown();
}

function countDown() {
  if (!pair) return;
  const expires = new Date(pair.access_expires);
  const seconds = Math.ceil((expires - Date.now()) / 1000);
  const when = seconds > 0 ? `expires in ${seconds} s` : `expired ${-seconds} s ago`;
  byId("countdown").textContent = `By this browser's clock the access token ${when}: ${localTime(expires)}.`;
}

// The steps.

onSubmit("sign-in", async () => {
  const body = { email: byId("email").value, password: byId("password").value };
  const answer = await exchange("POST", "session/token", { body });
  if (!show("sign-in-result", answer, "here is a pair of tokens")) return;
  byId("password").value = "";
  pair = null;
  user = answer.envelope.data.user;
  byId("info-id").value = user.id;
  byId("change-email").value = user.email;
  byId("state").textContent = `Signed in as ${user.id}.`;
  takePair(answer.envelope.data.token);
});

onSubmit("look", () => {
  const verdict = (text, className) => element("p", { text, className: `verdict ${className}` });
  const place = byId("look-result");
  try {
    const parts = tokenParts(byId("foreign").value.trim());
    place.replaceChildren(verdict("Decoded here. The signature is not checked.", ""), parts);
  } catch {
    const text = "This is no token: it must be header.payload.signature, the first two JSON objects in base64url.";
    place.replaceChildren(verdict(text, "refused"));
  }
});

function authorization(choice) {
  if (choice === "nothing") return undefined;
  if (choice === "basic") return `Basic ${btoa("alice:secret")}`;
  if (choice === "refresh") return `Bearer ${pair.refresh_token}`;
  return `Bearer ${choice === "altered" ? altered(pair.access_token) : pair.access_token}`;
}

// Another first character of the signature.
function altered(token) {
  const at = token.lastIndexOf(".") + 1;
  return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
}

onSubmit("call", async () => {
  const paths = {
    ping: "site/ping",
    me: "user/me",
    info: `user/info/${encodeURIComponent(byId("info-id").value)}`,
  };
  const path = paths[new FormData(byId("call")).get("call")];
  const answer = await exchange("GET", path, { authorization: authorization(byId("send").value) });
  show("call-result", answer, "the call was answered");
});

async function callMe() {
  const answer = await exchange("GET", "user/me", { authorization: `Bearer ${byId("token").value.trim()}` });
  show("expired-result", answer, "this token has not expired yet");
}

onSubmit("expired", callMe);

onClick("sample", "expired-result", async () => {
  const sample = await reach("expired-token", { cache: "no-store" });
  byId("token").value = await sample.text();
  await callMe();
  byId("expired-result").append(tokenView("The token", byId("token").value));
});

async function refresh(refreshToken) {
  const answer = await exchange("POST", "session/token/refresh", { body: { refresh_token: refreshToken } });
  if (!show("refresh-result", answer, "here is a new pair; the tokens above are now these")) return;
  takePair(answer.envelope.data.token ?? answer.envelope.data);
}

onClick("refresh", "refresh-result", () => refresh(pair.refresh_token));

onClick("replay", "refresh-result", () => refresh(usedRefreshToken));

onSubmit("password-change", async () => {
  const body = { current_password: byId("current-password").value, new_password: byId("new-password").value };
  const access = `Bearer ${pair.access_token}`;
  const answer = await exchange("PUT", "user/password", { authorization: access, body });
  if (!show("password-change-result", answer, "every refresh token of this account is dead: sign in again")) return;
  byId("current-password").value = "";
  byId("new-password").value = "";
});

onClick("sign-out", "sign-out-result", async () => {
  const answer = await exchange("DELETE", "session/token", { body: { refresh_token: pair.refresh_token } });
  if (show("sign-out-result", answer, "the refresh token is dead")) byId("state").textContent = `${user.id} has signed out.`;
});

setInterval(countDown, 1000);
