package dev.parley.files;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.parley.files.content.ContentHash;
import dev.parley.files.content.Manifest;
import dev.parley.peer.v1.FileEntry;
import dev.parley.peer.v1.FileFrame;
import dev.parley.peer.v1.FileOffer;
import dev.parley.proto.framing.FrameWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Frames of a FILES stream: how they are written, and what is taken. Pure. */
public final class FileFrames {
  /** A chunk and what stands around it. */
  public static final int MAX_FRAME_BYTES = ContentHash.CHUNK_BYTES + 1_024;

  static final int MAX_NAMES = 16;
  static final int MAX_NAME_BYTES = 255;
  static final int MAX_DETAIL_BYTES = 256;

  /** Field 6 of a frame, and fields 1 and 2 of a chunk, all with a length. */
  private static final int CHUNK_TAG = 6 << 3 | 2;

  private static final int HASH_TAG = 1 << 3 | 2;
  private static final int DATA_TAG = 2 << 3 | 2;

  private FileFrames() {}

  static ByteBuffer encode(FileFrame frame) {
    return ByteBuffer.wrap(FrameWriter.encode(List.of(frame), MAX_FRAME_BYTES));
  }

  /** What goes before the data of a chunk, which so need not be copied into a message. */
  static ByteBuffer chunkHeader(ByteString sha256, int length) {
    int hash = 2 + sha256.size();
    int data = 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    int frame = 1 + CodedOutputStream.computeUInt32SizeNoTag(hash + data) + hash + data;
    byte[] header = new byte[CodedOutputStream.computeUInt32SizeNoTag(frame) + frame - length];
    CodedOutputStream out = CodedOutputStream.newInstance(header);
    try {
      out.writeUInt32NoTag(frame);
      out.writeUInt32NoTag(CHUNK_TAG);
      out.writeUInt32NoTag(hash + data);
      out.writeUInt32NoTag(HASH_TAG);
      out.writeByteArrayNoTag(sha256.toByteArray());
      out.writeUInt32NoTag(DATA_TAG);
      out.writeUInt32NoTag(length);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return ByteBuffer.wrap(header);
  }

  /** The frame in these bytes, its data not copied; empty when they are none. */
  public static Optional<FileFrame> parse(ByteString bytes) {
    try {
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true);
      return Optional.of(FileFrame.parseFrom(in)).filter(FileFrames::isWithinBounds);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isWithinBounds(FileFrame frame) {
    return switch (frame.getBodyCase()) {
      case OFFER -> isWithinBounds(frame.getOffer());
      case NOTICE ->
          isId(frame.getNotice().getTransferId())
              && frame.getNotice().getDetailBytes().size() <= MAX_DETAIL_BYTES;
      case FETCH ->
          isId(frame.getFetch().getTransferId())
              && frame.getFetch().getEntry() >= 0
              && frame.getFetch().getEntry() <= Manifest.MAX_ENTRIES
              && frame.getFetch().getOffset() >= 0
              && frame.getFetch().getOffset() % ContentHash.CHUNK_BYTES == 0;
      case ENTRY -> isWithinBounds(frame.getEntry());
      case CHUNK ->
          frame.getChunk().getSha256().size() == ContentHash.BYTES
              && !frame.getChunk().getData().isEmpty()
              && frame.getChunk().getData().size() <= ContentHash.CHUNK_BYTES;
      case HOLE -> frame.getHole().getBytes() > 0;
      case END -> frame.getEnd().getChain().size() == ContentHash.BYTES;
      case ANSWER, TRANSFER_END, BODY_NOT_SET -> true;
    };
  }

  private static boolean isWithinBounds(FileOffer offer) {
    return isId(offer.getTransferId())
        && offer.getNamesCount() >= 1
        && offer.getNamesCount() <= MAX_NAMES
        && offer.getNamesList().stream().allMatch(name -> length(name) <= MAX_NAME_BYTES)
        && offer.getBytes() >= 0
        && offer.getEntries() >= 1
        && offer.getEntries() <= Manifest.MAX_ENTRIES;
  }

  private static boolean isWithinBounds(FileEntry entry) {
    return entry.getPathCount() >= 1
        && entry.getPathCount() <= Manifest.MAX_DEPTH
        && entry.getPathList().stream().mapToInt(name -> length(name) + 1).sum()
            <= Manifest.MAX_PATH_BYTES + 1
        && entry.getSize() >= 0
        && entry.getOffset() >= 0
        && Math.abs(entry.getModifiedSeconds()) < 1L << 40
        && entry.getModifiedNanos() >= 0
        && entry.getModifiedNanos() < 1_000_000_000;
  }

  /** At most so many bytes of UTF-8. */
  static String cut(String text, int maxBytes) {
    String cut = text;
    while (length(cut) > maxBytes) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut;
  }

  private static boolean isId(ByteString bytes) {
    return bytes.size() == TransferId.BYTES;
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
