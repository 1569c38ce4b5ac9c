package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.control.v1.BackupChunk;
import dev.parley.control.v1.BackupRequest;
import dev.parley.control.v1.NodeGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCallTest {
  @TempDir Path directory;
  private ServedNode served;

  @BeforeEach
  void serve() throws Exception {
    served = new ServedNode(directory);
  }

  @AfterEach
  void close() throws Exception {
    served.close();
  }

  @Test
  void aBackupLargerThanAnyBufferComesWholeToAClientThatReadsSlowly() {
    served.node.backupBytes = 40 << 20;
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    Iterator<BackupChunk> chunks = backup("secret");
    BackupChunk last = BackupChunk.getDefaultInstance();
    while (chunks.hasNext()) {
      last = chunks.next();
      received.writeBytes(last.getData().toByteArray());
    }
    assertThat(received.size()).isEqualTo(40 << 20);
    assertThat(last.getSummary().getBytes()).isEqualTo(40 << 20);
    assertThat(last.getSummary().getPeerId()).isEqualTo(served.node.id().toString());
  }

  @Test
  void oneBackupIsMadeAtATime() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    served.node.backupHeldBy = hold;
    Iterator<BackupChunk> first = backup("secret");
    assertThat(served.node.backupBegun.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(refusalOf("secret")).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    hold.countDown();
    List<BackupChunk> all = ImmutableList.copyOf(first);
    assertThat(all.get(all.size() - 1).hasSummary()).isTrue();
    assertThat(ImmutableList.copyOf(backup("secret"))).isNotEmpty();
  }

  @Test
  void aPassphraseOfTooManyBytesIsRefused() {
    assertThat(refusalOf("x".repeat(BackupCall.MAX_PASSPHRASE_BYTES + 1)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusalOf("")).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(ImmutableList.copyOf(backup("x".repeat(BackupCall.MAX_PASSPHRASE_BYTES))))
        .isNotEmpty();
  }

  private Iterator<BackupChunk> backup(String passphrase) {
    return NodeGrpc.newBlockingStub(served.channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .backup(
            BackupRequest.newBuilder().setPassphrase(ByteString.copyFromUtf8(passphrase)).build());
  }

  private Status.Code refusalOf(String passphrase) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> backup(passphrase).hasNext())
        .getStatus()
        .getCode();
  }
}
