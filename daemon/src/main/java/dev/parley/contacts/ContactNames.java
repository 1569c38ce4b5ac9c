package dev.parley.contacts;

import dev.parley.contacts.ContactException.Reason;
import dev.parley.proto.id.PeerId;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a contact may be called. Pure. */
final class ContactNames {
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

  /** Two names with the same key would be taken for each other. */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
