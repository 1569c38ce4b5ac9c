package dev.parley.mail;

import com.google.common.collect.ImmutableList;
import dev.parley.identity.Identity;
import dev.parley.mail.MailBook.Kept;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyId;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.PrekeySchedule;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.PublicPrekey;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** This node's prekeys over their life: made, on disk before anybody hears of them, destroyed. */
final class OwnPrekeys {
  /**
   * Private halves that are kept. A relay that says again and again that it has no keys left must
   * not make us fill the disk.
   */
  static final int MAX_KEPT = 1_024;

  private final Identity self;
  private final MailBook book;
  private final SecureRandom random;
  private final Clock clock;

  OwnPrekeys(Identity self, MailBook book, SecureRandom random, Clock clock) {
    this.self = self;
    this.book = book;
    this.random = random;
    this.clock = clock;
  }

  /** The medium-term key to publish; a new one when it is time. */
  PublicPrekey mediumTerm() throws IOException {
    Instant now = clock.instant();
    Optional<PublicPrekey> newest =
        Waiting.forDisk(book.prekeys()).stream()
            .filter(kept -> kept.replacedAt().isEmpty())
            .map(kept -> kept.own().prekey())
            .filter(key -> key.kind() == PrekeyKind.MEDIUM_TERM)
            .max(Comparator.comparing(PublicPrekey::madeAt));
    if (newest.isPresent() && !PrekeySchedule.isDue(newest.get().madeAt(), now)) {
      return newest.get();
    }
    OwnPrekey fresh = Prekeys.make(self, PrekeyKind.MEDIUM_TERM, now, random);
    Waiting.forDisk(book.replaceMediumTerm(fresh, now));
    return fresh.prekey();
  }

  /** One-time keys for a relay that has so many left; as many as are wanted and may be kept. */
  ImmutableList<PublicPrekey> oneTime(int left, int atMost) throws IOException {
    int kept = Waiting.forDisk(book.prekeys()).size();
    int missing =
        Math.min(PrekeySchedule.missingOneTimeKeys(left), Math.min(atMost, MAX_KEPT - kept));
    List<OwnPrekey> fresh = new ArrayList<>();
    for (int i = 0; i < missing; i++) {
      fresh.add(Prekeys.make(self, PrekeyKind.ONE_TIME, clock.instant(), random));
    }
    if (!fresh.isEmpty()) {
      Waiting.forDisk(book.addPrekeys(fresh));
    }
    return fresh.stream().map(OwnPrekey::prekey).collect(ImmutableList.toImmutableList());
  }

  Optional<OwnPrekey> find(PrekeyId id) throws IOException {
    return Waiting.forDisk(book.prekey(id));
  }

  void destroy(OwnPrekey used) throws IOException {
    Waiting.forDisk(book.destroy(List.of(used.prekey().id())));
  }

  /**
   * Destroys what nothing can arrive for any more. By the clock of ages: the machine's may be years
   * ahead for a moment, and what lies at relays could never be opened again.
   */
  void destroyOld() throws IOException {
    Optional<Instant> ages = Waiting.forDisk(book.ages());
    if (ages.isEmpty()) {
      return;
    }
    Instant now = ages.get();
    List<PrekeyId> over =
        Waiting.forDisk(book.prekeys()).stream()
            .filter(kept -> isOver(kept, now))
            .map(kept -> kept.own().prekey().id())
            .toList();
    if (!over.isEmpty()) {
      Waiting.forDisk(book.destroy(over));
    }
  }

  private static boolean isOver(Kept kept, Instant now) {
    PublicPrekey key = kept.own().prekey();
    return switch (key.kind()) {
      case ONE_TIME -> !now.isBefore(PrekeySchedule.destroyUnused(key.useUntil()));
      case MEDIUM_TERM ->
          kept.replacedAt()
              .map(at -> !now.isBefore(PrekeySchedule.destroyReplaced(at)))
              .orElse(false);
    };
  }
}
