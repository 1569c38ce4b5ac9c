package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.client.CommandFailure;
import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Control;
import dev.parley.it.process.Inbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Numbered messages to one peer, and what may have become of them. A message that the daemon has
 * taken must arrive exactly once and in order. When the daemon dies before it answers, the message
 * may have been taken or not: then it is sent again under another text, and either may arrive.
 */
final class Traffic {
  private final String peer;
  private final String name;
  private final List<String> sent = new ArrayList<>();
  private final Set<String> uncertain = new HashSet<>();
  private int next;

  Traffic(String name, String peer) {
    this.name = name;
    this.peer = peer;
  }

  int count() {
    return next;
  }

  /** Hands the next message to the daemon; false when it died meanwhile. */
  boolean send(Control control) {
    String text = name + " " + next + (uncertain.contains(name + " " + next) ? " again" : "");
    sent.add(text);
    try {
      control.trySend(peer, text, MessageState.MESSAGE_STATE_QUEUED);
      next++;
      return true;
    } catch (CommandFailure e) {
      uncertain.add(text);
      return false;
    }
  }

  /** Ends the traffic with a message that marks the end, and reads all of it there. */
  void verify(Control from, Inbox at) {
    String end = name + " end";
    from.send(peer, end, MessageState.MESSAGE_STATE_QUEUED);
    List<String> arrived = Inbox.texts(at.readUntil(end));
    List<String> expected = new ArrayList<>(sent);
    // What was uncertain and did not arrive was not taken.
    expected.removeIf(text -> uncertain.contains(text) && !arrived.contains(text));
    expected.add(end);
    assertThat(arrived).as("messages, exactly once and in order").isEqualTo(expected);
  }
}
