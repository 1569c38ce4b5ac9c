# A DHT of libtorrent nodes on the loopback. Obeys the same lines as swarm.mjs.
import hashlib
import sys
import time

import libtorrent as lt

ALERTS = lt.alert.category_t.dht_notification | lt.alert.category_t.error_notification
DEADLINE_SECONDS = 60


def start():
    session = lt.session({
        'listen_interfaces': '127.0.0.1:0',
        # There are names by default, of nodes elsewhere.
        'dht_bootstrap_nodes': '',
        'enable_dht': True, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
        # All of them are one machine.
        'dht_restrict_routing_ips': False, 'dht_restrict_search_ips': False,
        'dht_enforce_node_id': False, 'dht_prefer_verified_node_ids': False,
        'dht_ignore_dark_internet': False, 'dht_block_ratelimit': 1000,
        'alert_mask': ALERTS,
    })
    while session.listen_port() == 0:
        session.wait_for_alert(100)
        session.pop_alerts()
    return session


def say(text):
    print(text, flush=True)


def await_alert(session, kind):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        session.wait_for_alert(200)
        for alert in session.pop_alerts():
            if isinstance(alert, kind):
                return alert
    return None


def await_nodes(session):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline and session.status().dht_nodes == 0:
        session.wait_for_alert(200)
        session.pop_alerts()


def expanded(seed):
    """RFC 8032 section 5.1.5: what libtorrent takes for a private key."""
    key = bytearray(hashlib.sha512(seed).digest())
    key[0] &= 248
    key[31] = (key[31] & 127) | 64
    return bytes(key)


def found_text(found):
    try:
        return 'got %d %s' % (found.seq, found.item['value'].hex())
    except (AttributeError, KeyError, RuntimeError):
        return 'nothing'


sessions = [start()]
while len(sessions) < int(sys.argv[1]):
    session = start()
    for other in sessions:
        session.add_dht_node(('127.0.0.1', other.listen_port()))
    await_nodes(session)
    sessions.append(session)
say('ready %d' % sessions[0].listen_port())

for line in sys.stdin:
    command, *words = line.split()
    session = sessions[-1]
    session.pop_alerts()
    if command == 'get':
        session.dht_get_mutable_item(bytes.fromhex(words[2]), bytes.fromhex(words[1]))
        found = await_alert(session, lt.dht_mutable_item_alert)
        say(found_text(found))
    elif command == 'put':
        key, seed, salt, _, value, _ = (bytes.fromhex(w) if len(w) > 31 else w for w in words)
        session.dht_put_mutable_item(expanded(seed), key, value, salt)
        put = await_alert(session, lt.dht_put_alert)
        say('stored %d' % put.num_success if put else 'failed')
    elif command == 'kill':
        say('killed')
