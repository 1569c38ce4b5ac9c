package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.text.Table;
import dev.parley.control.v1.Contact;
import dev.parley.control.v1.ListContactsRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine;

/** Lists the contacts. */
@CommandLine.Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "List the contacts by name.")
final class ContactListCommand implements Command {
  private final Session session;

  ContactListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    List<Contact> contacts;
    try (DaemonConnection daemon = session.connect()) {
      contacts =
          daemon
              .call(() -> daemon.contacts().listContacts(ListContactsRequest.getDefaultInstance()))
              .getContactsList();
    }
    if (session.json()) {
      contacts.forEach(contact -> session.print(Contacts.json(contact)));
    } else if (contacts.isEmpty()) {
      session.remark("no contacts yet: `parley contact add NAME TICKET` adds one");
    } else {
      Table table = new Table("NAME", "PEER ID", "ADDED", "VERIFIED", "KNOWN BY");
      contacts.forEach(
          contact ->
              table.row(
                  contact.getName(),
                  contact.getPeerId(),
                  day(contact.getAddedAtMillis()),
                  contact.getVerified() ? "yes" : "no",
                  contact.getAddressesCount() + " addresses, " + relays(contact)));
      session.print(table.show(session.style()).stripTrailing());
    }
    return ExitCode.OK;
  }

  private static String relays(Contact contact) {
    return contact.getRelaysCount() + (contact.getRelaysCount() == 1 ? " relay" : " relays");
  }

  private static String day(long millis) {
    return Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()).toLocalDate().toString();
  }
}
