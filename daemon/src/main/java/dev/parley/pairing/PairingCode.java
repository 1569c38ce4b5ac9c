package dev.parley.pairing;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What one person tells another: {@code 7-crossover-clockwork}. The number says where at the relay
 * the two meet, and is no secret; the words, 22 bits of chance, are what only these two know.
 */
public record PairingCode(int slot, String first, String second) {
  /** A code that nobody has used by then is dead. */
  public static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Of the number. */
  static final int MAX_DIGITS = 5;

  /** Characters of the longest text that is looked at. */
  static final int MAX_TEXT_LENGTH = 64;

  private static final Splitter PARTS =
      Splitter.onPattern("[\\s\\-_.,]+").omitEmptyStrings().limit(4);

  /** A new one for this slot. */
  public static PairingCode random(int slot, RandomGenerator random) {
    CodeWords words = CodeWords.english();
    return new PairingCode(slot, words.random(random), words.random(random));
  }

  /**
   * A code as people type it: in any case, with blanks for dashes, and words cut to their first
   * four letters.
   *
   * @throws PairingException {@link PairingException.Reason#BAD_CODE}, with the word that was
   *     probably meant
   */
  public static PairingCode parse(String text) throws PairingException {
    List<String> parts =
        text.length() > MAX_TEXT_LENGTH ? List.of() : PARTS.splitToList(Ascii.toLowerCase(text));
    if (parts.size() != 3) {
      throw bad(
          "this is no pairing code",
          "a code reads like 7-crossover-clockwork: a number, two words");
    }
    return new PairingCode(number(parts.get(0)), word(parts.get(1)), word(parts.get(2)));
  }

  private static int number(String typed) throws PairingException {
    boolean digits = typed.chars().allMatch(c -> c >= '0' && c <= '9');
    int number = digits && typed.length() <= MAX_DIGITS ? Integer.parseInt(typed) : 0;
    if (number == 0) {
      throw bad(
          "a pairing code begins with a number, and '" + typed + "' is none that a relay gives out",
          "look at the code again");
    }
    return number;
  }

  private static String word(String typed) throws PairingException {
    CodeWords words = CodeWords.english();
    Optional<String> word = words.complete(typed);
    if (word.isPresent()) {
      return word.get();
    }
    throw bad(
        "'" + typed + "' is none of the words that codes are made of",
        words
            .nearest(typed)
            .map(near -> "did you mean '" + near + "'? The code has not been used up")
            .orElse("look at the code again; it has not been used up"));
  }

  private static PairingException bad(String message, String hint) {
    return new PairingException(PairingException.Reason.BAD_CODE, message, hint);
  }

  /** What the two sides agree on a key by. */
  ByteString secret() {
    return ByteString.copyFrom(first + "-" + second, StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return slot + "-" + first + "-" + second;
  }
}
