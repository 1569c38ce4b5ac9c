package dev.parley.files.content;

import com.google.protobuf.ByteString;
import dev.parley.files.content.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One file while it is sent. */
public final class SourceFile implements AutoCloseable {
  /** So much is looked through for zeros in one turn: a hole of a terabyte is not one. */
  private static final long MAX_HOLE = 256L * ContentHash.CHUNK_BYTES;

  private final SourceEntry entry;
  private final @Nullable FileChannel channel;
  private final ByteBuffer buffer;
  private ContentHash hash = new ContentHash();
  private boolean waiting;

  private SourceFile(SourceEntry entry, @Nullable FileChannel channel, ByteBuffer buffer) {
    this.entry = entry;
    this.channel = channel;
    this.buffer = buffer;
  }

  /** What comes next of it. */
  public sealed interface Part {
    /**
     * @param data valid until the next part is read
     */
    record Chunk(ByteString sha256, ByteBuffer data) implements Part {}

    record Hole(long bytes) implements Part {}

    record End(ByteString chain) implements Part {}
  }

  /**
   * @param buffer direct, of a chunk, for this file's use alone while it is open
   */
  public static SourceFile open(SourceEntry entry, ByteBuffer buffer)
      throws SourceException, IOException {
    if (!isUnchanged(entry)) {
      throw changed(entry);
    }
    return new SourceFile(
        entry,
        FileChannel.open(entry.source(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
        buffer);
  }

  /** A directory has nothing to be read. */
  public static SourceFile ofDirectory(SourceEntry entry, ByteBuffer buffer) {
    return new SourceFile(entry, null, buffer);
  }

  /** One or the other. */
  public static SourceFile openAny(SourceEntry entry, ByteBuffer buffer)
      throws SourceException, IOException {
    return entry.directory() ? ofDirectory(entry, buffer) : open(entry, buffer);
  }

  public SourceEntry entry() {
    return entry;
  }

  /**
   * Reads up to here, for the hash of what was sent before; reading goes on behind it.
   *
   * @param known the hash of a part from the beginning, which is not read once more
   * @return whether that is the peer's hash; if not, reading goes on at the beginning
   */
  public boolean skip(long offset, ByteString chain, ContentHash known)
      throws SourceException, IOException {
    if (offset > entry.size()) {
      return false;
    }
    hash = known.copy();
    while (hash.bytes() < offset) {
      int length = fill();
      boolean zero = ContentHash.isZero(buffer);
      if (zero) {
        hash.addZeros(length);
      } else {
        hash.add(hash.ofChunk(buffer), length);
      }
    }
    if (hash.bytes() == offset && hash.chain().equals(chain)) {
      return true;
    }
    hash = new ContentHash();
    return false;
  }

  /** The hash so far. */
  public ContentHash hash() {
    return hash;
  }

  public Part next() throws SourceException, IOException {
    long zeros = 0;
    while (hash.bytes() + zeros < entry.size() && zeros < MAX_HOLE) {
      int length = waiting ? buffer.limit() : fillAt(hash.bytes() + zeros);
      waiting = false;
      if (ContentHash.isZero(buffer)) {
        zeros += length;
        continue;
      }
      if (zeros > 0) {
        // The chunk behind the hole is read already, and comes next.
        waiting = true;
        break;
      }
      byte[] sha256 = hash.ofChunk(buffer.duplicate());
      hash.add(sha256, length);
      return new Part.Chunk(ByteString.copyFrom(sha256), buffer);
    }
    if (zeros > 0) {
      hash.addZeros(zeros);
      return new Part.Hole(zeros);
    }
    if (!isUnchanged(entry)) {
      throw changed(entry);
    }
    return new Part.End(hash.chain());
  }

  private int fill() throws SourceException, IOException {
    return fillAt(hash.bytes());
  }

  private int fillAt(long offset) throws SourceException, IOException {
    buffer.clear().limit((int) Math.min(ContentHash.CHUNK_BYTES, entry.size() - offset));
    while (buffer.hasRemaining()) {
      if (channel == null || channel.read(buffer, offset + buffer.position()) < 0) {
        throw changed(entry);
      }
    }
    buffer.flip();
    return buffer.limit();
  }

  private static boolean isUnchanged(SourceEntry entry) throws SourceException {
    try {
      return entry.isUnchanged();
    } catch (IOException e) {
      throw new SourceException(
          Reason.CHANGED, entry.source() + " cannot be read any more: " + e.getMessage());
    }
  }

  private static SourceException changed(SourceEntry entry) {
    return new SourceException(
        Reason.CHANGED,
        entry.source() + " has changed since it was offered: send it again as it is now");
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
