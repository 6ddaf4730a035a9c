// The call sheet saves itself: half a second after a key at most, from the first key on. The directory is asked at
// every key.
// What was typed is never taken away: on a fault it stays, with a message beside its field.

const SAVE_AFTER = 500;
// A number is tried only once typing pauses or the field is left: what is half typed is saved, not asked about.
const SETTLED_AFTER = 600;
const ITEMS = ["member_name", "facility", "address", "number"];
const LOOKED_UP = ["member_name", "facility", "address"];
const MEMBER_NUMBER = 10;
const RETRY_AFTER = 2000;

const ENDED_ELSEWHERE = "この通話は別の画面で終了しています。画面を読み直してください（ここに残っている入力は保存されません）";

function start() {
  const sheet = document.getElementById("sheet");
  if (!sheet || sheet.dataset.started) return;
  sheet.dataset.started = "yes";

  const holders = new Map();
  sheet.querySelectorAll(".field-holder[data-field]").forEach((h) => holders.set(h.dataset.field, h));
  const changed = new Set();
  const { say: tell, closeStrips } = window.madoguchi;
  let timer = null;
  let running = null;

  const state = document.getElementById("saved-state");
  const told = document.getElementById("saved-told");
  let failed = false;
  const say = (text, failing) => {
    if (state.textContent !== text) state.textContent = text;
    state.dataset.state = failing ? "failing" : "well";
    // Read out: a failure at once, being well again once, and no save that went well.
    if (failing && told.textContent !== text) told.textContent = text;
    if (failed && !failing && text.startsWith("保存済み")) told.textContent = "また保存できるようになりました";
    if (failing) failed = true;
    else if (text.startsWith("保存済み")) failed = false;
  };

  const control = (holder) => holder.querySelector("input:not([type=radio]), textarea, select");
  const value = (holder) => {
    const radio = holder.querySelector("input[type=radio]");
    if (!radio) return control(holder).value;
    const chosen = holder.querySelector("input[type=radio]:checked");
    return chosen ? chosen.value : "";
  };

  function note(holder, message) {
    let line = holder.querySelector(".sheet-fault");
    if (!message) {
      if (line) line.remove();
      control(holder)?.removeAttribute("aria-invalid");
      return;
    }
    if (!line) {
      line = document.createElement("p");
      line.className = "sheet-fault field-error";
      line.id = "fault-" + holder.dataset.field;
      holder.append(line);
    }
    line.textContent = message;
    // What the directory said, it said of another text.
    document.getElementById("mark-" + holder.dataset.field)?.replaceChildren();
    control(holder)?.setAttribute("aria-invalid", "true");
  }

  function conflict(holder, theirs, version) {
    holder.dataset.version = version;
    note(holder, "別の画面でこの欄が変更されました。相手の入力：" + (theirs || "（空欄）") + "　このまま続けると、いまの入力で保存します");
  }

  // When a key last fell into an item, and who looks whether typing has paused.
  const keyed = new Map();
  const settling = new Map();
  const typing = (name) => performance.now() - (keyed.get(name) ?? -Infinity) < SETTLED_AFTER;

  function settle(name) {
    clearTimeout(settling.get(name));
    settling.set(name, setTimeout(() => {
      if (!sheet.isConnected) return;
      if (typing(name)) return settle(name);
      changed.add(name);
      flush();
    }, SETTLED_AFTER));
  }

  // Somebody ended the call at another screen: nothing is saved any more.
  let ended = false;

  async function post() {
    const names = [...changed];
    if (names.length === 0) return true;
    changed.clear();
    const body = new URLSearchParams();
    for (const name of names) {
      body.set("f." + name, value(holders.get(name)));
      body.set("v." + name, holders.get(name).dataset.version);
      if (!typing(name)) continue;
      body.set("t." + name, "yes");
      settle(name);
    }
    say("保存中");
    const order = ++asked;
    let answer;
    try {
      const response = await fetch(sheet.dataset.save, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json", ...window.madoguchi.drawnFor() } });
      if (response.type === "opaqueredirect") {
        names.forEach((n) => changed.add(n));
        say("サインインが必要です（入力内容はこの画面に残っています）。別のタブでサインインすると続けられます", true);
        later(RETRY_AFTER);
        return false;
      }
      if (window.madoguchi.ofAnother(response.headers.get("madoguchi-problem"))) {
        names.forEach((n) => changed.add(n));
        say(window.madoguchi.toldBy(await response.text()), true);
        return false;
      }
      const json = (response.headers.get("content-type") || "").includes("json");
      if (!json || ![200, 409, 422].includes(response.status)) throw new Error(String(response.status));
      answer = await response.json();
    } catch (error) {
      names.forEach((n) => changed.add(n));
      const gone = error.message === "409";
      ended ||= gone;
      const long = error.message === "413";
      say(gone ? ENDED_ELSEWHERE : long ? "文章が長すぎて保存できません。短くしてください（入力内容はこの画面に残っています）"
        : "再接続中（入力内容はこの画面に残っています）", true);
      if (!gone && !long) later(RETRY_AFTER);
      return false;
    }
    for (const [name, version] of Object.entries(answer.versions)) {
      const holder = holders.get(name);
      holder.dataset.version = version;
      note(holder, null);
    }
    draw(answer.parts, order);
    putBack();
    for (const fault of answer.faults) note(holders.get(fault.name), fault.message);
    for (const c of answer.conflicts) conflict(holders.get(c.name), c.theirs, c.version);
    const trouble = answer.faults.length + answer.conflicts.length;
    foresee();
    say(trouble ? "保存できない欄があります（入力内容はこの画面に残っています）" : "保存済み " + answer.saved_at, trouble > 0);
    return true;
  }

  // Saves and look-ups cross on their way: what the directory said to older text is never drawn over newer.
  let asked = 0;
  let drawn = 0;

  function draw(parts, order) {
    if (!sheet.isConnected) return;
    const stale = order < drawn;
    if (parts["part-verdict"] !== undefined) drawn = Math.max(drawn, order);
    for (const [id, html] of Object.entries(parts)) {
      if (stale && (id === "part-verdict" || id.startsWith("mark-"))) continue;
      const old = document.getElementById(id);
      if (!old || old.contains(document.activeElement)) continue;
      if (id.startsWith("mark-")) old.innerHTML = html;
      else old.outerHTML = html;
      const fresh = document.getElementById(id);
      if (window.htmx) window.htmx.process(fresh);
    }
  }

  const hold = (event) => { event.preventDefault(); event.stopPropagation(); };

  // What is asked of whoever types: drawn only when it's another question, and never over an answer that is being typed.
  let question = document.getElementById("part-asked")?.outerHTML;
  async function askedNow() {
    if (!sheet.isConnected || document.hidden) return;
    try {
      const response = await fetch(sheet.dataset.asked, { redirect: "manual", headers: { "Madoguchi-Refresh": "1", ...window.madoguchi.drawnFor() } });
      const html = response.ok ? (await response.json()).parts["part-asked"] : undefined;
      if (html === undefined || html === question || document.querySelector("#part-asked input[name=answer]")?.value) return;
      question = html;
      draw({ "part-asked": html }, asked);
    } catch {
      // Whether the desk can be reached, the save says.
    }
  }
  // Alt+Q opens it; once it's answered, whoever typed goes on where they were.
  let typedIn = null;
  document.addEventListener("keydown", (event) => {
    const details = sheet.isConnected && document.querySelector("#part-asked details");
    if (!details || !event.altKey || event.code !== "KeyQ" || event.isComposing) return;
    hold(event);
    if (!details.contains(document.activeElement)) typedIn = document.activeElement;
    details.open = true;
    details.querySelector("[name=answer]").focus();
  }, true);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!sheet.isConnected || !event.detail.pathInfo?.requestPath.endsWith("/answers")) return;
    const wrong = document.querySelector("#part-asked [aria-invalid=true]");
    if (wrong) wrong.focus();
    else if (typedIn && !document.querySelector("#part-asked [name=answer]")?.value) {
      const back = typedIn.isConnected && typedIn !== document.body ? typedIn : control(holders.get("narrative"));
      typedIn = null;
      setTimeout(() => back.focus());
    }
  });
  const asks = setInterval(() => (sheet.isConnected ? askedNow() : clearInterval(asks)), 5000);

  // What the directory says is asked at every key, before anything is saved; one question at a time, the next one
  // takes what was typed meanwhile.
  let looking = false;
  let lookAgain = false;

  async function look() {
    lookAgain = looking;
    if (looking) return;
    looking = true;
    const order = ++asked;
    const body = new URLSearchParams();
    for (const name of LOOKED_UP) body.set("f." + name, value(holders.get(name)));
    try {
      const response = await fetch(sheet.dataset.look, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json", ...window.madoguchi.drawnFor() } });
      if (response.ok) {
        draw((await response.json()).parts, order);
        // It was asked without the number: once typing pauses, the whole is asked again.
        if (value(holders.get("number"))) settle("number");
      }
    } catch {
      // Whether the desk can be reached, the save says.
    }
    looking = false;
    if (lookAgain) look();
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  }

  // One save at a time: the next one takes what was typed meanwhile. A save that failed says itself whether it is
  // tried again: one to a call that has ended, or of too long a text, would fail for ever.
  function flush() {
    clearTimeout(timer);
    timer = null;
    running = (running || Promise.resolve()).then(post).then((saved) => {
      if (saved && changed.size > 0 && timer === null) later(SAVE_AFTER);
      return saved;
    });
    return running;
  }

  function touched(event) {
    const holder = event.target.closest(".field-holder[data-field]");
    if (!holder || !sheet.contains(holder)) return;
    changed.add(holder.dataset.field);
    const left = event.type === "change";
    if (ITEMS.includes(holder.dataset.field) && !left) keyed.set(holder.dataset.field, performance.now());
    else { keyed.delete(holder.dataset.field); clearTimeout(settling.get(holder.dataset.field)); }
    if (holder.dataset.field === "standing") {
      document.getElementById("standing-other").hidden = value(holder) !== "other";
    }
    if (timer === null) later(SAVE_AFTER);
    if (LOOKED_UP.includes(holder.dataset.field)) look();
    if (left) nameMember(holder.dataset.field);
    if (holder.dataset.field === "incident") flush();
    // A number that is tried is saved and counted: it isn't asked about digit by digit, and six may become ten.
    if (holder.dataset.field !== "number") return;
    const whole = value(holder).normalize("NFKC").replace(/\D/g, "").length === MEMBER_NUMBER;
    if (whole) keyed.delete("number");
    if (whole || left) flush();
  }

  sheet.addEventListener("input", (event) => {
    if (!event.isComposing) touched(event);
  });
  sheet.addEventListener("compositionend", touched);

  // What stands in 「行ったこと」 goes with its own form alone, whatever of the sheet is drawn anew.
  const noteBox = () => sheet.querySelector("[name=body]");
  let written = noteBox()?.value ?? "";
  sheet.addEventListener("input", ({ target }) => { if (target.name === "body") written = target.value; });
  function putBack() {
    const box = noteBox();
    if (box && !box.value) box.value = written;
  }
  const faulted = () => [...holders].filter(([, holder]) => holder.querySelector(".sheet-fault")).map(([name]) => name);
  window.addEventListener("beforeunload", (event) => {
    if (sheet.isConnected && !ended && (written.trim() || faulted().length > 0)) event.preventDefault();
  });

  // What was typed in the last moment before the page went: shown, and saved once more.
  for (const { name, text } of window.madoguchi.takeLast()) {
    if (name === "body") {
      written = text;
      putBack();
      continue;
    }
    const holder = holders.get(name);
    if (!holder || value(holder) === text) continue;
    const radio = [...holder.querySelectorAll("input[type=radio]")].find((one) => one.value === text);
    if (radio) radio.checked = true;
    else control(holder).value = text;
    changed.add(name);
  }
  if (changed.size > 0) flush();
  sheet.addEventListener("change", touched);

  // A member who calls for themselves is asked for their name once.
  function nameMember(field) {
    const name = control(holders.get("member_name"));
    const caller = value(holders.get("caller_name")).trim();
    if (!["standing", "caller_name"].includes(field) || value(holders.get("standing")) !== "member" || name.value || !caller) return;
    name.value = caller;
    name.dispatchEvent(new Event("input", { bubbles: true }));
  }

  sheet.addEventListener("click", (event) => {
    const sets = event.target.closest("[data-sets]");
    if (sets) {
      const select = control(holders.get(sets.dataset.sets));
      select.value = sets.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      closeStrips();
    }
    if (event.target.closest("[data-correct]")) {
      sheet.querySelector(".verdict-record").hidden = false;
      control(holders.get("member_name")).focus();
    }
  });

  // A key that comes right after the sentence changed was meant for the one before: what was never said would be stamped.
  const JUST_CHANGED = 700;
  const cardNow = () => document.getElementById("part-cards")?.dataset.card;
  let card = cardNow();
  let cardSince = -Infinity;
  let stamping = false;
  new MutationObserver(() => {
    if (cardNow() === card) return;
    card = cardNow();
    cardSince = performance.now();
  }).observe(sheet, { childList: true });
  const tooSoon = () => stamping || performance.now() - cardSince < JUST_CHANGED;
  document.addEventListener("keydown", (event) => {
    if (!sheet.isConnected || !tooSoon()) return;
    const answers = event.altKey && /^Digit[123]$/.test(event.code);
    const inside = event.target.closest?.("#part-cards") && (/^(Digit|Numpad)\d$/.test(event.code) || ["Enter", " "].includes(event.key));
    if (answers || inside) hold(event);
  }, true);
  sheet.addEventListener("click", (event) => {
    if (event.isTrusted && event.target.closest("#part-cards .button-row button") && tooSoon()) hold(event);
  }, true);
  sheet.addEventListener("htmx:beforeRequest", (event) => { if (event.target.closest("#part-cards")) stamping = true; });
  sheet.addEventListener("htmx:afterRequest", () => { stamping = false; });

  // What was typed into last takes the focus when a part that had it is drawn anew.
  let lastField = null;
  sheet.addEventListener("focusin", (event) => {
    const field = event.target.matches("input:not([type=radio]), textarea, select") && !event.target.closest(".sheet-end");
    if (field) lastField = event.target;
  });
  function keepFocus() {
    if (!sheet.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
    const field = lastField?.isConnected && lastField.getClientRects().length ? lastField : control(holders.get("member_name"));
    field.focus({ preventScroll: true });
  }
  sheet.addEventListener("htmx:afterRequest", () => setTimeout(keepFocus));

  // The end: first one of the results, then what it needs, and what the record lacks.
  const end = sheet.querySelector(".sheet-end");
  const ending = document.getElementById("end-form");
  const [results, needs] = [end.querySelector(".end-results"), end.querySelector(".end-needs")];
  const usual = Object.fromEntries(end.dataset.usual.split(" ").map((pair) => pair.split(":")));
  const chosen = () => ending.querySelector("[name=disposition]:checked");
  const visible = (el) => el.getClientRects().length > 0;

  function fit() {
    const ends = chosen()?.value;
    const next = ending.elements.next;
    const shows = (el, marks) => el.dataset.when.split(" ").some((mark) => marks.includes(mark));
    const own = next.closest("[data-when]");
    const byResult = shows(own, [`d:${ends}`]) && next.value;
    const marks = [`d:${ends}`, `n:${byResult || usual[ends]}`];
    for (const el of ending.querySelectorAll("[data-when]")) el.hidden = !shows(el, marks);
    // What isn't asked isn't sent; typed once, it is there again when it's asked again.
    for (const need of ending.querySelectorAll(".end-need")) {
      for (const field of need.querySelectorAll("input, select")) field.disabled = need.hidden;
    }
  }

  function choose() {
    results.hidden = true;
    needs.hidden = false;
    end.querySelector("[data-end-label]").textContent = chosen().labels[0].querySelector("span").textContent;
    fit();
    const field = [...needs.querySelectorAll(".end-need input, .end-at input")].find(visible);
    (field ?? needs.querySelector("[data-key='Ctrl+Enter']")).focus();
    foresee();
  }

  function chooseAgain() {
    needs.hidden = true;
    results.hidden = false;
    (chosen() ?? results.querySelector("input")).focus();
  }

  let arrows = false;
  results.addEventListener("keydown", (event) => {
    arrows = event.key.startsWith("Arrow");
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    if (chosen()) choose();
  });
  results.addEventListener("click", (event) => {
    if (event.target.matches("input") && !arrows) choose();
    arrows = false;
  });
  end.querySelector("[data-end-again]").addEventListener("click", chooseAgain);
  ending.elements.next.addEventListener("change", () => { fit(); foresee(); });

  // An Enter pressed twice ends nothing for which something is still lacking.
  let anywaySince = document.activeElement?.name === "anyway" ? performance.now() : -Infinity;
  ending.addEventListener("focusin", (event) => { if (event.target.name === "anyway") anywaySince = event.timeStamp; });
  ending.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name === "anyway" && event.timeStamp - anywaySince < JUST_CHANGED) event.preventDefault();
  });

  let foreseen = 0;
  let soon = null;
  async function foresee() {
    if (!sheet.isConnected || !chosen() || needs.hidden) return;
    const order = ++foreseen;
    try {
      const response = await fetch(end.dataset.foreseen, {
        method: "POST", body: new URLSearchParams(new FormData(ending)), redirect: "manual", headers: { Accept: "application/json", ...window.madoguchi.drawnFor() },
      });
      if (response.status !== 200 || order !== foreseen) return;
      const fresh = (await response.json()).parts["part-foreseen"];
      const old = document.getElementById("part-foreseen");
      if (order !== foreseen || !old) return;
      const held = old.contains(document.activeElement);
      old.outerHTML = fresh;
      // What had the focus may be lacking no more.
      if (held) (document.querySelector("#part-foreseen button") ?? needs.querySelector("[data-key='Ctrl+Enter']")).focus();
    } catch {
      // Whether the desk can be reached, the save says; what is lacking, the end itself.
    }
  }
  // What is typed anew isn't at fault until it is sent again.
  ending.addEventListener("input", (event) => {
    const field = event.target.closest(".field.has-error");
    field?.classList.remove("has-error");
    field?.querySelector(".field-error")?.remove();
    event.target.removeAttribute("aria-invalid");
    event.target.removeAttribute("aria-describedby");
  });
  ending.addEventListener("input", (event) => {
    if (!["callback_at", "clinic_hours", "ticket"].includes(event.target.name)) return;
    clearTimeout(soon);
    soon = setTimeout(foresee, 150);
  });
  sheet.addEventListener("htmx:afterRequest", () => { fit(); foresee(); });
  fit();

  function pressAgain(form, button) {
    if (!button) return;
    const fresh = [...sheet.querySelectorAll("form")].find((f) => f.getAttribute("action") === form.getAttribute("action"));
    const same = fresh && [...fresh.querySelectorAll("button")].find((b) => b.name === button.name && b.value === button.value);
    for (const old of form.querySelectorAll("select")) {
      const now = fresh?.querySelector(`select[name="${old.name}"]`);
      if (now) now.value = old.value;
    }
    same?.click();
  }

  // A form of the sheet goes out only after what was typed has been saved. One that takes this
  // page away waits until nothing is left that could not be saved.
  sheet.addEventListener("htmx:confirm", (event) => {
    const leaves = event.target.id === "end-form" || event.target.matches("[action$='/next']");
    const refused = () => leaves && sheet.querySelector(".sheet-fault") !== null;
    const note = noteBox();
    if (leaves && note?.value.trim()) {
      event.preventDefault();
      tell("「行ったこと」に、まだ記録していない文があります。Enterで記録するか、消してから進んでください");
      return note.focus();
    }
    if (changed.size === 0 && !running && !refused()) return;
    event.preventDefault();
    keyed.clear();
    flush().then((saved) => (saved && changed.size > 0 ? flush() : saved)).then((saved) => {
      // Saving drew the part anew that the form stood in: the same button of the new form is pressed.
      if (!event.target.isConnected) pressAgain(event.target, event.detail.triggeringEvent?.submitter);
      else if (!leaves || (saved && !refused())) event.detail.issueRequest(true);
      else if (ended) say(ENDED_ELSEWHERE, true);
      else say(`保存できていない欄があるため、まだ${event.target === ending ? "終了できません" : "進めません"}（入力内容はこの画面に残っています）`, true);
    });
  });
  sheet.addEventListener("htmx:afterRequest", (event) => {
    drawn = ++asked;
    if (event.detail.successful && event.detail.pathInfo.requestPath.endsWith("/notes")) {
      written = "";
      if (noteBox()) noteBox().value = "";
    }
    putBack();
  });
  window.addEventListener("pagehide", () => {
    const last = [...new Set([...changed, ...faulted()])].map((name) => ({ name, text: value(holders.get(name)) }));
    window.madoguchi.keepLast(written ? [...last, { name: "body", text: written }] : last);
    if (changed.size === 0) return;
    const body = new URLSearchParams();
    for (const name of changed) {
      body.set("f." + name, value(holders.get(name)));
      body.set("v." + name, holders.get(name).dataset.version);
      body.set("t." + name, "yes");
    }
    fetch(sheet.dataset.save, { method: "POST", body, keepalive: true, headers: window.madoguchi.drawnFor() }).catch(() => {});
  });

  window.madoguchi?.onCommand?.({
    "Alt+8": () => {
      if (!sheet.isConnected) return false;
      ending.querySelector("[name=disposition][value=escalated]").checked = true;
      choose();
    },
    "Alt+9": () => {
      if (!sheet.isConnected || needs.hidden) return false;
      chooseAgain();
    },
    "Ctrl+Enter": () => {
      if (!sheet.isConnected || !needs.hidden) return false;
      // A result that is chosen already is what was meant.
      if (chosen()) return choose();
      tell("先に対応結果を選んでください");
      chooseAgain();
    },
    Esc: () => {
      if (!sheet.isConnected || !end.contains(document.activeElement)) return false;
      if (!needs.hidden) return chooseAgain();
      (lastField?.isConnected && visible(lastField) ? lastField : control(holders.get("caller_name"))).focus();
    },
  });
  document.addEventListener("keydown", (event) => {
    if (!sheet.isConnected || event.defaultPrevented || !event.altKey || event.ctrlKey || !/^(Digit\d|Key[A-Z])$/.test(event.code)) return;
    event.preventDefault();
    tell(`Alt+${event.code.at(-1)} で行えることは、いまはありません`);
  });
}

start();
document.addEventListener("madoguchi:page", start);
