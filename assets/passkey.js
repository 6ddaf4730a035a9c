// Passkeys: asks the authenticator what the server wants to know, then sends the form with its answer.
// The server tells how to ask; it alone judges the answer.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const letters = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

const DOES = {
  create: {
    again: 'もう一度ボタンを押してください。',
    instead: 'ほかのブラウザか端末で登録してください。',
    ask: ({ challenge, user, excludeCredentials, ...rest }) => navigator.credentials.create({ publicKey: {
      ...rest, challenge: bytes(challenge), user: { ...user, id: bytes(user.id) }, excludeCredentials: named(excludeCredentials),
    } }),
    answer: ({ attestationObject, clientDataJSON }) => ({ attestationObject: letters(attestationObject), clientDataJSON: letters(clientDataJSON) }),
  },
  get: {
    again: 'もう一度ボタンを押すか、認証アプリのコードを入力してください。',
    instead: '認証アプリのコードを入力してください。',
    ask: ({ challenge, allowCredentials, ...rest }) => navigator.credentials.get({ publicKey: {
      ...rest, challenge: bytes(challenge), allowCredentials: named(allowCredentials),
    } }),
    answer: ({ authenticatorData, clientDataJSON, signature, userHandle }) => ({
      authenticatorData: letters(authenticatorData), clientDataJSON: letters(clientDataJSON), signature: letters(signature),
      userHandle: userHandle?.byteLength ? letters(userHandle) : null,
    }),
  },
};

/** What went wrong, in words; an error of the browser's own is told by its name. */
function inWords(fault, { home }, { again, instead }) {
  switch (fault.name) {
    case 'Told': return fault.message;
    case 'NotAllowedError': case 'AbortError':
      return `取り消されたか、時間切れになりました。${again}`;
    case 'InvalidStateError': return 'この端末（またはセキュリティキー）は、すでに登録されています。';
    case 'NotSupportedError': case 'ConstraintError':
      return `この端末では、指紋・顔・PINで本人を確認できないため、パスキーを使えません。${instead}`;
    case 'SecurityError': return `このアドレスではパスキーを使えません。${home} で開き直してください。`;
    default: return `パスキーを使えませんでした。${again}`;
  }
}

const error = (name, message) => Object.assign(new Error(message), { name });
const told = (message) => error('Told', message);

/** What to ask; null when the page must be left first. */
async function toldByServer(form, { ask }) {
  const body = new URLSearchParams({ name: form.elements.name?.value ?? '' });
  const request = { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json', ...window.madoguchi.drawnFor() } };
  const reply = await fetch(ask, request).catch(() => { throw told('通信できませんでした。つながったら、もう一度ボタンを押してください。'); });
  // The session has ended, or its proof is too old by now: the page says what comes first.
  if (reply.type === 'opaqueredirect' || reply.status === 403) { location.assign(location.pathname + location.search); return null; }
  const answer = await reply.json().catch(() => ({}));
  if (reply.ok) return answer.publicKey;
  throw told(answer.message ? `${answer.message}。` : 'いまは確認できません。しばらくして、もう一度ボタンを押してください。');
}

async function run(form, data) {
  const does = DOES[data.passkey];
  if (location.origin !== new URL(data.home).origin) throw error('SecurityError');
  if (!window.PublicKeyCredential) throw told(`このブラウザはパスキーに対応していません。${does.instead}`);
  const options = await toldByServer(form, data);
  if (!options) return;
  const { id, rawId, type, response } = await does.ask(options);
  form.elements.passkey.value = JSON.stringify({ id, rawId: letters(rawId), type, response: does.answer(response), extensions: {} });
  form.submit();
}

document.addEventListener('submit', async (e) => {
  const form = e.target;
  const part = form.querySelector('[data-passkey]');
  if (!part) return;
  e.preventDefault();
  if (part.dataset.busy) return;
  part.dataset.busy = 'yes';
  const alert = part.querySelector('[role=alert]');
  alert.textContent = '';
  try {
    await run(form, part.dataset);
  } catch (fault) {
    alert.textContent = inWords(fault, part.dataset, DOES[part.dataset.passkey]);
    free(form);
  }
}, true);

function free(form) {
  delete form.dataset.sent;
  delete form.querySelector('[data-passkey]').dataset.busy;
}

// Back on a page that was sent, kept by the browser as it was left.
window.addEventListener('pageshow', (e) => {
  if (e.persisted) for (const part of document.querySelectorAll('[data-passkey]')) free(part.closest('form'));
});
