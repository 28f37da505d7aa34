"use strict";

const SAMPLE = `# Ctrl+Enter runs the operation at the cursor.
query Overview {
  sources {
    name
    connector
    state
  }
  stores(first: 3) {
    nodes {
      code
      name
    }
  }
}
`;

const INTROSPECTION = `query Introspection { __schema {
  queryType { name } mutationType { name } subscriptionType { name }
  types { kind name description
    fields(includeDeprecated: true) { name description isDeprecated args { name description type { ...T } } type { ...T } }
    inputFields { name description type { ...T } }
    enumValues(includeDeprecated: true) { name description }
    possibleTypes { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`;

const at = (id) => document.getElementById(id);
const query = at("query"), variables = at("variables"), key = at("key"), answer = at("answer");
const status = at("status"), run = at("run"), docs = at("docs"), docsBody = at("docs-body");
let running = null;

/* Kept for the next visit; the key for this tab only. */
query.value = new URLSearchParams(location.search).get("query") || localStorage.getItem("query") || SAMPLE;
variables.value = localStorage.getItem("variables") || "";
key.value = sessionStorage.getItem("key") || "";
query.addEventListener("input", () => localStorage.setItem("query", query.value));
variables.addEventListener("input", () => localStorage.setItem("variables", variables.value));
key.addEventListener("change", () => { sessionStorage.setItem("key", key.value); loadDocs(); });

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/* Operations */

function operationAtCursor(text, cursor) {
  const plain = text.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g, (part) => " ".repeat(part.length));
  let found = null;
  for (const match of plain.matchAll(/(?<![\w$@.])(query|mutation|subscription)\b\s*([_A-Za-z]\w*)?\s*[({@]/g)) {
    if (found === null || match.index <= cursor) found = { kind: match[1], name: match[2] };
  }
  return found || { kind: "query" };
}

async function ask(body, accept, signal) {
  const headers = { "Content-Type": "application/json", "Accept": accept };
  const bearer = key.value.trim().replace(/^bearer\s+/i, "");
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  return fetch(location.pathname, { method: "POST", headers, body: JSON.stringify(body), signal });
}

async function execute() {
  if (running) { running.abort(); return; }
  let given;
  try {
    given = variables.value.trim() ? JSON.parse(variables.value) : null;
  } catch (error) {
    say(`Variables: ${error.message}`, true);
    return;
  }
  const operation = operationAtCursor(query.value, query.selectionStart);
  const isLive = operation.kind === "subscription";
  const started = performance.now();
  running = new AbortController();
  run.textContent = "Stop";
  say(isLive ? "waiting for events" : "asking");
  try {
    const response = await ask(
      { query: query.value, operationName: operation.name, variables: given },
      isLive ? "text/event-stream" : "application/graphql-response+json", running.signal);
    if ((response.headers.get("Content-Type") || "").startsWith("text/event-stream")) {
      await follow(response);
    } else {
      answer.replaceChildren(...coloured(await response.json()));
      say(`${response.status} in ${Math.round(performance.now() - started)} ms`, !response.ok);
    }
  } catch (error) {
    say(error.name === "AbortError" ? "stopped" : `no answer: ${error.message}`, error.name !== "AbortError");
  } finally {
    running = null;
    run.textContent = "Run";
  }
}

async function follow(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "", count = 0;
  answer.replaceChildren();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) { say(`the server ended it, ${count} events`); return; }
    buffer += value;
    const parts = buffer.split("\n\n");
    buffer = parts.pop();
    for (const part of parts) {
      if (part.startsWith("event: complete")) { say(`complete, ${count} events`); return; }
      const data = part.match(/^data: (.*)$/m);
      if (!data) continue;
      const time = new Date().toLocaleTimeString();
      answer.prepend(`${time}\n`, ...coloured(JSON.parse(data[1])), "\n\n");
      say(`${++count} events`);
    }
  }
}

function say(text, isBad) {
  status.textContent = text;
  status.className = isBad ? "bad" : "";
}

