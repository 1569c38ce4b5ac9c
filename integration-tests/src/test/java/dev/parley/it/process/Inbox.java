package dev.parley.it.process;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.InboxReader;
import dev.parley.control.v1.ReceivedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads messages, acknowledging each. */
public final class Inbox {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final InboxReader reader;

  private Inbox(InboxReader reader) {
    this.reader = reader;
  }

  static Inbox open(DaemonConnection connection, String consumer) {
    return new Inbox(InboxReader.open(connection, consumer));
  }

  /** All messages up to and with the one that says this. */
  public List<ReceivedMessage> readUntil(String last) {
    List<ReceivedMessage> messages = new ArrayList<>();
    do {
      messages.add(next(messages.size()));
    } while (!text(messages.get(messages.size() - 1)).equals(last));
    return messages;
  }

  /** This many. */
  public List<ReceivedMessage> read(int count) {
    List<ReceivedMessage> messages = new ArrayList<>();
    while (messages.size() < count) {
      messages.add(next(messages.size()));
    }
    return messages;
  }

  private ReceivedMessage next(int already) {
    try {
      while (true) {
        Optional<ReceivedMessage> message = reader.next(PATIENCE);
        if (message.isEmpty()) {
          throw new AssertionError("no message came within " + PATIENCE + " after " + already);
        }
        if (!message.get().getMessageId().isEmpty()) {
          reader.acknowledge(message.get().getPosition());
          return message.get();
        }
      }
    } catch (CommandFailure e) {
      throw new AssertionError(
          "the inbox ended after " + already + " messages: " + e.sentence(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the inbox", e);
    }
  }

  /** Ends the reading, with all acknowledgements on the daemon's disk. */
  public void finish() {
    try {
      reader.finish();
    } catch (CommandFailure e) {
      throw new AssertionError(e.sentence(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ending an inbox", e);
    }
  }

  public static String text(ReceivedMessage message) {
    return message.getBody().toStringUtf8();
  }

  public static List<String> texts(List<ReceivedMessage> messages) {
    return messages.stream().map(Inbox::text).toList();
  }
}
