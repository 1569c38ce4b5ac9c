package dev.parley.node;

import dev.parley.proto.home.NodeHome;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The little that a node remembers from one start to the next: its port, so that tickets it has
 * handed out stay good, and the number of its last discovery record, so that the next one is newer
 * even if the clock has gone back. Losing the file costs no more than that. Owned by the event
 * loop.
 */
final class NodeMemory {
  private static final Logger log = LoggerFactory.getLogger(NodeMemory.class);
  private static final String PORT = "port";
  private static final String SEQUENCE = "record-sequence";
  private static final int MAX_PORT = 65_535;

  private final Path file;
  private int port;
  private long sequence;

  private NodeMemory(Path file) {
    this.file = file;
  }

  static NodeMemory load(NodeHome home) {
    NodeMemory memory = new NodeMemory(home.data().resolve("node.state"));
    Properties found = new Properties();
    if (Files.exists(memory.file)) {
      try (Reader reader = Files.newBufferedReader(memory.file)) {
        found.load(reader);
        memory.port = Integer.parseInt(found.getProperty(PORT, "0"));
        memory.sequence = Long.parseLong(found.getProperty(SEQUENCE, "0"));
      } catch (IOException | IllegalArgumentException e) {
        log.warn("{} is unreadable and is made anew: {}", memory.file, e.toString());
      }
    }
    if (memory.port < 0 || memory.port > MAX_PORT) {
      memory.port = 0;
    }
    return memory;
  }

  /** The port of the last run, or 0. */
  int port() {
    return port;
  }

  void port(int bound) {
    if (port != bound) {
      port = bound;
      save();
    }
  }

  /** The number for the next record: the time in milliseconds, but always above the last. */
  long nextSequence(long nowMillis) {
    sequence = Math.max(sequence + 1, nowMillis);
    save();
    return sequence;
  }

  private void save() {
    Properties out = new Properties();
    out.setProperty(PORT, Integer.toString(port));
    out.setProperty(SEQUENCE, Long.toString(sequence));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (Writer writer = Files.newBufferedWriter(fresh)) {
        out.store(writer, null);
      }
      move(fresh);
    } catch (IOException e) {
      log.warn("cannot write {}: {}; the port may change with the next start", file, e.toString());
    }
  }

  private void move(Path fresh) throws IOException {
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
