package dev.parley.it.faults;

import com.google.common.base.Strings;
import com.google.protobuf.ByteString;
import dev.parley.control.v1.ReceivedMessage;
import java.util.List;

/** Numbered messages from one node to another. */
record Flow(String from, String to) {
  /** The body of a message: whose it is, and then something to carry. */
  ByteString body(int number, int padding) {
    return ByteString.copyFromUtf8(from + " " + to + " " + number + Strings.repeat(" .", padding));
  }

  /** The caller's own id of a message: the same for every attempt to send it. */
  String clientId(int number) {
    return from + "-" + to + "-" + number;
  }

  /** One of its messages. */
  record Numbered(Flow flow, int number) {
    static Numbered of(ReceivedMessage message) {
      List<String> words = List.of(message.getBody().toStringUtf8().split(" ", 4));
      return new Numbered(new Flow(words.get(0), words.get(1)), Integer.parseInt(words.get(2)));
    }

    @Override
    public String toString() {
      return flow + " message " + number;
    }
  }

  @Override
  public String toString() {
    return from + " to " + to;
  }
}
