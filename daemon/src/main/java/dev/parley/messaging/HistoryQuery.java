package dev.parley.messaging;

import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.Optional;

/**
 * Which messages of the history.
 *
 * @param peer with this peer only
 * @param before at positions before this one; {@link Long#MAX_VALUE} for the newest
 * @param since not those that are older, by this node's clock
 * @param until not those that are newer
 * @param words all of them must be in the text; a {@code *} at the end of a word stands for more
 *     letters. Empty for no search
 * @param limit how many, 1 to {@value #MAX_LIMIT}
 */
public record HistoryQuery(
    Optional<PeerId> peer,
    long before,
    Optional<Instant> since,
    Optional<Instant> until,
    String words,
    int limit) {
  public static final int MAX_LIMIT = 1_000;
  public static final int MAX_WORDS_CHARACTERS = 1_000;

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public HistoryQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a page of the history has 1 to " + MAX_LIMIT);
    }
    if (words.length() > MAX_WORDS_CHARACTERS) {
      throw new IllegalArgumentException(
          "a search has at most " + MAX_WORDS_CHARACTERS + " characters");
    }
  }

  /** The newest messages. */
  public static HistoryQuery newest(int limit) {
    return new HistoryQuery(
        Optional.empty(), Long.MAX_VALUE, Optional.empty(), Optional.empty(), "", limit);
  }
}
