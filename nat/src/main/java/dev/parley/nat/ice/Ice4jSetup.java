package dev.parley.nat.ice;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** What must be said before the first class of ice4j is loaded. */
final class Ice4jSetup {
  /** After completion, for checks of the peer that are still on their way. */
  static final long TERMINATION_MILLIS = 3_000;

  /** Held, or the levels would go when the loggers are collected. */
  private static final List<Logger> QUIETED =
      List.of(Logger.getLogger("org.ice4j"), Logger.getLogger("org.jitsi"));

  private Ice4jSetup() {}

  static void apply() {
    // Otherwise it asks the metadata service of a cloud by HTTP.
    System.setProperty("org.ice4j.ice.harvest.DISABLE_AWS_HARVESTER", "true");
    System.setProperty("org.ice4j.NO_KEEP_ALIVES", "true");
    System.setProperty("org.ice4j.REQUIRE_MESSAGE_INTEGRITY", "true");
    System.setProperty("org.ice4j.SOFTWARE", "");
    System.setProperty("org.ice4j.REDACT_REMOTE_ADDRESSES", "true");
    System.setProperty("org.ice4j.TERMINATION_DELAY", String.valueOf(TERMINATION_MILLIS));
    for (Logger logger : QUIETED) {
      // At INFO it logs passwords.
      logger.setLevel(Level.WARNING);
      logger.setUseParentHandlers(false);
      if (logger.getHandlers().length == 0) {
        logger.addHandler(new ToSlf4j());
      }
    }
  }

  /** A peer can provoke warnings at will, so they are for who looks for them. */
  private static final class ToSlf4j extends Handler {
    private static final org.slf4j.Logger log = LoggerFactory.getLogger("dev.parley.nat.ice.ice4j");

    @Override
    public void publish(LogRecord record) {
      log.debug("{}: {}", record.getLoggerName(), record.getMessage(), record.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
