package dev.parley.forward;

import com.google.common.net.InetAddresses;
import dev.parley.nat.port.IoLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The event loop of all local sockets; a thread that is not there before it is needed. */
final class ForwardLoop implements Executor, AutoCloseable {
  private static final int CLOSE_MILLIS = 500;

  private final Executor blocking;
  private @Nullable EventLoopGroup group;
  private @Nullable EventLoop loop;
  private boolean closed;

  /**
   * @param blocking looks names up
   */
  ForwardLoop(Executor blocking) {
    this.blocking = blocking;
  }

  /** Of the sockets; made now, if this is the first that wants it. */
  synchronized EventLoop get() {
    if (closed) {
      throw new RejectedExecutionException("the node is closing");
    }
    EventLoop present = loop;
    if (present == null) {
      EventLoopGroup made = IoLoop.group(1, "parley-forward");
      group = made;
      present = made.next();
      loop = present;
    }
    return present;
  }

  /** Runs there; nothing happens when the node is closing. */
  @Override
  public void execute(Runnable task) {
    try {
      get().execute(task);
    } catch (RejectedExecutionException e) {
      // The sockets are closed, or being so; nobody is left to hear of it.
      return;
    }
  }

  /** The address, whose name is looked up elsewhere. */
  CompletableFuture<InetSocketAddress> resolve(String host, int port) {
    if (InetAddresses.isInetAddress(host)) {
      return CompletableFuture.completedFuture(
          new InetSocketAddress(InetAddresses.forString(host), port));
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
          } catch (UnknownHostException e) {
            throw new CompletionException(e);
          }
        },
        blocking);
  }

  static CompletableFuture<Channel> done(ChannelFuture future) {
    CompletableFuture<Channel> result = new CompletableFuture<>();
    future.addListener(
        ended -> {
          if (ended.isSuccess()) {
            result.complete(future.channel());
          } else {
            result.completeExceptionally(ended.cause());
          }
        });
    return result;
  }

  @Override
  public void close() {
    EventLoopGroup ending;
    synchronized (this) {
      closed = true;
      ending = group;
    }
    if (ending != null) {
      // Closes what is registered, too.
      ending
          .shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(CLOSE_MILLIS);
    }
  }
}
