package dev.parley.files.landing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Which entries of a transfer are complete, in their order, as the peer names them. Appended to
 * after an entry is on disk; a record that a crash has torn is cut off. Not thread-safe.
 */
final class EntryLog implements AutoCloseable {
  static final String NAME = "entries";

  private static final int HEADER_BYTES = 8;
  private static final int MAX_RECORD_BYTES = 16 * 1024;

  private final SeekableByteChannel channel;

  private EntryLog(SeekableByteChannel channel) {
    this.channel = channel;
  }

  /** Takes what the last run has left. */
  interface Replay {
    void entry(List<String> path, boolean directory, long size)
        throws IOException, HostileEntryException;
  }

  static EntryLog open(Folder folder, Replay replay) throws IOException, HostileEntryException {
    EntryLog log =
        new EntryLog(
            folder.channel(
                NAME,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    try {
      log.replay(replay);
      return log;
    } catch (IOException | HostileEntryException e) {
      log.close();
      throw e;
    }
  }

  private void replay(Replay replay) throws IOException, HostileEntryException {
    // Not closed: that would close the channel.
    DataInputStream in =
        new DataInputStream(new java.io.BufferedInputStream(Channels.newInputStream(channel)));
    long good = 0;
    long left = channel.size();
    while (left >= HEADER_BYTES) {
      int length = in.readInt();
      int sum = in.readInt();
      if (length < 1 || length > MAX_RECORD_BYTES || length > left - HEADER_BYTES) {
        break;
      }
      byte[] record = in.readNBytes(length);
      if (record.length < length || sum(record) != sum) {
        break;
      }
      read(record, replay);
      good += HEADER_BYTES + length;
      left -= HEADER_BYTES + length;
    }
    channel.truncate(good);
    channel.position(good);
  }

  private static void read(byte[] record, Replay replay) throws IOException, HostileEntryException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(record));
    boolean directory = in.readBoolean();
    long size = in.readLong();
    List<String> path = new ArrayList<>();
    int names = in.readUnsignedByte();
    for (int i = 0; i < names; i++) {
      path.add(in.readUTF());
    }
    replay.entry(path, directory, size);
  }

  void append(List<String> path, boolean directory, long size) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(record);
    out.writeBoolean(directory);
    out.writeLong(size);
    out.writeByte(path.size());
    for (String name : path) {
      out.writeUTF(name);
    }
    byte[] bytes = record.toByteArray();
    ByteBuffer framed = ByteBuffer.allocate(HEADER_BYTES + bytes.length);
    framed.putInt(bytes.length).putInt(sum(bytes)).put(bytes).flip();
    long start = channel.position();
    try {
      while (framed.hasRemaining()) {
        channel.write(framed);
      }
    } catch (IOException e) {
      channel.truncate(start);
      throw e;
    }
  }

  void sync() throws IOException {
    if (channel instanceof FileChannel file) {
      file.force(false);
    }
  }

  private static int sum(byte[] record) {
    CRC32 crc = new CRC32();
    crc.update(record);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
