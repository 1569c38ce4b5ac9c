package dev.parley.node;

import dev.parley.contacts.Contact;
import dev.parley.contacts.Contacts;
import dev.parley.link.LinkLease;
import dev.parley.link.Links;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets contacts know that this node is back: dials each of them once. Who has messages for us would
 * otherwise find out at their next attempt, up to half a minute later. On the event loop.
 */
final class Homecoming {
  /** Contacts that are told. */
  static final int MAX_DIALS = 32;

  /** Relays need a moment to be there. */
  private static final int DELAY_MILLIS = 500;

  private static final int TRY_FOR_SECONDS = 15;

  private final Contacts contacts;
  private final Links links;
  private final EventExecutor loop;

  Homecoming(Contacts contacts, Links links, EventExecutor loop) {
    this.contacts = contacts;
    this.links = links;
    this.loop = loop;
  }

  void begin() {
    loop.schedule(this::dial, DELAY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void dial() {
    List<LinkLease> leases =
        contacts.list().stream().limit(MAX_DIALS).map(Contact::peer).map(links::want).toList();
    loop.schedule(() -> leases.forEach(LinkLease::close), TRY_FOR_SECONDS, TimeUnit.SECONDS);
  }
}
