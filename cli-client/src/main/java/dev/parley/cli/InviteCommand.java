package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.StreamReader;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.QrCode;
import dev.parley.cli.text.Style;
import dev.parley.control.v1.Invitation;
import dev.parley.control.v1.InviteReply;
import dev.parley.control.v1.InviteRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** Makes a pairing code, and waits for who has it. */
@CommandLine.Command(
    name = "invite",
    mixinStandardHelpOptions = true,
    description = "Print a short code for one person, wait until they type it, become contacts.")
final class InviteCommand implements Command {
  private static final int USUAL_COLUMNS = 80;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");

  private final Session session;

  @Mixin private final PairingOptions options = new PairingOptions();

  InviteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    InviteRequest request =
        InviteRequest.newBuilder()
            .setName(options.name)
            .setNameHint(options.nameHint(session))
            .setRelay(options.relay)
            .build();
    try (DaemonConnection daemon = session.connect()) {
      StreamReader<InviteReply> replies = daemon.reader();
      daemon.pairing().invite(request, replies);
      while (!replies.hasEnded()) {
        Optional<InviteReply> reply = replies.poll(LOOK);
        if (reply.isPresent() && reply.get().hasInvitation()) {
          show(reply.get().getInvitation());
        } else if (reply.isPresent() && reply.get().hasPaired()) {
          PairingOptions.show(session, reply.get().getPaired());
        }
      }
    }
    return ExitCode.OK;
  }

  private void show(Invitation invitation) {
    if (session.json()) {
      session.print(
          new Json()
              .put("code", invitation.getCode())
              .put("ticket", invitation.getTicket())
              .putTime("expiresAt", invitation.getExpiresAtMillis())
              .put("relay", invitation.getRelay()));
    } else {
      Style style = session.style();
      session.print("\n    " + style.bold(invitation.getCode()) + "\n");
      session.print("On the other machine, until " + clock(invitation) + ":");
      session.print("    parley accept " + invitation.getCode());
      session.print(
          style.dim("where its home relay is another, also: --relay " + invitation.getRelay()));
      if (session.terminal().present()) {
        showTicket(invitation.getTicket());
      }
    }
    // Whoever reads this has to tell it to somebody before there is anything more.
    boolean unused = session.flush();
  }

  private void showTicket(String ticket) {
    int columns = session.terminal().columns();
    QrCode.of(ticket, columns == 0 ? USUAL_COLUMNS : columns)
        .ifPresent(
            code -> {
              session.print("\nOr the whole ticket, to scan:\n");
              session.print(code);
            });
  }

  private static String clock(Invitation invitation) {
    return CLOCK.format(
        Instant.ofEpochMilli(invitation.getExpiresAtMillis()).atZone(ZoneId.systemDefault()));
  }
}
