package dev.parley.nat.path;

import dev.parley.nat.PeerKey;

/** A link whose two ends have exchanged the keys of its probes. */
public record KnownLink(PeerKey peer, ProbeKeys keys) {}
