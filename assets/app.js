// What every page shares: keys, clock, kept input, live messages. No business here.
const FIELD = 'input:not([type=radio],[type=checkbox],[type=submit],[type=button],[type=file]),textarea,select,[contenteditable]';
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/* Keys. While a conversion is open nothing acts, Enter included. */
const isComposing = (e) => e.isComposing || e.keyCode === 229;
const inField = () => document.activeElement?.matches(FIELD) ?? false;

function keyName(e) {
  const only = (mod) => ['altKey', 'ctrlKey', 'shiftKey', 'metaKey'].every((m) => e[m] === (m === mod));
  if (only('altKey') && /^(Digit\d|Key[A-Z])$/.test(e.code)) return `Alt+${e.code.at(-1)}`;
  if (only('ctrlKey') && e.key === 'Enter') return 'Ctrl+Enter';
  if (only(null) && ['F2', 'F4'].includes(e.key)) return e.key;
  if (only(null) && e.key === 'Escape') return 'Esc';
  return null;
}

/** Calls map[key](event) for F2, F4, Alt with a digit or letter, Ctrl+Enter and Esc; returns what stops it. */
function onCommand(map) {
  const listen = (e) => {
    const key = isComposing(e) || e.defaultPrevented ? null : keyName(e);
    if (key && map[key] && map[key](e) !== false) e.preventDefault();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

const shown = (el) => el && !el.disabled && el.getClientRects().length > 0;
const first = (selector, root) => $$(selector, root).find(shown);

function focusOn(target) {
  // Who goes on has left the strip.
  for (const strip of $$('.strip:not([hidden])')) if (!strip.contains(target)) { cameFrom = null; closeStrips(); }
  if (!target.matches('input,textarea,select,button,a,[tabindex]')) {
    target = target.querySelector('input:checked') ?? target.querySelector('input,button,a,textarea,select') ?? target;
  }
  // Who goes on where they were types on; of a long text nothing is typed over.
  if (target === document.activeElement) return;
  target.focus();
  if (target.matches('textarea')) target.setSelectionRange(target.value.length, target.value.length);
  else if (target.matches(FIELD) && target.select) target.select();
}

function press(key) {
  // Of several forms the one that is being typed into is meant.
  const own = key === 'Ctrl+Enter' && document.activeElement?.closest('.one-of form, [data-own-keys] form');
  if (own) { own.requestSubmit(); return true; }
  const keyed = `[data-key="${key}"]`;
  const target = first(`[data-key-first]${keyed}`) ?? first(`main ${keyed}`) ?? first(keyed);
  if (target) { target.click(); return true; }
  // A key that can't act says why.
  const locked = $$(`[data-key="${key}"]:disabled`).find((el) => el.getClientRects().length > 0);
  const why = locked ? locked.nextElementSibling?.textContent ?? 'いまは押せません' : document.querySelector(`[data-idle-key="${key}"]`)?.textContent;
  if (why) say(why);
  return Boolean(why);
}

/* Strips: opened over what they are for, one key each, left by Esc. Keys are meant by their place on the keyboard. */
const stripKey = (e) => /^(Digit|Numpad)\d$/.test(e.code) ? e.code.at(-1) : /^Key[QWE]$/.test(e.code) ? e.code.at(-1) : null;
let cameFrom = null;

function openStrip(opener) {
  const strip = document.getElementById(opener.dataset.opens);
  if (!strip) return;
  const focused = document.activeElement;
  closeStrips();
  cameFrom = focused && focused !== document.body ? focused : opener;
  strip.hidden = false;
  opener.setAttribute('aria-expanded', 'true');
  first('button', strip)?.focus();
}

/** Closes what is open, and gives the focus back; false when nothing was. */
function closeStrips() {
  const open = $$('.strip:not([hidden])');
  for (const strip of open) {
    strip.hidden = true;
    document.querySelector(`[data-opens="${strip.id}"]`)?.setAttribute('aria-expanded', 'false');
  }
  if (open.length && cameFrom?.isConnected) cameFrom.focus();
  return open.length > 0;
}

document.addEventListener('click', (e) => {
  const opener = e.target.closest('[data-opens]');
  if (opener) openStrip(opener);
  else if (e.target.closest('[data-closes]')) closeStrips();
});

document.addEventListener('keydown', (e) => {
  if (isComposing(e) || e.defaultPrevented) return;
  const plain = !(e.altKey || e.ctrlKey || e.metaKey);
  const name = keyName(e);
  if (name === 'Esc' && closeStrips()) {
    e.preventDefault();
  } else if (name) {
    const focus = first(`[data-focus-key="${name}"]`);
    if (focus) focusOn(focus);
    if (focus || press(name)) e.preventDefault();
  } else if (plain && e.key === '/' && !inField()) {
    const search = first('[data-search]');
    if (search) { e.preventDefault(); search.focus(); search.select(); }
  } else if (plain && !e.shiftKey && stripKey(e) && !inField()) {
    const [strip, key] = [document.activeElement?.closest('[data-digit-keys]'), stripKey(e)];
    const choice = strip && (first(`[data-key="${key}"]`, strip) ?? first(`[data-key="Alt+${key}"]`, strip));
    if (choice) { e.preventDefault(); choice.focus(); choice.click(); }
  }
});

// The Enter that ends a conversion is the input method's: no form may take it as its own.
document.addEventListener('keydown', (e) => {
  if (isComposing(e) && (e.key === 'Enter' || e.code === 'Enter') && e.target.matches?.('input')) e.preventDefault();
}, true);

/* The one live region. */
function say(text, href, linkText) {
  const status = document.getElementById('status');
  if (!status) return;
  status.replaceChildren();
  if (!text) return;
  const icon = document.getElementById('status-icon');
  if (icon) status.append(icon.content.cloneNode(true));
  const words = document.createElement('p');
  words.textContent = text;
  if (href) {
    const link = Object.assign(document.createElement('a'), { href, textContent: linkText, target: '_blank', rel: 'noopener' });
    words.append(' ', link);
  }
  status.append(words);
}

let dirty = false;
document.addEventListener('input', () => { dirty = true; });

/* Drafts: what is typed into a ticket's boxes is kept at the server, for whoever types, until its form is taken. */
const KEPT_AFTER = 400;
const begun = new Map();
const unkept = new Set(); // their last save failed: they are asked about before they are left
let keeping = [];

const KEPT_BOXES = 'main form[method=post] :is(textarea, input[type=text])';
const BESIDE_TEXT = 'main form[method=post]:has(textarea) :is(select, input[type=datetime-local])'; // how a text is meant, and when it was
const fieldOf = (box) => box.id || box.name; // forms of one address may have boxes of one name
function placeOf(box) {
  const place = document.querySelector('[data-drafts]')?.dataset.drafts;
  const form = place && box.matches?.(`${KEPT_BOXES}, ${BESIDE_TEXT}`) && box.name && box.form.getAttribute('action');
  return form && form.startsWith(place.slice(0, -'drafts'.length)) ? { place, form } : null;
}
function keep(box, leaving = false) {
  clearTimeout(begun.get(box));
  begun.delete(box);
  const { place, form } = placeOf(box);
  const body = new URLSearchParams({ form, field: fieldOf(box), words: box.value });
  const sent = fetch(place, { method: 'POST', body, keepalive: leaving, redirect: 'manual', headers: drawnFor() })
    .then(async (reply) => {
      unkept[reply.ok ? 'delete' : 'add'](box);
      if (ofAnother(reply.headers.get('madoguchi-problem'))) say(toldBy(await reply.text()));
    })
    .catch(() => { unkept.add(box); }); // it stands in its box, and is kept with the next key
  keeping.push(sent);
  sent.finally(() => { keeping = keeping.filter((other) => other !== sent); });
}
document.addEventListener('input', ({ target }) => {
  if (!placeOf(target)) return;
  clearTimeout(begun.get(target));
  begun.set(target, setTimeout(() => keep(target), KEPT_AFTER));
});
/* A form goes out when what was typed beside it is kept: the page that comes shows it again. */
document.addEventListener('htmx:confirm', (e) => {
  for (const box of [...begun.keys()]) if (box.isConnected) keep(box);
  if (!keeping.length || e.detail.verb === 'get') return;
  e.preventDefault();
  Promise.all(keeping).then(() => e.detail.issueRequest(true));
});

/* What was typed in the last moment before a page went stands there when it comes back, whichever is quicker. */
const LAST = 'typed-last';
const who = () => drawnFor()['Madoguchi-For'];
function keepLast(fields) {
  if (fields.length) sessionStorage.setItem(LAST, JSON.stringify({ at: Date.now(), who: who(), page: location.pathname, fields }));
}
function takeLast() {
  const last = JSON.parse(sessionStorage.getItem(LAST) ?? 'null');
  sessionStorage.removeItem(LAST);
  return last?.who === who() && last.page === location.pathname && Date.now() - last.at < 60000 ? last.fields : [];
}
window.addEventListener('pagehide', () => {
  const boxes = [...new Set([...begun.keys(), ...unkept])].filter((box) => box.isConnected);
  if (!boxes.length) return;
  keepLast(boxes.map((box) => ({ form: box.form.getAttribute('action'), field: fieldOf(box), words: box.value })));
  for (const box of boxes) keep(box, true);
});
function takeUp() {
  const place = document.querySelector('[data-drafts]');
  if (!place) return;
  const kept = [...place.children].map((el) => ({ form: el.dataset.form, field: el.dataset.field, words: el.value }));
  const isKept = (box) => kept.some((other) => other.form === box.form.getAttribute('action') && other.field === fieldOf(box) && other.words === box.value);
  for (const { form, field, words } of [...takeLast(), ...kept]) {
    const box = $$(`main form[method=post][action="${form}"] :is(textarea, input, select)`).filter(placeOf).find((one) => fieldOf(one) === field);
    if (!box || (box.value && !box.matches('select')) || box.value === words) continue;
    box.value = words;
    if (!box.closest('details[name]')) box.closest('details')?.setAttribute('open', '');
    if (!isKept(box)) keep(box);
  }
  // What was refused stands in its box and nowhere else: it's kept, or asked about before it's left.
  for (const box of $$('main form:has([aria-invalid=true]) :is(textarea, input[type=text])').filter(placeOf)) if (box.value && !isKept(box)) keep(box);
}

/* What is being typed in another form isn't lost by sending this one. */
document.addEventListener('formdata', (e) => {
  const beside = e.target.dataset.beside && document.querySelector(e.target.dataset.beside);
  if (beside) for (const [name, value] of new FormData(beside)) e.formData.append(name, value);
});

/* What is seldom meant is asked once more. */
document.addEventListener('click', (e) => {
  const button = e.target.closest?.('[data-confirm]');
  if (!button || confirm(button.dataset.confirm)) return;
  e.preventDefault();
  e.stopImmediatePropagation();
}, true);

/* Opened, a form is typed into. */
document.addEventListener('toggle', (e) => {
  const { target } = e;
  if (target.open && target.matches('details.one-of') && target.contains(document.activeElement) && !target.querySelector('[aria-invalid=true]')) first('input:not([type=hidden]),select,textarea', target)?.focus();
}, true);

/* A text that was never sent isn't left by mistake; the sheet saves its own. */
let sending = null;
const unsent = (text) => !text.closest('#sheet') && text.value.trim() && (placeOf(text) ? unkept.has(text) : text.value !== text.defaultValue);
/* Whoever sends one form is asked about what was typed into another, unless it goes along. */
document.addEventListener('submit', (e) => {
  const beside = e.target.dataset.beside && document.querySelector(e.target.dataset.beside);
  const left = $$('main textarea').filter(unsent).filter((text) => text.form !== e.target && text.form !== beside);
  if (left.length && !confirm('入力中の文章がまだ送信されていません。破棄して続けますか？')) {
    e.preventDefault();
    e.stopImmediatePropagation();
    left[0].focus();
    return;
  }
  sending = e.target;
  setTimeout(() => { sending = null; }, 2000);
  // Whoever signs out keeps nothing afterwards: what was typed in the last moment is kept first.
  if (!e.target.matches('form[action="/session/end"]')) return;
  for (const box of [...begun.keys()]) if (box.isConnected) keep(box);
  if (!keeping.length) return;
  e.preventDefault();
  const leave = e.target;
  // A line that is slow or gone holds nobody at a desk that isn't theirs any more.
  const patience = new Promise((over) => { setTimeout(over, 2000); });
  Promise.race([Promise.all(keeping), patience]).then(() => leave.submit());
}, true);
window.addEventListener('beforeunload', (e) => {
  const changed = (field) => field.value !== field.defaultValue || (field.checked ?? false) !== (field.defaultChecked ?? false);
  if (!sending && ($$(':is(#incident-form, [data-own-keys] form) input:not([type=hidden])').some(changed) || $$('main textarea').some(unsent) || $$('#end-form .end-need:not([hidden]) input[type=text]').some(changed))) e.preventDefault();
});

/* Sending fails: say so, keep the form as it is. */
const KEPT = '送信できませんでした。入力内容はこの画面に残っています。';
const SIGNED_OUT = 'サインインの期限が切れました。入力内容はこの画面に残っています。別のタブでサインインしてから、もう一度送信してください。';

function whatFailed(status) {
  if (status === 403) return `${KEPT}この操作は許可されていません。スーパーバイザーにご確認ください。`;
  if (status === 408) return `${KEPT}時間がかかりすぎました。もう一度送信してください。`;
  if (status === 413) return `${KEPT}文章が長すぎます。短くするか、二回に分けて送信してください。`;
  if (status === 429) return `${KEPT}送信が続きすぎました。1分ほど待って、もう一度送信してください。`;
  if (status >= 500) return `${KEPT}しばらくして、もう一度送信してください。続くときは管理者にお知らせください。`;
  return `${KEPT}通信が切れています。つながったら、もう一度送信してください。`;
}

/* For whom this page was drawn goes along with everything that scripts send; where that is another one by now, nothing is
   done, and what was typed stays. */
const drawnFor = () => ({ 'Madoguchi-For': document.getElementById('drawn-for')?.value ?? '' });
const ofAnother = (code) => Boolean(code?.startsWith('page.'));
const toldBy = (html) => new DOMParser().parseFromString(html, 'text/html').querySelector('main .page-title ~ p')?.textContent ?? KEPT;
document.addEventListener('htmx:configRequest', (e) => Object.assign(e.detail.headers, drawnFor()));
document.addEventListener('htmx:beforeSwap', (e) => {
  const { xhr } = e.detail;
  if (!ofAnother(xhr.getResponseHeader('Madoguchi-Problem'))) return;
  e.detail.shouldSwap = false;
  say(toldBy(xhr.responseText));
});

const signedOut = () => say(SIGNED_OUT, '/', 'サインイン画面を開く');
const failed = (e) => {
  const status = e.detail.xhr?.status ?? 0;
  if (status === 401) signedOut();
  else if (e.detail.requestConfig?.verb === 'get') say('最新の内容に更新できませんでした。画面は前のままで、入力内容も残っています。');
  else say(whatFailed(status));
};
for (const name of ['responseError', 'sendError', 'timeout']) document.addEventListener(`htmx:${name}`, failed);
document.addEventListener('htmx:beforeRequest', () => say(''));

// A request that was answered with the sign-in page has lost its session, not the text.
document.addEventListener('htmx:beforeSwap', (e) => {
  const { xhr, requestConfig } = e.detail;
  const lost = document.querySelector('[data-frame=desk]') && xhr.status < 400 && xhr.responseText.includes('data-frame="bare"');
  if (!lost) return;
  e.detail.shouldSwap = false;
  if (requestConfig?.verb === 'get' && !dirty) location.reload();
  else signedOut();
});
// A refused POST is no page one could come back to: the address stays.
document.addEventListener('htmx:beforeHistoryUpdate', (e) => {
  if (e.detail.xhr?.status >= 400) Object.assign(e.detail.history, { type: 'replace', path: location.pathname + location.search });
});

/* Once sent, a second press does nothing until the answer is there. */
document.addEventListener('submit', (e) => {
  const form = e.target;
  if (form.matches('[data-sent]')) { e.preventDefault(); e.stopImmediatePropagation(); return; }
  if (form.getAttribute('method') === 'post' && !form.matches('[hx-boost=true]')) {
    form.dataset.sent = '';
    setTimeout(() => delete form.dataset.sent, 3000);
  }
}, true);

/* Counters near the end of a field. */
function count(field) {
  const most = Number(field.dataset.maxChars);
  const length = [...field.value].length;
  let note = field.parentElement.querySelector('.counter');
  if (length < most * 0.9) { note?.remove(); return; }
  if (!note) {
    note = Object.assign(document.createElement('p'), { className: 'counter' });
    field.after(note);
  }
  note.textContent = length > most ? `${length - most}文字超えています（${most}文字まで）` : `あと${most - length}文字`;
  note.classList.toggle('over', length > most);
}
document.addEventListener('input', (e) => { if (e.target.matches?.('[data-max-chars]')) count(e.target); });

/* Clock, countdowns, stopwatches: from what the server said, on by what has passed since. */
const started = new WeakMap();
const tokyo = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' });
const minutes = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

function base(el) {
  if (!started.has(el)) {
    const off = minutes(el.textContent.trim()) - minutes(tokyo.format(Date.now()));
    started.set(el, { text: el.textContent, at: performance.now(), off });
  }
  const known = started.get(el);
  return { ...known, passed: (performance.now() - known.at) / 1000 };
}
const write = (el, text) => { if (el.textContent !== text) el.textContent = text; };
const two = (n) => String(n).padStart(2, '0');

function tick() {
  for (const el of $$('[data-clock]')) {
    // A machine whose own clock is wrong shows the server's time all the same.
    const { off } = base(el);
    const now = (minutes(tokyo.format(Date.now())) + (Math.abs(off) > 1 ? off : 0) + 1440) % 1440;
    write(el, `${two(Math.floor(now / 60))}:${two(now % 60)}`);
  }
  for (const el of $$('[data-countdown]')) {
    const { text, passed } = base(el);
    write(el, text.replace(/あと(?:(\d+)時間)?(?:(\d+)分)?/, (_, h = 0, m = 0) => {
      const left = Math.max(0, Math.ceil(Number(h) * 60 + Number(m) - passed / 60));
      if (!left) return 'まもなく';
      return `あと${left >= 60 ? `${Math.floor(left / 60)}時間` : ''}${left % 60 || left < 60 ? `${left % 60}分` : ''}`;
    }));
  }
  for (const el of $$('[data-countup]')) {
    const { text, passed } = base(el);
    const s = Math.floor(minutes(text.trim()) + passed);
    write(el, s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${two(Math.floor(s / 60))}:${two(s % 60)}`);
  }
}
setInterval(tick, 1000);

/* A list that looks again by itself, never under somebody's hands. */
let looked = performance.now();
setInterval(() => {
  const main = document.querySelector('main[data-refresh]');
  const quiet = !dirty && !inField() && !document.hidden && getSelection().isCollapsed && !document.activeElement?.closest('main');
  if (!main || !quiet || performance.now() - looked < main.dataset.refresh * 1000) return;
  looked = performance.now();
  window.htmx?.ajax('GET', location.href, {
    target: '#main', select: '#main', swap: 'outerHTML', headers: { 'Madoguchi-Refresh': '1' }, // nobody's hand: keeps no session alive
  });
}, 1000);

/* Who else has a ticket open, and a call that is read along: asked anew every few seconds, in silence. Nothing is drawn
   under somebody's hands, and none of it keeps a session alive. */
const QUIETLY = { 'Madoguchi-Refresh': '1' };
async function ask(el, options) {
  try {
    const response = await fetch(options.url, { redirect: 'manual', headers: { ...QUIETLY, ...drawnFor() }, ...options });
    const html = response.ok ? await response.text() : '';
    const fresh = options.select ? new DOMParser().parseFromString(html, 'text/html').querySelector(options.select)?.innerHTML : html;
    if (!fresh || !el.isConnected || el.contains(document.activeElement) || fresh === el.dataset.shown) return;
    el.dataset.shown = fresh;
    el.innerHTML = fresh;
  } catch {
    // The next one tells.
  }
}
function lookAround() {
  if (document.hidden) return;
  for (const el of $$('[data-here]')) ask(el, { url: el.dataset.here, method: 'POST', body: new URLSearchParams({ typing: dirty ? 'yes' : '' }) });
  for (const el of $$('[data-again]')) ask(el, { url: el.dataset.again, select: '[data-again]' });
}
setInterval(lookAround, 5000);

/* What is folded on the screen is printed all the same. */
let folded = [];
window.addEventListener('beforeprint', () => { folded = $$('main .fold:not([open]), main .timeline-under:not([open])'); for (const el of folded) el.open = true; });
window.addEventListener('afterprint', () => { for (const el of folded) el.open = false; });

/* What grows at its end is shown at its end. */
const showEnds = () => { for (const el of $$('[data-scroll-end]')) el.scrollTop = el.scrollHeight; };
document.addEventListener('htmx:afterSettle', showEnds);

/* Whoever sent a form stands where they stood, or at the head of what came: never nowhere. */
let stood = null;
document.addEventListener('htmx:beforeSwap', (e) => {
  const at = document.activeElement;
  // What goes must not close what comes: of details with one name only one may be open.
  for (const el of $$('details[name]', e.detail.target)) el.removeAttribute('name');
  if (e.detail.target === document.body) stood = { id: at?.id, name: at?.name, form: at?.form?.getAttribute('action') };
});
function standAgain() {
  if (!stood || (document.activeElement && document.activeElement !== document.body)) return;
  const { id, name, form } = stood;
  const same = (id && document.getElementById(id))
    || (name && $$('main form').filter((f) => f.getAttribute('action') === form).map((f) => f.elements[name]).find((el) => el?.focus));
  if (same instanceof HTMLElement && same.checkVisibility()) same.focus({ preventScroll: true });
  if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
}

function bringIntoView(el) {
  const { top, bottom } = el.getBoundingClientRect();
  if (top < 60 || bottom > window.innerHeight - 60) el.scrollIntoView({ block: 'center' });
}

/* A new page, loaded or swapped in. */
function arrived() {
  dirty = false;
  looked = performance.now();
  begun.clear();
  unkept.clear();
  takeUp();
  for (const field of $$('[data-max-chars]')) count(field);
  for (const src of document.querySelector('[data-scripts]')?.dataset.scripts.split(' ') ?? []) import(src);
  tick();
  showEnds();
  for (const el of $$('[data-here]')) ask(el, { url: el.dataset.here, method: 'POST', body: new URLSearchParams({ opened: 'yes' }) });
  const called = document.querySelector('[data-error-summary]') ?? first('main [aria-invalid="true"]') ?? first('main .field-error[tabindex]')
    ?? first('main [autofocus]');
  called?.focus();
  // After a swap the page is scrolled to its top; what calls for somebody is to be seen.
  if (called) setTimeout(() => bringIntoView(called));
  standAgain();
  document.dispatchEvent(new CustomEvent('madoguchi:page'));
}
document.addEventListener('htmx:afterSettle', (e) => { if (e.detail.target === document.body) arrived(); });

window.madoguchi = { isComposing, onCommand, say, closeStrips, drawnFor, ofAnother, toldBy, keepLast, takeLast };
arrived();
