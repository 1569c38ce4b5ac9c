package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.Contact;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Adds a contact. */
@CommandLine.Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = "Add a contact by its ticket, or learn its newer addresses.")
final class ContactAddCommand implements Command {
  /** Far above any ticket. */
  private static final int MAX_TICKET_BYTES = 8_192;

  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "What to call the peer.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "TICKET",
      description = "What `parley id` printed there; - reads it from standard input.")
  private String ticket = "";

  ContactAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    AddContactRequest request =
        AddContactRequest.newBuilder().setName(name).setTicket(ticket()).build();
    Contact contact;
    try (DaemonConnection daemon = session.connect()) {
      contact = daemon.call(() -> daemon.contacts().addContact(request));
    }
    if (session.json()) {
      session.print(Contacts.json(contact));
    } else {
      session.print(contact.getName() + " is " + contact.getPeerId());
    }
    return ExitCode.OK;
  }

  private String ticket() throws CommandFailure {
    if (!ticket.equals("-")) {
      return ticket.strip();
    }
    byte[] typed = StandardInput.read(session.in(), MAX_TICKET_BYTES);
    if (typed.length > MAX_TICKET_BYTES) {
      throw CommandFailure.of(
          "what came on standard input is too long for a ticket", "give what `parley id` printed");
    }
    // `parley id | parley contact add bob -` may bring more lines than the ticket's.
    return new String(typed, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("");
  }
}
