package dev.parley.control;

import com.google.protobuf.ByteString;
import dev.parley.control.v1.BackupChunk;
import dev.parley.control.v1.BackupRequest;
import dev.parley.control.v1.BackupSummary;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.node.Node;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * One Backup call. The file is written on a thread of its own, as fast as the client reads: a chunk
 * at a time is in memory.
 */
final class BackupCall {
  static final int MAX_PASSPHRASE_BYTES = 1_024;

  private final ServerCallStreamObserver<BackupChunk> observer;
  private final Node node;
  private final Semaphore running;

  /**
   * @param running the places of all calls together
   */
  BackupCall(ServerCallStreamObserver<BackupChunk> observer, Node node, Semaphore running) {
    this.observer = observer;
    this.node = node;
    this.running = running;
  }

  void start(BackupRequest request) throws Refusal {
    ByteString passphrase = request.getPassphrase();
    if (passphrase.isEmpty()
        || passphrase.size() > MAX_PASSPHRASE_BYTES
        || !passphrase.isValidUtf8()) {
      throw Refusal.badArgument(
          "a passphrase has 1 to " + MAX_PASSPHRASE_BYTES + " bytes of UTF-8");
    }
    if (!running.tryAcquire()) {
      observer.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("a backup is being made already")
              .asRuntimeException());
      return;
    }
    Pipe pipe = new Pipe();
    observer.setOnReadyHandler(pipe::wake);
    observer.setOnCancelHandler(pipe::wake);
    char[] text = passphrase.toString(StandardCharsets.UTF_8).toCharArray();
    Thread thread = new Thread(() -> run(pipe, text), "parley-backup");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Pipe pipe, char[] passphrase) {
    try {
      Instant createdAt = node.backup(pipe, passphrase);
      BackupSummary summary =
          BackupSummary.newBuilder()
              .setPeerId(node.id().toString())
              .setCreatedAtMillis(createdAt.toEpochMilli())
              .setBytes(pipe.written)
              .build();
      pipe.send(BackupChunk.newBuilder().setSummary(summary).build());
      observer.onCompleted();
    } catch (IOException e) {
      if (!observer.isCancelled()) {
        observer.onError(
            Failures.of(
                new Refusal(
                    Status.Code.UNAVAILABLE,
                    ErrorDetail.Code.STORAGE_FAILING,
                    "the backup failed: " + e.getMessage(),
                    "the daemon's disk needs room for a copy of the database")));
      }
    } catch (RuntimeException | Error e) {
      // The boundary of the thread: whoever waits must hear of a bug too.
      observer.onError(Failures.of(e));
    } finally {
      Arrays.fill(passphrase, '\0');
      running.release();
    }
  }

  /** Waits where gRPC would pile up. */
  private final class Pipe extends OutputStream {
    private long written;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      send(BackupChunk.newBuilder().setData(ByteString.copyFrom(bytes, offset, length)).build());
    }

    synchronized void send(BackupChunk chunk) throws IOException {
      try {
        while (!observer.isReady() && !observer.isCancelled()) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      if (observer.isCancelled()) {
        throw new IOException("the client has gone");
      }
      observer.onNext(chunk);
    }

    synchronized void wake() {
      notifyAll();
    }
  }
}
