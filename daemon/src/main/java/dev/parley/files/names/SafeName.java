package dev.parley.files.names;

import com.google.common.collect.ImmutableSet;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a file that a peer has named may be called here, on any system. Pure. */
public final class SafeName {
  /** Of one name, on every file system that matters. */
  public static final int MAX_BYTES = 255;

  /** Where received files are put together; no received file may be called so. */
  public static final String PRIVATE = ".parley-incoming";

  /** Longer than any extension that tells something. */
  private static final int MAX_EXTENSION_BYTES = 32;

  private static final char SUBSTITUTE = '_';

  /** Slashes, backslashes and dots by another number. */
  private static final String LOOK_ALIKES =
      "\\\u2044\u2215\u2216\u2571\u2572\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c\u2024\u2025\ufe52\uff0e";

  /** What Windows takes in no name. */
  private static final String NOT_ON_WINDOWS = "<>:\"|?*";

  private static final Pattern DRIVE = Pattern.compile("^[A-Za-z]:");

  private static final ImmutableSet<String> DEVICES =
      ImmutableSet.of("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$");
  private static final Pattern PORTS = Pattern.compile("(COM|LPT)[0-9\u00b9\u00b2\u00b3]");

  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private SafeName() {}

  /**
   * A harmless name that is as like the peer's as may be. Empty when no honest file can be called
   * so: it is empty, "." or "..", or has a slash or a NUL in it.
   *
   * @param windows whether it is for a disk of Windows
   */
  public static Optional<String> of(String raw, boolean windows) {
    if (raw.isEmpty()
        || raw.equals(".")
        || raw.equals("..")
        || raw.indexOf('/') >= 0
        || raw.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    StringBuilder name = new StringBuilder();
    Normalizer.normalize(raw, Normalizer.Form.NFC)
        .codePoints()
        .map(point -> isHarmless(point, windows) ? point : SUBSTITUTE)
        .forEach(name::appendCodePoint);
    String safe = DRIVE.matcher(name).find() ? name.replace(1, 2, "_").toString() : name.toString();
    return Optional.of(fit(unreserved(safe), ""));
  }

  /** The name with a number, as when the plain one is taken: "photo (2).jpg". */
  public static String numbered(String name, int number) {
    return fit(name, " (" + number + ")");
  }

  /** Two names with the same key are one file on some system: they differ in case or form alone. */
  public static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isHarmless(int point, boolean windows) {
    if (LOOK_ALIKES.indexOf(point) >= 0 || (windows && NOT_ON_WINDOWS.indexOf(point) >= 0)) {
      return false;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      // Among them all that turn the direction of writing. Joiners make up emoji and whole scripts.
      case Character.FORMAT -> point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER;
      default -> true;
    };
  }

  private static String unreserved(String name) {
    String safe = withoutTail(name);
    int dot = safe.indexOf('.');
    String stem = (dot < 0 ? safe : safe.substring(0, dot)).strip().toUpperCase(Locale.ROOT);
    boolean taken =
        DEVICES.contains(stem)
            || PORTS.matcher(stem).matches()
            || safe.toLowerCase(Locale.ROOT).startsWith(PRIVATE);
    return taken ? SUBSTITUTE + safe : safe;
  }

  /** Windows drops dots and spaces at the end, and then it is another name. */
  private static String withoutTail(String name) {
    int end = name.length();
    while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
      end--;
    }
    return end == 0 ? String.valueOf(SUBSTITUTE) : name.substring(0, end);
  }

  /** Puts the mark before the extension, and cuts what is before it until all has room. */
  private static String fit(String name, String mark) {
    int dot = name.lastIndexOf('.');
    String extension = dot > 0 ? name.substring(dot) : "";
    if (bytes(extension) > MAX_EXTENSION_BYTES) {
      extension = "";
    }
    String stem = name.substring(0, name.length() - extension.length());
    int room = MAX_BYTES - bytes(extension) - bytes(mark);
    boolean whole = bytes(stem) <= room;
    while (bytes(stem) > room) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    return whole ? stem + mark + extension : withoutTail(stem) + mark + extension;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
