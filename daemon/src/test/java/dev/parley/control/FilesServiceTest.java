package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.control.v1.AcceptTransferRequest;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.FilesGrpc;
import dev.parley.control.v1.ListTransfersRequest;
import dev.parley.control.v1.SendFilesRequest;
import dev.parley.control.v1.TransferRequest;
import dev.parley.control.v1.TransferState;
import dev.parley.control.v1.WatchTransfersRequest;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesServiceTest {
  @TempDir Path directory;
  private ServedNode served;
  private FilesGrpc.FilesBlockingStub files;

  @BeforeEach
  void start() throws Exception {
    served = new ServedNode(directory);
    files = FilesGrpc.newBlockingStub(served.channel);
  }

  @AfterEach
  void stop() throws Exception {
    served.close();
  }

  @Test
  void aTransferIsToldWithAllThatIsKnown() {
    FileTransfer told = files.list(ListTransfersRequest.getDefaultInstance()).next();
    assertThat(told.getPeerName()).isEqualTo("bob");
    assertThat(told.getState()).isEqualTo(TransferState.TRANSFER_STATE_ACTIVE);
    assertThat(told.getDoneBytes()).isEqualTo(400);
    assertThat(told.getLeftMillis()).isEqualTo(6_000);
    assertThat(told.getPath().getRemote()).isEqualTo("127.0.0.1:4000");
    assertThat(told.hasEndedAtMillis()).isFalse();
  }

  @Test
  void whatIsAskedForIsDone() {
    FileTransfer sent =
        files.send(SendFilesRequest.newBuilder().setPeer("bob").addPaths("/a/b").build());
    assertThat(sent.getTransferId()).isEqualTo(FakeFiles.ID.toString());
    files.accept(
        AcceptTransferRequest.newBuilder()
            .setTransferId(sent.getTransferId())
            .setDirectory("/here")
            .build());
    assertThat(served.node.files.asked).containsExactly("send [/a/b]", "accept Optional[/here]");
    assertThatThrownBy(
            () ->
                files.refuse(
                    TransferRequest.newBuilder().setTransferId(sent.getTransferId()).build()))
        .hasMessageContaining("it is over");
    assertThatThrownBy(
            () -> files.cancel(TransferRequest.newBuilder().setTransferId("nonsense").build()))
        .hasMessageContaining("is the id of no transfer");
    assertThatThrownBy(
            () -> files.send(SendFilesRequest.newBuilder().setPeer("bob").addPaths("b").build()))
        .hasMessageContaining("absolute");
  }

  @Test
  void aWatchOfOneEndsWhenItIsOver() {
    Iterator<FileTransfer> events =
        files.watch(
            WatchTransfersRequest.newBuilder().setTransferId(FakeFiles.ID.toString()).build());
    assertThat(events.next().getState()).isEqualTo(TransferState.TRANSFER_STATE_ACTIVE);
    served.node.files.state = dev.parley.files.TransferState.DELIVERED;
    served.node.files.watchers.forEach(watcher -> watcher.accept(served.node.files.now()));
    assertThat(events.next().getState()).isEqualTo(TransferState.TRANSFER_STATE_DELIVERED);
    assertThat(events.hasNext()).isFalse();
    assertThat(served.node.files.watchers).isEmpty();
  }
}