/* Text and spans, never HTML: what a system answered is only shown. */
function coloured(value) {
  const parts = [];
  const pattern = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;
  const text = JSON.stringify(value, null, 2);
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const shown = match[1] || match[0];
    const kind = match[2] ? (shown === '"errors"' ? "e" : "k") : match[1] ? "s" : "n";
    parts.push(text.slice(from, match.index), element("span", kind, shown));
    from = match.index + shown.length;
  }
  parts.push(text.slice(from));
  return parts;
}

query.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    query.setRangeText("  ", query.selectionStart, query.selectionEnd, "end");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); execute(); }
});
run.addEventListener("click", execute);

/* The schema */

let types = new Map(), roots = [], trail = [];

async function loadDocs() {
  try {
    const response = await ask({ query: INTROSPECTION }, "application/graphql-response+json");
    const told = await response.json();
    if (!told.data) throw new Error(told.errors[0].message);
    const schema = told.data.__schema;
    types = new Map(schema.types.map((type) => [type.name, type]));
    roots = [schema.queryType, schema.mutationType, schema.subscriptionType].filter(Boolean).map((root) => root.name);
    trail = [];
    show();
  } catch (error) {
    docsBody.replaceChildren(element("p", "bad", error.message));
  }
}

function show() {
  const name = trail[trail.length - 1];
  const sought = at("docs-search").value.trim().toLowerCase();
  at("docs-back").hidden = !name;
  at("docs-title").textContent = sought ? "Found" : name || "Schema";
  docsBody.replaceChildren(...(sought ? found(sought) : name ? typeParts(types.get(name)) : overview()));
  docsBody.scrollTop = 0;
}

function overview() {
  return roots.flatMap((root) => [element("h2", "", root), ...types.get(root).fields.map(member)]);
}

function found(sought) {
  const hits = [];
  for (const type of types.values()) {
    if (type.name.startsWith("__")) continue;
    if (type.name.toLowerCase().includes(sought)) hits.push(element("div", "item", link(type.name)));
    for (const field of [...(type.fields || []), ...(type.inputFields || [])]) {
      if (field.name.toLowerCase().includes(sought)) {
        hits.push(element("div", "item", link(type.name), ".", element("span", "name", field.name)));
      }
    }
  }
  return hits.length ? hits.slice(0, 100) : [element("p", "", "Nothing has this name.")];
}

function typeParts(type) {
  const parts = [element("p", "", type.description || "")];
  const members = [...(type.fields || []), ...(type.inputFields || []), ...(type.enumValues || [])];
  if (members.length) parts.push(element("h2", "", type.enumValues ? "Values" : "Fields"), ...members.map(member));
  if ((type.possibleTypes || []).length) {
    parts.push(element("h2", "", "Types"), ...type.possibleTypes.map((it) => element("div", "item", link(it.name))));
  }
  return parts;
}

function member(field) {
  const item = element("div", "item", element("span", "name", field.name));
  if ((field.args || []).length) {
    item.append("(", ...field.args.flatMap((arg, n) => [n ? ", " : "", `${arg.name}: `, ...typeName(arg.type)]), ")");
  }
  if (field.type) item.append(": ", ...typeName(field.type));
  if (field.description) item.append(element("p", "", field.description));
  return item;
}

function typeName(type) {
  if (type.kind === "NON_NULL") return [...typeName(type.ofType), "!"];
  if (type.kind === "LIST") return ["[", ...typeName(type.ofType), "]"];
  return [link(type.name)];
}

function link(name) {
  const button = element("button", "", name);
  button.type = "button";
  button.addEventListener("click", () => { at("docs-search").value = ""; trail.push(name); show(); });
  return button;
}

at("docs-back").addEventListener("click", () => { trail.pop(); show(); });
at("docs-search").addEventListener("input", show);
at("docs-toggle").addEventListener("click", () => {
  docs.hidden = !docs.hidden;
  at("docs-toggle").setAttribute("aria-expanded", String(!docs.hidden));
});
loadDocs();
