package dev.parley.it.bench;

import dev.parley.it.nat.NatKind;
import dev.parley.it.process.Stage;
import dev.parley.it.traversal.FirstContacts;
import dev.parley.it.traversal.FirstContacts.Contact;
import java.time.Duration;
import java.util.List;

/**
 * Nodes behind port-restricted routers in the laboratory, 40 ms from their relay and from each
 * other, so 80 ms by way of the relay, that meet for the first time. Takes root, as the laboratory
 * does; left out without.
 */
final class FirstDirect {
  private static final int NODES = 8;

  /** Three round trips from one to the other by the relay, and what computers need. */
  private static final double MESSAGE_MILLIS = 3 * FirstContacts.BY_RELAY.toMillis() + 50;

  private FirstDirect() {}

  static List<Measured> measure(Stage stage) {
    if (!"root".equals(System.getProperty("user.name"))) {
      System.err.println("left out: the laboratory takes root");
      return List.of();
    }
    List<Contact> contacts = FirstContacts.of(stage, NatKind.PORT_RESTRICTED, NODES);
    Samples messages = new Samples();
    Samples direct = new Samples();
    for (Contact contact : contacts) {
      messages.add(contact.message().toNanos());
      contact.direct().map(Duration::toNanos).ifPresent(direct::add);
    }
    String meetings = " of " + contacts.size() + " first contacts";
    return List.of(
        Measured.atMost(
            "first message until its sender knows it delivered, relay round trip 80 ms, median"
                + meetings,
            MESSAGE_MILLIS,
            messages.median(),
            "ms"),
        Measured.atMost(
            "direct path in use by both, two port-restricted NATs, median",
            300,
            direct.median(),
            "ms"),
        Measured.atMost("the same, p95", 1_000, direct.percentile(95), "ms"),
        Measured.atLeast(
            "pairs that ended direct", contacts.size(), direct.count(), "of " + contacts.size()));
  }
}
