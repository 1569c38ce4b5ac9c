package dev.parley.control;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.files.FileTransfers;
import dev.parley.files.Transfer;
import dev.parley.files.TransferId;
import dev.parley.files.TransferRejected;
import dev.parley.files.TransferState;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One transfer, in the state that a test gives it. */
final class FakeFiles implements FileTransfers {
  static final TransferId ID = new TransferId(ByteString.copyFrom(new byte[TransferId.BYTES]));

  final List<String> asked = new ArrayList<>();
  final List<Consumer<Transfer>> watchers = new CopyOnWriteArrayList<>();
  volatile TransferState state = TransferState.ACTIVE;

  Transfer now() {
    return new Transfer(
        ID,
        FakeNode.peer(2),
        Transfer.Direction.INCOMING,
        state,
        ImmutableList.of("photo.jpg"),
        1_000,
        1,
        0,
        Optional.of(Path.of("/downloads")),
        400,
        0,
        500,
        "",
        FakeNode.START,
        state.isOver() ? Optional.of(FakeNode.START) : Optional.empty(),
        state == TransferState.ACTIVE
            ? Optional.of(
                new Transfer.Live(100, Optional.of(Duration.ofSeconds(6)), FakeNode.DIRECT))
            : Optional.empty());
  }

  private CompletionStage<Transfer> asked(String what) {
    asked.add(what);
    return CompletableFuture.completedFuture(now());
  }

  @Override
  public CompletionStage<Transfer> send(PeerId to, List<Path> paths) {
    return asked("send " + paths);
  }

  @Override
  public CompletionStage<ImmutableList<Transfer>> list() {
    return CompletableFuture.completedFuture(ImmutableList.of(now()));
  }

  @Override
  public CompletionStage<Transfer> accept(TransferId id, Optional<Path> directory) {
    return asked("accept " + directory);
  }

  @Override
  public CompletionStage<Transfer> refuse(TransferId id) {
    return CompletableFuture.failedFuture(
        new TransferRejected(TransferRejected.Reason.WRONG_STATE, "it is over"));
  }

  @Override
  public CompletionStage<Transfer> cancel(TransferId id) {
    return asked("cancel");
  }

  @Override
  public Watch watch(Consumer<Transfer> watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  @Override
  public Summary summary() {
    return new Summary(1, 2, 3);
  }
}
