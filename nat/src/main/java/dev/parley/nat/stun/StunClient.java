package dev.parley.nat.stun;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks STUN servers for the address that one UDP port has from outside.
 *
 * <p>It rides on a port that carries other traffic too: it sends through {@link Sender} and is fed
 * whatever looks like STUN. Confined to one event loop. Retransmits as RFC 8489 §6.2.1 says, but
 * gives up after 8 s where the RFC would wait 39.5 s: by then other servers have answered.
 */
public final class StunClient {
  /** RFC 8489 §6.2.1: the first retransmission timeout, doubled each time. */
  static final long FIRST_TIMEOUT_MILLIS = 500;

  /** Requests at 0, 0.5, 1.5, 3.5 and 7.5 s. */
  static final long TOTAL_MILLIS = 8_000;

  /** Where silence is an answer too: requests at 0, 0.5 and 1.5 s. */
  static final long MAYBE_FILTERED_MILLIS = 3_000;

  /** More servers than anyone asks at once. */
  static final int MAX_OUTSTANDING = 64;

  /** Sends a datagram from the port in question and releases it. */
  @FunctionalInterface
  public interface Sender {
    void send(ByteBuf datagram, InetSocketAddress to);
  }

  private final EventExecutor loop;
  private final RandomGenerator random;
  private final Sender sender;
  private final Map<TransactionId, Query> outstanding = new HashMap<>();

  /**
   * @param random a {@link java.security.SecureRandom}, except in a test
   */
  public StunClient(EventExecutor loop, RandomGenerator random, Sender sender) {
    this.loop = loop;
    this.random = random;
    this.sender = sender;
  }

  /**
   * Asks one server. Fails with {@link StunFailedException} when it does not answer in time,
   * answers with an error, or too many questions are open.
   */
  public Future<InetSocketAddress> query(InetSocketAddress server) {
    Promise<InetSocketAddress> mapped = loop.newPromise();
    ask(server, StunChange.NONE, server)
        .addListener(
            (Future<StunAnswer> answer) -> {
              if (answer.isSuccess()) {
                mapped.trySuccess(answer.getNow().mapped());
              } else {
                mapped.tryFailure(answer.cause());
              }
            });
    return mapped;
  }

  /**
   * Asks one server to answer from an address of its own (RFC 5780 §4.4), which is where the answer
   * has to come from. Gives up sooner than {@link #query} when the answer may well be filtered.
   */
  public Future<StunAnswer> ask(
      InetSocketAddress server, StunChange change, InetSocketAddress from) {
    return start(server, change, from, false);
  }

  /**
   * Asks at this port's own outer address whether a datagram to it comes back in; succeeds when it
   * does, and is not answered beyond that.
   */
  public Future<StunAnswer> hairpin(InetSocketAddress outer) {
    return start(outer, StunChange.NONE, outer, true);
  }

  private Future<StunAnswer> start(
      InetSocketAddress server, StunChange change, InetSocketAddress from, boolean hairpin) {
    Query query =
        new Query(server, TransactionId.random(random), loop.newPromise(), change, from, hairpin);
    if (server.isUnresolved() || outstanding.size() >= MAX_OUTSTANDING) {
      String why = server.isUnresolved() ? "its name is not resolved" : "too many questions open";
      return query.promise.setFailure(failed(server, why));
    }
    outstanding.put(query.id, query);
    query.transmit(FIRST_TIMEOUT_MILLIS, 0);
    return query.promise;
  }

  /**
   * Takes a response to one of our requests, or a request that was to come back to us; says {@code
   * false} to anything else. Does not release the datagram.
   */
  public boolean onDatagram(ByteBuf datagram, InetSocketAddress from) {
    if (outstanding.isEmpty()) {
      return false;
    }
    Optional<StunMessage> parsed = StunMessage.parse(datagram);
    if (parsed.isEmpty()) {
      return false;
    }
    StunMessage message = parsed.get();
    Query query = outstanding.get(message.transactionId());
    boolean response =
        message.messageClass() == StunClass.SUCCESS || message.messageClass() == StunClass.ERROR;
    if (query != null && query.hairpin && message.messageClass() == StunClass.REQUEST) {
      outstanding.remove(query.id);
      query.returned();
      return true;
    }
    // RFC 8489 §6.3.3: only from where the request went, so that guessing the port is not enough.
    if (query == null
        || !response
        || message.method() != StunMessage.BINDING
        || query.hairpin
        || !query.from.equals(from)) {
      return false;
    }
    outstanding.remove(query.id);
    query.finish(message);
    return true;
  }

  /** Fails all that is outstanding. */
  public void close() {
    for (Query query : new ArrayList<>(outstanding.values())) {
      query.fail("the port was closed");
    }
  }

  private static StunFailedException failed(InetSocketAddress server, String why) {
    return new StunFailedException("no answer from the STUN server " + server + ": " + why);
  }

  private final class Query {
    private final InetSocketAddress server;
    private final TransactionId id;
    private final Promise<StunAnswer> promise;
    private final StunChange change;
    private final InetSocketAddress from;
    private final boolean hairpin;
    private @Nullable ScheduledFuture<?> timer;

    Query(
        InetSocketAddress server,
        TransactionId id,
        Promise<StunAnswer> promise,
        StunChange change,
        InetSocketAddress from,
        boolean hairpin) {
      this.server = server;
      this.id = id;
      this.promise = promise;
      this.change = change;
      this.from = from;
      this.hairpin = hairpin;
    }

    private long totalMillis() {
      return hairpin || change != StunChange.NONE ? MAYBE_FILTERED_MILLIS : TOTAL_MILLIS;
    }

    private ByteBuf request() {
      StunWriter request = StunWriter.binding(StunClass.REQUEST, id);
      return (change == StunChange.NONE ? request : request.changeRequest(change))
          .fingerprint()
          .finish(UnpooledByteBufAllocator.DEFAULT);
    }

    void transmit(long timeoutMillis, long elapsedMillis) {
      if (elapsedMillis >= totalMillis()) {
        fail("timed out after " + totalMillis() + " ms");
        return;
      }
      sender.send(request(), server);
      long wait = Math.min(timeoutMillis, totalMillis() - elapsedMillis);
      timer =
          loop.schedule(
              () -> transmit(timeoutMillis * 2, elapsedMillis + wait), wait, TimeUnit.MILLISECONDS);
    }

    void finish(StunMessage message) {
      cancelTimer();
      Optional<InetSocketAddress> mapped = message.mappedAddress();
      if (message.messageClass() == StunClass.SUCCESS && mapped.isPresent()) {
        promise.trySuccess(new StunAnswer(server, mapped.get(), message.otherAddress()));
      } else {
        String why = message.error().map(e -> "error " + e.code()).orElse("no address in it");
        promise.tryFailure(failed(server, why));
      }
    }

    void returned() {
      cancelTimer();
      promise.trySuccess(new StunAnswer(server, server, Optional.empty()));
    }

    void fail(String why) {
      cancelTimer();
      outstanding.remove(id);
      promise.tryFailure(failed(server, why));
    }

    private void cancelTimer() {
      if (timer != null) {
        timer.cancel(false);
      }
    }
  }
}
