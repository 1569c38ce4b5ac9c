package dev.parley.it.traversal;

import dev.parley.it.lab.Site;
import dev.parley.it.nat.NatKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How long it takes until two who have never met talk, and until they talk directly. */
public final class FirstContacts {
  /** There and back between two nodes by way of their relay: each is a round trip from it. */
  public static final Duration BY_RELAY = Town.ROUND_TRIP.multipliedBy(2);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private FirstContacts() {}

  /**
   * One pair.
   *
   * @param message from the send until its sender knows that it was delivered
   * @param direct from the send until both use the direct path; empty if they never did
   */
  public record Contact(Duration message, Optional<Duration> direct) {}

  /**
   * Lets every two of so many daemons meet, one pair after the other, each behind a router of its
   * own of this kind. The first meetings of each daemon warm it up and are left out.
   *
   * @param nodes at least 4
   */
  public static List<Contact> of(Stage stage, NatKind kind, int nodes) {
    Town town = Town.build(stage);
    List<Supplier<Daemon>> starts = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String name = "n" + i;
      Site site = Site.build(town.internet(), kind, name);
      starts.add(() -> town.daemon(name, site));
    }
    List<Daemon> daemons = Town.together(starts);
    List<Contact> contacts = new ArrayList<>();
    // Nearest neighbours first: after those each has called and has been called.
    for (int distance = 1; distance < nodes; distance++) {
      for (int i = 0; i + distance < nodes; i++) {
        Meeting meeting = Meeting.begin(daemons.get(i), daemons.get(i + distance));
        meeting.awaitDirect(PATIENCE);
        if (distance > 1) {
          contacts.add(contact(meeting));
        }
      }
    }
    return contacts;
  }

  private static Contact contact(Meeting meeting) {
    return new Contact(
        Duration.ofMillis(meeting.firstMessageMillis()),
        meeting.directMillis() < 0
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(meeting.directMillis())));
  }
}
