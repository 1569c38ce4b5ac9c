package dev.parley.nat.ice;

import dev.parley.nat.stun.StunClient;
import dev.parley.nat.stun.StunMessage;
import dev.parley.nat.stun.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whose check, or whose answer, a STUN packet is, and lets nothing through that its
 * MESSAGE-INTEGRITY does not prove. Owned by the event loop.
 *
 * <p>ice4j answers requests without credentials and believes any response, so whatever reaches it
 * must have been verified here: a request, known by the first half of its USERNAME, with our
 * password (RFC 8445 §7.3); a response, known by its transaction, with the peer's (§7.2.5.2). What
 * ice4j cannot read is refused as well. Everything else costs a look at a map, and for who has seen
 * our user name on the wire an HMAC. It is never answered.
 */
final class CheckDemultiplexer {
  /** Requests of one attempt that may be answered still; the oldest are forgotten first. */
  static final int MAX_OUTSTANDING = 256;

  private record Name(String ufrag, boolean ipv6) {}

  /** What is known of one port of an attempt. */
  private static final class Registration {
    final Name name;
    final CheckPort port;
    final byte[] localKey;
    final Set<InetSocketAddress> targets = new HashSet<>();
    final Map<TransactionId, InetSocketAddress> outstanding = new LinkedHashMap<>();
    byte @Nullable [] remoteKey;
    int learned;

    Registration(Name name, CheckPort port, byte[] localKey) {
      this.name = name;
      this.port = port;
      this.localKey = localKey;
    }
  }

  private final StunClient.Sender sender;
  private final Map<Name, Registration> byName = new HashMap<>();
  private final Map<CheckPort, Registration> byPort = new HashMap<>();
  private final Map<TransactionId, Registration> byTransaction = new HashMap<>();
  private long rejected;

  CheckDemultiplexer(StunClient.Sender sender) {
    this.sender = sender;
  }

  void register(CheckPort port, IceCredentials local) {
    Name name = new Name(local.ufrag(), port.isIpv6());
    Registration registration = new Registration(name, port, local.key());
    byName.put(name, registration);
    byPort.put(port, registration);
  }

  /** Responses can be verified from now on. */
  void remote(CheckPort port, IceCredentials remote) {
    Registration registration = byPort.get(port);
    if (registration != null) {
      registration.remoteKey = remote.key();
    }
  }

  /** The peer has told this address, and it was vetted: checks may go there. */
  void allow(CheckPort port, InetSocketAddress target) {
    Registration registration = byPort.get(port);
    if (registration != null && registration.targets.size() < IceCandidate.MAX) {
      registration.targets.add(target);
    }
  }

  void unregister(CheckPort port) {
    Registration registration = byPort.remove(port);
    if (registration != null) {
      byName.remove(registration.name);
      registration.outstanding.keySet().forEach(byTransaction::remove);
    }
  }

  /** Registrations and transactions: none without an attempt. */
  int size() {
    return byName.size() + byPort.size() + byTransaction.size();
  }

  long rejected() {
    return rejected;
  }

  /** Sends a check, or an answer, of ice4j's. */
  void send(CheckPort from, byte[] packet, InetSocketAddress to) {
    Registration registration = byPort.get(from);
    ByteBuf wrapped = Unpooled.wrappedBuffer(packet);
    StunMessage message = StunMessage.parse(wrapped).orElse(null);
    if (registration == null || message == null || !registration.targets.contains(to)) {
      return;
    }
    switch (message.messageClass()) {
      case REQUEST -> remember(registration, message.transactionId(), to);
      case SUCCESS, ERROR -> {
        // An answer to a request that was let in.
      }
      case INDICATION -> {
        return;
      }
    }
    sender.send(wrapped, to);
  }

  /** Offers an authentic packet to its attempt; false when it is none. */
  boolean onStun(ByteBuf packet, InetSocketAddress from) {
    if (byName.isEmpty()) {
      rejected++;
      return false;
    }
    StunMessage message = StunMessage.parse(packet).orElse(null);
    boolean taken =
        message != null
            && message.method() == StunMessage.BINDING
            && switch (message.messageClass()) {
              case REQUEST -> onRequest(message, packet, from);
              case SUCCESS, ERROR -> onResponse(message, packet, from);
              case INDICATION -> false;
            };
    if (!taken) {
      rejected++;
    }
    return taken;
  }

  private boolean onRequest(StunMessage request, ByteBuf packet, InetSocketAddress from) {
    String username = request.username().orElse("");
    int colon = username.indexOf(':');
    if (colon < 0) {
      return false;
    }
    Registration registration =
        byName.get(new Name(username.substring(0, colon), IceLocals.isIpv6(from)));
    return registration != null
        && request.verifyIntegrity(registration.localKey)
        && mayAnswer(registration, from)
        && offer(registration.port, ByteBufUtil.getBytes(packet), from);
  }

  /**
   * The peer itself can claim to be anywhere: how many strange addresses it can have us send to is
   * bounded.
   */
  private static boolean mayAnswer(Registration registration, InetSocketAddress from) {
    if (registration.targets.contains(from)) {
      return true;
    }
    if (registration.learned >= CheckPort.MAX_LEARNED) {
      return false;
    }
    registration.learned++;
    registration.targets.add(from);
    return true;
  }

  private boolean onResponse(StunMessage response, ByteBuf packet, InetSocketAddress from) {
    Registration registration = byTransaction.get(response.transactionId());
    // RFC 8445 §7.2.5.2.1: from where the request went, or it says nothing of that pair.
    if (registration == null
        || registration.remoteKey == null
        || !from.equals(registration.outstanding.get(response.transactionId()))
        || !response.verifyIntegrity(registration.remoteKey)) {
      return false;
    }
    registration.outstanding.remove(response.transactionId());
    byTransaction.remove(response.transactionId());
    return offer(registration.port, ByteBufUtil.getBytes(packet), from);
  }

  private static boolean offer(CheckPort port, byte[] packet, InetSocketAddress from) {
    return Readable.byIce4j(packet) && port.offer(packet, from);
  }

  private void remember(Registration registration, TransactionId id, InetSocketAddress to) {
    if (registration.outstanding.containsKey(id)) {
      return;
    }
    if (registration.outstanding.size() >= MAX_OUTSTANDING) {
      TransactionId oldest = registration.outstanding.keySet().iterator().next();
      registration.outstanding.remove(oldest);
      byTransaction.remove(oldest);
    }
    registration.outstanding.put(id, to);
    byTransaction.put(id, registration);
  }
}
