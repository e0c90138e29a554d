import { Key, decodeUnverified, verify } from "./node_modules/barejwt/src/web.js";

const element = (id) => document.getElementById(id);
// A person looks at one token: whose it is and for whom are not this page's to check.
const RULES = { profile: "jwt", allowedMissing: ["exp"], ignored: ["aud"] };

function verdict(token, secret) {
  if (secret === "") return "Not verified: there is no secret.";
  const key = new Key(secret, { weak: true });
  try {
    verify(token, key, RULES);
    return "Valid: signed with this secret, and its time is now.";
  } catch (error) {
    return `Refused: ${error.message}.`;
  } finally {
    key.dispose();
  }
}

function show(token, secret) {
  for (const id of ["header", "claims"]) element(id).textContent = "";
  try {
    const said = decodeUnverified(token);
    element("header").textContent = said.headerJson;
    element("claims").textContent = JSON.stringify(JSON.parse(said.payloadJson), null, 2);
    element("verdict").textContent = verdict(token, secret);
  } catch (error) {
    element("verdict").textContent = `No token: ${error.message}.`;
  }
}

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  show(element("token").value.trim(), element("secret").value);
});
