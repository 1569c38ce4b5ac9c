package dev.parley.relay.server;

import com.google.protobuf.ByteString;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.GoAway;
import java.time.Duration;
import java.util.Optional;

/** Judges a node's answer to the challenge. */
final class AnswerCheck {
  /** A place is seldom free sooner: places are given back when nodes go. */
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(30);

  static final Verdict.Refused FULL =
      new Verdict.Refused(
          Refusal.CLIENTS, GoAway.Reason.FULL, "the relay is full", RETRY_WHEN_FULL);

  sealed interface Verdict {
    record Proven(PeerKey key, RelayProof proof) implements Verdict {}

    /** What is counted, and what the node is told. */
    record Refused(Refusal refusal, GoAway.Reason reason, String detail, Duration retryAfter)
        implements Verdict {}
  }

  private AnswerCheck() {}

  /**
   * @param nonce of the challenge
   */
  static Verdict judge(RelayCore core, ByteString nonce, Answer answer) {
    if (answer.getVersion() != RelayWire.VERSION) {
      return refused(
          Refusal.OTHER_VERSION,
          GoAway.Reason.UNSUPPORTED_VERSION,
          "this relay speaks version " + RelayWire.VERSION);
    }
    Optional<PeerId> node = PeerId.tryOf(answer.getPeerId());
    if (node.isEmpty()
        || answer.getNonce().size() != RelayWire.NONCE_BYTES
        || answer.getSoftwareBytes().size() > RelayWire.MAX_SOFTWARE_BYTES) {
      return refused(
          Refusal.PROTOCOL_ERROR,
          GoAway.Reason.PROTOCOL_ERROR,
          "an answer whose fields have the wrong size");
    }
    PeerKey claimed = PeerKey.of(node.get().toByteArray());
    if (!core.directory.hasRoom(claimed, core.limits().maxClients())) {
      // Said before the signature is checked: a full relay has better things to do.
      return FULL;
    }
    RelayProof proof = new RelayProof(core.identity.id(), nonce, node.get(), answer.getNonce());
    return proof.verifyNode(answer.getSignature())
        ? new Verdict.Proven(claimed, proof)
        : refused(
            Refusal.BAD_SIGNATURE,
            GoAway.Reason.BAD_SIGNATURE,
            "the signature does not prove the key");
  }

  private static Verdict refused(Refusal refusal, GoAway.Reason reason, String detail) {
    return new Verdict.Refused(refusal, reason, detail, Duration.ZERO);
  }
}
