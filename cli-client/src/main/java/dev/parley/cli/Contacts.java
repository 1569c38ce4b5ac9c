package dev.parley.cli;

import dev.parley.cli.text.Json;
import dev.parley.control.v1.Contact;

/** A contact as the three commands print it. */
final class Contacts {
  private Contacts() {}

  static Json json(Contact contact) {
    return new Json()
        .put("name", contact.getName())
        .put("peerId", contact.getPeerId())
        .putTime("addedAt", contact.getAddedAtMillis())
        .putStrings("addresses", contact.getAddressesList())
        .putStrings("relays", contact.getRelaysList())
        .put("verified", contact.getVerified());
  }
}
