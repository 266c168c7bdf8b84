import { localMemory, Phone } from './client/reveille.js';
import { words } from './words.js';

const LOOK_EVERY = 700;
const $ = (id) => document.getElementById(id);
const session = {
  get: () => JSON.parse(sessionStorage.getItem('demo') ?? 'null'),
  set: (value) => sessionStorage.setItem('demo', JSON.stringify(value)),
};

/** One window is one device: what it remembers ends with the window. */
const memory = localMemory('phone', sessionStorage);
let phone;
/** @type {{id: string, with: string, state: 'ringing' | 'calling' | 'talking'} | undefined} */
let call;
let lastEvent;
let lastSent;
const unseen = [];

async function ask(method, what, body) {
  const answer = await fetch(what, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${session.get()?.session ?? ''}` },
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.title);
  return said;
}

/** Runs what a click asked for; what goes wrong is shown. */
const doing = (action) => async (event) => {
  event?.preventDefault?.();
  $('problem').textContent = '';
  try {
    await action(event);
  } catch (why) {
    $('problem').textContent = why.message;
  }
};

const nameOf = (user) => session.get().users[user] ?? user;

// ---- signing in -------------------------------------------------------------------------------

async function signIn(user) {
  const made = await ask('POST', 'sign-in', { user });
  session.set(made);
  await open(() => Promise.resolve(made.code));
}

async function open(code) {
  phone = await Phone.open({ server: location.origin, app: session.get().app, memory, code });
  phone.on('status', ({ status, transport, delay }) => {
    $('status').dataset.status = status;
    $('status').textContent =
      status === 'waiting' ? `no connection, next try in ${Math.ceil(delay / 1000)} s` : `${status} (${transport})`;
  });
  phone.on('unread', (count) => {
    $('unread').hidden = count === 0;
    $('unread').textContent = count;
  });
  phone.on('ring', rings);
  phone.on('ring-over', isOver);
  phone.on('message', received);
  phone.on('silent', ({ type, content }) => {
    if (type === 'hang-up' && content.data.call === call?.id) show(undefined, `${nameOf(content.data.by)} hung up.`);
  });
  phone.on('replaced', () => ($('problem').textContent = 'This device is open in another window.'));
  phone.on('signed-out', forget);
  phone.connect();
  $('sign-in').hidden = true;
  $('phone').hidden = false;
  $('who').textContent = nameOf(phone.user);
  document.title = `${nameOf(phone.user)}: Reveille`;
  for (const user of Object.keys(session.get().users).sort()) if (user !== phone.user) addPerson(user);
  show(undefined, 'No call.');
  look();
}

function forget() {
  sessionStorage.clear();
  location.reload();
}

function addPerson(user) {
  const line = document.createElement('li');
  line.dataset.user = user;
  const ring = document.createElement('button');
  ring.textContent = 'Call';
  ring.onclick = doing(() => callOut(user));
  const name = document.createElement('span');
  name.textContent = `${nameOf(user)} `;
  const presence = document.createElement('span');
  presence.className = 'presence';
  line.append(name, ring, ' ', presence);
  $('people').append(line);
  $('to').append(new Option(nameOf(user), user));
}

// ---- calls ------------------------------------------------------------------------------------

function show(next, sentence) {
  call = next;
  const state = call?.state ?? 'none';
  $('call').dataset.state = state;
  $('call').textContent = sentence;
  $('answer').hidden = $('decline').hidden = state !== 'ringing';
  $('hang-up').hidden = state !== 'calling' && state !== 'talking';
  document.title = `${state === 'ringing' ? '☎ ' : ''}${nameOf(phone.user)}: Reveille`;
}

async function callOut(user) {
  if (call) throw new Error('There is a call already.');
  const made = await ask('POST', 'call', { to: user });
  show({ id: made.call, with: user, state: 'calling' }, `Calling ${nameOf(user)} …`);
  why(made.event);
}

function rings(ring) {
  const from = ring.caller.address.replace(/^sip:|@.*$/g, '');
  if (call) return; // a phone would offer call waiting; this one lets it ring elsewhere
  show({ id: ring.call, with: from, state: 'ringing' }, `${ring.caller.name} calls`);
  why(ring.event);
}

function isOver({ call: id, how, on }) {
  if (call?.id !== id || call.state === 'talking') return;
  if (how === 'answered' && on === phone.installation) {
    show({ ...call, state: 'talking' }, `Talking to ${nameOf(call.with)}`);
  } else {
    show(undefined, { answered: 'Answered on another device.', declined: 'Declined.', cancelled: 'The caller gave up.' }[how] ?? `Over: ${how}.`);
  }
}

$('answer').onclick = doing(() => phone.answer(call.id));
$('decline').onclick = doing(() => phone.decline(call.id));
$('hang-up').onclick = doing(async () => {
  const { id, with: other, state } = call;
  show(undefined, 'You hung up.');
  if (state === 'calling') await ask('POST', 'cancel', { call: id });
  else await ask('POST', 'hang-up', { call: id, to: other });
});

/** How the call that we made stands. */
function callStands(now) {
  if (call?.state !== 'calling' || call.id !== now.call || now.state !== 'over') return;
  if (now.end.how === 'answered') show({ ...call, state: 'talking' }, `Talking to ${nameOf(call.with)}`);
  else show(undefined, { declined: `${nameOf(call.with)} declined.`, 'timed-out': `${nameOf(call.with)} did not answer.` }[now.end.how] ?? `Over: ${now.end.how}.`);
}

// ---- messages ---------------------------------------------------------------------------------

function addMessage(text, event, isOwn) {
  const line = document.createElement('li');
  line.className = isOwn ? 'own' : '';
  line.dataset.event = event;
  const small = document.createElement('small');
  line.append(text, ' ', small);
  $('messages').append(line);
}

function received(entry) {
  addMessage(`${entry.content.title}: ${entry.content.text}`, entry.event, false);
  why(entry.event);
  phone.mark('shown', entry.event);
  unseen.push(entry);
  seeAll();
}

/** What came while the page was hidden is read when it is shown. */
function seeAll() {
  if (document.visibilityState !== 'visible' || $('asleep').checked) return;
  for (const { event, conversation } of unseen.splice(0)) {
    phone.mark('read', event);
    phone.read(conversation, event).catch(() => {}); // the next one says it again
  }
}

$('write').onsubmit = doing(async () => {
  const text = $('text').value;
  const { event } = await ask('POST', 'message', { to: $('to').value, text });
  $('text').value = '';
  addMessage(text, event, true);
  lastSent = event;
  why(event);
});

function marked(marks) {
  const line = [...$('messages').children].find((one) => one.dataset.event === lastSent);
  const mark = ['read', 'shown', 'received'].find((one) => marks.includes(one)) ?? 'sent';
  if (line) line.querySelector('small').textContent = mark;
}

// ---- state and trail --------------------------------------------------------------------------

$('asleep').onchange = () => {
  phone.setState($('asleep').checked ? 'background' : 'foreground');
  seeAll();
};
document.addEventListener('visibilitychange', () => phone && seeAll());
$('sign-out').onclick = doing(async () => {
  await phone.signOut();
  forget();
});
document.querySelectorAll('[data-user]').forEach((button) => {
  button.onclick = doing(() => signIn(button.dataset.user));
});

function why(event) {
  lastEvent = event;
}

async function look() {
  try {
    const asked = new URLSearchParams();
    if (call?.state === 'calling') asked.set('call', call.id);
    if (lastSent) asked.set('event', lastSent);
    const now = await ask('GET', `now?${asked}`);
    for (const line of $('people').children) {
      line.querySelector('.presence').textContent = now.presences[line.dataset.user];
      line.dataset.presence = now.presences[line.dataset.user];
    }
    if (now.call) callStands(now.call);
    if (now.marks) marked(now.marks);
    if (lastEvent) showTrail(await ask('GET', `trail?event=${encodeURIComponent(lastEvent)}`));
  } catch (problem) {
    $('problem').textContent = problem.message;
  }
  setTimeout(look, LOOK_EVERY);
}

function showTrail(trail) {
  $('why-of').textContent = `Event ${trail.event.event}: a ${trail.event.class} for ${trail.event.to.map(nameOf).join(', ')}`;
  $('why').replaceChildren(
    ...words(trail).map(({ text, small }) => {
      const line = document.createElement('li');
      const note = document.createElement('small');
      note.textContent = small;
      line.append(text, document.createElement('br'), note);
      return line;
    }),
  );
}

if (session.get() && memory.load()) doing(() => open(() => Promise.reject(new Error('Sign in again.'))))();
