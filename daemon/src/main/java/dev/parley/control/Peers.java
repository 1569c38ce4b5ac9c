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

  /** Insertions, deletions, changes and swaps of neighbours: optimal string alignment. */
  static int typos(String a, String b) {
    int[][] least = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          least[i][j] = i + j;
          continue;
        }
        int change = least[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        least[i][j] = Math.min(change, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
        }
      }
    }
    return least[a.length()][b.length()];
  }
}
