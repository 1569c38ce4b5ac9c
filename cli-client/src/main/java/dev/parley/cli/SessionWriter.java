package dev.parley.cli;

import java.io.Writer;

/** Lets picocli print its help where commands print. */
final class SessionWriter extends Writer {
  private final Session session;
  private final StringBuilder waiting = new StringBuilder();

  SessionWriter(Session session) {
    this.session = session;
  }

  @Override
  public void write(char[] characters, int from, int length) {
    waiting.append(characters, from, length);
  }

  @Override
  public void flush() {
    int end = waiting.lastIndexOf("\n");
    if (end >= 0) {
      session.print(waiting.substring(0, end));
      waiting.delete(0, end + 1);
    }
  }

  @Override
  public void close() {
    flush();
  }
}
