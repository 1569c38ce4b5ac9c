package dev.parley.mail;

import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import java.io.IOException;

/** A connected relay that keeps mail. */
public interface MailRelay extends AutoCloseable {
  /** Asks and waits for the answer; some seconds at most. */
  MailResponse ask(MailRequest request) throws IOException;

  @Override
  void close();
}
