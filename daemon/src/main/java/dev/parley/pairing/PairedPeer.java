package dev.parley.pairing;

import dev.parley.proto.id.PeerId;

/** Who has become a contact, and by which name. */
public record PairedPeer(PeerId peer, String name) {}
