// Shows every reader's screen, and lets whoever looks act as the customer in front of it.
"use strict";

const LOOK_MS = 400;
const COUNT_MS = 2000;

const find = (id) => document.getElementById(id);
const shown = new Map(); // reader's id -> { card, text }: what stands on the page

const money = (minor, currency) => {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
};

const say = (text, isWrong = false) => {
  find("said").textContent = text;
  find("said").classList.toggle("wrong", isWrong);
};

async function ask(path, method = "GET", content = undefined) {
  const answer = await fetch(`/_control${path}`, {
    method,
    body: content === undefined ? undefined : JSON.stringify(content),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

async function act(path, content = {}) {
  try {
    await ask(path, "POST", content);
    say("");
  } catch (error) {
    say(error.message, true);
  }
  await look();
}

function button(text, run, { isMain = false, isOff = false, name = "" } = {}) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.disabled = isOff;
  if (isMain) made.classList.add("main");
  if (name) made.dataset.gesture = name;
  made.addEventListener("click", run);
  return made;
}

function gestures(reader) {
  const { screen } = reader;
  const can = (name) => (screen.gestures ?? []).includes(name);
  const make = (name, content) => () => act(`/readers/${reader.id}/${name}`, content?.());
  const made = [];
  let tip = null;
  if (screen.takes_tips) {
    tip = document.createElement("input");
    tip.type = "number";
    tip.min = "0";
    tip.placeholder = "tip";
    tip.setAttribute("aria-label", "Tip in the smallest unit");
    made.push(tip);
  }
  const present = (select) => () => ({
    card: find(select).value,
    tip: tip?.value ? Number(tip.value) : null,
  });
  if (screen.scans) {
    const pay = (isPaid) => () => act(`/intents/${screen.scans}/pay`, { is_paid: isPaid });
    made.push(button("Pay by phone", pay(true), { isMain: true, name: "pay" }));
    made.push(button("Decline on phone", pay(false), { name: "refuse" }));
  } else if (can("enter")) {
    made.push(button("Enter", make("enter"), { isMain: true, name: "enter" }));
    made.push(button("Skip", make("enter", () => ({ skips: true })), { name: "skip" }));
  } else {
    const isOff = !can("tap");
    made.push(button("Tap card", make("tap", present("card")), { isMain: true, isOff, name: "tap" }));
    made.push(button("Decline", make("tap", present("declined")), { isOff, name: "decline" }));
  }
  for (const kind of screen.codes ?? []) {
    made.push(button(`Scan ${kind}`, make("scan", () => ({ kind })), { name: "scan" }));
  }
  if (can("cancel")) made.push(button("Cancel", make("cancel"), { name: "cancel" }));
  const isDark = screen.state === "dark";
  const plug = isDark
    ? button("Plug in", make("plug"), { name: "plug" })
    : button("Pull the plug", make("unplug"), { name: "unplug" });
  plug.classList.add("plug");
  made.push(plug);
  return made;
}

function draw(reader) {
  const { screen } = reader;
  const card = find("reader").content.cloneNode(true).firstElementChild;
  const put = (name, text) => { card.querySelector(`.${name}`).textContent = text ?? ""; };
  card.dataset.reader = reader.id;
  card.dataset.state = screen.state;
  put("label", reader.label);
  put("place", reader.place);
  put("title", screen.title);
  put("note", screen.note);
  put("amount", screen.amount === undefined ? "" : money(screen.amount, screen.currency));
  put("id", reader.id);
  for (const item of screen.items ?? []) {
    const line = document.createElement("li");
    for (const text of [item.text, money(item.amount, screen.currency)]) {
      line.append(Object.assign(document.createElement("span"), { textContent: text }));
    }
    card.querySelector(".items").append(line);
  }
  card.querySelector("footer").append(reader.is_online ? "online" : "offline");
  card.querySelector(".gestures").append(...gestures(reader));
  return card;
}

function offerPlaces(readers) {
  const select = find("place");
  const known = new Set([...select.options].map((option) => option.value));
  for (const { place } of readers) {
    if (!known.has(place)) select.append(new Option(place));
    known.add(place);
  }
}

function drawAll(readers) {
  offerPlaces(readers);
  const wanted = find("place").value;
  const kept = new Set();
  for (const reader of readers.filter(({ place }) => !wanted || place === wanted)) {
    const text = JSON.stringify(reader);
    const before = shown.get(reader.id);
    kept.add(reader.id);
    if (before?.text === text) continue;
    const card = draw(reader);
    if (before) before.card.replaceWith(card);
    else find("readers").append(card);
    shown.set(reader.id, { card, text });
  }
  for (const [id, { card }] of shown) {
    if (kept.has(id)) continue;
    card.remove();
    shown.delete(id);
  }
}

let isGone = false;

async function look() {
  try {
    drawAll(await ask("/readers"));
    if (isGone) say("");
    isGone = false;
  } catch {
    isGone = true;
    say("The simulator does not answer.", true);
  }
}

async function count() {
  const [totals, clock] = await Promise.all([ask("/ledger/totals"), ask("/clock")]);
  find("now").textContent = new Date(clock.now * 1000).toLocaleString()
    + (clock.is_held ? " (held)" : "");
  find("totals").replaceChildren(...Object.entries(totals).flatMap(([currency, total]) =>
    ["captured", "refunded", "held"].map((name) => {
      const entry = document.createElement("div");
      const term = Object.assign(document.createElement("dt"), { textContent: name });
      const text = money(total[name], currency);
      entry.append(term, Object.assign(document.createElement("dd"), { textContent: text }));
      return entry;
    })));
}

async function every(ms, run) {
  for (;;) {
    if (!document.hidden) await run().catch(() => {});
    await new Promise((wake) => { setTimeout(wake, ms); });
  }
}

for (const made of document.querySelectorAll("[data-advance]")) {
  made.addEventListener("click", async () => {
    await act("/clock/advance", { seconds: Number(made.dataset.advance) });
    await count().catch(() => {});
  });
}
find("place").addEventListener("change", look);
every(LOOK_MS, look);
every(COUNT_MS, count);
