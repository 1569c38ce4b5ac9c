package dev.parley.nat.tcp;

import dev.parley.nat.path.KnownLink;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties a connection to a peer: each side sends a hello, and then proves that it has the keys of the
 * link that the hellos name. Does no I/O. Owned by the connection.
 *
 * <pre>
 *   hello   06 01 | tag of the receiver, 8 | nonce of the sender, 16
 *   proof   06 02 | code, 16
 *
 *   AWAITING_HELLO ──hello of a known link──► AWAITING_PROOF ──right code──► TIED
 *         └───────────────anything else───────────────┴──────────────────► REFUSED
 * </pre>
 *
 * <p>The code covers the receiver's tag and both nonces, the sender's first. So a proof is good on
 * one connection and in one direction: what was recorded elsewhere, or is sent back to where it
 * came from, proves nothing. Whoever dialled says hello first; a side that was dialled says nothing
 * to those who do not know a tag. When both have dialled and their connects meet (RFC 9293 §3.5),
 * both hellos cross, and nothing here differs.
 */
final class Opening {
  static final int MAGIC = 0x06;
  static final int HELLO = 1;
  static final int PROOF = 2;
  static final int NONCE_BYTES = 16;
  static final int CODE_BYTES = 16;
  static final int TYPE_BYTES = 2;
  static final int HELLO_BYTES = TYPE_BYTES + Long.BYTES + NONCE_BYTES;
  static final int PROOF_BYTES = TYPE_BYTES + CODE_BYTES;

  static final String LABEL = "parley/tcp-opening/v1\0";

  private static final Logger log = LoggerFactory.getLogger(Opening.class);
  private static final byte[] LABEL_BYTES = LABEL.getBytes(StandardCharsets.US_ASCII);

  enum State {
    AWAITING_HELLO,
    AWAITING_PROOF,
    TIED,
    REFUSED
  }

  private final LongFunction<@Nullable KnownLink> links;
  private final byte[] ownNonce = new byte[NONCE_BYTES];
  private final byte[] theirNonce = new byte[NONCE_BYTES];
  private final boolean dialled;
  private @Nullable KnownLink link;
  private State state = State.AWAITING_HELLO;

  /**
   * @param links finds a link by our tag
   * @param dialled the link with the peer that we dial; null when we have been dialled
   */
  Opening(
      LongFunction<@Nullable KnownLink> links,
      @Nullable KnownLink dialled,
      RandomGenerator random) {
    this.links = links;
    this.link = dialled;
    this.dialled = dialled != null;
    random.nextBytes(ownNonce);
  }

  State state() {
    return state;
  }

  /** What this side sends first. */
  List<byte[]> begin() {
    return link == null ? List.of() : List.of(hello(link));
  }

  /** The link to whose peer the connection is tied. */
  KnownLink link() {
    if (link == null || state != State.TIED) {
      throw new IllegalStateException("the connection is not tied");
    }
    return link;
  }

  /** Takes the peer's next frame; returns what to send. */
  List<byte[]> onFrame(ByteBuf frame) {
    return switch (state) {
      case AWAITING_HELLO -> onHello(frame);
      case AWAITING_PROOF -> {
        onProof(frame);
        yield List.of();
      }
      case TIED, REFUSED -> throw new IllegalStateException("the opening is over: " + state);
    };
  }

  private List<byte[]> onHello(ByteBuf frame) {
    if (!isOfType(frame, HELLO, HELLO_BYTES)) {
      transition(State.REFUSED, "no hello");
      return List.of();
    }
    KnownLink named = links.apply(frame.readLong());
    frame.readBytes(theirNonce);
    KnownLink expected = link;
    if (named == null
        || expected != null && named.keys().localTag() != expected.keys().localTag()) {
      transition(State.REFUSED, named == null ? "of no known link" : "of another link");
      return List.of();
    }
    link = named;
    transition(State.AWAITING_PROOF, "hello");
    return dialled ? List.of(proof(named)) : List.of(hello(named), proof(named));
  }

  private void onProof(ByteBuf frame) {
    KnownLink with = link;
    if (with == null || !isOfType(frame, PROOF, PROOF_BYTES)) {
      transition(State.REFUSED, "no proof");
      return;
    }
    byte[] found = new byte[CODE_BYTES];
    frame.readBytes(found);
    byte[] expected = code(with, with.keys().localTag(), theirNonce, ownNonce);
    boolean right = MessageDigest.isEqual(expected, found);
    transition(right ? State.TIED : State.REFUSED, right ? "proven" : "a wrong proof");
  }

  private static boolean isOfType(ByteBuf frame, int type, int size) {
    return frame.readableBytes() == size
        && frame.readUnsignedByte() == MAGIC
        && frame.readUnsignedByte() == type;
  }

  private byte[] hello(KnownLink to) {
    return ByteBuffer.allocate(HELLO_BYTES)
        .put((byte) MAGIC)
        .put((byte) HELLO)
        .putLong(to.keys().remoteTag())
        .put(ownNonce)
        .array();
  }

  private byte[] proof(KnownLink to) {
    return ByteBuffer.allocate(PROOF_BYTES)
        .put((byte) MAGIC)
        .put((byte) PROOF)
        .put(code(to, to.keys().remoteTag(), ownNonce, theirNonce))
        .array();
  }

  private static byte[] code(KnownLink link, long receiver, byte[] sender, byte[] other) {
    ByteBuffer covered =
        ByteBuffer.allocate(LABEL_BYTES.length + Long.BYTES + 2 * NONCE_BYTES)
            .put(LABEL_BYTES)
            .putLong(receiver)
            .put(sender)
            .put(other)
            .flip();
    return link.keys().authenticate(covered);
  }

  private void transition(State next, String reason) {
    log.trace("opening: {} -> {}: {}", state, next, reason);
    state = next;
  }
}
