package dev.parley.control;

import dev.parley.contacts.Contact;
import dev.parley.contacts.Contacts;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.proto.id.PeerId;
import io.grpc.Status;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds whom a caller means: a contact's name or a peer id. */
final class Peers {
  private static final int MAX_TYPOS = 2;

  private final PeerId self;
  private final Contacts contacts;

  Peers(PeerId self, Contacts contacts) {
    this.self = self;
    this.contacts = contacts;
  }

  PeerId resolve(String nameOrId) throws Refusal {
    Optional<PeerId> peer =
        contacts.find(nameOrId).map(Contact::peer).or(() -> PeerId.parse(nameOrId));
    if (peer.isEmpty()) {
      throw unknown(nameOrId);
    }
    if (peer.get().equals(self)) {
      throw Refusal.badArgument("'" + nameOrId + "' is this node itself");
    }
    return peer.get();
  }

  Refusal unknown(String nameOrId) {
    String shown = nameOrId.length() > 64 ? nameOrId.substring(0, 64) + "…" : nameOrId;
    return new Refusal(
        Status.Code.NOT_FOUND,
        ErrorDetail.Code.UNKNOWN_PEER,
        "there is no contact '" + shown + "'",
        closest(nameOrId)
            .map(name -> "did you mean '" + name + "'?")
            .orElse("`parley contact ls` shows them; `parley contact add NAME TICKET` adds one"));
  }

  private Optional<String> closest(String typed) {
    if (typed.length() > 64) {
      return Optional.empty();
    }
    String lower = typed.toLowerCase(Locale.ROOT);
    return contacts.list().stream()
        .map(Contact::name)
        .filter(name -> isClose(lower, name.toLowerCase(Locale.ROOT)))
        .min(Comparator.comparingInt(name -> typos(lower, name.toLowerCase(Locale.ROOT))));
  }

  private static boolean isClose(String typed, String name) {
    boolean begun = typed.length() >= 2 && name.startsWith(typed);
    return begun || typos(typed, name) <= Math.min(MAX_TYPOS, name.length() / 2);
  }

  /** Levenshtein's distance, two rows at a time. */
  static int typos(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
