package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Questions that wait for their answers. Owned by the DHT's thread.
 *
 * <p>What comes from somebody who was not asked is not even parsed, and nobody is ever answered: a
 * read-only node (BEP 43) cannot be made to send anything to anyone.
 */
final class Questions {
  static final int MAX_OUTSTANDING = 64;
  static final long TIMEOUT_MILLIS = 2_000;

  /** Off the path of the packets an answer is guessed once in four thousand million times. */
  private static final int TRANSACTION_BYTES = 4;

  /** Hears what becomes of a question, once. */
  interface Listener {
    void onAnswer(NodeReply reply);

    /**
     * @param why for the log
     */
    void onFailure(String why);
  }

  private record Pending(InetSocketAddress to, Listener listener, long deadline) {}

  private final NodeId self;
  private final DatagramSender sender;
  private final RandomGenerator random;
  private final QueryBudget budget;
  private final Map<ByteString, Pending> pending = new LinkedHashMap<>();
  private long dropped;

  Questions(NodeId self, DatagramSender sender, RandomGenerator random, QueryBudget budget) {
    this.self = self;
    this.sender = sender;
    this.random = random;
    this.budget = budget;
  }

  /** Whether it was sent; the listener hears nothing where it was not. */
  boolean ask(
      InetSocketAddress to,
      String method,
      Map<String, Bencoded> arguments,
      Listener listener,
      long now) {
    if (pending.size() >= MAX_OUTSTANDING || !budget.tryTake(now)) {
      return false;
    }
    byte[] bytes = new byte[TRANSACTION_BYTES];
    random.nextBytes(bytes);
    ByteString transaction = ByteString.copyFrom(bytes);
    long deadline = now + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    if (pending.putIfAbsent(transaction, new Pending(to, listener, deadline)) != null) {
      return false;
    }
    Bencoded.Dict all =
        Bencoded.dict(
            ImmutableMap.<String, Bencoded>builder()
                .put("id", Bencoded.of(self.bytes()))
                .putAll(arguments)
                .buildOrThrow());
    sender.send(to, Krpc.encode(new Krpc.Query(transaction, method, all, true)));
    return true;
  }

  void onDatagram(InetSocketAddress from, byte[] datagram) {
    if (pending.values().stream().noneMatch(question -> question.to().equals(from))) {
      dropped++;
      return;
    }
    Optional<Krpc> message = Krpc.decode(datagram);
    Pending question = message.map(m -> pending.get(m.transaction())).orElse(null);
    if (question == null || !question.to().equals(from)) {
      dropped++;
      return;
    }
    Krpc answer = message.get();
    if (answer instanceof Krpc.Response response) {
      pending.remove(answer.transaction());
      NodeReply.read(from, response.values())
          .ifPresentOrElse(
              question.listener()::onAnswer, () -> question.listener().onFailure("no id"));
    } else if (answer instanceof Krpc.Failure failure) {
      pending.remove(answer.transaction());
      question.listener().onFailure("error " + failure.code());
    } else {
      dropped++;
    }
  }

  /** Ends what has waited for too long. */
  void tick(long now) {
    List<Pending> late = new ArrayList<>();
    Iterator<Pending> questions = pending.values().iterator();
    while (questions.hasNext()) {
      Pending question = questions.next();
      if (question.deadline() - now > 0) {
        break;
      }
      questions.remove();
      late.add(question);
    }
    late.forEach(question -> question.listener().onFailure("no answer"));
  }

  int outstanding() {
    return pending.size();
  }

  /** Datagrams that were no answers. */
  long dropped() {
    return dropped;
  }
}
