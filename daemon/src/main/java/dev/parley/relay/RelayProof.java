package dev.parley.relay;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.proto.id.PeerId;

/**
 * What both sides sign: label, relay id, the relay's nonce, node id, the node's nonce.
 *
 * <p>The relay's id within keeps a relay from passing a node's answer on to another relay; both
 * nonces keep either from being replayed.
 */
public record RelayProof(PeerId relay, ByteString relayNonce, PeerId node, ByteString nodeNonce) {

  public ByteString signAsNode(Identity identity) {
    return identity.sign(SigningLabel.RELAY_CLIENT, parts());
  }

  public ByteString signAsRelay(Identity identity) {
    return identity.sign(SigningLabel.RELAY_SERVER, parts());
  }

  public boolean verifyNode(ByteString signature) {
    return Identity.verify(node, signature, SigningLabel.RELAY_CLIENT, parts());
  }

  public boolean verifyRelay(ByteString signature) {
    return Identity.verify(relay, signature, SigningLabel.RELAY_SERVER, parts());
  }

  private ByteString[] parts() {
    return new ByteString[] {relay.key(), relayNonce, node.key(), nodeNonce};
  }
}
