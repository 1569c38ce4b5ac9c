package dev.parley.contacts;

import dev.parley.contacts.ContactException.Reason;
import dev.parley.proto.id.PeerId;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a contact may be called. Pure. */
final class ContactNames {
  private static final int LONGEST = 64;

  /** A dash and a number. */
  private static final int LONGEST_SUFFIX = 11;

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private ContactNames() {}

  static void require(String name) throws ContactException {
    if (!VALID.matcher(name).matches()) {
      throw new ContactException(
          Reason.BAD_NAME,
          "'" + name + "' cannot be a contact's name",
          "a name has 1 to 64 letters, digits, '-', '_' or '.'");
    }
    if (PeerId.parse(name).isPresent()) {
      throw new ContactException(
          Reason.BAD_NAME,
          "'" + name + "' is a peer id and cannot be a contact's name",
          "choose a name that a person would say");
    }
  }

  /** The first of NAME, NAME-2, NAME-3 and so on that is free. */
  static String free(String name, Predicate<String> isTaken) {
    if (!isTaken.test(name)) {
      return name;
    }
    String begin = name.substring(0, Math.min(name.length(), LONGEST - LONGEST_SUFFIX));
    int number = 2;
    while (isTaken.test(begin + "-" + number)) {
      number++;
    }
    return begin + "-" + number;
  }

  static boolean isValid(String name) {
    return VALID.matcher(name).matches() && PeerId.parse(name).isEmpty();
  }

  /** Two names with the same key would be taken for each other. */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
