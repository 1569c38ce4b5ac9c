package dev.parley.cli.client;

import dev.parley.control.v1.AwaitSocketEndRequest;
import dev.parley.control.v1.SocketEnd;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Moves bytes between two channels and a socket of the daemon, each direction on a thread of its
 * own, until both have ended or the daemon tells that the connection was broken off: a Unix socket
 * cannot tell that from an end.
 */
public final class SocketPipe {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** For a thread that has been interrupted; one that sits in the kernel at the exit costs more. */
  private static final int JOIN_MILLIS = 250;

  private final DaemonConnection daemon;
  private final Path path;

  /**
   * @param path as OpenOnSocket told it
   */
  public SocketPipe(DaemonConnection daemon, Path path) {
    this.daemon = daemon;
    this.path = path;
  }

  /** Returns when both directions have ended and all has been written. */
  public void run(ReadableByteChannel in, WritableByteChannel out)
      throws CommandFailure, InterruptedException {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      CompletableFuture<SocketEnd> end = awaitEnd();
      socket.connect(UnixDomainSocketAddress.of(path));
      CompletableFuture<Void> written = new CompletableFuture<>();
      Thread upward = start("parley-pipe-out", () -> send(in, socket));
      Thread downward = start("parley-pipe-in", () -> receive(socket, out, written));
      try {
        finish(end, written);
      } finally {
        // Interrupted, a channel closes, and lets go of the thread that was reading from it.
        upward.interrupt();
        downward.interrupt();
        upward.join(JOIN_MILLIS);
        downward.join(JOIN_MILLIS);
      }
    } catch (IOException e) {
      throw CommandFailure.of(
          "cannot connect to " + path + ": " + e.getMessage(), "look into the daemon's log");
    }
  }

  private void finish(CompletableFuture<SocketEnd> end, CompletableFuture<Void> written)
      throws CommandFailure, InterruptedException {
    // Whichever comes first: what nobody reads any more ends the pipe, whatever the peer does.
    CompletableFuture<SocketEnd> over =
        written.thenCompose(all -> end).applyToEither(broken(end), how -> how);
    CompletableFuture<SocketEnd> failed = new CompletableFuture<>();
    written.exceptionally(
        cause -> {
          failed.completeExceptionally(cause);
          return null;
        });
    SocketEnd how;
    try {
      how = over.applyToEither(failed, first -> first).get();
    } catch (java.util.concurrent.ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof IOException) {
        throw CommandFailure.of("what was received cannot be written: " + cause.getMessage(), "");
      }
      throw daemon.errors().of(cause == null ? e : cause);
    }
    if (how.getHow() != SocketEnd.How.HOW_COMPLETE) {
      throw CommandFailure.of(how.getSentence(), "");
    }
  }

  /** Completes only when it was not the regular end. */
  private static CompletableFuture<SocketEnd> broken(CompletableFuture<SocketEnd> end) {
    CompletableFuture<SocketEnd> broken = new CompletableFuture<>();
    end.whenComplete(
        (how, failure) -> {
          if (failure != null) {
            broken.completeExceptionally(failure);
          } else if (how.getHow() != SocketEnd.How.HOW_COMPLETE) {
            broken.complete(how);
          }
        });
    return broken;
  }

  private CompletableFuture<SocketEnd> awaitEnd() {
    CompletableFuture<SocketEnd> end = new CompletableFuture<>();
    daemon
        .forwardsLater()
        .awaitSocketEnd(
            AwaitSocketEndRequest.newBuilder().setPath(path.toString()).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(SocketEnd how) {
                end.complete(how);
              }

              @Override
              public void onError(Throwable failure) {
                end.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                end.completeExceptionally(new IllegalStateException("no answer"));
              }
            });
    return end;
  }

  private static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void send(ReadableByteChannel in, SocketChannel socket) {
    try {
      copy(in, socket);
      socket.shutdownOutput();
    } catch (IOException e) {
      // The socket takes no more, or this thread was told to end: how it ended, the daemon tells.
      return;
    }
  }

  private static void receive(
      SocketChannel socket, WritableByteChannel out, CompletableFuture<Void> written) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (true) {
      try {
        if (socket.read(buffer) < 0) {
          break;
        }
      } catch (IOException e) {
        // Broken off; the daemon tells how.
        break;
      }
      try {
        drain(buffer.flip(), out);
      } catch (IOException e) {
        written.completeExceptionally(e);
        return;
      }
      buffer.clear();
    }
    try {
      // Whoever reads it hears of the end now, though the other direction may go on.
      out.close();
      written.complete(null);
    } catch (IOException e) {
      written.completeExceptionally(e);
    }
  }

  private static void copy(ReadableByteChannel from, WritableByteChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (from.read(buffer) >= 0) {
      drain(buffer.flip(), to);
      buffer.clear();
    }
  }

  private static void drain(ByteBuffer buffer, WritableByteChannel to) throws IOException {
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }
}
