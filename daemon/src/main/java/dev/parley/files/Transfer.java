package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.link.LinkPath;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A transfer at one moment.
 *
 * @param names of the first 16 files and directories at the top; as the sender calls them, until
 *     they are delivered here
 * @param entries files and directories in all
 * @param leftOut links and special files that the sender did not take along; told there only
 * @param directory where the files come, or are; empty at the sender, and until it is accepted
 * @param doneBytes of the content, holes among them, that the receiver has as far as is known here
 * @param wireBytes of the content that went over the network, what went twice counted twice
 * @param problem why it is paused, or has failed, or was refused; a sentence, or empty
 * @param live while it is active
 */
public record Transfer(
    TransferId id,
    PeerId peer,
    Direction direction,
    TransferState state,
    ImmutableList<String> names,
    long bytes,
    int entries,
    int leftOut,
    Optional<Path> directory,
    long doneBytes,
    int doneEntries,
    long wireBytes,
    String problem,
    Instant createdAt,
    Optional<Instant> endedAt,
    Optional<Live> live) {

  /** Which way the files go. */
  public enum Direction {
    OUTGOING,
    INCOMING
  }

  /**
   * @param bytesPerSecond over the last seconds
   * @param timeLeft at this rate; empty while it is not known
   * @param path the path in use
   */
  public record Live(long bytesPerSecond, Optional<Duration> timeLeft, LinkPath path) {}
}
