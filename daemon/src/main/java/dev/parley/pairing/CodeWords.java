package dev.parley.pairing;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The words of which codes are made. No two share their first four letters, so that these are
 * enough to type; and no two are within two mistakes of each other, so that a slip of the finger
 * never makes another word. Immutable.
 */
final class CodeWords {
  /** Letters by which a word is known. */
  static final int PREFIX = 4;

  static final int LONGEST = 8;

  /** Mistakes beyond which a word is not taken for a mistyped one. */
  static final int MAX_MISTAKES = 3;

  private static final String RESOURCE = "/pairing/words.txt";
  private static final CodeWords ENGLISH = load();

  private final ImmutableSortedSet<String> words;
  private final ImmutableList<String> byNumber;

  private CodeWords(List<String> words) {
    this.words = ImmutableSortedSet.copyOf(words);
    this.byNumber = this.words.asList();
  }

  static CodeWords english() {
    return ENGLISH;
  }

  private static CodeWords load() {
    try (InputStream in = CodeWords.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar");
      }
      return new CodeWords(
          new String(in.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE + " from the jar failed", e);
    }
  }

  ImmutableList<String> all() {
    return byNumber;
  }

  String random(RandomGenerator random) {
    return byNumber.get(random.nextInt(byNumber.size()));
  }

  /** The word that this is, or that begins so; at least four letters are needed. */
  Optional<String> complete(String typed) {
    if (words.contains(typed)) {
      return Optional.of(typed);
    }
    return typed.length() < PREFIX
        ? Optional.empty()
        : Optional.ofNullable(words.ceiling(typed)).filter(word -> word.startsWith(typed));
  }

  /** The word that was probably meant. */
  Optional<String> nearest(String mistyped) {
    if (mistyped.length() > LONGEST + MAX_MISTAKES) {
      return Optional.empty();
    }
    return byNumber.stream()
        .min(Comparator.comparingInt(word -> mistakes(mistyped, word)))
        .filter(word -> mistakes(mistyped, word) <= Math.min(MAX_MISTAKES, mistyped.length() / 2));
  }

  /** Letters that are changed, added or missing: Levenshtein's distance. */
  static int mistakes(String a, String b) {
    int[] before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(change, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[b.length()];
  }
}
