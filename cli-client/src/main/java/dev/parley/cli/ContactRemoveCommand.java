package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.control.v1.Contact;
import dev.parley.control.v1.RemoveContactRequest;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Removes a contact. */
@CommandLine.Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Remove a contact; its messages stay.")
final class ContactRemoveCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "PEER", description = "A contact's name or a peer id.")
  private String peer = "";

  ContactRemoveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure {
    RemoveContactRequest request = RemoveContactRequest.newBuilder().setPeer(peer).build();
    Contact contact;
    try (DaemonConnection daemon = session.connect()) {
      contact = daemon.call(() -> daemon.contacts().removeContact(request));
    }
    if (session.json()) {
      session.print(Contacts.json(contact));
    } else {
      session.print(contact.getName() + " is no contact any more");
    }
    return ExitCode.OK;
  }
}
