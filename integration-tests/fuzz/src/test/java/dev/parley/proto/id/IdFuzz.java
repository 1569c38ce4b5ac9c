package dev.parley.proto.id;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ascii;
import com.google.protobuf.ByteString;
import dev.parley.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Ids, as text and as bytes. */
public final class IdFuzz {
  private IdFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("ids", IdFuzz::ids, PeerId.class, MessageId.class)
            .seeds(
                PeerId.of(new byte[PeerId.BYTES]).toString(),
                MessageId.of(new byte[MessageId.BYTES]).toString())
            .seeds(new byte[PeerId.BYTES], new byte[MessageId.BYTES]));
  }

  private static void ids(byte[] input) {
    ByteString bytes = ByteString.copyFrom(input);
    String text = new String(input, StandardCharsets.UTF_8);
    PeerId.parse(text)
        .ifPresent(id -> assertThat(id.toString()).isEqualTo(Ascii.toLowerCase(text)));
    MessageId.parse(text)
        .ifPresent(id -> assertThat(id.toString()).isEqualTo(Ascii.toLowerCase(text)));
    PeerId.tryOf(bytes).ifPresent(id -> assertThat(PeerId.parse(id.toString())).contains(id));
    MessageId.tryOf(bytes).ifPresent(id -> assertThat(MessageId.parse(id.toString())).contains(id));
  }
}
