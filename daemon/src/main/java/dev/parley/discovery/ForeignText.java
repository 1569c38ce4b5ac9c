package dev.parley.discovery;

import com.google.common.base.CharMatcher;
import dev.parley.discovery.TicketException.Reason;
import dev.parley.proto.id.PeerId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what a text is that was given as a ticket and is none. */
final class ForeignText {
  private static final Pattern OTHER_VERSION = Pattern.compile("parley([2-9])[a-z2-7].*");
  private static final CharMatcher PRINTABLE = CharMatcher.inRange('!', '~');
  private static final int SHOWN_CHARACTERS = 24;

  private ForeignText() {}

  /**
   * @param text in lower case, without spaces
   */
  static TicketException explain(String text) {
    Matcher version = OTHER_VERSION.matcher(text);
    if (version.matches()) {
      return new TicketException(
          Reason.NEWER_VERSION,
          "the ticket has version " + version.group(1) + "; this parley reads version 1",
          "Update parley here, or ask your contact for a ticket of version 1.");
    }
    return new TicketException(
        Reason.FOREIGN,
        what(text) + "; a ticket begins with " + Tickets.PREFIX,
        "Ask your contact for what `parley id` prints there.");
  }

  private static String what(String text) {
    if (text.isEmpty()) {
      return "there is no ticket";
    }
    if (PeerId.parse(text).isPresent()) {
      return "this is a peer id, which says who and not where";
    }
    if (RelayUrl.tryParse(text).isPresent()) {
      return "this is the URL of a relay";
    }
    if (text.contains("://")) {
      return "this is a URL";
    }
    // It may come from anywhere: nothing that a terminal would obey is shown.
    String shown = PRINTABLE.retainFrom(text);
    return shown.length() <= SHOWN_CHARACTERS
        ? "'" + shown + "' is no ticket"
        : "'" + shown.substring(0, SHOWN_CHARACTERS) + "…' is no ticket";
  }
}
