package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import dev.parley.nat.stun.BindingResponder;
import dev.parley.nat.stun.StunClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The double of ICE: both ends ask STUN servers anew, tell what those say, and send binding
 * requests to all that the other has told, and to wherever its requests come from. What is answered
 * is handed to the switch, which believes its own probes only.
 */
final class MiniAttempts {
  /** More than one address of a peer that is not told. */
  private static final int MOST = 32;

  private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final class Attempt {
    final Set<String> asked = new TreeSet<>();
    final long until;

    Attempt(long until) {
      this.until = until;
    }
  }

  private final MiniNode node;
  private final StunClient stun;
  private final Map<PeerKey, Attempt> attempts = new HashMap<>();
  private final Map<PeerKey, List<InetSocketAddress>> told = new HashMap<>();

  MiniAttempts(MiniNode node, StunClient stun) {
    this.node = node;
    this.stun = stun;
  }

  void begin(PeerKey peer, long now) {
    attempts.put(peer, new Attempt(now + LASTS_NANOS));
    checkTold(peer);
  }

  void onAddresses(PeerKey peer, List<InetSocketAddress> addresses) {
    told.put(peer, addresses);
    checkTold(peer);
  }

  private void checkTold(PeerKey peer) {
    told.getOrDefault(peer, List.of()).forEach(address -> check(peer, address));
  }

  private void check(PeerKey peer, InetSocketAddress address) {
    Attempt attempt = attempts.get(peer);
    if (attempt != null && attempt.asked.size() < MOST && attempt.asked.add(address.toString())) {
      stun.query(address)
          .addListener(
              (Future<InetSocketAddress> answer) -> {
                if (answer.isSuccess()) {
                  node.paths().check(peer, address);
                }
              });
    }
  }

  /** A request: answered only while there is an attempt it may belong to. */
  boolean onRequest(ByteBuf packet, InetSocketAddress from, long now) {
    attempts.values().removeIf(attempt -> now - attempt.until > 0);
    if (attempts.isEmpty()) {
      return false;
    }
    return BindingResponder.answer(packet, from, UnpooledByteBufAllocator.DEFAULT)
        .map(
            answer -> {
              node.sendStun(answer, from);
              new ArrayList<>(attempts.keySet()).forEach(peer -> check(peer, from));
              return true;
            })
        .orElse(false);
  }
}
