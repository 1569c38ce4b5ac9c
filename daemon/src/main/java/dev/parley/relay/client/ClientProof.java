package dev.parley.relay.client;

import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.Challenge;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.Welcome;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The mutual proof of keys, from the node's side: messages in, messages or a problem out. One per
 * connection.
 */
final class ClientProof {
  private static final String SOFTWARE = "parley";

  /** What follows from a message of the relay. */
  sealed interface Step {
    record Say(ClientFrame frame) implements Step {}

    /** The relay has proved this key. */
    record Proven(PeerId relay, Welcome welcome) implements Step {}

    record Refuse(RelayProblem problem) implements Step {}
  }

  private final RelayUrl url;
  private final Identity identity;
  private final RandomGenerator random;
  private @Nullable RelayProof proof;

  ClientProof(RelayUrl url, Identity identity, RandomGenerator random) {
    this.url = url;
    this.identity = identity;
    this.random = random;
  }

  /** Checks whom we talk to before anything is signed for it. */
  Step onChallenge(Challenge challenge) {
    Optional<PeerId> relay = PeerId.tryOf(challenge.getRelayId());
    if (challenge.getMinVersion() > RelayWire.VERSION
        || challenge.getMaxVersion() < RelayWire.VERSION) {
      return new Step.Refuse(
          new RelayProblem.OtherVersion(challenge.getMinVersion(), challenge.getMaxVersion()));
    }
    if (proof != null || relay.isEmpty() || challenge.getNonce().size() != RelayWire.NONCE_BYTES) {
      return noRelay("its challenge is malformed or out of turn");
    }
    if (url.pinned().isPresent() && !url.pinned().equals(relay)) {
      return new Step.Refuse(new RelayProblem.WrongKey(relay, url.pinned().get()));
    }
    return new Step.Say(answer(relay.get(), challenge.getNonce()));
  }

  private ClientFrame answer(PeerId relay, ByteString relayNonce) {
    byte[] nonce = new byte[RelayWire.NONCE_BYTES];
    random.nextBytes(nonce);
    RelayProof ours = new RelayProof(relay, relayNonce, identity.id(), ByteString.copyFrom(nonce));
    proof = ours;
    return ClientFrame.newBuilder()
        .setAnswer(
            Answer.newBuilder()
                .setVersion(RelayWire.VERSION)
                .setPeerId(identity.id().key())
                .setNonce(ours.nodeNonce())
                .setSignature(ours.signAsNode(identity))
                .setSoftware(SOFTWARE))
        .build();
  }

  Step onWelcome(Welcome welcome) {
    if (proof == null) {
      return noRelay("its welcome came out of turn");
    }
    return proof.verifyRelay(welcome.getSignature())
        ? new Step.Proven(proof.relay(), welcome)
        : noRelay("it did not prove the key that it claims");
  }

  private static Step noRelay(String detail) {
    return new Step.Refuse(new RelayProblem.NoRelay(detail));
  }
}
