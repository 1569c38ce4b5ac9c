package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.Path;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.TransferState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTransferTest {
  private static final FileTransfer ACTIVE =
      FileTransfer.newBuilder()
          .setTransferId("id")
          .addNames("photo.jpg")
          .setState(TransferState.TRANSFER_STATE_ACTIVE)
          .setBytes(2_000_000)
          .setDoneBytes(500_000)
          .setBytesPerSecond(1_500_000)
          .setLeftMillis(1_000)
          .setPath(Path.newBuilder().setKind(PathKind.PATH_KIND_DIRECT).setRemote("192.0.2.1:4000"))
          .build();

  @Test
  void theBarTellsRateTimeLeftAndPath() {
    assertThat(ShownTransfer.line(ACTIVE))
        .isEqualTo(
            "photo.jpg  [######                  ] 25 %  1.5 MB/s  1.0 s left  direct"
                + " 192.0.2.1:4000");
  }

  @Test
  void anObjectHasEveryFieldAndNullForWhatIsNotKnown() {
    assertThat(ShownTransfer.json(ACTIVE.toBuilder().clearPath().clearLeftMillis().build()))
        .asString()
        .startsWith("{\"transferId\":\"id\",")
        .contains("\"state\":\"active\"", "\"leftMs\":null", "\"path\":null", "\"endedAt\":null");
  }

  @Test
  void aNameDoesNotCommandTheTerminal() {
    FileTransfer hostile = ACTIVE.toBuilder().setNames(0, "a\u001b[2J\u202eb").build();
    assertThat(ShownTransfer.line(hostile)).startsWith("a\\u001b[2J\\u202eb");
  }

  @ParameterizedTest
  @CsvSource({"999,999 B", "1000,1.0 kB", "999600,1.0 MB", "20000000000,20 GB"})
  void sizesAreShort(long bytes, String shown) {
    assertThat(ShownTransfer.size(bytes)).isEqualTo(shown);
  }
}
