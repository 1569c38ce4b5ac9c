package dev.parley.contacts;

import dev.parley.discovery.DiscoveryRecord;
import dev.parley.proto.id.PeerId;
import java.time.Instant;

/** A peer with a name. */
public record Contact(String name, PeerId peer, Instant addedAt, DiscoveryRecord record) {}
