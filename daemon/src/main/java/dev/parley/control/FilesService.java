package dev.parley.control;

import com.google.common.collect.ImmutableList;
import dev.parley.contacts.Contacts;
import dev.parley.control.v1.AcceptTransferRequest;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.FilesGrpc;
import dev.parley.control.v1.ListTransfersRequest;
import dev.parley.control.v1.SendFilesRequest;
import dev.parley.control.v1.TransferRequest;
import dev.parley.control.v1.WatchTransfersRequest;
import dev.parley.files.FileTransfers;
import dev.parley.files.Transfer;
import dev.parley.files.TransferId;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Files. */
final class FilesService extends FilesGrpc.FilesImplBase {
  private static final int MAX_PATHS = 1_000;

  private final FileTransfers files;
  private final Contacts contacts;
  private final Peers peers;

  FilesService(FileTransfers files, Contacts contacts, Peers peers) {
    this.files = files;
    this.contacts = contacts;
    this.peers = peers;
  }

  @Override
  public void send(SendFilesRequest request, StreamObserver<FileTransfer> observer) {
    Failures.start(
        observer,
        () -> {
          if (request.getPathsCount() < 1 || request.getPathsCount() > MAX_PATHS) {
            throw Refusal.badArgument("one call sends 1 to " + MAX_PATHS + " files or directories");
          }
          ImmutableList.Builder<Path> paths = ImmutableList.builder();
          for (String path : request.getPathsList()) {
            paths.add(absolute(path));
          }
          answer(files.send(peers.resolve(request.getPeer()), paths.build()), observer);
        });
  }

  @Override
  public void list(ListTransfersRequest request, StreamObserver<FileTransfer> observer) {
    files
        .list()
        .whenComplete(
            (all, failure) -> {
              if (failure != null) {
                observer.onError(Failures.of(failure));
              } else {
                all.forEach(each -> observer.onNext(FileMessages.of(each, contacts)));
                observer.onCompleted();
              }
            });
  }

  @Override
  public void accept(AcceptTransferRequest request, StreamObserver<FileTransfer> observer) {
    Failures.start(
        observer,
        () -> {
          Optional<Path> directory =
              request.getDirectory().isEmpty()
                  ? Optional.empty()
                  : Optional.of(absolute(request.getDirectory()));
          answer(files.accept(id(request.getTransferId()), directory), observer);
        });
  }

  @Override
  public void refuse(TransferRequest request, StreamObserver<FileTransfer> observer) {
    Failures.start(observer, () -> answer(files.refuse(id(request.getTransferId())), observer));
  }

  @Override
  public void cancel(TransferRequest request, StreamObserver<FileTransfer> observer) {
    Failures.start(observer, () -> answer(files.cancel(id(request.getTransferId())), observer));
  }

  @Override
  public void watch(WatchTransfersRequest request, StreamObserver<FileTransfer> observer) {
    Failures.start(
        observer,
        () -> {
          Optional<TransferId> only =
              request.getTransferId().isEmpty()
                  ? Optional.empty()
                  : Optional.of(id(request.getTransferId()));
          new TransferWatch((ServerCallStreamObserver<FileTransfer>) observer, only, contacts)
              .start(files);
        });
  }

  private void answer(CompletionStage<Transfer> answer, StreamObserver<FileTransfer> observer) {
    answer.whenComplete(
        (transfer, failure) -> {
          if (failure != null) {
            observer.onError(Failures.of(failure));
          } else {
            observer.onNext(FileMessages.of(transfer, contacts));
            observer.onCompleted();
          }
        });
  }

  private static TransferId id(String text) throws Refusal {
    return TransferId.parse(text)
        .orElseThrow(
            () ->
                new Refusal(
                    Status.Code.NOT_FOUND,
                    ErrorDetail.Code.UNKNOWN_TRANSFER,
                    "'"
                        + (text.length() > 64 ? text.substring(0, 64) + "…" : text)
                        + "' is the id of no transfer",
                    "`parley file ls` shows them"));
  }

  private static Path absolute(String text) throws Refusal {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw Refusal.badArgument("not a path: " + e.getMessage());
    }
    throw Refusal.badArgument("the daemon does not know where you are: give absolute paths");
  }
}
