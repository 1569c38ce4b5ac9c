package dev.parley.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.files.content.ContentHash;
import dev.parley.files.content.Manifest;
import dev.parley.files.names.SafeName;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.peer.v1.FileChunk;
import dev.parley.peer.v1.FileEntry;
import dev.parley.peer.v1.FileFrame;
import dev.parley.peer.v1.FileOffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Frames of a FILES stream, and the names in them. */
public final class FileFramesFuzz {
  private FileFramesFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] offer =
        FileFrame.newBuilder()
            .setOffer(
                FileOffer.newBuilder()
                    .setTransferId(ByteString.copyFrom(new byte[TransferId.BYTES]))
                    .addNames("photo.jpg")
                    .setBytes(1_000)
                    .setEntries(1))
            .build()
            .toByteArray();
    byte[] entry =
        FileFrame.newBuilder()
            .setEntry(FileEntry.newBuilder().addPath("a").addPath("..").setSize(7))
            .build()
            .toByteArray();
    byte[] chunk =
        FileFrame.newBuilder()
            .setChunk(
                FileChunk.newBuilder()
                    .setSha256(ByteString.copyFrom(new byte[ContentHash.BYTES]))
                    .setData(ByteString.copyFromUtf8("data")))
            .build()
            .toByteArray();
    return List.of(
        FuzzTarget.of("file-frame", FileFramesFuzz::frame, FileFrames.class)
            .seeds(offer, entry, chunk),
        FuzzTarget.of("file-name", FileFramesFuzz::name, SafeName.class)
            .seeds("CON".getBytes(StandardCharsets.UTF_8), "a.b".getBytes(StandardCharsets.UTF_8)));
  }

  private static void frame(byte[] input) {
    Optional<FileFrame> frame = FileFrames.parse(ByteString.copyFrom(input));
    if (frame.isPresent() && frame.get().hasEntry()) {
      assertThat(frame.get().getEntry().getPathCount()).isBetween(1, Manifest.MAX_DEPTH);
      assertThat(frame.get().getEntry().getSize()).isNotNegative();
    }
    if (frame.isPresent() && frame.get().hasChunk()) {
      assertThat(frame.get().getChunk().getData().size())
          .isLessThanOrEqualTo(ContentHash.CHUNK_BYTES);
    }
  }

  private static void name(byte[] input) {
    String raw = new String(input, StandardCharsets.UTF_8);
    for (boolean windows : new boolean[] {false, true}) {
      Optional<String> safe = SafeName.of(raw, windows);
      if (safe.isPresent()) {
        assertThat(safe.get().getBytes(StandardCharsets.UTF_8).length)
            .isBetween(1, SafeName.MAX_BYTES);
        assertThat(safe.get()).doesNotContain("/", "\\", "\0").isNotIn(".", "..");
      }
    }
  }
}
