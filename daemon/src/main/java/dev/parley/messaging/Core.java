package dev.parley.messaging;

import dev.parley.link.Links;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * What the parts of messaging share.
 *
 * @param positions of everything that is sent or arrives
 * @param heldBytes of all streams together; see {@link ReadGate}
 */
record Core(
    MessagingThread thread,
    MessageStore store,
    Links links,
    StateListeners listeners,
    Clock clock,
    RandomGenerator random,
    AtomicLong heldBytes,
    Positions positions) {}
