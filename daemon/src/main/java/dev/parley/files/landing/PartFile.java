package dev.parley.files.landing;

import com.google.protobuf.ByteString;
import dev.parley.files.content.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The file that is arriving, and beside it the hashes of its chunks. A hash is written after its
 * chunk. After a crash the chunks are read and compared, so what is gone on with is what is on
 * disk, whatever the disk had written of it by then. Not thread-safe, but for {@link #sync}.
 */
final class PartFile implements AutoCloseable {
  static final String DATA = "part";
  static final String HASHES = "hashes";

  /** Before the hashes: which entry they are of. */
  private static final int HEADER_BYTES = 8;

  private static final int HASHES_AT_A_TIME = 1_024;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(ContentHash.CHUNK_BYTES);

  private final SeekableByteChannel data;
  private final SeekableByteChannel hashes;
  private final ContentHash hash;

  private PartFile(SeekableByteChannel data, SeekableByteChannel hashes, ContentHash hash) {
    this.data = data;
    this.hashes = hashes;
    this.hash = hash;
  }

  /** Begins the file of this entry anew. */
  static PartFile begin(Folder folder, int entry, UnaryOperator<SeekableByteChannel> disk)
      throws IOException {
    SeekableByteChannel data = open(folder, DATA, disk);
    SeekableByteChannel hashes = open(folder, HASHES, disk);
    data.truncate(0);
    hashes.truncate(0);
    write(hashes, ByteBuffer.allocate(HEADER_BYTES).putLong(entry).flip());
    return new PartFile(data, hashes, new ContentHash());
  }

  /** Goes on with what there is of this entry. */
  static PartFile resume(Folder folder, int entry, UnaryOperator<SeekableByteChannel> disk)
      throws IOException {
    SeekableByteChannel hashes = open(folder, HASHES, disk);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    if (!readFully(hashes, header) || header.flip().getLong() != entry) {
      hashes.close();
      return begin(folder, entry, disk);
    }
    SeekableByteChannel data = open(folder, DATA, disk);
    ContentHash hash = new ContentHash();
    ByteBuffer chunk = ByteBuffer.allocate(ContentHash.CHUNK_BYTES);
    ByteBuffer expected = ByteBuffer.allocate(ContentHash.BYTES);
    while (readFully(hashes, expected.clear())) {
      data.position(hash.bytes());
      Arrays.fill(chunk.array(), (byte) 0);
      // What is beyond the end is a hole; if it is not one, the hash is another.
      readFully(data, chunk.clear());
      byte[] sha256 = hash.ofChunk(chunk.clear());
      if (!Arrays.equals(sha256, expected.array())) {
        break;
      }
      hash.add(sha256, ContentHash.CHUNK_BYTES);
    }
    hashes.truncate(HEADER_BYTES + hash.bytes() / ContentHash.CHUNK_BYTES * ContentHash.BYTES);
    hashes.position(hashes.size());
    if (data.size() > hash.bytes()) {
      data.truncate(hash.bytes());
    }
    return new PartFile(data, hashes, hash);
  }

  private static SeekableByteChannel open(
      Folder folder, String name, UnaryOperator<SeekableByteChannel> disk) throws IOException {
    return disk.apply(
        folder.channel(
            name, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** How much there is. */
  long offset() {
    return hash.bytes();
  }

  ByteString chain() {
    return hash.chain();
  }

  /** Whether this is the hash of this chunk. */
  boolean matches(ByteString sha256, ByteBuffer chunk) {
    return sha256.size() == ContentHash.BYTES
        && Arrays.equals(hash.ofChunk(chunk.duplicate()), sha256.toByteArray());
  }

  /** Appends a chunk that matches its hash. */
  void append(ByteString sha256, ByteBuffer chunk) throws IOException {
    int length = chunk.remaining();
    data.position(hash.bytes());
    write(data, chunk);
    byte[] bytes = sha256.toByteArray();
    if (length == ContentHash.CHUNK_BYTES) {
      // The last chunk is shorter, and comes again after a crash.
      hashes.position(endOfHashes());
      write(hashes, ByteBuffer.wrap(bytes));
    }
    hash.add(bytes, length);
  }

  void appendZeros(long bytes) throws IOException {
    byte[] zeros = hash.ofChunk(ZEROS.duplicate());
    ByteBuffer batch = ByteBuffer.allocate(HASHES_AT_A_TIME * ContentHash.BYTES);
    hashes.position(endOfHashes());
    for (long chunks = bytes / ContentHash.CHUNK_BYTES; chunks > 0; chunks -= HASHES_AT_A_TIME) {
      batch.clear();
      for (int i = 0; i < Math.min(chunks, HASHES_AT_A_TIME); i++) {
        batch.put(zeros);
      }
      write(hashes, batch.flip());
    }
    hash.addZeros(bytes);
  }

  private long endOfHashes() {
    return HEADER_BYTES + hash.bytes() / ContentHash.CHUNK_BYTES * ContentHash.BYTES;
  }

  /** Gives the file its length, when it ends with a hole, and waits until all is on disk. */
  void finish() throws IOException {
    if (hash.bytes() > 0 && data.size() < hash.bytes()) {
      data.position(hash.bytes() - 1);
      write(data, ByteBuffer.allocate(1));
    }
    sync();
  }

  /** Waits until what has been written is on disk. On any thread. */
  void sync() throws IOException {
    if (data instanceof FileChannel file) {
      file.force(false);
    }
  }

  private static void write(SeekableByteChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private static boolean readFully(SeekableByteChannel from, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (from.read(into) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    hashes.close();
    data.close();
  }
}
